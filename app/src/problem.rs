//! What went wrong, as it leaves the machine: a code, an incident id and the fields that need a change.
//!
//! A problem never carries a driver's text, a value or a name. What the code means in words is in one table here,
//! so that every page and every island says the same sentence about the same thing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use heliodesk_wire::Fields;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// A refusal or failure: `{"code":"…","incident":"…","fields":{"name":"code"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What happened, one of the codes of [`meaning`].
    pub code: Cow<'static, str>,
    /// The id under which the log holds the details; the same as the request's.
    #[serde(default)]
    pub incident: String,
    /// The fields that need a change, each with the code of its reason (see [`field_sentence`]).
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Seconds until a new try makes sense; travels as the header `Retry-After`, never in the body of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// Where the code of a refusal is left for the layer in front, which records it. A page says it only in words.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Code(std::sync::Arc<std::sync::OnceLock<String>>);

#[cfg(feature = "ssr")]
impl Code {
    /// Leaves a code; the first one stays.
    pub fn set(&self, code: &str) {
        let _ = self.0.set(code.to_owned());
    }

    /// The code, when the request was refused.
    pub fn get(&self) -> Option<String> {
        self.0.get().cloned()
    }
}

/// How a code is told to the person: HTTP status, heading and one sentence that says what to do next.
pub struct Meaning {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The heading of the page or notice.
    pub title: &'static str,
    /// What happened and what to do.
    pub sentence: &'static str,
}

impl Problem {
    /// A problem without fields; the incident id is filled in where the answer is made.
    pub fn new(code: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), incident: String::new(), fields: BTreeMap::new(), retry_after: None }
    }

    /// Wrong values: each field with the code of its reason.
    pub fn invalid(fields: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let fields = fields.into_iter().map(|(field, code)| (field.into(), code.into())).collect();
        Self { fields, ..Self::new("invalid") }
    }

    /// The HTTP status of this problem.
    pub fn status(&self) -> u16 {
        self.meaning().status
    }

    /// The words for this problem.
    pub fn meaning(&self) -> Meaning {
        meaning(&self.code)
    }

    /// The id to tell an engineer; none where a field is wrong, which is nobody's fault but is told at the field.
    pub fn incident(&self) -> Option<&str> {
        Some(self.incident.as_str()).filter(|incident| !incident.is_empty() && self.fields.is_empty())
    }

    /// What happened and what to do, with the incident where there is one.
    pub fn sentence(&self) -> String {
        let sentence = self.meaning().sentence;
        self.incident().map_or_else(|| sentence.to_owned(), |incident| format!("{sentence} Incident {incident}"))
    }

    /// What to tell about one field, when it is among the wrong ones.
    pub fn field(&self, name: &str) -> Option<&'static str> {
        self.fields.get(name).map(|code| sentence_at(name, code))
    }
}

#[cfg(feature = "ssr")]
impl From<heliodesk_desk::Error> for Problem {
    /// The one place where the back end's errors become what leaves the machine. What they say stays in the log.
    fn from(error: heliodesk_desk::Error) -> Self {
        use heliodesk_desk::Error as E;
        let code = error.code();
        if error.status() >= 500 {
            let incident = crate::request::request_id();
            tracing::error!(%incident, code, %error, "not done");
        }
        match error {
            E::Invalid(fields) => Self { fields: fields.0, ..Self::new(code) },
            E::Throttled(seconds) => Self { retry_after: Some(seconds), ..Self::new(code) },
            _ => Self::new(code),
        }
    }
}

impl From<Fields> for Problem {
    /// Wrong values found by a parser, in the browser or on the server.
    fn from(fields: Fields) -> Self {
        Self { fields: fields.0, ..Self::new("invalid") }
    }
}

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    /// The framework's own errors: what could not be decoded is the sender's fault, everything else is ours.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        Self::new(match error {
            E::Args(_) | E::MissingArg(_) => "invalid",
            E::Request(_) => "unreachable",
            _ => "internal",
        })
    }
}

/// The one table from code to status and words.
pub fn meaning(code: &str) -> Meaning {
    let (status, title, sentence) = match code {
        "signed_out" => (401, "You are signed out", "Nothing was saved. Sign in and do it once more."),
        "sign_in_failed" => {
            (401, "That did not sign you in", "Try again with a passkey of this account, or ask an admin for help.")
        }
        "forbidden" => {
            (403, "This is not open to your role", "This attempt is recorded; there is nothing you need to do.")
        }
        "cross_site" => (403, "Refused", "The request came from another site. Open the page here and try again."),
        "not_yours" => (403, "This order is someone else’s", "Its owner moves it; ask them or a support agent."),
        "not_presold" => (403, "This order is sold", "After the signature a support agent moves it, not sales."),
        "reveal_cap" => (403, "No reveals left today", "The daily limit is reached. Verify the caller instead."),
        "step_up_required" => {
            (403, "Your passkey is needed", "This needs a fresh touch of your passkey, in a browser that runs scripts.")
        }
        "not_found" => {
            (404, "Nothing at this address", "It does not exist, or it is not yours to see. Check the number.")
        }
        "not_post" => (405, "Refused", "This address takes forms only."),
        "stale_version" => (
            409,
            "Changed by someone else",
            "Nothing you typed is lost, and nothing is saved yet. Compare and save again.",
        ),
        "conflict" => (409, "Already done", "This was done already, or it changed meanwhile. Open the page again."),
        "too_slow" => (408, "That took too long", "Check the connection, then try again. Nothing was changed."),
        "too_large" => (413, "Too much at once", "The text is longer than this form takes. Shorten it and try again."),
        "wrong_type" => (415, "Refused", "The request was not a form."),
        "wrong_host" => (421, "Refused", "This address is not served here."),
        "illegal_transition" => (422, "This stage does not follow", "Choose one of the stages offered for this order."),
        "invalid" => (422, "Some fields need a change", "Nothing is saved yet; what you typed is still here."),
        "throttled" => (429, "Too many tries", "Wait a little, then try again."),
        "busy" => (503, "Busy just now", "Nothing was changed. Try again in a few seconds."),
        "no_answer" => (503, "No answer in time", "It may have been done all the same. Look before you do it again."),
        "passkey_cancelled" => {
            (422, "No passkey was used", "The device’s dialog was closed, or it took too long. Try again.")
        }
        "passkey_exists" => {
            (422, "This device has one already", "Use another device or a security key for the new passkey.")
        }
        "passkey_unsupported" => {
            (422, "Passkeys do not work here", "Use a current browser, on the address your company gave you.")
        }
        "unreachable" => (503, "No answer from the server", "Check the connection, then try again."),
        _ => (
            500,
            "That did not work",
            "The fault is ours and is logged. Try again; if it stays, tell an engineer the incident.",
        ),
    };
    Meaning { status, title, sentence }
}

/// As [`field_sentence`], with the range where the field is one of an order.
pub fn sentence_at(field: &str, code: &str) -> &'static str {
    match (field, code) {
        ("panels" | "watts", "out_of_range") => "Type a number from 0 to 100,000",
        ("price_minor", "out_of_range") => "Type an amount from 0 up, of at most 12 digits with its decimals",
        ("install_on" | "next_step_on", "out_of_range") => "Type a day of the years 2000 to 2199",
        ("stage_since", "out_of_range") => "Type a time that has come",
        _ => field_sentence(code),
    }
}

/// What to tell at a field for the code of its reason.
pub fn field_sentence(code: &str) -> &'static str {
    match code {
        "missing" => "This is needed",
        "too_short" => "Say a little more",
        "too_long" => "This is too long",
        "too_many" => "These are too many",
        "illegal_transition" => "This does not follow. Choose what is offered",
        "not_a_number" => "Type a whole number",
        "out_of_range" => "This is outside what is possible here",
        "not_a_date" => "Type a date, year first: 2026-11-24",
        "not_a_time" => "Type a day or a minute: 2026-11-24 or 2026-11-24T09:30",
        "before_from" => "This must be after the first time",
        "unknown_staff" => "Nobody here has this e-mail address",
        "several_staff" => "Several people here are called that. Write the e-mail address",
        "not_a_span" => "Write 24h, 7d, 2w or today",
        "not_offered" => "Choose one of those offered",
        "unknown_action" => {
            "Nothing is called that. Write a word such as reveal, or a whole name such as field.revealed"
        }
        "no_key" => "Write what it is a filter of, such as actor:mia",
        "unknown_key" => {
            "There is no such filter. There are actor, action, subject, outcome, role, session, hours, since, from and to"
        }
        "said_twice" => "This filter is there twice",
        "open_quote" => "A quotation mark is missing",
        "wrong_filter" => "A filter needs a change",
        "no_entries" => "No entry matches",
        "too_many_entries" => "These are more than 100,000 entries. Narrow the time, or add a filter",
        "too_many_to_look_through" => "Too many entries would have to be looked through. Narrow the time",
        "not_an_id" => "Type a number or an id, without blanks",
        "not_money" => "Type an amount, for example 24650.00",
        "not_an_email" => "This is not an e-mail address",
        "not_a_phone" => "This is not a phone number",
        "unknown" => "Choose one of the list",
        "malformed" => "This cannot be read; check how it is written",
        "not_theirs" => "This order is not this customer’s",
        "holds_personal_data" => "This holds personal data of the customer. Say which field it is instead",
        "looks_like_email" => "This looks like an e-mail address. Say which field it is instead",
        "looks_like_phone" => "This looks like a phone number. Say which field it is instead",
        "looks_like_card" => "This looks like a card number. Take it out",
        "unknown_snippet" => "There is no company text of this name",
        "not_a_snippet" => "Use a letter, then letters, digits and hyphens",
        "taken" => "There is one of this name already",
        "not_in_note" => "The note does not say this. Copy the words as they stand in it",
        "repeats_part" => "This repeats what is to be taken out, and a reason stays for good",
        "unreadable" => "This note cannot be read. All of it can be taken out",
        "erased" => "Personal data of this customer is gone, and none is written any more",
        "change_order_needed" => "The order is sold, so this changes by a change order only. Put it back, or start one",
        "change_order_open" => "This order has an open change order. Finish that one first",
        "not_sold" => "The order is not sold, so it is changed directly",
        "needs_script" => {
            "A clear value is shown by a script, which does not run here. Nothing was revealed or recorded"
        }
        "no_tries_left" => "No tries are left: 3 per customer and hour, over all agents",
        "not_shown" => "This value is not shown to you now, so it was not copied",
        "type_again" => "Type it again",
        "unchanged" => "This is what it was before",
        _ => "This needs a change",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_written_as_the_contract_says() {
        let problem = Problem { incident: "01J".into(), ..Problem::invalid([("panels", "not_a_number")]) };
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(text, r#"{"code":"invalid","incident":"01J","fields":{"panels":"not_a_number"}}"#);
    }

    #[test]
    fn a_number_outside_its_range_is_told_the_range() {
        let problem = Problem::invalid([("panels", "out_of_range"), ("from", "out_of_range")]);
        assert_eq!(problem.field("panels"), Some("Type a number from 0 to 100,000"));
        assert_eq!(problem.field("from"), Some(field_sentence("out_of_range")));
    }

    #[test]
    fn what_could_not_be_decoded_is_422_and_its_text_is_not_kept() {
        let problem = Problem::from_server_fn_error(ServerFnErrorErr::Args("secret".into()));
        assert_eq!(problem.status(), 422);
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret"));
    }
}
