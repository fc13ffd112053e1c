//! Exports that wait for their one download.

use heliodesk_wire::trail::{Filter, Format};
use sqlx::{AnyConnection, Row};

use super::{Checkpoint, GOOD, Parsed};
use crate::error::Result;

/// An export that waits.
pub(super) struct Kept {
    pub(super) format: String,
    pub(super) filters: String,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) up_to: i64,
    pub(super) checkpoint: String,
}

/// Keeps an export for its download.
pub(super) async fn keep(
    conn: &mut AnyConnection,
    (id, session, at): (&str, &str, i64),
    format: Format,
    parsed: &Parsed,
    checkpoint: &Checkpoint,
) -> Result<()> {
    // Times stand beside the text, to the millisecond.
    let filters = Filter { from: String::new(), to: String::new(), ..parsed.absolute() };
    sqlx::query(
        "INSERT INTO trail_export (id, session, format, filters, from_at, to_at, up_to, checkpoint, made_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(session)
    .bind(format.as_str())
    .bind(filters.text())
    .bind(parsed.from)
    .bind(parsed.to)
    .bind(i64::try_from(checkpoint.size()).unwrap_or(0))
    .bind(checkpoint.text())
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether this work is the one that takes the export: of two, the second finds no row.
pub(super) async fn take(conn: &mut AnyConnection, id: &str, session: &str, at: i64) -> Result<bool> {
    let taken = sqlx::query(
        "UPDATE trail_export SET used_at = ? WHERE id = ? AND session = ? AND used_at IS NULL AND made_at > ?",
    )
    .bind(at)
    .bind(id)
    .bind(session)
    .bind(at - GOOD)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

pub(super) async fn find(conn: &mut AnyConnection, id: &str) -> Result<Option<Kept>> {
    let row = sqlx::query("SELECT format, filters, from_at, to_at, up_to, checkpoint FROM trail_export WHERE id = ?")
        .bind(id);
    Ok(row.fetch_optional(conn).await?.map(|row| Kept {
        format: row.get(0),
        filters: row.get(1),
        from: row.get(2),
        to: row.get(3),
        up_to: row.get(4),
        checkpoint: row.get(5),
    }))
}

/// Forgets those of before.
pub(super) async fn forget(conn: &mut AnyConnection, before: i64) -> Result<()> {
    sqlx::query("DELETE FROM trail_export WHERE made_at < ?").bind(before).execute(conn).await?;
    Ok(())
}
