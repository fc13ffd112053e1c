//! What a signed-in person sees and does of their own: passkeys, sessions, recent activity.

mod passkeys;
mod preferences;

use heliodesk_wire::me::{Activity, EndAsk, Left, Me, Passkey, Session};
use sqlx::{AnyConnection, Row};

pub use passkeys::{begin as begin_passkey, finish as finish_passkey, remove as remove_passkey};
pub use preferences::save as save_preferences;

use crate::{
    access::{Actor, SignedIn},
    clock::SECOND,
    error::{Error, Result},
    sessions::{self, IDLE},
    trail::{Entry, SessionEnded, SignedOut},
};

/// Everything `/me` shows.
///
/// # Errors
/// [`Error::SignedOut`] when the session ended meanwhile.
pub async fn view(actor: &Actor<SignedIn>) -> Result<Me> {
    let presence = actor.presence()?;
    let now = actor.desk().clock().now();
    let mut conn = actor.desk().db().read().acquire().await?;
    let passkeys = passkeys_of(&mut conn, presence.staff()).await?;
    let sessions = sessions_of(&mut conn, presence.staff(), presence.session(), now).await?;
    let activity = activity_of(&mut conn, presence.staff()).await?;
    drop(conn);
    // Nothing is recorded here, so nothing else would notice that the session has ended.
    actor.still_present().await?;
    Ok(Me { viewer: presence.viewer(), passkeys, sessions, activity })
}

async fn passkeys_of(conn: &mut AnyConnection, staff: &str) -> Result<Vec<Passkey>> {
    let rows = sqlx::query(
        "SELECT id, name, added_at, used_at, suspended_at FROM passkey WHERE staff = ? AND removed_at IS NULL \
         ORDER BY added_at, id LIMIT 50",
    )
    .bind(staff)
    .fetch_all(conn)
    .await?;
    let passkey = |row: &sqlx::any::AnyRow| Passkey {
        id: row.get(0),
        name: row.get(1),
        added_at: row.get(2),
        used_at: row.get(3),
        suspended: row.get::<Option<i64>, _>(4).is_some(),
    };
    Ok(rows.iter().map(passkey).collect())
}

async fn sessions_of(conn: &mut AnyConnection, staff: &str, current: &str, now: i64) -> Result<Vec<Session>> {
    let rows = sqlx::query(
        "SELECT s.id, s.started_at, s.seen_at, s.address, s.agent FROM session s JOIN staff p ON p.id = s.staff \
         WHERE s.staff = ? AND s.ended_at IS NULL AND s.epoch = p.epoch AND s.ends_at > ? AND s.seen_at > ? \
         ORDER BY s.started_at DESC, s.id DESC LIMIT 50",
    )
    .bind(staff)
    .bind(now)
    .bind(now - IDLE)
    .fetch_all(conn)
    .await?;
    let session = |row: &sqlx::any::AnyRow| {
        let id: String = row.get(0);
        Session {
            current: id == current,
            id,
            started_at: row.get(1),
            seen_at: row.get(2),
            address: row.get(3),
            agent: row.get(4),
        }
    };
    Ok(rows.iter().map(session).collect())
}

async fn activity_of(conn: &mut AnyConnection, staff: &str) -> Result<Vec<Activity>> {
    let rows =
        sqlx::query("SELECT seq, at, action, subject, outcome FROM trail WHERE actor = ? ORDER BY seq DESC LIMIT 20")
            .bind(staff)
            .fetch_all(conn)
            .await?;
    let activity = |row: &sqlx::any::AnyRow| Activity {
        seq: row.get(0),
        at: row.get(1),
        action: row.get(2),
        subject: row.get(3),
        outcome: row.get(4),
    };
    Ok(rows.iter().map(activity).collect())
}

/// Ends one of one's own sessions, perhaps the one that asks.
///
/// # Errors
/// [`Error::NotFound`] for a session that has ended, or is somebody else's.
pub async fn end_session(actor: &Actor<SignedIn>, ask: &EndAsk) -> Result<()> {
    // The id is opaque: what cannot be one is a session that is not there.
    let id = heliodesk_wire::sign_in::id(&ask.session).map_err(|_| Error::NotFound)?;
    let presence = actor.presence()?;
    let mut work = actor.begin().await?;
    if id == presence.session() {
        work.leave();
    } else {
        let at = work.at();
        if !sessions::end(work.conn(), &id, presence.staff(), at).await? {
            return Err(Error::NotFound);
        }
    }
    work.commit(Entry::of(SessionEnded {}).subject(id)).await.map(|_| ())
}

/// How long the session that asks still has. Asking changes nothing about it.
///
/// # Errors
/// [`Error::SignedOut`] when it has ended.
pub async fn left(actor: &Actor<SignedIn>) -> Result<Left> {
    let presence = actor.presence()?;
    let times: Option<(i64, i64)> =
        sqlx::query_as("SELECT seen_at, ends_at FROM session WHERE id = ? AND ended_at IS NULL")
            .bind(presence.session())
            .fetch_optional(actor.desk().db().read())
            .await?;
    let (seen_at, ends_at) = times.ok_or(Error::SignedOut)?;
    let now = actor.desk().clock().now();
    let seconds = |until: i64| ((until - now) / SECOND).max(0);
    actor.still_present().await?;
    Ok(Left { staff: presence.staff().to_owned(), idle: seconds(seen_at + IDLE), end: seconds(ends_at) })
}

/// Ends the session that asks.
///
/// # Errors
/// [`Error::SignedOut`] when it has ended already.
pub async fn sign_out(actor: &Actor<SignedIn>) -> Result<()> {
    let mut work = actor.begin().await?;
    work.leave();
    work.commit(Entry::of(SignedOut {})).await.map(|_| ())
}
