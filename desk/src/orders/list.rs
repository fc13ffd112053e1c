//! Listing orders.

use heliodesk_wire::orders::{OrderFilter, OrderList, OrderRow, OwnerFilter, system_watts};
use sqlx::AnyConnection;

use super::{
    joined::{self, Joined, Wanted, Whose},
    rows,
};
use crate::{
    access::{Actor, EditOrders},
    error::Result,
    trail::{Change, Entry, OrdersListed},
};

/// Rows of one page.
const PAGE: usize = 50;
/// Greater than every id.
const NEWEST: &str = "~";

/// One page of orders, the newest first.
///
/// # Errors
/// When the database does not answer, or the session ended.
#[tracing::instrument(skip_all)]
pub async fn list(actor: &Actor<EditOrders>, filter: &OrderFilter) -> Result<OrderList> {
    let desk = actor.desk();
    let mut conn = desk.db().read().acquire().await?;
    let before = match &filter.after {
        Some(number) => rows::find(&mut conn, number).await?.map(|order| order.id),
        None => None,
    };
    let whose = whose(&mut conn, filter.owner.as_ref(), actor.presence()?.staff()).await?;
    let wanted = Wanted {
        whose: &whose,
        stage: filter.stage,
        waiting_on: filter.waiting_on,
        before: before.as_deref().unwrap_or(NEWEST),
        limit: i64::try_from(PAGE + 1).unwrap_or(i64::MAX),
    };
    let mut found = joined::list(&mut conn, desk.vault(), &wanted).await?;
    let owners = joined::owners(&mut conn).await?;
    drop(conn);
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let after = found.last().filter(|_| more).map(|last| last.order.number.clone());
    let told = told(filter, &whose, before.is_some());
    let receipt = actor.begin().await?.commit(Entry::of(OrdersListed {}).changes(told)).await?;
    Ok(OrderList { rows: found.into_iter().map(row).collect(), owners, after, now: receipt.at() })
}

/// Whose orders a filter means.
pub(crate) async fn whose(conn: &mut AnyConnection, filter: Option<&OwnerFilter>, me: &str) -> Result<Whose> {
    Ok(match filter {
        None => Whose::All,
        Some(OwnerFilter::Nobody) => Whose::Nobody,
        Some(OwnerFilter::Mine) => Whose::Of(me.to_owned()),
        // Somebody who is not on the staff owns nothing, and no id is empty.
        Some(OwnerFilter::Of(email)) => Whose::Of(rows::staff_id(conn, email).await?.unwrap_or_default()),
    })
}

/// An owner as the trail records that somebody filtered by it. An address that is nobody's on the staff may be a
/// customer's, so it is not recorded.
pub(crate) fn owner_told(filter: Option<&OwnerFilter>, whose: &Whose) -> Option<String> {
    let is_unknown = matches!(whose, Whose::Of(staff) if staff.is_empty());
    filter.map(|owner| if is_unknown { "(unknown)".to_owned() } else { owner.to_string() })
}

/// What was asked for, for the trail: nothing that was typed and means nothing here.
fn told(filter: &OrderFilter, whose: &Whose, after_is_known: bool) -> Vec<Change> {
    let parts = [
        ("stage", filter.stage.map(|stage| stage.to_string())),
        ("owner", owner_told(filter.owner.as_ref(), whose)),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("after", filter.after.as_ref().filter(|_| after_is_known).map(ToString::to_string)),
    ];
    parts.into_iter().filter_map(|(name, value)| Some(Change::of(name, None, Some(value?)))).collect()
}

fn row(found: Joined) -> OrderRow {
    let fields = found.order.fields;
    OrderRow {
        number: found.order.number,
        customer: found.order.customer,
        name: found.name,
        city: found.city,
        stage: fields.stage,
        stage_since: fields.stage_since,
        owner: found.owner_name,
        watts: system_watts(fields.panels, fields.watts),
        price_minor: fields.price_minor,
        currency: fields.currency,
        next_step: fields.next_step,
        next_step_on: fields.next_step_on,
        waiting_on: fields.waiting_on,
    }
}
