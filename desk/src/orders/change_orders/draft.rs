//! Writing a change order.

use heliodesk_wire::{
    OrderNo,
    change_orders::{Act, ChangeOrder, Draft, DraftAsk, State},
    order_field::Field,
    orders::Values,
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
    orders::{
        order::Order,
        rows as orders,
        save::{free_texts, looks_fit},
    },
    trail::{ChangeOrderDrafted, Entry},
    work::Work,
};

/// Writes a change order of a sold order, or the draft of the open one anew.
///
/// # Errors
/// [`Error::NotFound`]; wrong values by field; [`Error::Stale`] when the order's commercial fields or the draft changed
/// since; an order that is not sold, one that has an open change order, nothing that differs.
#[tracing::instrument(skip_all)]
pub async fn draft(actor: &Actor<EditOrders>, ask: DraftAsk) -> Result<ChangeOrder> {
    let parsed = ask.parse();
    let Ok(number) = ask.order.parse::<OrderNo>() else { return Err(parsed.err().unwrap_or_default().into()) };
    // Of two drafts at once the second must see the first.
    let mut work = actor.begin_counting().await?;
    let order = orders::find(work.conn(), &number).await?.ok_or(Error::NotFound)?;
    let draft = parsed?;
    let present = order.fields.values();
    looks_fit(&draft.edit, &present)?;
    let before = replaced(&mut work, &order, &draft, &present).await?;
    let (after, changes) = order.amended(&draft.edit.set);
    if changes.is_empty() {
        return Err(Error::field("order", "unchanged"));
    }
    let texts = free_texts(&changes, Some(&draft.reason));
    work = FreeTexts::read(actor.desk().vault(), texts).name_nobody(work, &order.customer_no()?, &order.number).await?;
    let differs = |field: &Field| order.fields.value(*field) != after.fields.value(*field);
    let of = |order: &Order| -> Values {
        Field::COMMERCIAL.into_iter().filter(differs).map(|field| (field, order.fields.value(field))).collect()
    };
    let kept = Kept {
        id: order.id.clone(),
        number: match &before {
            Some(before) => before.number,
            None => rows::next_number(work.conn(), &order.id).await?,
        },
        state: State::Draft,
        revision: before.as_ref().map_or(1, |before| before.revision),
        old: of(&order),
        new: of(&after),
        reason: draft.reason.as_str().to_owned(),
    };
    let (by, at) = (work.presence()?.staff().to_owned(), work.at());
    let answer = match before {
        Some(_) => rows::rewrite(work.conn(), &kept, &by, at).await?,
        None => rows::add(work.conn(), &kept, &by, at).await?,
    };
    let told = std::iter::once(named(kept.number)).chain(changes).collect();
    let entry = Entry::of(ChangeOrderDrafted {}).subject(&order.number).reason(kept.reason).changes(told);
    let _ = work.commit(entry).await?;
    Ok(answer)
}

/// The draft that is written anew; none for a new one.
async fn replaced(work: &mut Work, order: &Order, draft: &Draft, present: &Values) -> Result<Option<Kept>> {
    if draft.edit.version != order.version {
        // Whatever else changed since, a draft is made from the commercial fields.
        let base = orders::past(work.conn(), order, draft.edit.version).await?.ok_or(Error::Stale)?;
        if Field::COMMERCIAL.iter().any(|field| base.get(field) != present.get(field)) {
            return Err(Error::Stale);
        }
    }
    let Some(seen) = draft.seen else {
        sold(order)?;
        let open = rows::open(work.conn(), &order.id).await?;
        return if open.is_some() { Err(Error::field("order", "change_order_open")) } else { Ok(None) };
    };
    let kept = rows::find(work.conn(), &order.id, seen.number).await?.ok_or(Error::NotFound)?;
    kept.after(seen, Act::Write)?;
    sold(order)?;
    Ok(Some(kept))
}
