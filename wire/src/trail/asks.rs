//! What readers of the trail ask for: a view to be saved or removed, an export.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Fields, Role, reason::Reason};

/// Longest name of a view, in characters.
const LONGEST_NAME: usize = 40;

/// Who sees a saved view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Who saved it.
    Me,
    /// Everybody of the role it was saved in.
    Role(Role),
    /// Everybody who may read the trail.
    Everyone,
}

impl Sharing {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Role(role) => role.as_str(),
            Self::Everyone => "everyone",
        }
    }
}

impl FromStr for Sharing {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "me" => Ok(Self::Me),
            "everyone" => Ok(Self::Everyone),
            role => role.parse().map(Self::Role),
        }
    }
}

/// `views/save`: keeps filters under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SaveViewAsk {
    /// Its name.
    pub name: String,
    /// Who sees it: `me`, `role` or `everyone`.
    pub share: String,
    /// The filters as text.
    pub q: String,
}

impl SaveViewAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["name", "share", "q"];

    /// The name, and who shall see it when whoever saves it has this role.
    ///
    /// # Errors
    /// Every wrong field of the two.
    pub fn parse(&self, role: Role) -> Result<(String, Sharing), Fields> {
        let mut fields = Fields::new();
        let name = fields.take("name", name(&self.name));
        let sharing = fields.take(
            "share",
            match self.share.as_str() {
                "me" => Ok(Sharing::Me),
                "role" => Ok(Sharing::Role(role)),
                "everyone" => Ok(Sharing::Everyone),
                "" => Err("missing"),
                _ => Err("unknown"),
            },
        );
        fields.into_result(name.zip(sharing))
    }
}

fn name(text: &str) -> Result<String, &'static str> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        0 => Err("missing"),
        1..=LONGEST_NAME if text.chars().any(char::is_control) => Err("malformed"),
        1..=LONGEST_NAME => Ok(text),
        _ => Err("too_long"),
    }
}

/// `views/remove`: takes a saved view away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveViewAsk {
    /// Its opaque id.
    pub view: String,
}

impl RemoveViewAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["view"];
}

/// The answer of the functions about views.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its opaque id.
    pub view: String,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// As it is asked for; also the end of the file's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

impl FromStr for Format {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            "" => Err("missing"),
            _ => Err("unknown"),
        }
    }
}

/// `trail/export`: the entries that filters leave, as a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportAsk {
    /// `csv` or `jsonl`.
    pub format: String,
    /// Why.
    pub reason: String,
    /// The filters as text.
    pub q: String,
}

impl ExportAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["format", "reason", "q"];

    /// The format, and why.
    ///
    /// # Errors
    /// Every wrong field of the two.
    pub fn parse(&self) -> Result<(Format, Reason), Fields> {
        let mut fields = Fields::new();
        let format = fields.take("format", self.format.parse());
        let reason = fields.take("reason", Reason::required(&self.reason));
        fields.into_result(format.zip(reason))
    }
}

/// The answer of `trail/export`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Opaque: the file is downloaded once, in the same session, from `/trail/exports/{export}`.
    pub export: String,
    /// How many entries it holds.
    pub entries: u64,
}
