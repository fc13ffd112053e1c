//! Changing an order.

use heliodesk_wire::{
    OrderNo,
    order_edit::{Edit, EditAsk},
    orders::Order,
};

use super::{
    joined::{self, Joined},
    save::Saved,
};
use crate::{
    access::{Actor, EditOrders},
    error::{Error, Result},
    trail::{Entry, OrderEdited, OrderViewed},
};

/// Changes an order; answers it as it is then. Where every value sent is the one it has, nothing is changed, and what is
/// recorded is that the order was shown.
///
/// # Errors
/// [`Error::NotFound`], wrong values by field, [`Error::Stale`], then a stage that does not follow and commercial fields of
/// a sold order.
#[tracing::instrument(skip_all)]
pub async fn edit(actor: &Actor<EditOrders>, ask: EditAsk) -> Result<Order> {
    let (before, edit, saved) = decided(actor, &ask).await?;
    if !saved.changed() {
        let _ = actor.record(Entry::of(OrderViewed {}).subject(&before.order.number)).await?;
        return Ok(before.shown());
    }
    Ok(saved.commit(actor, before, &edit, OrderEdited {}).await?.shown())
}

/// Whether [`edit`] would do it: the review refuses what saving refuses. Nothing is done and nothing shown, so nothing is
/// recorded.
///
/// # Errors
/// Those of [`edit`].
#[tracing::instrument(skip_all)]
pub async fn consider(actor: &Actor<EditOrders>, ask: &EditAsk) -> Result<()> {
    decided(actor, ask).await?;
    actor.still_present().await
}

async fn decided(actor: &Actor<EditOrders>, ask: &EditAsk) -> Result<(Joined, Edit, Saved)> {
    let parsed = ask.parse();
    let Ok(number) = ask.order.parse::<OrderNo>() else { return Err(parsed.err().unwrap_or_default().into()) };
    let desk = actor.desk();
    let found = joined::with_newest(&mut desk.db().reader().await?, desk.vault(), &number).await?;
    let (before, newest) = found.ok_or(Error::NotFound)?;
    let edit = parsed?;
    let saved = Saved::decide(desk, &before, &edit, newest.as_ref()).await?;
    Ok((before, edit, saved))
}
