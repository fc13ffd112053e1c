//! Listing orders.

use heliodesk_wire::{
    orders::{OrderFilter, OrderList, OrderRow, OwnerFilter, system_watts},
    stage::{Stage, WaitingOn},
};
use sqlx::{AnyConnection, Row};

use super::{
    Usual,
    joined::{self, Joined, Whose, joined},
    rows::{self, columns},
};
use crate::{
    access::{Actor, EditOrders},
    error::Result,
    trail::{Change, Entry, OrdersListed},
    vault::Vault,
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
        city: filter.city.as_deref().unwrap_or_default(),
        stage: filter.stage,
        waiting_on: filter.waiting_on,
    };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = wanted.page(&mut conn, desk.vault(), before.as_deref().unwrap_or(NEWEST), most).await?;
    let count = wanted.count(&mut conn, OrderList::COUNTED + 1).await?;
    let owners = joined::owners(&mut conn).await?;
    let usual = Usual::read(&mut conn).await?;
    let city = match &filter.city {
        Some(city) => Some(city_told(&mut conn, city).await?),
        None => None,
    };
    drop(conn);
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let after = found.last().filter(|_| more).map(|last| last.order.number.clone());
    let told = told(filter, &whose, city, before.is_some());
    let receipt = actor.begin().await?.commit(Entry::of(OrdersListed {}).changes(told)).await?;
    let now = receipt.at();
    let rows = found.into_iter().map(|found| row(found, &usual, now)).collect();
    Ok(OrderList { rows, owners, count, after, now })
}

/// Which orders a list holds. Each list begins at the filter that leaves least, so that its index carries the page.
struct Wanted<'a> {
    whose: &'a Whose,
    /// Empty: everywhere.
    city: &'a str,
    stage: Option<Stage>,
    waiting_on: Option<WaitingOn>,
}

/// How many orders are wanted, and how the statement goes on.
macro_rules! counted {
    ($($tail:tt)+) => { concat!("SELECT COUNT(*) FROM (SELECT o.id FROM customer_order o ", $($tail)+, ") few") };
}

/// A statement about all orders that are wanted, with its values but for the last, the limit.
macro_rules! wanted {
    ($wanted:expr, $before:expr, $begin:ident, $end:literal) => {{
        let (city, stage) = ($wanted.city, $wanted.stage.map_or("", Stage::as_str));
        let waiting_on = $wanted.waiting_on.map_or("", WaitingOn::as_str);
        macro_rules! first {
            ($first:literal) => {
                sqlx::query($begin!(
                    $first,
                    " AND o.id < ? AND (? = '' OR o.city = ?) AND (? = '' OR o.stage = ?) \
                     AND (? = '' OR o.waiting_on = ?) ",
                    $end
                ))
            };
        }
        let query = match ($wanted.whose, city, stage, waiting_on) {
            (Whose::Of(staff), ..) => first!("WHERE o.owner = ?").bind(staff.as_str()),
            (Whose::Nobody, ..) => first!("WHERE o.owner IS NULL AND ? = ''").bind(""),
            (Whose::All, "", "", "") => first!("WHERE ? = ''").bind(""),
            (Whose::All, "", "", waiting_on) => first!("WHERE o.waiting_on = ?").bind(waiting_on),
            (Whose::All, "", stage, _) => first!("WHERE o.stage = ?").bind(stage),
            (Whose::All, city, ..) => first!("WHERE o.city = ?").bind(city),
        };
        query.bind($before).bind(city).bind(city).bind(stage).bind(stage).bind(waiting_on).bind(waiting_on)
    }};
}

impl Wanted<'_> {
    /// One page, the newest first, of those older than `before`.
    async fn page(&self, conn: &mut AnyConnection, vault: &Vault, before: &str, most: i64) -> Result<Vec<Joined>> {
        let query = wanted!(self, before, joined, "ORDER BY o.id DESC LIMIT ?");
        let rows = query.bind(most).fetch_all(conn).await?;
        rows.iter().map(|row| joined::from_row(vault, row)).collect()
    }

    /// How many there are; nobody counts further than `most`.
    async fn count(&self, conn: &mut AnyConnection, most: i64) -> Result<i64> {
        let query = wanted!(self, NEWEST, counted, "LIMIT ?");
        Ok(query.bind(most).fetch_one(conn).await?.try_get(0)?)
    }
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

/// What the trail records of something typed that is nothing here: it may be anything, also somebody's name.
const UNKNOWN: &str = "(unknown)";

/// An owner as the trail records that somebody filtered by it. An address that is nobody's on the staff may be a
/// customer's, so it is not recorded.
pub(crate) fn owner_told(filter: Option<&OwnerFilter>, whose: &Whose) -> Option<String> {
    let is_unknown = matches!(whose, Whose::Of(staff) if staff.is_empty());
    filter.map(|owner| if is_unknown { UNKNOWN.to_owned() } else { owner.to_string() })
}

/// A city as the trail records that somebody filtered by it: by name where an order is there.
pub(crate) async fn city_told(conn: &mut AnyConnection, city: &str) -> Result<String> {
    let known: Option<String> = sqlx::query_scalar("SELECT city FROM customer_order WHERE city = ? LIMIT 1")
        .bind(city)
        .fetch_optional(conn)
        .await?;
    Ok(known.unwrap_or_else(|| UNKNOWN.to_owned()))
}

/// What was asked for, for the trail: nothing that was typed and means nothing here.
fn told(filter: &OrderFilter, whose: &Whose, city: Option<String>, after_is_known: bool) -> Vec<Change> {
    let parts = [
        ("stage", filter.stage.map(|stage| stage.to_string())),
        ("owner", owner_told(filter.owner.as_ref(), whose)),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("city", city),
        ("after", filter.after.as_ref().filter(|_| after_is_known).map(ToString::to_string)),
    ];
    parts.into_iter().filter_map(|(name, value)| Some(Change::of(name, None, Some(value?)))).collect()
}

fn row(found: Joined, usual: &Usual, now: i64) -> OrderRow {
    let days = found.days(now);
    let fields = found.order.fields;
    OrderRow {
        number: found.order.number,
        customer: found.order.customer,
        name: found.name,
        city: found.city,
        stage: fields.stage,
        days,
        stale: usual.times(fields.stage, days),
        owner: found.owner_name,
        watts: system_watts(fields.panels, fields.watts),
        price_minor: fields.price_minor,
        currency: fields.currency,
        next_step: fields.next_step,
        next_step_on: fields.next_step_on,
        waiting_on: fields.waiting_on,
    }
}
