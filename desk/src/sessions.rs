//! Sessions: which are alive, and whether one still is.

use heliodesk_wire::Role;
use sqlx::{AnyConnection, Row};

use crate::{
    access::{Presence, Request},
    clock::{HOUR, MINUTE},
    desk::Desk,
    error::{Error, Result},
};

/// Without a request for this long, a session is over.
pub const IDLE: i64 = 15 * MINUTE;
/// After this long, a session is over whatever happens in it.
pub const ABSOLUTE: i64 = 12 * HOUR;

/// The live session of a request's cookie. Ended, idle, too old, locked person, older epoch: none.
pub(crate) async fn find(desk: &Desk, request: &Request) -> Result<Option<Presence>> {
    let Some(secret) = &request.secret else { return Ok(None) };
    let now = desk.clock().now();
    let row = sqlx::query(
        "SELECT s.id, s.staff, s.epoch, p.role, p.name, p.email FROM session s JOIN staff p ON p.id = s.staff \
         WHERE s.secret = ? AND s.ended_at IS NULL AND s.epoch = p.epoch AND p.locked_at IS NULL \
         AND s.ends_at > ? AND s.seen_at > ?",
    )
    .bind(secret)
    .bind(now)
    .bind(now - IDLE)
    .fetch_optional(desk.db().read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let role: String = row.get(3);
    let role: Role = role.parse().map_err(|_| Error::broken("a role is unknown"))?;
    Ok(Some(Presence {
        session: row.get(0),
        staff: row.get(1),
        epoch: row.get(2),
        role,
        name: row.get(4),
        email: row.get(5),
    }))
}

/// Whether the session still stands and the person still has the role it was found with.
///
/// # Errors
/// [`Error::SignedOut`] when not.
pub(crate) async fn recheck(conn: &mut AnyConnection, presence: &Presence, now: i64) -> Result<()> {
    let alive: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM session s JOIN staff p ON p.id = s.staff WHERE s.id = ? AND s.ended_at IS NULL \
         AND s.epoch = ? AND p.epoch = ? AND p.locked_at IS NULL AND p.role = ? AND s.ends_at > ?",
    )
    .bind(&presence.session)
    .bind(presence.epoch)
    .bind(presence.epoch)
    .bind(presence.role.as_str())
    .bind(now)
    .fetch_one(conn)
    .await?;
    if alive == 1 { Ok(()) } else { Err(Error::SignedOut) }
}

/// Notes that the session was used. At most one write in 20 s per session; background functions never get here.
///
/// # Errors
/// When the database does not answer.
pub async fn seen(desk: &Desk, presence: &Presence) -> Result<()> {
    let now = desk.clock().now();
    let last: Option<i64> = sqlx::query_scalar("SELECT seen_at FROM session WHERE id = ?")
        .bind(&presence.session)
        .fetch_optional(desk.db().read())
        .await?;
    if last.is_none_or(|last| now - last < 20_000) {
        return Ok(());
    }
    let mut tx = desk.db().scratch().await?;
    sqlx::query("UPDATE session SET seen_at = ? WHERE id = ? AND ended_at IS NULL AND seen_at < ?")
        .bind(now)
        .bind(&presence.session)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
