//! Changing an order.

use heliodesk_wire::{OrderNo, order_edit::EditAsk, orders::Order};

use super::{joined, rows, save::Saved};
use crate::{
    access::{Actor, EditOrders},
    error::{Error, Result},
    trail::{Entry, OrderEdited, OrderViewed},
};

/// Changes an order; answers it as it is then. Where every value sent is the one it has, nothing is changed, and what is
/// recorded is that the order was shown.
///
/// # Errors
/// [`Error::NotFound`], wrong values by field, [`Error::Stale`], then a stage that does not follow.
#[tracing::instrument(skip_all)]
pub async fn edit(actor: &Actor<EditOrders>, ask: EditAsk) -> Result<Order> {
    let parsed = ask.parse();
    let Ok(number) = ask.order.parse::<OrderNo>() else { return Err(parsed.err().unwrap_or_default().into()) };
    let desk = actor.desk();
    let mut conn = desk.db().read().acquire().await?;
    let before = joined::find(&mut conn, desk.vault(), &number).await?.ok_or(Error::NotFound)?;
    let edit = parsed?;
    let newest = rows::past(&mut conn, &before.order, before.order.version - 1).await?;
    let saved = Saved::decide(desk, &mut conn, &before.order, &edit, newest.as_ref()).await?;
    drop(conn);
    if !saved.changed() {
        let _ = actor.begin().await?.commit(Entry::of(OrderViewed {}).subject(&number)).await?;
        return Ok(before.shown());
    }
    Ok(saved.commit(actor, &before.order, &edit, OrderEdited {}).await?.shown())
}
