//! Moving an order.

use heliodesk_wire::{
    Fields, OrderNo,
    order_edit::Edit,
    order_field::Field,
    pipeline::{Card, MoveAsk},
    stage::Stage,
};

use super::refusal;
use crate::{
    access::{Actor, MoveOrders},
    error::{Error, Result},
    orders::{Order, Saved, find},
    trail::{Entry, OrderMoved, PipelineViewed},
};

/// Moves a presold order; answers its card as it is then. Where every value sent is the one it has, nothing is changed,
/// and what is recorded is that the card was shown.
///
/// # Errors
/// [`Error::NotFound`]; `not_yours`, `not_presold`; wrong values by field, [`Error::Stale`], then a stage that does not
/// follow.
#[tracing::instrument(skip_all)]
pub async fn move_order(actor: &Actor<MoveOrders>, ask: MoveAsk) -> Result<Card> {
    let parsed = ask.parse();
    let Ok(number) = ask.order.parse::<OrderNo>() else { return Err(parsed.err().unwrap_or_default().into()) };
    let desk = actor.desk();
    let before = find(&mut *desk.db().read().acquire().await?, desk.vault(), &number).await?.ok_or(Error::NotFound)?;
    if let Some(refusal) = refusal(&before.order, actor.presence()?, actor.moves_any()?) {
        return Err(refusal.into());
    }
    let edit = parsed?;
    let saved = Saved::decide(desk, &before, &edit, None).await?;
    offered(&before.order, &edit)?;
    if !saved.changed() {
        let receipt = actor.record(Entry::of(PipelineViewed {}).subject(&number)).await?;
        return Ok(before.card(receipt.at()));
    }
    Ok(saved.commit(actor, before, &edit, OrderMoved {}).await?.card(desk.clock().now()))
}

/// A move leads to presold stages, the signature, a pause or the loss; everything else is an edit.
fn offered(order: &Order, edit: &Edit) -> Result<()> {
    let to = edit.set.get(&Field::Stage).cloned().flatten().and_then(|stage| stage.parse::<Stage>().ok());
    if to.is_none_or(|to| to == order.fields.stage || to.is_move_target()) {
        return Ok(());
    }
    Err(Fields::one("stage", "illegal_transition").into())
}
