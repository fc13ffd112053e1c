//! The filters as a form that needs no script: one box for text, a control for each; and what is filtered, each with its way
//! out.

use std::collections::BTreeSet;

use heliodesk_desk::trail::ACTIONS;
use heliodesk_wire::trail::{Filter, Mistake, OUTCOMES};
use heliodesk_wire::{Fields, Role};
use leptos::prelude::*;

use super::asked::{address, mark};
use crate::components::{Button, Icon};
use crate::problem::field_sentence;

/// Words that stand for more than one action, and for what was refused.
const WORDS: [&str; 10] =
    ["reveal", "verify", "view", "search", "edit", "move", "note", "sign_in", "step_up", "export"];
/// Spans back from now, and how they are called.
const SPANS: [(&str, &str); 6] = [
    ("1h", "Past hour"),
    ("today", "Today"),
    ("24h", "Past 24 hours"),
    ("7d", "Past 7 days"),
    ("30d", "Past 30 days"),
    ("52w", "Past year"),
];

/// The form. Its box holds the same filters as its controls.
#[component]
pub(super) fn Controls(
    filter: Filter,
    q: String,
    /// Some of the staff: e-mail and name.
    people: Vec<(String, String)>,
    wrong: Fields,
    mistakes: Vec<Mistake>,
) -> impl IntoView {
    let shown = mark(&q);
    let unread = mistakes.iter().map(|Mistake { word, code }| format!("Word {word}: {}.", field_sentence(code)));
    let told: Vec<String> = match mistakes.is_empty() {
        false => unread.collect(),
        true => wrong.0.iter().map(|(name, code)| format!("{name}: {}.", field_sentence(code))).collect(),
    };
    let invalid = (!told.is_empty()).then_some("true");
    let told = invalid.map(|_| {
        view! { <p class="error" id="q-error"><Icon name="alert" size=14/><span>{told.join(" ")}</span></p> }
    });
    let input = |name: &'static str, kind: &'static str, value: &str, list: Option<&'static str>| {
        let invalid = wrong.code(name).is_some().then_some("true");
        // A time that was not understood stays as it was typed: a time control would drop it.
        let kind = if invalid.is_some() { "text" } else { kind };
        let value = value.to_owned();
        let step = (kind == "datetime-local").then_some("any");
        view! {
            <input name=name r#type=kind value=value step=step list=list autocomplete="off" spellcheck="false" aria-invalid=invalid/>
        }
    };
    let people: Vec<_> =
        people.into_iter().map(|(email, name)| view! { <option value=email>{name}</option> }).collect();
    let words = WORDS.into_iter().chain(ACTIONS.iter().copied().collect::<BTreeSet<_>>());
    let actions = words.map(|word| (word, word)).collect();
    let session = (!filter.session.is_empty())
        .then(|| view! { <input type="hidden" name="session" value=filter.session.clone()/> });
    view! {
        <form class="filters" method="get" action="/trail" aria-label="Filters" data-filters="">
            <input type="hidden" name="shown" value=shown/>
            {session}
            <div class="search">
                <Icon name="search"/>
                <label class="visually-hidden" r#for="q">"Filter the trail"</label>
                <input
                    class="code"
                    id="q"
                    name="q"
                    r#type="search"
                    value=q
                    maxlength="500"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=invalid
                    aria-describedby=if invalid.is_some() { "q-error q-hint" } else { "q-hint" }
                    aria-keyshortcuts="/"
                    data-shortcut="Filter the trail"
                />
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            <Button>"Apply"</Button>
            {told}
            <p class="hint" id="q-hint">
                "As text: " <span class="code">"actor:mia action:reveal since:7d outcome:denied"</span>
                ", also subject, role, session, hours, from, to"
            </p>
            <details class="fold" open=invalid.is_some()>
                <summary>"Filters"</summary>
                <div class="filters">
                    <Choose label="Time" name="since" any="Any time" options=SPANS.to_vec() value=filter.since.clone()/>
                    <label>"From, UTC " {input("from", "datetime-local", &filter.from, None)}</label>
                    <label>"To, UTC " {input("to", "datetime-local", &filter.to, None)}</label>
                    <label>"Actor " {input("actor", "text", &filter.actor, Some("people"))}</label>
                    <datalist id="people">{people}</datalist>
                    <Choose label="Action" name="action" any="Any action" options=actions value=filter.action.clone()/>
                    <label>"Subject " {input("subject", "text", &filter.subject, None)}</label>
                    <Choose label="Outcome" name="outcome" any="Any outcome" options=named(OUTCOMES) value=filter.outcome.clone()/>
                    <Choose
                        label="Role"
                        name="role"
                        any="Any role"
                        options=named(Role::ALL.map(Role::as_str))
                        value=filter.role.clone()
                    />
                    <Choose
                        label="Hours"
                        name="hours"
                        any="Any hour"
                        options=vec![("after", "After hours, 20:00 to 06:00")]
                        value=filter.hours
                    />
                </div>
            </details>
        </form>
    }
    .into_any()
}

fn named<const N: usize>(all: [&'static str; N]) -> Vec<(&'static str, &'static str)> {
    all.map(|one| (one, one)).to_vec()
}

/// One of a list; a word of one's own, or one that was not understood, stands as it was typed.
#[component]
fn Choose(
    label: &'static str,
    name: &'static str,
    any: &'static str,
    options: Vec<(&'static str, &'static str)>,
    value: String,
) -> impl IntoView {
    if !value.is_empty() && !options.iter().any(|(known, _)| *known == value) {
        return view! { <label>{label} " " <input name=name r#type="text" value=value autocomplete="off" spellcheck="false"/></label> }
            .into_any();
    }
    let options: Vec<_> = options
        .into_iter()
        .map(|(known, words)| view! { <option value=known selected=value == known>{words}</option> })
        .collect();
    view! { <label>{label} " " <select name=name><option value="">{any}</option>{options}</select></label> }.into_any()
}

/// Every filter with a link that takes it away; what is not on the trail only says so.
#[component]
pub(super) fn Chips(filter: Filter, known: bool) -> impl IntoView {
    let unknown =
        (!known).then(|| view! { <span class="hint">"Nothing on the trail is about this subject or session."</span> });
    let set = filter.pairs().into_iter().filter(|(_, value)| !value.is_empty());
    let chips: Vec<_> = set
        .map(|(name, value)| {
            let mut without = Filter { before: String::new(), ..filter.clone() };
            if let Some(field) = without.field(name) {
                field.clear();
            }
            let words = format!("{name}: {value}");
            let label = format!("Remove filter {words}");
            view! {
                <span class="chip">
                    <bdi>{words}</bdi>
                    " "
                    <a href=address(&without) aria-label=label><Icon name="cross" size=14/></a>
                </span>
            }
        })
        .collect();
    (!chips.is_empty() || !known).then(|| {
        view! { <p class="row">{chips} {unknown} <a class="button quiet small" href="/trail">"Clear all"</a></p> }
            .into_any()
    })
}
