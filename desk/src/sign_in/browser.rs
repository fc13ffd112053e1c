//! The browser a ceremony was begun in, told by a cookie that says nothing else.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::{clock::random, passkeys::sha256};

/// A browser, by the value of its ceremony cookie. `Debug` prints dots.
#[derive(Clone)]
pub struct Browser(String);

impl Browser {
    /// The browser with this cookie; without one, or with something that never was one, a new browser.
    #[must_use]
    pub fn of(cookie: Option<&str>) -> Self {
        let known = cookie.filter(|text| {
            text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
        Self(known.map_or_else(|| Base64UrlUnpadded::encode_string(&random::<32>()), str::to_owned))
    }

    /// The cookie's value.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.0
    }

    /// As a ceremony remembers it.
    pub(crate) fn hash(&self) -> String {
        sha256(self.0.as_bytes())
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Browser(•••)")
    }
}
