//! Notes on a customer: Markdown in, sealed under the customer's key, shown with the customer's page, which is an entry.
//!
//! A note stays as it was written. It can be pinned, and redacted: then a part of its text, or all of it, is gone from
//! the only place where it ever stood. The trail holds who did what to which note, and why, never its words.

mod pin;
mod prose;
mod redact;
mod write;

pub use pin::pin;
pub use redact::redact;
pub use write::write;
pub(crate) use write::{Brought, NewNote, bring, insert};

use heliodesk_wire::{
    CustomerNo,
    notes::{Body, Note},
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{
    desk::Desk,
    error::{Error, Result},
    trail::{Change, CustomerViewed},
    vault::{Opened, SealedNote, SealedNotes},
    work::Receipt,
};

/// Notes of one customer as read, still sealed.
#[derive(Debug)]
pub(super) struct Notes {
    /// Number, author's name, time, pinned.
    heads: Vec<Note>,
    sealed: SealedNotes,
    /// Where the next page begins: before this place.
    pub(super) older: Option<u64>,
}

/// How many notes a customer has.
pub(super) async fn count(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<u64> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM note WHERE customer = ?")
        .bind(customer.as_str())
        .fetch_one(conn)
        .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Notes of a customer before a place, pinned ones first, then newest first; `wrapped` is the customer's data key.
pub(super) async fn of(
    desk: &Desk,
    conn: &mut AnyConnection,
    customer: &CustomerNo,
    wrapped: &str,
    before: Option<u64>,
    limit: usize,
) -> Result<Notes> {
    // One number for a note's place: whether it is pinned, then its own.
    let mut rows = sqlx::query(
        "SELECT n.number, n.author, n.written_at, n.sealed, n.pinned, s.name FROM note n \
         LEFT JOIN staff s ON s.id = n.author WHERE n.customer = ? AND n.pinned * 4294967296 + n.number < ? \
         ORDER BY n.pinned DESC, n.number DESC LIMIT ?",
    )
    .bind(customer.as_str())
    .bind(before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX))
    .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let head = |row: &AnyRow| Note {
        number: u32::try_from(row.get::<i64, _>(0)).unwrap_or(0),
        author: row.get::<Option<String>, _>(5).unwrap_or_else(|| row.get(1)),
        at: row.get(2),
        pinned: row.get::<i64, _>(4) == 1,
        body: Body::Redacted,
    };
    let heads: Vec<Note> = rows.iter().map(head).collect();
    let older = heads.last().filter(|_| more).map(|note| u64::from(note.pinned) << 32 | u64::from(note.number));
    let notes = rows.iter().map(sealed).collect();
    let sealed = SealedNotes { desk: desk.clone(), customer: customer.clone(), wrapped: wrapped.to_owned(), notes };
    Ok(Notes { heads, sealed, older })
}

impl Notes {
    /// Opens them to the receipt of the customer's page; each text is sanitised once more.
    pub(super) fn open(self, receipt: Receipt<CustomerViewed>) -> Result<Vec<Note>> {
        let opened = self.sealed.open(receipt)?;
        let body = |opened: Option<Opened>| match opened {
            None => Body::Redacted,
            Some(Opened::Unreadable) => Body::Unreadable,
            Some(Opened::Clear(html)) => Body::Text(prose::sanitised(html.expose())),
        };
        Ok(self.heads.into_iter().zip(opened).map(|(head, opened)| Note { body: body(opened), ..head }).collect())
    }
}

/// The first four columns of [`of`], as the vault takes them.
fn sealed(row: &AnyRow) -> SealedNote {
    SealedNote { number: row.get(0), author: row.get(1), at: row.get(2), text: row.get(3) }
}

/// One note with its text, still sealed, and whether it is pinned.
async fn find(conn: &mut AnyConnection, customer: &CustomerNo, note: &str) -> Result<(SealedNote, bool)> {
    let number: u32 = note.parse().map_err(|_| Error::NotFound)?;
    let row =
        sqlx::query("SELECT number, author, written_at, sealed, pinned FROM note WHERE customer = ? AND number = ?")
            .bind(customer.as_str())
            .bind(i64::from(number))
            .fetch_optional(conn)
            .await?
            .ok_or(Error::NotFound)?;
    Ok((sealed(&row), row.get::<i64, _>(4) == 1))
}

/// Which note an entry is about.
fn named(number: i64) -> Change {
    Change::of("note", None, Some(number.to_string()))
}
