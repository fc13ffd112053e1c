//! What an entry says, in words.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::Category;
use heliodesk_wire::order_field::Field;
use heliodesk_wire::trail::{Line, Named};
use leptos::prelude::*;
use maud::Render;

use crate::components::{Tone, badge, number, printed};

/// A person by name, else as recorded.
pub(super) fn who(named: &Named) -> String {
    match (&named.name, named.id.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "server") => "The server".to_owned(),
        (None, "nobody") => "Nobody signed in".to_owned(),
        (None, id) => id.to_owned(),
    }
}

/// The outcome: icon, word and colour.
#[component]
pub(super) fn OutcomeBadge(outcome: String) -> impl IntoView {
    printed(outcome_badge(&outcome).render())
}

/// The same, printed.
pub(super) fn outcome_badge(outcome: &str) -> impl Render {
    let (icon, tone) = match outcome {
        "ok" => ("check", Tone::Ok),
        "denied" => ("stop", Tone::Bad),
        _ => ("alert", Tone::Warn),
    };
    badge(icon, tone, outcome)
}

/// A few words under the action: the fields, and the reason's first words.
pub(super) fn detail(line: &Line) -> String {
    let mut words: Vec<String> = line.changes.iter().map(|change| label(&change.field).to_lowercase()).collect();
    words.truncate(3);
    words.extend(line.reason.iter().map(|reason| reason.replace('_', " ").chars().take(40).collect()));
    words.join(", ")
}

/// A field's name as people read it.
pub(super) fn label(name: &str) -> String {
    match (name.parse::<PersonalField>(), Field::ALL.into_iter().find(|field| field.as_str() == name)) {
        (Ok(field), _) => capital(field.label()),
        (_, Some(field)) => field.label().to_owned(),
        _ => capital(&name.replace('_', " ")),
    }
}

/// A reason as people read it: the words of a code, with its details; anything that was typed as it is.
pub(super) fn why(reason: &str) -> String {
    let (code, details) = reason.split_once(": ").map_or((reason, None), |(code, details)| (code, Some(details)));
    let code = match code.parse::<Category>() {
        Ok(category) => category.label().to_owned(),
        Err(_) if code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && details.is_none() => {
            capital(&code.replace('_', " "))
        }
        Err(_) => return reason.to_owned(),
    };
    details.map_or_else(|| code.clone(), |details| format!("{code}: {details}"))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What an entry is about by name or number, where people know it by one.
pub(super) fn subject(line: &Line) -> Option<String> {
    let subject = line.subject.as_ref()?;
    match (&subject.name, line.action.as_str()) {
        (Some(name), _) => Some(name.clone()),
        (None, "trail.entry_viewed" | "trail.proof_downloaded") => {
            Some(subject.id.parse::<u64>().map_or_else(|_| subject.id.clone(), number))
        }
        (None, _) => Some(subject.id.clone()).filter(|id| !is_internal(id)),
    }
}

/// What an entry is about, where only the desk knows it by an id.
pub(super) fn kind(line: &Line) -> Option<&'static str> {
    line.subject.as_ref().filter(|subject| is_internal(&subject.id))?;
    Some(match line.action.split('.').next().unwrap_or_default() {
        "trail" => "Export",
        "view" => "Saved view",
        "session" => "Session",
        "step_up" => "Passkey",
        "staff" | "passkey" | "sign_in" => "Account",
        _ => "Record",
    })
}

/// Whether this is an id of the desk's own, which nobody outside knows anything by.
fn is_internal(id: &str) -> bool {
    id.len() == 26 && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// As [`subject`], after the words of what was done; those name what the desk's other ids stand for.
pub(super) fn about(line: &Line) -> Option<String> {
    if line.subject.as_ref().is_some_and(|subject| subject.id == line.actor.id) {
        return Some("their own account".to_owned());
    }
    let unnamed = || match kind(line)? {
        "Passkey" => Some("a passkey".to_owned()),
        "Account" => Some("an account".to_owned()),
        _ => None,
    };
    subject(line).or_else(unnamed)
}

/// What was done, as *did* and *to do*; `{}` stands for the fields.
fn verb(action: &str) -> (&'static str, &'static str) {
    match action {
        "access.denied" => ("asked for", "reach"),
        "staff.invited" => ("invited", "invite"),
        "staff.role_changed" => ("changed the role of", "change the role of"),
        "staff.locked" => ("locked", "lock"),
        "passkey.requested" => ("asked to add a passkey to", "add a passkey to"),
        "passkey.added" => ("added a passkey to", "add a passkey to"),
        "passkey.removed" => ("removed a passkey of", "remove a passkey of"),
        "passkey.failed" => ("began to add a passkey to", "add a passkey to"),
        "sign_in.succeeded" => ("signed in as", "sign in as"),
        "sign_in.failed" => ("tried to sign in as", "sign in as"),
        "step_up.begun" => ("was asked for a touch for", "begin a touch for"),
        "step_up.succeeded" => ("touched the passkey for", "touch the passkey for"),
        "step_up.failed" => ("tried to touch the passkey for", "touch the passkey for"),
        "sign_out" => ("signed out", "sign out"),
        "session.ended" => ("ended the session", "end the session"),
        "customers.searched" => ("searched customers", "search customers"),
        "customers.listed" => ("saw a list of customers", "see a list of customers"),
        "customer.viewed" => ("viewed customer", "view customer"),
        "caller.verified" => ("checked the {} of customer", "match the {} of customer"),
        "field.revealed" => ("revealed the {} of customer", "reveal the {} of customer"),
        "field.copied" => ("copied the {} of customer", "copy the {} of customer"),
        "field.replaced" => ("replaced the {} of customer", "replace the {} of customer"),
        "field.unreadable" => ("met an unreadable {} of customer", "read the {} of customer"),
        "note.written" => ("wrote a note on customer", "write a note on customer"),
        "note.pinned" => ("pinned a note on customer", "pin a note on customer"),
        "note.unpinned" => ("unpinned a note on customer", "unpin a note on customer"),
        "note.redacted" => ("redacted a note on customer", "redact a note on customer"),
        "snippet.written" => ("added the company text {}", "add a company text"),
        "snippet.removed" => ("removed the company text {}", "remove a company text"),
        "account.locked" => ("locked the account of customer", "lock the account of customer"),
        "account.unlocked" => ("unlocked the account of customer", "unlock the account of customer"),
        "account.closed" => ("closed the account of customer", "close the account of customer"),
        "customer.imported" => ("imported customer", "import customer"),
        "orders.listed" => ("saw a list of orders", "see a list of orders"),
        "order.viewed" => ("viewed order", "view order"),
        "order.edited" => ("changed the {} of order", "change order"),
        "order.moved" => ("moved order", "move order"),
        "change_order.drafted" => ("drafted a change order of order", "draft a change order of order"),
        "change_order.sent" => ("sent a change order of order", "send a change order of order"),
        "change_order.signed" => ("recorded a signed change order of order", "record a signed change order of order"),
        "change_order.voided" => ("gave up a change order of order", "give up a change order of order"),
        "pipeline.viewed" => ("viewed the pipeline", "view the pipeline"),
        "trail.viewed" => ("read the trail", "read the trail"),
        "trail.entry_viewed" => ("read entry", "read entry"),
        "trail.proof_downloaded" => ("downloaded the proof of entry", "download the proof of entry"),
        "trail.exported" => ("exported the trail", "export the trail"),
        "trail.export_downloaded" => ("downloaded the export", "download the export"),
        "view.saved" => ("saved a view of the trail", "save a view of the trail"),
        "view.removed" => ("removed a view of the trail", "remove a view of the trail"),
        _ => ("did something to", "do something to"),
    }
}

/// Fields in a sentence; what stands beside them, such as the order of a reveal, is told below it.
fn fields(line: &Line) -> String {
    let personal = line.action.starts_with("field.") || line.action == "caller.verified";
    let names = line.changes.iter().filter(|change| !personal || change.new.is_none());
    let names: Vec<String> = names.map(|change| label(&change.field).to_lowercase()).collect();
    match names.as_slice() {
        [] => "data".to_owned(),
        [one] => one.clone(),
        [first, .., last] if names.len() == 2 => format!("{first} and {last}"),
        [first, ..] => format!("{first} and {} more fields", names.len() - 1),
    }
}

/// The words between actor and subject.
pub(super) fn did(line: &Line) -> String {
    if line.reason.as_deref() == Some("holds_personal_data") && line.action == "access.denied" {
        return format!("wrote a {} that names the customer, and was refused, about", fields(line));
    }
    told(&line.action, &line.outcome).replace("{}", &fields(line))
}

/// What was done or not, where the fields are not told.
pub(super) fn briefly(action: &str, outcome: &str) -> String {
    told(action, outcome).replace("the {} of ", "data of ").replace("an unreadable {} of", "unreadable data of")
}

/// The words of an action by how it ended; `{}` stands for the fields.
fn told(action: &str, outcome: &str) -> String {
    let (did, to_do) = verb(action);
    match (outcome, action) {
        ("denied", _) => format!("was not allowed to {to_do}"),
        ("failed", "caller.verified") => "checked the {} of customer".to_owned(),
        ("failed", action) if !action.ends_with("failed") => format!("tried and failed to {to_do}"),
        _ => did.to_owned(),
    }
}

/// An entry as one sentence.
#[component]
pub(super) fn Sentence(line: Line) -> impl IntoView {
    let subject = about(&line).map(|words| view! { " " <strong class="fit"><bdi>{words}</bdi></strong> });
    let ended = match (line.action.as_str(), line.outcome.as_str()) {
        ("field.copied", "ok") => ", as the page reported.",
        ("caller.verified", "ok") => ": it matched.",
        ("caller.verified", "failed") => ": no match.",
        _ => ".",
    };
    view! { <p><strong><bdi>{who(&line.actor)}</bdi></strong> " " {did(&line)} {subject} {ended}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use heliodesk_desk::trail::ACTIONS;
    use heliodesk_wire::trail::Change;

    use super::*;

    fn line(action: &str, outcome: &str, fields: &[&str]) -> Line {
        let change = |field: &&str| Change { field: (*field).to_owned(), old: None, new: None };
        Line {
            seq: 1,
            at: 0,
            actor: Named { id: "server".into(), name: None },
            role: None,
            action: action.into(),
            subject: None,
            outcome: outcome.into(),
            reason: None,
            changes: fields.iter().map(change).collect(),
            altered: false,
        }
    }

    #[test]
    fn every_action_has_its_words() {
        for action in ACTIONS {
            assert_ne!(verb(action).0, verb("else").0, "{action}");
        }
    }

    #[test]
    fn sentences_tell_what_was_done_or_not() {
        assert_eq!(did(&line("field.revealed", "ok", &["phone"])), "revealed the phone of customer");
        assert_eq!(
            did(&line("field.revealed", "denied", &["phone"])),
            "was not allowed to reveal the phone of customer"
        );
        assert_eq!(
            did(&line("order.edited", "ok", &["panels", "price_minor"])),
            "changed the panels and price of order"
        );
        assert_eq!(
            did(&line("order.edited", "ok", &["a", "b", "next_step"])),
            "changed the a and 2 more fields of order"
        );
        let named = Line { reason: Some("holds_personal_data".into()), ..line("access.denied", "denied", &["reason"]) };
        assert_eq!(did(&named), "wrote a reason that names the customer, and was refused, about");
        assert_eq!(did(&line("order.moved", "failed", &[])), "tried and failed to move order");
        assert_eq!(did(&line("sign_in.failed", "failed", &[])), "tried to sign in as");
    }

    #[test]
    fn no_id_of_the_desk_is_told() {
        let id = "01KY9TBJ20VW8RWDWC19BNBCXJ";
        for (action, subject, name, told, sort) in [
            ("field.revealed", "C-700001", None, Some("C-700001"), None),
            ("trail.entry_viewed", "3297", None, Some("3,297"), None),
            ("staff.locked", id, Some("Mia Torres"), Some("Mia Torres"), Some("Account")),
            ("staff.locked", id, None, Some("an account"), Some("Account")),
            ("trail.exported", id, None, None, Some("Export")),
            ("session.ended", id, None, None, Some("Session")),
            ("step_up.begun", "csv", None, Some("csv"), None),
        ] {
            let name = name.map(str::to_owned);
            let line = Line { subject: Some(Named { id: subject.into(), name }), ..line(action, "ok", &[]) };
            assert_eq!((about(&line).as_deref(), kind(&line)), (told, sort), "{action}");
        }
    }

    #[test]
    fn reasons_are_told_in_words() {
        for (reason, told) in [
            ("caller_asked", "Caller asked"),
            ("other: the roof is being sold", "Other: the roof is being sold"),
            ("step_up_required", "Step up required"),
            ("customers/reveal", "customers/reveal"),
            ("She said: call later", "She said: call later"),
        ] {
            assert_eq!(why(reason), told);
        }
    }
}
