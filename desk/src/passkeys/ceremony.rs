//! Ceremonies: one row each, for one browser or session, used once and consumed before anything is verified.

use sqlx::{AnyConnection, Row};

use crate::{
    clock::{HOUR, MINUTE},
    desk::Desk,
    error::Result,
};

/// How long a ceremony may take.
pub(crate) const OPEN: i64 = 5 * MINUTE;

/// How long a finished ceremony is kept, so that its replay is told from junk; and a touch, which nothing asks for then.
const KEPT: i64 = 24 * HOUR;

/// How long one that nobody finished is kept after it expired: anybody can begin as many as they like.
const LATE: i64 = 10 * MINUTE;

/// What a ceremony is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Begin a session.
    SignIn,
    /// Create the first passkey from an invitation.
    Enroll,
    /// Touch a passkey inside a session.
    StepUp,
    /// Create a further passkey inside a session.
    Add,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Enroll => "enroll",
            Self::StepUp => "step_up",
            Self::Add => "add",
        }
    }
}

/// What a ceremony is bound to, besides its kind. Fields that do not apply stay empty.
#[derive(Clone, Default)]
pub(crate) struct Bound {
    /// Whose passkeys; nobody's where the e-mail is unknown.
    pub(crate) staff: Option<String>,
    /// Hash of the ceremony cookie.
    pub(crate) browser: Option<String>,
    /// Public id of the session.
    pub(crate) session: Option<String>,
    /// The function a touch is for.
    pub(crate) action: Option<String>,
    /// The value of that function's first field.
    pub(crate) target: Option<String>,
    /// The invitation's id.
    pub(crate) invitation: Option<String>,
}

/// A ceremony that was consumed, or can no longer be.
pub(crate) struct Ceremony {
    pub(crate) bound: Bound,
    pub(crate) state: String,
    pub(crate) began_at: i64,
    /// Why it is not good for anything, if so.
    pub(crate) spoilt: Option<&'static str>,
}

/// Writes a begun ceremony down and answers its id.
pub(crate) async fn begin(desk: &Desk, kind: Kind, bound: &Bound, state: &str) -> Result<String> {
    let (id, now) = (desk.clock().id(), desk.clock().now());
    let mut tx = desk.db().scratch().await?;
    sqlx::query(
        "INSERT INTO ceremony (id, kind, staff, browser, session, action, target, invitation, state, \
         began_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(kind.as_str())
    .bind(&bound.staff)
    .bind(&bound.browser)
    .bind(&bound.session)
    .bind(&bound.action)
    .bind(&bound.target)
    .bind(&bound.invitation)
    .bind(state)
    .bind(now)
    .bind(now + OPEN)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Uses a ceremony up, whatever comes of it: of two at once exactly one gets it, and a crash right after leaves it
/// used. `None` when there is no such ceremony of this kind.
pub(crate) async fn consume(desk: &Desk, kind: Kind, id: &str) -> Result<Option<Ceremony>> {
    let now = desk.clock().now();
    let mut tx = desk.db().scratch().await?;
    let consumed =
        sqlx::query("UPDATE ceremony SET used_at = ? WHERE id = ? AND kind = ? AND used_at IS NULL AND expires_at > ?")
            .bind(now)
            .bind(id)
            .bind(kind.as_str())
            .bind(now)
            .execute(&mut *tx)
            .await?
            .rows_affected();
    let found = read(&mut tx, kind, id).await?;
    tx.commit().await?;
    Ok(found.map(|(ceremony, used_at)| {
        let spoilt = match (consumed, used_at) {
            (1, _) => None,
            (_, Some(_)) => Some("replayed"),
            (_, None) => Some("expired"),
        };
        Ceremony { spoilt, ..ceremony }
    }))
}

async fn read(conn: &mut AnyConnection, kind: Kind, id: &str) -> Result<Option<(Ceremony, Option<i64>)>> {
    let row = sqlx::query(
        "SELECT staff, browser, session, action, target, invitation, state, began_at, used_at \
         FROM ceremony WHERE id = ? AND kind = ?",
    )
    .bind(id)
    .bind(kind.as_str())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let bound = Bound {
        staff: row.get(0),
        browser: row.get(1),
        session: row.get(2),
        action: row.get(3),
        target: row.get(4),
        invitation: row.get(5),
    };
    Ok(Some((Ceremony { bound, state: row.get(6), began_at: row.get(7), spoilt: None }, row.get(8))))
}

/// Removes what is too old to matter.
pub(crate) async fn prune(desk: &Desk) -> Result<()> {
    let (now, mut tx) = (desk.clock().now(), desk.db().scratch().await?);
    sqlx::query("DELETE FROM ceremony WHERE expires_at < ? AND (used_at IS NULL OR expires_at < ?)")
        .bind(now - LATE)
        .bind(now - KEPT)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM touch WHERE given_at < ?").bind(now - KEPT).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
