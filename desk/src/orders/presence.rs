//! Who has an order open now. What is kept records no action of anybody: the entry of the page that was shown does.

use heliodesk_wire::{
    OrderNo,
    orders::{Presence, PresenceAsk},
};
use sqlx::{AnyConnection, Row};

use super::rows;
use crate::{
    access::{self, Actor, EditOrders},
    clock::{HOUR, MINUTE},
    error::{Error, Result},
};

/// Whoever has not been heard of for this long has gone.
const SILENCE: i64 = MINUTE;

/// Says that the page of an order is still open, or just left, and who else has it open. Asked in the background: it
/// neither extends the session nor appends an entry.
///
/// # Errors
/// [`Error::NotFound`] for a number that is no order's; a time that is none.
#[tracing::instrument(skip_all)]
pub async fn presence(actor: &Actor<EditOrders>, ask: PresenceAsk) -> Result<Presence> {
    let number: OrderNo = ask.order.parse().map_err(|code| Error::field("order", code))?;
    let left = match ask.left.trim() {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| Error::field("left", "not_a_number"))?),
    };
    let desk = actor.desk();
    let (me, now) = (actor.presence()?, desk.clock().now());
    let mut conn = desk.db().read().acquire().await?;
    rows::find(&mut conn, &number).await?.ok_or(Error::NotFound)?;
    drop(conn);
    let mut tx = desk.db().scratch().await?;
    match left {
        Some(until) => leave(&mut tx, &number, me.session(), until).await?,
        None => seen(&mut tx, &number, me, now).await?,
    }
    sqlx::query("DELETE FROM order_presence WHERE seen_at < ?").bind(now - HOUR).execute(&mut *tx).await?;
    tx.commit().await?;
    let mut conn = desk.db().read().acquire().await?;
    let others = others(&mut conn, &number, me.staff(), now).await?;
    drop(conn);
    actor.still_present().await?;
    Ok(Presence { others, now })
}

/// Notes that this session has the order open.
pub(super) async fn seen(conn: &mut AnyConnection, number: &OrderNo, me: &access::Presence, at: i64) -> Result<()> {
    let again = sqlx::query("UPDATE order_presence SET seen_at = ? WHERE number = ? AND session = ?")
        .bind(at)
        .bind(number.as_str())
        .bind(me.session())
        .execute(&mut *conn)
        .await?;
    if again.rows_affected() > 0 {
        return Ok(());
    }
    let first = sqlx::query("INSERT INTO order_presence (number, session, staff, seen_at) VALUES (?, ?, ?, ?)")
        .bind(number.as_str())
        .bind(me.session())
        .bind(me.staff())
        .bind(at)
        .execute(conn)
        .await
        .map_err(Error::from);
    match first {
        // Two pages of one session opened at once.
        Err(error) if error.is_duplicate() => Ok(()),
        first => first.map(|_| ()),
    }
}

/// Forgets that this session had the order open until then; what was seen later is another page of the session.
async fn leave(conn: &mut AnyConnection, number: &OrderNo, session: &str, until: i64) -> Result<()> {
    sqlx::query("DELETE FROM order_presence WHERE number = ? AND session = ? AND seen_at <= ?")
        .bind(number.as_str())
        .bind(session)
        .bind(until)
        .execute(conn)
        .await?;
    Ok(())
}

/// The names of those who have the order open now, without this member of staff: their own other sessions are nobody else.
pub(super) async fn others(conn: &mut AnyConnection, number: &OrderNo, me: &str, now: i64) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT DISTINCT p.name FROM order_presence o JOIN staff p ON p.id = o.staff JOIN session s ON s.id = o.session \
         WHERE o.number = ? AND o.seen_at > ? AND o.staff <> ? AND s.ended_at IS NULL ORDER BY p.name LIMIT 20",
    )
    .bind(number.as_str())
    .bind(now - SILENCE)
    .bind(me)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

#[cfg(test)]
mod tests;
