//! The rows of change orders.

use heliodesk_wire::{
    change_orders::{Act, ChangeOrder, Seen, State},
    order_field::Field,
    orders::Values,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::error::{Error, Result};

/// A change order as the database has it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// The order's id.
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) state: State,
    pub(super) revision: i64,
    /// What the order had when it was written, of the fields that change.
    pub(super) old: Values,
    /// What it shall have.
    pub(super) new: Values,
    pub(super) reason: String,
}

impl Kept {
    /// The next state, where the act can be done with it as it was seen.
    ///
    /// # Errors
    /// [`Error::Stale`] when something was done with it since; then an act that does not follow.
    pub(super) fn after(&self, seen: Seen, act: Act) -> Result<State> {
        if seen.revision != self.revision {
            return Err(Error::Stale);
        }
        self.state.after(act).ok_or_else(|| Error::field("change_order", "illegal_transition"))
    }
}

/// The open change order of an order, if there is one.
pub(super) async fn open(conn: &mut AnyConnection, id: &str) -> Result<Option<Kept>> {
    let row = sqlx::query(
        "SELECT id, number, state, revision, old_values, new_values, reason FROM change_order \
         WHERE id = ? AND is_open = 1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// A change order by its number among the order's.
pub(super) async fn find(conn: &mut AnyConnection, id: &str, number: i64) -> Result<Option<Kept>> {
    let row = sqlx::query(
        "SELECT id, number, state, revision, old_values, new_values, reason FROM change_order \
         WHERE id = ? AND number = ?",
    )
    .bind(id)
    .bind(number)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<Kept> {
    Ok(Kept {
        id: row.try_get(0)?,
        number: row.try_get(1)?,
        state: state(row.try_get(2)?)?,
        revision: row.try_get(3)?,
        old: values(row.try_get(4)?)?,
        new: values(row.try_get(5)?)?,
        reason: row.try_get(6)?,
    })
}

fn state(text: String) -> Result<State> {
    text.parse().map_err(|_| Error::broken("a change order's state is unknown"))
}

fn values(text: String) -> Result<Values> {
    serde_json::from_str(&text).map_err(|_| Error::broken("a change order's values are unreadable"))
}

fn text(values: &Values) -> Result<String> {
    serde_json::to_string(values).map_err(|_| Error::broken("values are not text"))
}

/// The number of an order's next change order.
pub(super) async fn next_number(conn: &mut AnyConnection, id: &str) -> Result<i64> {
    let last: Option<i64> =
        sqlx::query_scalar("SELECT MAX(number) FROM change_order WHERE id = ?").bind(id).fetch_one(conn).await?;
    Ok(last.unwrap_or(0) + 1)
}

/// Writes a new one and answers it.
pub(super) async fn add(conn: &mut AnyConnection, kept: &Kept, by: &str, at: i64) -> Result<ChangeOrder> {
    sqlx::query(
        "INSERT INTO change_order (id, number, state, is_open, revision, old_values, new_values, reason, written_by, \
         changed_at) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&kept.id)
    .bind(kept.number)
    .bind(kept.state.as_str())
    .bind(kept.revision)
    .bind(text(&kept.old)?)
    .bind(text(&kept.new)?)
    .bind(&kept.reason)
    .bind(by)
    .bind(at)
    .execute(&mut *conn)
    .await?;
    answer(conn, kept).await
}

/// Writes the draft of this number anew and answers it; `kept` has the revision it had.
pub(super) async fn rewrite(conn: &mut AnyConnection, kept: &Kept, by: &str, at: i64) -> Result<ChangeOrder> {
    let done = sqlx::query(
        "UPDATE change_order SET revision = revision + 1, old_values = ?, new_values = ?, reason = ?, written_by = ?, \
         changed_at = ? WHERE id = ? AND number = ? AND revision = ?",
    )
    .bind(text(&kept.old)?)
    .bind(text(&kept.new)?)
    .bind(&kept.reason)
    .bind(by)
    .bind(at)
    .bind(&kept.id)
    .bind(kept.number)
    .bind(kept.revision)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 { answer(conn, kept).await } else { Err(Error::Stale) }
}

/// Brings it to its next state and answers it as it is then; `void_reason` says why it was given up.
pub(super) async fn step(
    conn: &mut AnyConnection,
    kept: &Kept,
    to: State,
    void_reason: Option<&str>,
    at: i64,
) -> Result<ChangeOrder> {
    let done = sqlx::query(
        "UPDATE change_order SET state = ?, is_open = ?, revision = revision + 1, void_reason = ?, changed_at = ? \
         WHERE id = ? AND number = ? AND revision = ?",
    )
    .bind(to.as_str())
    .bind(to.is_open().then_some(1_i64))
    .bind(void_reason)
    .bind(at)
    .bind(&kept.id)
    .bind(kept.number)
    .bind(kept.revision)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 { answer(conn, kept).await } else { Err(Error::Stale) }
}

/// The change orders of an order, the newest first.
pub(in crate::orders) async fn list(conn: &mut AnyConnection, id: &str) -> Result<Vec<ChangeOrder>> {
    let rows = sqlx::query(
        "SELECT c.number, c.state, c.revision, c.old_values, c.new_values, c.reason, s.name, c.changed_at, c.void_reason \
         FROM change_order c LEFT JOIN staff s ON s.id = c.written_by WHERE c.id = ? ORDER BY c.number DESC LIMIT 50",
    )
    .bind(id)
    .fetch_all(conn)
    .await?;
    rows.iter().map(shown).collect()
}

fn shown(row: &AnyRow) -> Result<ChangeOrder> {
    let (old, mut new) = (values(row.try_get(3)?)?, values(row.try_get(4)?)?);
    let change = |(field, old): (Field, Option<String>)| (field, old, new.remove(&field).flatten());
    Ok(ChangeOrder {
        number: row.try_get(0)?,
        state: state(row.try_get(1)?)?,
        revision: row.try_get(2)?,
        changes: old.into_iter().map(change).collect(),
        reason: row.try_get(5)?,
        who: row.try_get::<Option<String>, _>(6)?.unwrap_or_default(),
        at: row.try_get(7)?,
        void_reason: row.try_get(8)?,
    })
}

/// A change order as a function answers it.
async fn answer(conn: &mut AnyConnection, kept: &Kept) -> Result<ChangeOrder> {
    let all = list(conn, &kept.id).await?;
    all.into_iter().find(|one| one.number == kept.number).ok_or_else(|| Error::broken("a change order is gone"))
}
