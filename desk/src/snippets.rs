//! Texts of the company that `::name` in a note stands for. They are few, say nothing about anybody, and stand on the
//! trail in full.

use heliodesk_wire::notes::{RemoveSnippetAsk, Snippet, SnippetAsk};
use sqlx::{AnyConnection, Row};

use crate::{
    access::{Actor, ServerCommand, WriteNotes},
    error::{Error, Result},
    trail::{Change, Entry, SnippetRemoved, SnippetWritten},
    vault::shaped,
};

/// How many there may be.
const MOST: usize = 50;

/// Every snippet, by name.
pub(crate) async fn all(conn: &mut AnyConnection) -> Result<Vec<Snippet>> {
    let rows = sqlx::query("SELECT name, text FROM snippet ORDER BY name LIMIT 50").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| Snippet { name: row.get(0), text: row.get(1) }).collect())
}

/// Adds a snippet.
///
/// # Errors
/// The wrong fields: also a name that is taken, and a text that holds what looks personal.
pub async fn write(actor: &Actor<WriteNotes>, ask: SnippetAsk) -> Result<Snippet> {
    let snippet = ask.parse()?;
    if let Some(code) = shaped(&snippet.text) {
        return Err(Error::field("text", code));
    }
    let mut work = actor.begin_counting().await?;
    let known = all(work.conn()).await?;
    if known.iter().any(|one| one.name == snippet.name) {
        return Err(Error::field("name", "taken"));
    }
    if known.len() >= MOST {
        return Err(Error::field("name", "too_many"));
    }
    insert(work.conn(), &snippet).await?;
    let _ = work.commit(written(&snippet)).await?;
    Ok(snippet)
}

/// Adds a snippet of the invented company, where there is none of its name.
pub(crate) async fn keep(actor: &Actor<ServerCommand>, snippet: Snippet) -> Result<()> {
    let mut work = actor.begin_counting().await?;
    if all(work.conn()).await?.iter().any(|one| one.name == snippet.name) {
        return Ok(());
    }
    insert(work.conn(), &snippet).await?;
    let _ = work.commit(written(&snippet)).await?;
    Ok(())
}

/// Takes a snippet away.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn remove(actor: &Actor<WriteNotes>, ask: RemoveSnippetAsk) -> Result<Snippet> {
    let mut work = actor.begin_counting().await?;
    let known = all(work.conn()).await?;
    let snippet = known.into_iter().find(|one| one.name == ask.name).ok_or(Error::NotFound)?;
    delete(work.conn(), &snippet.name).await?;
    let change = Change::of(&snippet.name, Some(snippet.text.clone()), None);
    let _ = work.commit(Entry::of(SnippetRemoved {}).changes(vec![change])).await?;
    Ok(snippet)
}

fn written(snippet: &Snippet) -> Entry<SnippetWritten> {
    Entry::of(SnippetWritten {}).changes(vec![Change::of(&snippet.name, None, Some(snippet.text.clone()))])
}

async fn insert(conn: &mut AnyConnection, snippet: &Snippet) -> Result<()> {
    sqlx::query("INSERT INTO snippet (name, text) VALUES (?, ?)")
        .bind(&snippet.name)
        .bind(&snippet.text)
        .execute(conn)
        .await?;
    Ok(())
}

async fn delete(conn: &mut AnyConnection, name: &str) -> Result<()> {
    sqlx::query("DELETE FROM snippet WHERE name = ?").bind(name).execute(conn).await?;
    Ok(())
}
