//! Sign-in, enrolment and step-up: what a browser asks and what it is answered.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest answer of an authenticator, in bytes.
const LONGEST_CREDENTIAL: usize = 16 * 1024;

/// A work e-mail address: trimmed, in small letters, ASCII without quotes, at most 254 characters, so that it can stand
/// in a cookie as it is. `Debug` prints dots: addresses belong into no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl FromStr for Email {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err("missing");
        }
        let (local, domain) = text.split_once('@').ok_or("not_an_email")?;
        let fits = text.len() <= 254
            && !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
            && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
            && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if fits { Ok(Self(text)) } else { Err("not_an_email") }
    }
}

/// `sign-in/begin`: who wants to sign in.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginAsk {
    /// The work e-mail address.
    pub email: String,
}

/// `enroll/begin`: the link's token.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollAsk {
    /// The last part of the enrolment link.
    pub token: String,
}

/// `step-up/begin`: what the touch is for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepUpAsk {
    /// A function's path without `/api/`.
    pub action: String,
    /// The value of that function's first field.
    pub target: String,
}

/// `sign-in/finish`, `step-up/finish`, `enroll/finish`, `passkeys/finish`: the authenticator's answer.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishAsk {
    /// The ceremony, as it was begun.
    pub ceremony: String,
    /// The JSON text of `PublicKeyCredential.toJSON()`.
    pub credential: String,
}

/// `passkeys/remove`: one of one's own passkeys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveAsk {
    /// Its opaque id.
    pub passkey: String,
}

// What people and authenticators sent stays out of logs.
macro_rules! silent {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(•••)"))
            }
        }
    )*};
}
silent!(BeginAsk EnrollAsk FinishAsk);

/// The beginning of a ceremony: its id and the options for the authenticator, WebAuthn JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony<T> {
    /// To be sent back with the credential.
    pub ceremony: String,
    /// For `PublicKeyCredential.parse…OptionsFromJSON`.
    #[serde(rename = "publicKey")]
    pub public_key: T,
}

/// Nothing but success: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// Whom an enrolment link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The person's name.
    pub name: String,
    /// The person's work e-mail address.
    pub email: String,
}

/// An opaque id: 26 letters and digits.
///
/// # Errors
/// `missing` or `malformed`.
pub fn id(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("missing");
    }
    let fits = text.len() == 26 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits { Ok(text.to_ascii_uppercase()) } else { Err("malformed") }
}

/// The text of a credential: there, and not longer than any authenticator's.
///
/// # Errors
/// `missing` or `malformed`.
pub fn credential(text: &str) -> Result<&str, &'static str> {
    match text.len() {
        0 => Err("missing"),
        1..=LONGEST_CREDENTIAL => Ok(text),
        _ => Err("malformed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_lowered_and_fit_for_a_cookie() {
        assert_eq!(" Ada.Support@Example.COM ".parse::<Email>().expect("fits").as_str(), "ada.support@example.com");
        assert_eq!("".parse::<Email>(), Err("missing"));
        for bad in
            ["ada", "@example.com", "ada@", "a b@c.de", "a@b@c", "a;b@c.de", "a\"@c.de", "ä@c.de", "a@.de", "a@-b.de"]
        {
            assert_eq!(bad.parse::<Email>(), Err("not_an_email"), "{bad}");
        }
    }

    #[test]
    fn an_ask_takes_no_field_it_does_not_know() {
        assert!(serde_json::from_str::<BeginAsk>(r#"{"email":"a@b.c"}"#).is_ok());
        assert!(serde_json::from_str::<BeginAsk>(r#"{"email":"a@b.c","role":"admin"}"#).is_err());
    }
}
