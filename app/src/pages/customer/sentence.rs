//! An entry about a customer as a sentence, and why it was done.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::{Category, Happening};
use heliodesk_wire::order_field;
use heliodesk_wire::stage::Stage;

use super::super::story::briefly;
use super::history::Line;
use crate::components::number;
use crate::problem::meaning;

/// Icon, and what was done as the end of a sentence.
pub(super) fn sentence(one: &Happening) -> (&'static str, String) {
    let fields = listed(&one.fields);
    let subject = &one.subject;
    match (one.action.as_str(), one.outcome.as_str()) {
        ("field.revealed", _) => ("eye", format!("revealed the {fields}")),
        ("field.copied", _) => ("copy", format!("copied the {fields} (as the page reported)")),
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
        ("customer.imported", _) if one.fields == ["notes"] => {
            ("people", "brought the customer, with notes".to_owned())
        }
        ("customer.imported", _) => ("people", format!("changed {fields}")),
        ("order.edited" | "order.moved", "ok") => ("arrow", changed(one)),
        ("step_up.failed", _) => ("key", "tried to touch the passkey".to_owned()),
        ("customers.searched", _) => ("search", "found the customer by a search".to_owned()),
        ("access.denied", _) if one.reason.as_deref() == Some("holds_personal_data") => {
            ("stop", "wrote a text that named the customer".to_owned())
        }
        ("access.denied", _) if one.subject.starts_with("C-") => ("stop", "was refused".to_owned()),
        ("access.denied", _) => ("stop", format!("was refused {subject}")),
        (action, outcome) => ("trail", format!("{} {subject}", briefly(action, outcome).replace(" {}", ""))),
    }
}

/// How an order was moved, changed, or both.
fn changed(one: &Happening) -> String {
    let subject = &one.subject;
    let Some((from, to)) = &one.moved else { return format!("changed {}: {}", subject, listed(&one.fields)) };
    // The time of a stage follows the stage.
    let others: Vec<String> =
        one.fields.iter().filter(|field| !["stage", "stage_since"].contains(&field.as_str())).cloned().collect();
    let moved = format!("moved {subject} from {} to {}", stage(from), stage(to));
    if others.is_empty() { moved } else { format!("{moved} and changed {}", listed(&others)) }
}

/// What was viewed, and how often.
pub(super) fn views(viewed: &[(String, u32)], customer: &str) -> String {
    let each = viewed.iter().map(|(subject, times)| {
        let what = if subject == customer { "the customer" } else { subject };
        match times {
            1 => what.to_owned(),
            2 => format!("{what} twice"),
            times => format!("{what} {times} times"),
        }
    });
    format!("viewed {}", joined(&each.collect::<Vec<_>>()))
}

/// Reason, order and entry, as far as there are any.
pub(super) fn why(line: &Line) -> String {
    let one = &line.newest;
    let reason = one.reason.as_deref().map(|reason| {
        if reason == "holds_personal_data" {
            return "It was refused".to_owned();
        }
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
    let times: u32 = line.viewed.iter().map(|(_, times)| times).sum();
    let newest = number(one.seq);
    let entry = if times > 1 { format!("{times} entries, the newest {newest}") } else { format!("entry {newest}") };
    reason.into_iter().chain(order).chain([entry]).collect::<Vec<_>>().join(" · ")
}

/// Names of fields as people read them in the middle of a sentence.
fn listed(fields: &[String]) -> String {
    let label = |name: &String| {
        let order = order_field::Field::ALL.into_iter().find(|field| field.as_str() == name);
        match (name.parse::<PersonalField>(), order) {
            (Ok(field), _) => field.label().to_owned(),
            (_, Some(field)) => field.label().to_lowercase(),
            _ => name.replace('_', " "),
        }
    };
    joined(&fields.iter().map(label).collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`.
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

fn stage(name: &str) -> String {
    name.parse::<Stage>().map_or_else(|_| name.to_owned(), |stage| stage.label().to_owned())
}

#[cfg(test)]
mod tests {
    use heliodesk_desk::trail::ACTIONS;

    use super::*;

    fn entry(action: &str, subject: &str, fields: &[&str]) -> Happening {
        Happening {
            seq: 18_204,
            at: 0,
            who: "Mia Torres".into(),
            action: action.into(),
            subject: subject.into(),
            outcome: "ok".into(),
            reason: None,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            moved: None,
            order: None,
        }
    }

    #[test]
    fn a_reveal_is_told_with_its_reason_order_and_entry() {
        let one = Happening {
            reason: Some("other: wants the crane moved".into()),
            order: Some("O-1".parse().unwrap()),
            ..entry("field.revealed", "C-1", &["email"])
        };
        assert_eq!(sentence(&one).1, "revealed the e-mail");
        let told = why(&Line { newest: one.clone(), viewed: Vec::new() });
        assert_eq!(told, "Other: wants the crane moved · O-1 · entry 18,204");
        assert_eq!(sentence(&entry("field.copied", "C-1", &["email"])).1, "copied the e-mail (as the page reported)");
    }

    #[test]
    fn views_are_counted_and_moves_say_from_where_to_where() {
        assert_eq!(views(&[("C-1".into(), 3), ("O-1".into(), 2)], "C-1"), "viewed the customer 3 times and O-1 twice");
        let viewed = vec![("C-1".to_owned(), 1), ("O-1".to_owned(), 1)];
        let told = why(&Line { newest: entry("customer.viewed", "C-1", &[]), viewed });
        assert_eq!(told, "2 entries, the newest 18,204");
        let moved = Some(("design".to_owned(), "permitting".to_owned()));
        let both = entry("order.edited", "O-1", &["stage", "stage_since", "next_step", "waiting_on"]);
        let both = Happening { moved, ..both };
        assert_eq!(sentence(&both).1, "moved O-1 from Design to Permitting and changed next step and waiting on");
        let priced = entry("order.edited", "O-1", &["watts", "price_minor"]);
        assert_eq!(sentence(&priced).1, "changed O-1: watts per panel and price");
    }

    #[test]
    fn no_action_is_told_by_its_name() {
        for action in ACTIONS {
            let told = sentence(&entry(action, "O-1", &["name"])).1;
            assert!(!told.contains(*action) && !told.contains("{}"), "{action}: {told}");
        }
    }
}
