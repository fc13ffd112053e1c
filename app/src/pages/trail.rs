//! `/trail`: who did what, when, to whom; filters combine freely and live in the address.

use heliodesk_desk::Error;
use heliodesk_desk::trail::{ACTIONS, list};
use heliodesk_wire::Fields;
use heliodesk_wire::me::Viewer;
use heliodesk_wire::trail::{Filter, Line, Listing, OUTCOMES, Seal};
use leptos::prelude::*;

use super::Page;
use super::histogram::Bars;
use super::story::{OutcomeBadge, detail, who};
use crate::components::{Button, Empty, Icon, Notice, PageHead, Pager, Panel, Tab, Table, Tabs, Time, Tone, number};
use crate::problem::{Problem, field_sentence};
use crate::request::{actor, extension, query, set_status};

/// The list, newest first.
pub async fn trail() -> Result<Page, Problem> {
    let typed = typed();
    match list(&actor().await?, &typed).await {
        Ok(listing) => Ok(Page::new("Trail", view! { <Shown listing typed/> })),
        Err(Error::Invalid(wrong)) => {
            set_status(422);
            Ok(Page::new("Trail", view! { <Refused typed wrong/> }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The filters as they stand in the address.
fn typed() -> Filter {
    let text = |name| query(name).unwrap_or_default();
    Filter {
        from: text("from"),
        to: text("to"),
        actor: text("actor"),
        action: text("action"),
        outcome: text("outcome"),
        subject: text("subject"),
        before: text("before"),
    }
}

/// The address of the trail with these filters.
pub(super) fn address(filter: &Filter) -> String {
    let pairs = filter.pairs().into_iter().chain([("before", filter.before.as_str())]);
    let pairs: Vec<_> = pairs.filter(|(_, value)| !value.is_empty()).map(|(name, value)| pair(name, value)).collect();
    if pairs.is_empty() { "/trail".to_owned() } else { format!("/trail?{}", pairs.join("&")) }
}

/// One pair of a query.
fn pair(name: &str, value: &str) -> String {
    let mut out = format!("{name}=");
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' | b':' | b'@' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The whole page.
#[component]
fn Shown(listing: Listing, typed: Filter) -> impl IntoView {
    let Listing { filter, lines, before, histogram, seal } = listing;
    let altered: Vec<u64> = lines.iter().filter(|line| line.altered).map(|line| line.seq).collect();
    let warning = (!altered.is_empty()).then(|| view! { <Changed altered/> });
    let older = before.map(|seq| address(&Filter { before: seq.to_string(), ..typed.clone() }));
    let newer = (!typed.before.is_empty()).then(|| address(&Filter { before: String::new(), ..typed.clone() }));
    let shown = match (lines.first(), lines.last()) {
        (Some(first), Some(last)) => format!("{} to {}, newest first", number(last.seq), number(first.seq)),
        _ => String::new(),
    };
    let rows: Vec<_> = lines.into_iter().map(row).collect();
    let list = if rows.is_empty() {
        view! {
            <Empty icon="trail" title="No entry matches">
                <p>"Take a filter away, or widen the time. All times are UTC."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Table caption="Entries, newest first">
                <thead>
                    <tr>
                        <th scope="col">"No."</th>
                        <th scope="col">"Time, UTC"</th>
                        <th scope="col">"Actor"</th>
                        <th scope="col">"Action"</th>
                        <th scope="col">"Subject"</th>
                        <th scope="col">"Outcome"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <Pager shown=shown newer=newer older=older newer_label="Newest" older_label="Older"/>
        }
        .into_any()
    };
    view! {
        <Head seal=Some(seal)/>
        <Views typed=typed.clone()/>
        {warning}
        <Filters filter=Filter { before: String::new(), ..filter } wrong=Fields::new()/>
        <Bars histogram filter=typed/>
        <Panel id="entries" title="Entries">{list}</Panel>
    }
    .into_any()
}

/// The page when a filter was not understood: nothing is shown, and nothing typed is lost.
#[component]
fn Refused(typed: Filter, wrong: Fields) -> impl IntoView {
    view! {
        <Head seal=None/>
        <Views typed=typed.clone()/>
        <Notice tone=Tone::Bad title="A filter needs a change" alert=true>
            <p>"Nothing was looked up yet."</p>
        </Notice>
        <Filters filter=typed wrong/>
    }
    .into_any()
}

/// Title, and how the whole trail stands.
#[component]
fn Head(seal: Option<Seal>) -> impl IntoView {
    let seal = seal.map(|seal| view! { <Strip seal/> });
    view! { <PageHead title="Trail">{seal}</PageHead> }.into_any()
}

/// The integrity strip.
#[component]
fn Strip(seal: Seal) -> impl IntoView {
    let Seal { entries, published, published_at, wrong } = seal;
    let published_at = published_at.map(|at| view! { " at " <Time at/> });
    let told = match published {
        0 => view! { <span>"not yet published"</span> }.into_any(),
        _ => view! { <span>{format!("published up to {}", number(published))} {published_at}</span> }.into_any(),
    };
    let waiting = entries.saturating_sub(published);
    let waiting = (published > 0 && waiting > 0 && !wrong)
        .then(|| view! { <span>{format!("{} not yet published", number(waiting))}</span> });
    if wrong {
        view! {
            <p class="seal bad" role="alert">
                <strong><Icon name="alert"/>"The trail contradicts what was published"</strong>
                {told}
                <span>"run “heliodesk trail verify”"</span>
            </p>
        }
        .into_any()
    } else {
        let words = format!("Tree of {} intact", number(entries));
        view! { <p class="seal"><strong><Icon name="shield"/>{words}</strong> {told} {waiting}</p> }.into_any()
    }
}

/// Often used filters.
#[component]
fn Views(typed: Filter) -> impl IntoView {
    let own = extension::<Viewer>().map(|viewer| viewer.staff).unwrap_or_default();
    let with = |action: &str, outcome: &str, actor: &str| Filter {
        action: action.to_owned(),
        outcome: outcome.to_owned(),
        actor: actor.to_owned(),
        ..Filter::default()
    };
    let views = [
        ("Everything", Filter::default()),
        ("Reveals", with("field.revealed", "", "")),
        ("Denied", with("", "denied", "")),
        ("Failed", with("", "failed", "")),
        ("Exports", with("trail.exported", "", "")),
        ("My own", with("", "", &own)),
    ];
    let tab = |(label, filter): (&'static str, Filter)| {
        let here = filter.pairs() == typed.pairs();
        Tab { href: address(&filter), label, count: None, here }
    };
    view! { <Tabs label="Views" tabs=views.into_iter().map(tab).collect()/> }.into_any()
}

/// Entries of this page that were changed.
#[component]
fn Changed(altered: Vec<u64>) -> impl IntoView {
    let links: Vec<_> = altered
        .into_iter()
        .map(|seq| view! { <li><a href=format!("/trail/{seq}")>{format!("Entry {}", number(seq))}</a></li> })
        .collect();
    view! {
        <Notice tone=Tone::Bad title="Entries were changed after they were recorded" alert=true>
            <ul>{links}</ul>
        </Notice>
    }
    .into_any()
}

/// The filters, as a form that needs no script.
#[component]
fn Filters(filter: Filter, wrong: Fields) -> impl IntoView {
    let chosen = |name: &'static str, value: &str, any: &'static str, all: &[&'static str]| {
        let options: Vec<_> =
            all.iter().map(|known| view! { <option value=*known selected=value == *known>{*known}</option> }).collect();
        let invalid = wrong.code(name).is_some().then_some("true");
        view! { <select name=name aria-invalid=invalid><option value="">{any}</option>{options}</select> }
    };
    let input = |name: &'static str, kind: &'static str, value: &str, hint: &'static str| {
        let invalid = wrong.code(name).is_some().then_some("true");
        // A time that was not understood stays as it was typed: a time control would drop it.
        let kind = if invalid.is_some() { "text" } else { kind };
        let described = invalid.map(|_| format!("{name}-error"));
        let value = value.to_owned();
        view! {
            <input
                name=name
                r#type=kind
                value=value
                placeholder=hint
                autocomplete="off"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=described
            />
        }
    };
    let error = |name: &'static str| {
        let sentence = wrong.code(name).map(field_sentence)?;
        Some(view! { <span class="error" id=format!("{name}-error")>{sentence}</span> })
    };
    let clear = (!filter.is_empty()).then(|| view! { <a class="button quiet" href="/trail">"Clear all"</a> });
    view! {
        <form class="filters" method="get" action="/trail" aria-label="Filters">
            <details class="fold" open=!wrong.is_empty()>
                <summary>"Filters"</summary>
                <div class="filters">
                    <label>"From, UTC " {input("from", "datetime-local", &filter.from, "")} {error("from")}</label>
                    <label>"To, UTC " {input("to", "datetime-local", &filter.to, "")} {error("to")}</label>
                    <label>"Actor " {input("actor", "text", &filter.actor, "work e-mail or id")} {error("actor")}</label>
                    <label>"Action " {chosen("action", &filter.action, "Any action", ACTIONS)} {error("action")}</label>
                    <label>"Outcome " {chosen("outcome", &filter.outcome, "Any outcome", &OUTCOMES)} {error("outcome")}</label>
                    <label>"Subject " {input("subject", "text", &filter.subject, "C-900001")} {error("subject")}</label>
                    <Button>"Apply"</Button>
                    {clear}
                </div>
            </details>
        </form>
    }
    .into_any()
}

/// One entry in the table.
fn row(line: Line) -> impl IntoView {
    let about = line.subject.as_ref().map(|subject| {
        let filter = Filter { subject: subject.id.clone(), ..Filter::default() };
        let words = subject.name.clone().unwrap_or_else(|| subject.id.clone());
        view! { <a href=address(&filter)><bdi>{words}</bdi></a> }
    });
    let actor = address(&Filter { actor: line.actor.id.clone(), ..Filter::default() });
    let mark = line.altered.then(|| view! { <span class="mark bad"><Icon name="alert" size=14/>"changed"</span> });
    let role = line.role.clone().map(|role| view! { <span class="sub">{role}</span> });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/trail/{}", line.seq) aria-label=format!("Entry {}", number(line.seq))>{number(line.seq)}</a>
            </th>
            <td data-label="Time, UTC"><Time at=line.at exact=true/></td>
            <td data-label="Actor"><span><a href=actor><bdi>{who(&line.actor)}</bdi></a> " " {role}</span></td>
            <td data-label="Action">
                <span><span class="code">{line.action.clone()}</span> " " <span class="sub">{detail(&line)}</span></span>
            </td>
            <td data-label="Subject">{about}</td>
            <td data-label="Outcome"><span class="row"><OutcomeBadge outcome=line.outcome.clone()/> {mark}</span></td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_live_in_the_address() {
        assert_eq!(address(&Filter::default()), "/trail");
        let filter = Filter {
            from: "2026-11-21T09:00".into(),
            actor: "mia+x@example.com".into(),
            subject: "a&b=c #é".into(),
            before: "51".into(),
            ..Filter::default()
        };
        assert_eq!(
            address(&filter),
            "/trail?from=2026-11-21T09:00&actor=mia%2Bx@example.com&subject=a%26b%3Dc%20%23%C3%A9&before=51"
        );
    }
}
