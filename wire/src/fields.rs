//! Wrong fields of an ask, all of them at once: field name → code.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// Field name → code. Codes are for programs; the sentences people read stand in `app`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields(pub BTreeMap<String, String>);

impl Fields {
    /// No wrong field yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One wrong field.
    #[must_use]
    pub fn one(field: &str, code: &str) -> Self {
        let mut fields = Self::new();
        fields.add(field, code);
        fields
    }

    /// Adds a wrong field. The first code of a field stays.
    pub fn add(&mut self, field: &str, code: &str) {
        self.0.entry(field.to_owned()).or_insert_with(|| code.to_owned());
    }

    /// Takes the value of a parsed field, or notes why it is wrong.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, &'static str>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(code) => {
                self.add(field, code);
                None
            }
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The code of a field, if it is wrong.
    #[must_use]
    pub fn code(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// `Ok(value)` when every field was right and `value` could be made.
    ///
    /// # Errors
    /// The wrong fields.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

/// Reads a field that is there, so that an empty one (`Some("")`, cleared) differs from an absent one (`None`, unchanged).
/// Use with `#[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]`.
///
/// # Errors
/// When the value is not text.
pub fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    String::deserialize(from).map(Some)
}
