//! `/me`: one's own passkeys, sessions, preferences and recent activity.

use heliodesk_wire::me::{Activity, Passkey, Preferences, Session, Theme};
use leptos::prelude::*;

use super::Page;
use super::story::briefly;
use crate::components::{
    AddingPasskey, Badge, Button, Columns, Event, FormProblem, Icon, PageHead, Panel, Refused, Table, Time, Timeline,
    Tone, device, number,
};
use crate::forms::Form;
use crate::islands::keys::Passkeys as PasskeyButtons;
use crate::problem::Problem;
use crate::request::{actor, now};
use crate::shell::role_name;

/// The page about oneself.
pub async fn me() -> Result<Page, Problem> {
    let me = heliodesk_desk::me::view(&actor().await?).await?;
    let now = now();
    let viewer = me.viewer;
    let facts = view! {
        <Badge icon="people" tone=Tone::Info>{role_name(viewer.role)}</Badge>
        <span><bdi>{viewer.email}</bdi></span>
    };
    let view = view! {
        <PageHead title=view! { <bdi>{viewer.name}</bdi> } facts=facts/>
        <Columns shape="tail">
            <div class="stack">
                <Passkeys passkeys=me.passkeys now/>
                <Sessions sessions=me.sessions now/>
            </div>
            <div class="stack">
                <PreferencesForm preferences=viewer.preferences/>
                <Recent activity=me.activity now/>
            </div>
        </Columns>
    };
    Ok(Page::new("My passkeys and sessions", view))
}

#[component]
fn Passkeys(passkeys: Vec<Passkey>, now: i64) -> impl IntoView {
    let only = passkeys.iter().filter(|key| !key.suspended).count() < 2;
    let rows: Vec<_> = passkeys
        .into_iter()
        .map(|key| {
            let used = key.used_at.map(|at| view! { " · last used " <Time at now=now/> }.into_any());
            let suspended = key.suspended.then(|| view! { <Badge icon="lock" tone=Tone::Bad>"Suspended"</Badge> });
            let last = only && !key.suspended;
            let remove = view! {
                <button class="button danger small" r#type="button" disabled=!last aria-disabled=last.then_some("true")
                    data-remove=(!last).then_some(key.id)
                    data-then="/me"
                    data-needs-script=(!last).then_some("")
                    aria-label=format!("Remove {}", key.name)
                    aria-describedby="passkeys-rule">"Remove"</button>
            };
            view! {
                <li>
                    <Icon name="key" size=20/>
                    <div>
                        <p><strong>{key.name}</strong> " " {suspended}</p>
                        <p class="sub">"Added " <Time at=key.added_at now=now/> {used}</p>
                    </div>
                    {remove}
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <Panel id="passkeys" title="Passkeys">
            <ul class="items">{rows}</ul>
            <div class="body stack">
                <Button icon="key" kind="button" attr:disabled=true attr:data-needs-script="" attr:data-add=""
                    attr:data-then="/me" attr:aria-describedby="passkeys-rule">"Add a passkey"</Button>
                <AddingPasskey/>
                <Refused/>
                <PasskeyButtons/>
            </div>
            <footer>
                <p class="hint" id="passkeys-rule">
                    "Adding or removing a passkey asks for a touch of one you have, in a browser that runs scripts. "
                    "Keep two: the last one cannot be removed."
                </p>
            </footer>
        </Panel>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<Session>, now: i64) -> impl IntoView {
    let form = Form::of("sessions/end");
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            let agent = device(session.agent.as_deref());
            let end = if session.current {
                view! { <Badge icon="check" tone=Tone::Ok>"This session"</Badge> }.into_any()
            } else {
                view! {
                    <form method="post" action=form.action()>
                        <input type="hidden" name="ask[session]" value=session.id/>
                        <Button small=true danger=true attr:aria-label=format!("End session on {agent}")>"End"</Button>
                    </form>
                }
                .into_any()
            };
            view! {
                <tr>
                    <th scope="row"><span class="row"><Icon name="device"/> <bdi>{agent.clone()}</bdi></span></th>
                    <td data-label="Address"><bdi>{session.address}</bdi></td>
                    <td data-label="Since"><Time at=session.started_at now=now/></td>
                    <td data-label="Last active"><Time at=session.seen_at now=now/></td>
                    <td class="num">{end}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <Panel id="sessions" title="Sessions">
            <Table caption="Open sessions, newest first">
                <thead>
                    <tr>
                        <th scope="col">"Browser"</th>
                        <th scope="col">"Address"</th>
                        <th scope="col">"Since"</th>
                        <th scope="col">"Last active"</th>
                        <th scope="col" class="num">"State"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <footer>
                <p class="hint">"A session ends after 15 minutes idle, and after 12 hours at the latest."</p>
            </footer>
        </Panel>
    }
    .into_any()
}

/// What shall be different is posted; the page comes back with it applied.
#[component]
fn PreferencesForm(preferences: Preferences) -> impl IntoView {
    let form = Form::of("preferences/save");
    let choice = |name: &'static str, value: &'static str, words: &'static str, chosen: bool| {
        view! {
            <label class="option">
                <input r#type="radio" name=format!("ask[{name}]") value=value checked=chosen/>
                {words}
            </label>
        }
    };
    let themes = Theme::ALL.map(|one| choice("theme", one.as_str(), one.label(), one == preferences.theme));
    view! {
        <Panel id="preferences" title="Preferences">
            <form class="body stack" method="post" action=form.action()>
                <FormProblem problem=form.problem().cloned()/>
                <fieldset><legend>"Theme"</legend>{themes}</fieldset>
                <fieldset>
                    <legend>"Single-key shortcuts"</legend>
                    {choice("shortcuts", "on", "On", preferences.shortcuts)}
                    {choice("shortcuts", "off", "Off", !preferences.shortcuts)}
                    <p class="hint" data-keys="on">"Press " <kbd>"?"</kbd> " for the list. Keys with Ctrl always work."</p>
                </fieldset>
                <Button>"Save preferences"</Button>
            </form>
        </Panel>
    }
    .into_any()
}

#[component]
fn Recent(activity: Vec<Activity>, now: i64) -> impl IntoView {
    let events: Vec<_> = activity
        .into_iter()
        .map(|entry| {
            let icon = match entry.outcome.as_str() {
                "ok" => "check",
                "denied" => "lock",
                _ => "alert",
            };
            let did = briefly(&entry.action, &entry.outcome);
            // A subject longer than the company's numbers is an id: of one's own account, passkey or session.
            let about = match (entry.subject, entry.action.as_str()) {
                (Some(number), _) if number.len() < 20 => number,
                (None, "access.denied") => "a page".to_owned(),
                (None, _) | (Some(_), "session.ended" | "sign_in.succeeded" | "sign_in.failed") => String::new(),
                (Some(_), _) => "your account".to_owned(),
            };
            let did = if about.is_empty() { did.trim_end_matches(" as").to_owned() } else { did };
            view! { <Event icon at=entry.at now why=format!("entry {}", number(entry.seq))>{did} " " <bdi>{about}</bdi></Event> }
                .into_any()
        })
        .collect();
    view! {
        <Panel id="activity" title="Recent activity">
            <Timeline>{events}</Timeline>
        </Panel>
    }
    .into_any()
}
