//! Notes on a customer, as they are written and as pages show them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Fields, Typed, reason::Reason};

/// Longest note, in characters, once its snippets are in it.
pub const LONGEST: usize = 4000;
/// Longest part that can be taken out at once, in characters.
const LONGEST_PART: usize = 500;

/// HTML of the small safe set that notes are made of. `tidy` lists the one file that makes it, which sanitises it first.
/// `Debug` prints dots: what a note says is not for logs.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// What has just been sanitised.
    #[must_use]
    pub const fn sanitised(html: String) -> Self {
        Self(html)
    }

    /// The HTML, to be put into a page as it is.
    #[must_use]
    pub fn into_html(self) -> String {
        self.0
    }
}

impl fmt::Debug for CleanHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// One note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Which of the customer's notes, from 1.
    pub number: u32,
    /// Who wrote it.
    pub author: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// What it says.
    pub body: Body,
}

/// What a note says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// This.
    Text(CleanHtml),
    /// Nothing any more: all of it was redacted.
    Redacted,
    /// It is damaged, or does not belong here.
    Unreadable,
}

/// `notes/write`: a new note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteAsk {
    /// The customer's number.
    pub customer: String,
    /// Markdown; `::name` stands for the company's text of that name.
    pub text: Typed,
    /// `yes` to pin it.
    pub pinned: String,
    /// The name of a company's text to put after it.
    pub snippet: String,
}

impl WriteAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["customer", "text", "pinned", "snippet"];

    /// The Markdown with every snippet in it, and whether to pin it.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn parse(&self, snippets: &[Snippet]) -> Result<(String, bool), Fields> {
        let mut fields = Fields::new();
        let text = fields.take("text", self.whole(snippets).and_then(|text| lines(&text, LONGEST)));
        let pinned = fields.take("pinned", if self.pinned.is_empty() { Ok(false) } else { yes(&self.pinned) });
        fields.into_result(text.zip(pinned))
    }

    /// What was typed, with every snippet in its place.
    ///
    /// # Errors
    /// `unknown_snippet`.
    pub fn whole(&self, snippets: &[Snippet]) -> Result<String, &'static str> {
        let mut text = expanded(&self.text.0, snippets)?;
        if !self.snippet.is_empty() {
            let snippet = find(snippets, &self.snippet)?;
            if !text.trim().is_empty() {
                text.truncate(text.trim_end().len());
                text.push_str("\n\n");
            }
            text.push_str(&snippet.text);
        }
        Ok(text)
    }
}

/// `notes/pin`: above the others, or among them again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PinAsk {
    /// The customer's number.
    pub customer: String,
    /// The note's number.
    pub note: String,
    /// `yes` or `no`.
    pub pinned: String,
}

impl PinAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["customer", "note", "pinned"];

    /// Whether it shall be pinned.
    ///
    /// # Errors
    /// The wrong field.
    pub fn parse(&self) -> Result<bool, Fields> {
        let mut fields = Fields::new();
        let pinned = fields.take("pinned", yes(&self.pinned));
        fields.into_result(pinned)
    }
}

/// `notes/redact`: takes a part of a note away for good, or all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedactAsk {
    /// The customer's number.
    pub customer: String,
    /// The note's number.
    pub note: String,
    /// The words to take out, as they are read; empty for the whole note.
    pub part: Typed,
    /// Why.
    pub reason: String,
}

impl RedactAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["customer", "note", "part", "reason"];

    /// The part, if not all of it, and why. The reason stays on the trail, so it must not repeat the part.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn parse(&self) -> Result<(Option<String>, Reason), Fields> {
        let mut fields = Fields::new();
        let part = match self.part.0.trim() {
            "" if self.part.0.is_empty() => Some(None),
            // Somebody who typed blanks has not asked for all of it.
            "" => fields.take("part", Err("missing")),
            part => fields.take("part", lines(part, LONGEST_PART).map(Some)),
        };
        let reason = fields.take("reason", Reason::required(&self.reason));
        if let (Some(Some(part)), Some(reason)) = (&part, &reason)
            && folded(reason.as_str()).contains(&folded(part))
        {
            fields.add("reason", "repeats_part");
        }
        fields.into_result(part.zip(reason))
    }
}

/// The answer of the functions about a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Which of the customer's notes.
    pub note: u32,
}

/// A text of the company that `::name` stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// Its name.
    pub name: String,
    /// Markdown.
    pub text: String,
}

/// `snippets/write`: a new text of the company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SnippetAsk {
    /// Its name: a letter, then letters, digits and hyphens, at most 40.
    pub name: String,
    /// Markdown, at most 1,000 characters.
    pub text: String,
}

impl SnippetAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["name", "text"];

    /// The snippet.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn parse(&self) -> Result<Snippet, Fields> {
        let mut fields = Fields::new();
        let name = self.name.trim().to_ascii_lowercase();
        let name = fields.take(
            "name",
            match name_length(&name) {
                _ if name.is_empty() => Err("missing"),
                41.. => Err("too_long"),
                length if length < name.len() => Err("not_a_snippet"),
                _ => Ok(name),
            },
        );
        let text = fields.take("text", lines(&self.text, 1000));
        fields.into_result(name.zip(text).map(|(name, text)| Snippet { name, text }))
    }
}

/// `snippets/remove`: a text that nobody needs any more. Notes that hold it keep it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveSnippetAsk {
    /// Its name.
    pub name: String,
}

impl RemoveSnippetAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["name"];
}

/// A text with what stands for a snippet replaced: `::name` at its beginning or after a blank.
fn expanded(text: &str, snippets: &[Snippet]) -> Result<String, &'static str> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("::") {
        let (before, from) = (&rest[..at], &rest[at + 2..]);
        let length = name_length(from);
        let apart = before.chars().next_back().or_else(|| out.chars().next_back()).is_none_or(char::is_whitespace);
        out.push_str(before);
        if apart && length > 0 {
            out.push_str(&find(snippets, &from[..length])?.text);
        } else {
            out.push_str(&rest[at..at + 2 + length]);
        }
        rest = &from[length..];
    }
    out.push_str(rest);
    Ok(out)
}

/// How many bytes of a text could be a snippet's name.
fn name_length(text: &str) -> usize {
    let letter = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let length = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    if letter { length } else { 0 }
}

fn find<'a>(snippets: &'a [Snippet], name: &str) -> Result<&'a Snippet, &'static str> {
    snippets.iter().find(|snippet| snippet.name.eq_ignore_ascii_case(name)).ok_or("unknown_snippet")
}

fn yes(text: &str) -> Result<bool, &'static str> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("not_offered"),
    }
}

/// A text of several lines: not empty, not longer than `longest` characters.
fn lines(text: &str, longest: usize) -> Result<String, &'static str> {
    let text = text.trim_end().replace("\r\n", "\n");
    if text.trim().is_empty() {
        return Err("missing");
    }
    if text.chars().count() > longest {
        return Err("too_long");
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("malformed");
    }
    Ok(text)
}

/// Small letters, one blank between words.
fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
