//! What the trail says about a customer, in sentences.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::{Category, CustomerRecord, Happening};
use leptos::prelude::*;

use crate::components::{Empty, Event, Panel, Timeline, number};
use crate::problem::meaning;

/// How many sentences stand on the overview.
const SHORT: usize = 8;

/// The timeline, or who looked (`id` is `timeline` or `access`).
#[component]
pub(super) fn History(
    id: &'static str,
    title: &'static str,
    /// What to say when there is nothing.
    empty: &'static str,
    record: CustomerRecord,
    /// Only the newest, with a link to all.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let all = if id == "access" { record.access } else { record.timeline };
    if all.is_empty() {
        return view! { <Panel id title><Empty icon="trail" title=empty/></Panel> }.into_any();
    }
    let count = all.len();
    let shown = if short { SHORT } else { count };
    let now = record.now;
    let events: Vec<_> = all.into_iter().take(shown).map(|one| happening(one, now)).collect();
    let more = (count > shown).then(|| {
        let href = format!("/customers/{}?tab={id}", record.number);
        view! { <a href=href>{format!("All {count}")}</a> }
    });
    view! { <Panel id title end=more><Timeline>{events}</Timeline></Panel> }.into_any()
}

fn happening(one: Happening, now: i64) -> AnyView {
    let (icon, did) = sentence(&one);
    let why = why(&one);
    view! { <Event icon at=one.at now why><strong><bdi>{one.who}</bdi></strong> " " {did}</Event> }.into_any()
}

/// What was done, as the end of a sentence.
fn sentence(one: &Happening) -> (&'static str, String) {
    let fields = one.fields.iter().map(|field| label(field)).collect::<Vec<_>>().join(", ");
    let subject = &one.subject;
    match (one.action.as_str(), one.outcome.as_str()) {
        ("customer.viewed", _) => ("people", "viewed the customer".to_owned()),
        ("order.viewed", _) => ("order", format!("viewed {subject}")),
        ("field.revealed", _) => ("eye", format!("revealed the {fields}")),
        ("caller.verified", "ok") => ("check", format!("verified the caller by {fields}: match")),
        ("caller.verified", _) => ("cross", format!("verified the caller by {fields}: no match")),
        ("field.replaced", _) => ("swap", format!("replaced the {fields}")),
        ("field.unreadable", _) => ("alert", format!("came upon an unreadable value: {fields}")),
        ("note.written", _) => ("note", "wrote a note".to_owned()),
        ("note.pinned", _) => ("pin", "pinned a note".to_owned()),
        ("note.unpinned", _) => ("pin", "unpinned a note".to_owned()),
        ("note.redacted", _) => ("hide", "redacted a note".to_owned()),
        ("account.locked", _) => ("lock", "locked the account".to_owned()),
        ("account.unlocked", _) => ("check", "unlocked the account".to_owned()),
        ("account.closed", _) => ("cross", "closed the account".to_owned()),
        ("customer.imported", _) if one.fields.is_empty() => ("people", "brought the customer".to_owned()),
        ("customer.imported", _) => ("people", format!("changed {fields}")),
        ("order.edited", _) => ("pen", format!("edited {subject}: {fields}")),
        ("order.moved", _) => ("arrow", format!("moved {subject}")),
        ("step_up.failed", _) => ("key", "tried to touch the passkey".to_owned()),
        ("access.denied", _) => ("stop", "was refused".to_owned()),
        (action, _) => ("trail", format!("{action} {subject}")),
    }
}

/// A field's name as people read it in the middle of a sentence.
fn label(field: &str) -> String {
    field.parse::<PersonalField>().map_or_else(|_| field.replace('_', " "), |field| field.label().to_owned())
}

/// Reason, order and entry, as far as there are any.
fn why(one: &Happening) -> String {
    let reason = one.reason.as_deref().map(|reason| {
        if one.action == "access.denied" {
            return meaning(reason).title.to_owned();
        }
        let (category, details) = reason.split_once(": ").unwrap_or((reason, ""));
        match (category.parse::<Category>(), details.is_empty()) {
            (Ok(category), true) => category.label().to_owned(),
            (Ok(category), false) => format!("{}: {details}", category.label()),
            (Err(_), _) => reason.to_owned(),
        }
    });
    let order = one.order.as_ref().map(ToString::to_string);
    let entry = format!("entry {}", number(one.seq));
    reason.into_iter().chain(order).chain([entry]).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reveal_is_told_with_its_reason_order_and_entry() {
        let one = Happening {
            seq: 18_204,
            at: 0,
            who: "Mia Torres".into(),
            action: "field.revealed".into(),
            subject: "C-1".into(),
            outcome: "ok".into(),
            reason: Some("other: wants the crane moved".into()),
            fields: vec!["email".into()],
            order: Some("O-1".parse().unwrap()),
        };
        assert_eq!(sentence(&one).1, "revealed the e-mail");
        assert_eq!(why(&one), "Other: wants the crane moved · O-1 · entry 18,204");
    }
}
