//! Sessions: which are alive, whether one still is, and how they begin and end.

mod store;

pub use store::{Store, TICKET, secret};

use std::{collections::BTreeMap, iter};

use heliodesk_wire::{Role, me::Preferences};
use sqlx::AnyConnection;

use crate::{
    access::{Presence, Request},
    clock::{Clock, HOUR, MINUTE},
    db::times,
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
    let mut reader = desk.db().reader_of_sessions().await?;
    let session = reader.query(
        "SELECT s.id, s.staff, s.epoch, p.role, p.name, p.email, p.theme, p.shortcuts, s.seen_at \
         FROM session s JOIN staff p ON p.id = s.staff \
         WHERE s.secret = ? AND s.ended_at IS NULL AND s.epoch = p.epoch AND p.locked_at IS NULL \
         AND s.ends_at > ? AND s.seen_at > ?",
    );
    let Some(row) = session.bind(secret).bind(now).bind(now - IDLE).row().await? else { return Ok(None) };
    let role: Role = row.get::<&str>(3)?.parse().map_err(|_| Error::broken("a role is unknown"))?;
    let theme = row.get::<&str>(6)?.parse().map_err(|_| Error::broken("a theme is unknown"))?;
    Ok(Some(Presence {
        secret: secret.clone(),
        session: row.get(0)?,
        staff: row.get(1)?,
        epoch: row.get(2)?,
        role,
        name: row.get(4)?,
        email: row.get(5)?,
        seen_at: row.get(8)?,
        preferences: Preferences { theme, shortcuts: row.get::<i64>(7)? == 1 },
    }))
}

/// Asks for the [`Standing`] of a session, after another statement if there is one.
macro_rules! how_it_stands {
    ($($before:literal)?) => {
        concat!(
            $($before, ";",)?
            "SELECT s.ends_at, h.size FROM session s JOIN staff p ON p.id = s.staff JOIN trail_head h ON h.id = 1 \
             WHERE s.id = ? AND s.ended_at IS NULL AND s.epoch = ? AND p.epoch = ? AND p.locked_at IS NULL AND p.role = ?"
        )
    };
}

pub(crate) use how_it_stands;

/// A session that was not ended, whose person may come in and has the role it was found with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// When it ends by itself, UTC milliseconds.
    pub(crate) ends_at: i64,
    /// How many entries the trail has: what whoever is about to append asks next.
    pub(crate) size: i64,
}

impl Standing {
    /// Asks with the statements of [`how_it_stands`].
    ///
    /// # Errors
    /// [`Error::SignedOut`] when it does not stand.
    pub(crate) async fn find(conn: &mut AnyConnection, sql: &'static str, presence: &Presence) -> Result<Self> {
        let rows = sqlx::query_as(sql)
            .bind(&presence.session)
            .bind(presence.epoch)
            .bind(presence.epoch)
            .bind(presence.role.as_str())
            // Asked for one row, the driver stops at the first of several statements.
            .fetch_all(conn)
            .await?;
        rows.first().map(|&(ends_at, size)| Self { ends_at, size }).ok_or(Error::SignedOut)
    }

    /// Whether it has not ended by itself.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when it has.
    pub(crate) fn at(self, now: i64) -> Result<()> {
        if now < self.ends_at { Ok(()) } else { Err(Error::SignedOut) }
    }
}

/// Whether the session still stands and the person still has the role it was found with.
///
/// # Errors
/// [`Error::SignedOut`] when not.
pub(crate) async fn recheck(conn: &mut AnyConnection, presence: &Presence, clock: &Clock) -> Result<()> {
    Standing::find(conn, how_it_stands!(), presence).await?.at(clock.now())
}

/// Asks how many entries the trail has and for those of these sessions that were not ended, after another statement if there
/// is one.
macro_rules! stand {
    ($($before:literal)?) => {
        concat!(
            $($before, ";",)?
            "SELECT h.size, s.id, p.epoch, p.role, s.ends_at FROM trail_head h LEFT JOIN session s ON s.id IN (",
            times!(16 "," "?"),
            ") AND s.ended_at IS NULL LEFT JOIN staff p ON p.id = s.staff AND p.epoch = s.epoch AND p.locked_at IS NULL \
             WHERE h.id = 1 LIMIT 16"
        )
    };
}

/// How sessions stand, all at one moment.
#[derive(Debug)]
pub(crate) struct Standings {
    /// When that was, UTC milliseconds.
    pub(crate) at: i64,
    /// How many entries the trail had.
    pub(crate) size: i64,
    /// Whether each session still stood and its person still had the role it was found with; where there was none, nothing
    /// had to.
    pub(crate) stand: Vec<bool>,
}

/// How each of these sessions stands. With `begin` a transaction of SQLite's is begun in the same trip, which may have to
/// wait for another program.
pub(crate) async fn standing(
    conn: &mut AnyConnection,
    begin: bool,
    presences: &[Option<&Presence>],
    clock: &Clock,
) -> Result<Standings> {
    let (mut size, mut standing) = (None, BTreeMap::new());
    for (number, some) in presences.chunks(AT_ONCE).enumerate() {
        let rows = sqlx::query_as(if begin && number == 0 { stand!("BEGIN IMMEDIATE") } else { stand!() });
        let ids = some.iter().flatten().map(|presence| &*presence.session).chain(iter::repeat("")).take(AT_ONCE);
        for row in ids.fold(rows, |rows, id| rows.bind(id)).fetch_all(&mut *conn).await? {
            let (entries, id, epoch, role, ends_at): Stood = row;
            size = Some(entries);
            if let Some(((id, epoch), (role, ends_at))) = id.zip(epoch).zip(role.zip(ends_at)) {
                standing.insert(id, (epoch, role, ends_at));
            }
        }
    }
    let at = clock.now();
    let stands = |one: &Presence| {
        standing
            .get(&one.session)
            .is_some_and(|(epoch, role, ends_at)| (*epoch, &**role) == (one.epoch, one.role.as_str()) && at < *ends_at)
    };
    let stand = presences.iter().map(|presence| presence.is_none_or(stands)).collect();
    Ok(Standings { at, size: size.ok_or_else(|| Error::broken("the trail has no head"))?, stand })
}

/// The trail's size, and what there is of a session: id, epoch and role of its person, when it ends by itself.
type Stood = (i64, Option<String>, Option<i64>, Option<String>, Option<i64>);

/// How many sessions [`standing`] asks for with one statement.
const AT_ONCE: usize = 16;

/// Notes that the session was used. At most one write in 20 s per session; background functions never get here.
///
/// # Errors
/// When the database does not answer.
pub async fn seen(desk: &Desk, presence: &Presence) -> Result<()> {
    let now = desk.clock().now();
    if now - presence.seen_at < 20_000 {
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

/// Begins a session of this person, as part of a work. Nobody can use it before [`Store`] gives it a cookie.
pub(crate) async fn begin(
    conn: &mut AnyConnection,
    id: &str,
    (staff, epoch): (&str, i64),
    request: &Request,
    at: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO session (id, staff, epoch, started_at, seen_at, ends_at, address, agent) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(staff)
    .bind(epoch)
    .bind(at)
    .bind(at)
    .bind(at + ABSOLUTE)
    .bind(&request.address)
    .bind(&request.agent)
    .execute(&mut *conn)
    .await?;
    // The browser's cookie is about to be replaced; what it stood for would stay alive without one.
    if let Some(secret) = &request.secret {
        sqlx::query("UPDATE session SET ended_at = ? WHERE secret = ? AND ended_at IS NULL")
            .bind(at)
            .bind(secret)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Takes the cookie away from a session, as part of a work; [`Store`] gives it a new one.
pub(crate) async fn renew(conn: &mut AnyConnection, id: &str, at: i64) -> Result<()> {
    sqlx::query("UPDATE session SET secret = NULL, seen_at = ? WHERE id = ? AND ended_at IS NULL")
        .bind(at)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a session of this person; answers whether there was one to end.
pub(crate) async fn end(conn: &mut AnyConnection, id: &str, staff: &str, at: i64) -> Result<bool> {
    let ended = sqlx::query("UPDATE session SET ended_at = ? WHERE id = ? AND staff = ? AND ended_at IS NULL")
        .bind(at)
        .bind(id)
        .bind(staff)
        .execute(conn)
        .await?;
    Ok(ended.rows_affected() == 1)
}
