//! What an entry says, in words.

use heliodesk_wire::trail::{Line, Named};
use leptos::prelude::*;

use crate::components::{Badge, Tone};

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
    let (icon, tone) = match outcome.as_str() {
        "ok" => ("check", Tone::Ok),
        "denied" => ("stop", Tone::Bad),
        _ => ("alert", Tone::Warn),
    };
    view! { <Badge icon tone>{outcome}</Badge> }
}

/// A few words under the action: the fields, and the reason's first words.
pub(super) fn detail(line: &Line) -> String {
    let mut words: Vec<String> = line.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    words.truncate(3);
    words.extend(line.reason.iter().map(|reason| reason.replace('_', " ").chars().take(40).collect()));
    words.join(", ")
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
    let names: Vec<String> = names.map(|change| change.field.replace('_', " ")).collect();
    match names.as_slice() {
        [] => "data".to_owned(),
        [one] => one.clone(),
        [first, .., last] if names.len() == 2 => format!("{first} and {last}"),
        [first, ..] => format!("{first} and {} more fields", names.len() - 1),
    }
}

/// The words between actor and subject.
pub(super) fn did(line: &Line) -> String {
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
    let own = line.subject.as_ref().is_some_and(|subject| subject.id == line.actor.id);
    let subject = line.subject.as_ref().map(|subject| match own {
        true => view! { " " <strong>"their own account"</strong> }.into_any(),
        false => view! { " " <strong class="fit"><bdi>{subject.name.clone().unwrap_or_else(|| subject.id.clone())}</bdi></strong> }.into_any(),
    });
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
        assert_eq!(did(&line("order.edited", "ok", &["panels", "watts"])), "changed the panels and watts of order");
        assert_eq!(
            did(&line("order.edited", "ok", &["a", "b", "next_step"])),
            "changed the a and 2 more fields of order"
        );
        assert_eq!(did(&line("order.moved", "failed", &[])), "tried and failed to move order");
        assert_eq!(did(&line("sign_in.failed", "failed", &[])), "tried to sign in as");
    }
}
