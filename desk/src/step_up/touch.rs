//! What a touch is worth: one act on one target, or, for reveals, five minutes for one customer.

use sqlx::{AnyConnection, Row};

use crate::{
    access::Presence,
    clock::MINUTE,
    error::{Refusal, Result},
    trail::Touched,
    work::Work,
};

/// How long a touch is good for, used or not.
pub const FRESH: i64 = 5 * MINUTE;

/// The one action whose touch holds for further acts on the same target.
const HOLDS: &str = "customers/reveal";

/// Proof of a fresh passkey ceremony with user verification, in this session, for one action on one target.
/// Only [`Work::touched`] makes one.
#[derive(Debug)]
pub struct Touch {
    id: String,
    target: String,
    first: Option<FirstReason>,
    given_at: i64,
}

/// The reason given with the first act of a touch that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FirstReason {
    /// The category, as the wire writes it.
    pub(crate) category: String,
    /// The order it is about.
    pub(crate) order: Option<String>,
    /// The details, when some were given.
    pub(crate) details: Option<String>,
}

impl Touched for Touch {}

impl Touch {
    /// What it was given for.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// The reason of the first act under this touch, when there was one already.
    pub(crate) fn first_reason(&self) -> Option<&FirstReason> {
        self.first.as_ref()
    }
}

impl Work {
    /// The touch given in this session for `action` on `target`, at most five minutes ago. A touch that does not hold is
    /// used up by this work: if the work is rolled back, so is the use.
    ///
    /// # Errors
    /// [`Refusal::StepUpRequired`] when there is none; [`crate::Error::SignedOut`] outside a session.
    pub(crate) async fn touched(&mut self, action: &'static str, target: &str) -> Result<Touch> {
        let at = self.at();
        let session = self.presence()?.session().to_owned();
        let touch = find(self.conn(), &session, action, target, at - FRESH).await?.ok_or(Refusal::StepUpRequired)?;
        if action != HOLDS && !consume(self.conn(), &touch.id, at).await? {
            return Err(Refusal::StepUpRequired.into());
        }
        Ok(touch)
    }

    /// Keeps the reason of the first act under a touch that holds; later ones leave it as it is.
    pub(crate) async fn keep_reason(&mut self, touch: &Touch, reason: &FirstReason) -> Result<()> {
        sqlx::query("UPDATE touch SET category = ?, order_no = ?, details = ? WHERE id = ? AND category IS NULL")
            .bind(&reason.category)
            .bind(&reason.order)
            .bind(&reason.details)
            .bind(&touch.id)
            .execute(self.conn())
            .await?;
        Ok(())
    }
}

/// The reason that still covers reveals of a customer in this session, and until when. It proves nothing: a reveal asks
/// for the touch itself.
pub(crate) async fn held(
    conn: &mut AnyConnection,
    session: &str,
    customer: &str,
    now: i64,
) -> Result<Option<(FirstReason, i64)>> {
    let touch = find(conn, session, HOLDS, customer, now - FRESH).await?;
    Ok(touch.and_then(|touch| Some((touch.first?, touch.given_at + FRESH))))
}

/// The newest unused touch of a session for this action on this target, given after `since`.
async fn find(
    conn: &mut AnyConnection,
    session: &str,
    action: &'static str,
    target: &str,
    since: i64,
) -> Result<Option<Touch>> {
    let row = sqlx::query(
        "SELECT id, category, order_no, details, given_at FROM touch WHERE session = ? AND given_at > ? AND action = ? \
         AND target = ? AND used_at IS NULL ORDER BY given_at DESC, id DESC LIMIT 1",
    )
    .bind(session)
    .bind(since)
    .bind(action)
    .bind(target)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let category: Option<String> = row.get(1);
    let (order, details) = (row.get(2), row.get(3));
    let first = category.map(|category| FirstReason { category, order, details });
    Ok(Some(Touch { id: row.get(0), target: target.to_owned(), first, given_at: row.get(4) }))
}

/// Whether this work is the one that uses the touch up: of two, the second finds no row.
async fn consume(conn: &mut AnyConnection, id: &str, at: i64) -> Result<bool> {
    let used = sqlx::query("UPDATE touch SET used_at = ? WHERE id = ? AND used_at IS NULL")
        .bind(at)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Writes a touch down, inside the work that records its ceremony.
pub(super) async fn give(work: &mut Work, id: &str, action: &str, target: &str) -> Result<()> {
    let (at, presence) = (work.at(), work.presence()?);
    let session = Presence::session(presence).to_owned();
    sqlx::query("INSERT INTO touch (id, session, action, target, given_at) VALUES (?, ?, ?, ?, ?)")
        .bind(id)
        .bind(session)
        .bind(action)
        .bind(target)
        .bind(at)
        .execute(work.conn())
        .await?;
    Ok(())
}
