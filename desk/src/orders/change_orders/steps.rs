//! Sending, signing and giving up a change order.

use heliodesk_wire::{
    Fields, OrderNo,
    change_orders::{Act, ChangeOrder, Step, StepAsk, VoidAsk},
};

use super::{
    named,
    rows::{self, Kept},
    sold,
};
use crate::{
    access::{Actor, EditOrders},
    error::{Error, Result},
    free_text::FreeTexts,
    orders::{order::Order, rows as orders},
    trail::{ChangeOrderSent, ChangeOrderSigned, ChangeOrderVoided, Entry},
    work::Work,
};

/// Notes that the customer has it.
///
/// # Errors
/// [`Error::NotFound`]; wrong values; [`Error::Stale`] when it or what it changes is no longer as it was seen; a change order
/// that is no draft, an order that is not sold any more.
#[tracing::instrument(skip_all)]
pub async fn send(actor: &Actor<EditOrders>, ask: StepAsk) -> Result<ChangeOrder> {
    let (mut work, order, kept, step) = found(actor, &ask.order, ask.parse()).await?;
    let to = kept.after(step.seen, Act::Send)?;
    fits(&order, &kept)?;
    let at = work.at();
    let answer = rows::step(work.conn(), &kept, to, None, at).await?;
    let entry = Entry::of(ChangeOrderSent {}).subject(&order.number).changes(vec![named(kept.number)]);
    let _ = work.commit(entry).await?;
    Ok(answer)
}

/// Notes that the customer has signed it, and changes the order by it: both or neither.
///
/// # Errors
/// As [`send`], for a change order that was not sent.
#[tracing::instrument(skip_all)]
pub async fn sign(actor: &Actor<EditOrders>, ask: StepAsk) -> Result<ChangeOrder> {
    let (mut work, order, kept, step) = found(actor, &ask.order, ask.parse()).await?;
    let to = kept.after(step.seen, Act::Sign)?;
    fits(&order, &kept)?;
    let (by, at) = (work.presence()?.staff().to_owned(), work.at());
    let (after, changes) = order.amended(&kept.new);
    let tally = orders::replace(work.conn(), &order, &after, Some(&by), at).await?;
    work.count(tally);
    let answer = rows::step(work.conn(), &kept, to, None, at).await?;
    let told = std::iter::once(named(kept.number)).chain(changes).collect();
    let entry = Entry::of(ChangeOrderSigned {}).subject(&order.number).reason(kept.reason).changes(told);
    let _ = work.commit(entry).await?;
    Ok(answer)
}

/// Gives it up, for a reason; the order stays as it is, whatever it is by now.
///
/// # Errors
/// [`Error::NotFound`]; wrong values; [`Error::Stale`] when it is no longer as it was seen; one that is signed or void.
#[tracing::instrument(skip_all)]
pub async fn void(actor: &Actor<EditOrders>, ask: VoidAsk) -> Result<ChangeOrder> {
    let (mut work, order, kept, step) = found(actor, &ask.order, ask.parse()).await?;
    let reason = step.reason.ok_or_else(|| Error::field("reason", "missing"))?;
    let customer = order.customer_no()?;
    let to = kept.after(step.seen, Act::Void)?;
    let texts = FreeTexts::read(actor.desk().vault(), [("reason", reason.as_str())]);
    work = texts.name_nobody(work, &customer, &order.number).await?;
    let at = work.at();
    let answer = rows::step(work.conn(), &kept, to, Some(reason.as_str()), at).await?;
    let entry = Entry::of(ChangeOrderVoided {}).subject(&order.number).changes(vec![named(kept.number)]);
    let _ = work.commit(entry.reason(reason.as_str())).await?;
    Ok(answer)
}

/// The order and its change order, in a work of its own: of two steps at once the second must see the first.
async fn found(
    actor: &Actor<EditOrders>,
    order: &str,
    parsed: Result<Step, Fields>,
) -> Result<(Work, Order, Kept, Step)> {
    let Ok(number) = order.parse::<OrderNo>() else { return Err(parsed.err().unwrap_or_default().into()) };
    let mut work = actor.begin_counting().await?;
    let order = orders::find(work.conn(), &number).await?.ok_or(Error::NotFound)?;
    let step = parsed?;
    let kept = rows::find(work.conn(), &order.id, step.seen.number).await?.ok_or(Error::NotFound)?;
    Ok((work, order, kept, step))
}

/// Whether the order is still what the change order was made from.
fn fits(order: &Order, kept: &Kept) -> Result<()> {
    sold(order)?;
    let same = kept.old.iter().all(|(field, old)| order.fields.value(*field) == *old);
    if same { Ok(()) } else { Err(Error::Stale) }
}
