//! Revealing: one field of one customer, for a reason, after a touch, to the receipt of its own entry.

use heliodesk_wire::{
    CustomerNo, Fields, OrderNo, PersonalField, Revealed,
    customers::{Category, Given, Reveal, RevealAsk, Why},
    reason::Reason,
};
use sqlx::AnyConnection;

use super::{find, number, report, spoke, tries::revealed_today};
use crate::{
    access::{Actor, RevealField},
    clock::SECOND,
    error::{Error, Refusal, Result},
    free_text::FreeTexts,
    step_up::{FirstReason, Touch},
    trail::{Change, Entry, FieldRevealed},
    vault::{Opened, Sealed, UNREADABLE, shaped},
    work::Work,
};

/// The action a touch is given for.
const ACTION: &str = "customers/reveal";
/// How long a value shows before it masks itself.
pub(super) const SHOWN: i64 = 60 * SECOND;

/// Records who sees what and why, then opens that one value.
///
/// # Errors
/// In this order: [`Error::NotFound`]; [`Refusal::RevealCap`]; the wrong fields; [`Refusal::StepUpRequired`]; the field
/// `field` as `needs_script` for a form without a script; details that name the customer.
pub async fn reveal(actor: &Actor<RevealField>, ask: RevealAsk) -> Result<Revealed> {
    let customer = number(&ask.customer)?;
    let parsed = ask.parse();
    let settings = actor.desk().settings();
    let staff = actor.presence()?.staff().to_owned();
    // Two reveals at once must not both be the last one of the day.
    let mut work = actor.begin_counting().await?;
    let stored = find(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let at = work.at();
    let used = revealed_today(work.trail()?, &staff, at, &settings.time_zone).await?;
    if used >= settings.reveal_cap {
        return Err(Refusal::RevealCap.into());
    }
    let Reveal { field, given } = parsed?;
    let touch = match work.touched(ACTION, customer.as_str()).await {
        Err(Error::Forbidden(Refusal::StepUpRequired)) => None,
        touch => Some(touch?),
    };
    let why = reason(&mut work, &customer, touch.as_ref(), given).await?;
    let text = sealed(work.conn(), &customer, field).await?.ok_or_else(|| Error::field("field", "absent"))?;
    let touch = touch.ok_or(Refusal::StepUpRequired)?;
    // A form's answer is a page, and no page ever holds a value: nothing would be shown, so nothing is recorded.
    if actor.request().form {
        return Err(Error::field("field", "needs_script"));
    }
    let details = why.details.iter().map(|details| ("details", details.as_str()));
    // Details are a line, and the first ones under a touch are known only now.
    work = FreeTexts::read(actor.desk().vault(), details).name_nobody(work, &customer, &customer).await?;
    work.keep_reason(&touch, &FirstReason::of(&why)).await?;
    if why.category == Category::CallerAsked {
        spoke(work.conn(), &customer, at).await?;
    }
    // From here on the value is locked to the entry: no entry, no receipt, no value.
    let receipt = work.commit(Entry::field_revealed(&touch, &customer, field, &why)).await?;
    let (seq, masks_at) = (receipt.seq(), receipt.at() + SHOWN);
    let sealed = Sealed::stored(actor.desk(), customer.clone(), field, stored.data_key, text);
    let value = match sealed.open(receipt)? {
        Opened::Clear(value) => value.expose().clone(),
        Opened::Unreadable => {
            report(actor, &customer, &[field.as_str()]).await?;
            UNREADABLE.to_owned()
        }
    };
    Ok(Revealed { value, masks_at, used: used + 1, cap: settings.reveal_cap, seq })
}

impl Entry<FieldRevealed> {
    /// There is no reveal without a touch, so there is no entry of one either.
    fn field_revealed(touch: &Touch, customer: &CustomerNo, field: PersonalField, why: &Why) -> Self {
        let mut changes = vec![Change::named(field.as_str())];
        changes.extend(why.order.as_ref().map(|order| Change::of("order", None, Some(order.to_string()))));
        let reason = match &why.details {
            Some(details) => format!("{}: {}", why.category.as_str(), details.as_str()),
            None => why.category.as_str().to_owned(),
        };
        Self::by_touch(FieldRevealed { customer: customer.clone(), field }, touch)
            .subject(customer)
            .reason(reason)
            .changes(changes)
    }
}

impl FirstReason {
    fn of(why: &Why) -> Self {
        Self {
            category: why.category.as_str().to_owned(),
            order: why.order.as_ref().map(ToString::to_string),
            details: why.details.as_ref().map(|details| details.as_str().to_owned()),
        }
    }

    /// The reason as it was parsed when it was given.
    pub(super) fn again(&self) -> Option<Why> {
        Some(Why {
            category: self.category.parse().ok()?,
            order: self.order.as_deref().and_then(|order| order.parse().ok()),
            details: self.details.as_deref().and_then(|details| Reason::optional(details).ok().flatten()),
        })
    }
}

/// The reason given now, the rest of it from the first one under the same touch; checked.
async fn reason(work: &mut Work, customer: &CustomerNo, touch: Option<&Touch>, given: Given) -> Result<Why> {
    let why = given.after(touch.and_then(Touch::first_reason).and_then(FirstReason::again))?;
    let mut fields = Fields::new();
    match &why.order {
        Some(order) if !is_theirs(work.conn(), customer, order).await? => fields.add("order", "not_theirs"),
        None if has_orders(work.conn(), customer).await? => fields.add("order", "missing"),
        _ => {}
    }
    if let Some(details) = &why.details
        && let Some(code) = shaped(details.as_str())
    {
        fields.add("details", code);
    }
    Ok(fields.into_result(Some(why))?)
}

async fn sealed(conn: &mut AnyConnection, customer: &CustomerNo, field: PersonalField) -> Result<Option<String>> {
    let text = sqlx::query_scalar("SELECT sealed FROM personal WHERE customer = ? AND field = ?")
        .bind(customer.as_str())
        .bind(field.as_str())
        .fetch_optional(conn)
        .await?;
    Ok(text)
}

async fn is_theirs(conn: &mut AnyConnection, customer: &CustomerNo, order: &OrderNo) -> Result<bool> {
    let theirs: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM customer_order WHERE number = ? AND customer = ?")
        .bind(order.as_str())
        .bind(customer.as_str())
        .fetch_one(conn)
        .await?;
    Ok(theirs == 1)
}

async fn has_orders(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<bool> {
    let one: Option<String> = sqlx::query_scalar("SELECT number FROM customer_order WHERE customer = ? LIMIT 1")
        .bind(customer.as_str())
        .fetch_optional(conn)
        .await?;
    Ok(one.is_some())
}
