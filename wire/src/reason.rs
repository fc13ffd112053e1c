//! Free text that says why.

use serde::Serialize;

/// Longest free text, in characters.
pub const LONGEST: usize = 500;

/// A reason a person gave: trimmed, not empty, at most 500 characters, no control characters but the line feed.
/// Whether it names the customer is checked by the desk, which alone can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a reason; `None` when nothing was typed.
    ///
    /// # Errors
    /// `too_long`, or `malformed` for control characters.
    pub fn optional(text: &str) -> Result<Option<Self>, &'static str> {
        let text = text.trim().replace("\r\n", "\n");
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > LONGEST {
            return Err("too_long");
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err("malformed");
        }
        Ok(Some(Self(text)))
    }

    /// Reads a reason that must be there.
    ///
    /// # Errors
    /// `missing`, `too_long` or `malformed`.
    pub fn required(text: &str) -> Result<Self, &'static str> {
        Self::optional(text)?.ok_or("missing")
    }
}
