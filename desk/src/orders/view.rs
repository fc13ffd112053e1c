//! Showing one order.

use heliodesk_wire::{OrderNo, orders::OrderPage};

use super::{Usual, change_orders, history, joined, presence};
use crate::{
    access::{Actor, EditOrders},
    error::{Error, Result},
    trail::{Entry, OrderViewed},
};

/// An order with its change orders, its history, and who else has it open. `made_from` is the version a refused form was
/// made from, to compare with.
///
/// # Errors
/// [`Error::NotFound`] for a number that is no order's.
#[tracing::instrument(skip_all)]
pub async fn view(actor: &Actor<EditOrders>, number: &str, made_from: Option<i64>) -> Result<OrderPage> {
    let number: OrderNo = number.parse().map_err(|_| Error::NotFound)?;
    let desk = actor.desk();
    let me = actor.presence()?;
    let found = joined::with_newest(&mut desk.db().reader().await?, desk.vault(), &number).await?;
    let (found, before) = found.ok_or(Error::NotFound)?;
    let mut conn = desk.db().read().acquire().await?;
    let original = match made_from {
        Some(version) => joined::original(&mut conn, &found.order, version).await?,
        None => None,
    };
    let owners = joined::owners(&mut conn).await?;
    let history = history::history(&mut conn, number.as_str()).await?;
    let change_orders = change_orders::list(&mut conn, &found.order.id).await?;
    let others = presence::others(&mut conn, &number, me.staff(), desk.clock().now()).await?;
    let usual = Usual::read(&mut conn, Some(found.order.fields.stage)).await?;
    drop(conn);
    let mut work = actor.begin().await?;
    let at = work.at();
    presence::seen(work.conn(), &number, me, at).await?;
    let receipt = work.commit(Entry::of(OrderViewed {}).subject(&number)).await?;
    let now = receipt.at();
    let days = found.days(now);
    let stale = usual.times(found.order.fields.stage, days);
    Ok(OrderPage { order: found.shown(), days, stale, original, before, owners, history, change_orders, others, now })
}
