//! Showing one order.

use heliodesk_wire::{OrderNo, orders::OrderPage};

use super::{joined, rows};
use crate::{
    access::{Actor, EditOrders},
    error::{Error, Result},
    trail::{Entry, OrderViewed},
};

/// An order with its history. `made_from` is the version a refused form was made from, to compare with.
///
/// # Errors
/// [`Error::NotFound`] for a number that is no order's.
#[tracing::instrument(skip_all)]
pub async fn view(actor: &Actor<EditOrders>, number: &str, made_from: Option<i64>) -> Result<OrderPage> {
    let number: OrderNo = number.parse().map_err(|_| Error::NotFound)?;
    let desk = actor.desk();
    let mut conn = desk.db().read().acquire().await?;
    let found = joined::find(&mut conn, desk.vault(), &number).await?.ok_or(Error::NotFound)?;
    let original = match made_from {
        Some(version) => joined::original(&mut conn, &found.order, version).await?,
        None => None,
    };
    let before = rows::past(&mut conn, &found.order, found.order.version - 1).await?;
    let owners = joined::owners(&mut conn).await?;
    let history = joined::history(&mut conn, number.as_str()).await?;
    drop(conn);
    let receipt = actor.begin().await?.commit(Entry::of(OrderViewed {}).subject(&number)).await?;
    Ok(OrderPage { order: found.shown(), original, before, owners, history, now: receipt.at() })
}
