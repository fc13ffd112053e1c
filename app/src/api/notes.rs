//! Notes on customers, and the company's texts that they may hold.

use heliodesk_wire::notes::{Noted, PinAsk, RedactAsk, RemoveSnippetAsk, Snippet, SnippetAsk, WriteAsk};
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::request::actor;
#[cfg(feature = "ssr")]
use heliodesk_desk::{customers::notes, snippets};

/// Writes a note.
#[server(prefix = "/api", endpoint = "notes/write")]
pub async fn write_note(ask: WriteAsk) -> Result<Noted, Problem> {
    Ok(notes::write(&actor().await?, ask).await?)
}

/// Pins a note, or unpins it.
#[server(prefix = "/api", endpoint = "notes/pin")]
pub async fn pin_note(ask: PinAsk) -> Result<Noted, Problem> {
    Ok(notes::pin(&actor().await?, ask).await?)
}

/// Takes a part of a note away for good, or all of it.
#[server(prefix = "/api", endpoint = "notes/redact")]
pub async fn redact_note(ask: RedactAsk) -> Result<Noted, Problem> {
    Ok(notes::redact(&actor().await?, ask).await?)
}

/// Adds a text of the company.
#[server(prefix = "/api", endpoint = "snippets/write")]
pub async fn write_snippet(ask: SnippetAsk) -> Result<Snippet, Problem> {
    Ok(snippets::write(&actor().await?, ask).await?)
}

/// Takes a text of the company away.
#[server(prefix = "/api", endpoint = "snippets/remove")]
pub async fn remove_snippet(ask: RemoveSnippetAsk) -> Result<Snippet, Problem> {
    Ok(snippets::remove(&actor().await?, ask).await?)
}
