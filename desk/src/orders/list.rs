//! Listing orders.

use heliodesk_wire::{
    orders::{OrderFilter, OrderList, OrderRow, OwnerFilter, system_watts},
    stage::{Stage, WaitingOn},
};
use sqlx::{Any, AnyConnection, Row, any::AnyArguments, query::Query};

use super::{
    Usual,
    joined::{self, Joined, Whose, joined},
    rows::{self, columns},
};
use crate::{
    access::{Actor, EditOrders},
    db::Cells,
    error::Result,
    trail::{Change, Entry, OrdersListed},
    vault::Vault,
};

/// Rows of one page.
const PAGE: usize = 50;
/// Orders that a page under several filters looks at; it goes on there. A count says that there are more.
const LOOK: i64 = if cfg!(test) { 7 } else { 5000 };
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
    let before_id = before.as_deref().unwrap_or(NEWEST);
    let end = wanted.reach(&mut conn, before_id).await?;
    let mut found = wanted.page(&mut conn, desk.vault(), (before_id, end.as_deref()), most).await?;
    let counted = if before.is_some() { wanted.reach(&mut conn, NEWEST).await? } else { end.clone() };
    let count = wanted.count(&mut conn, counted.as_deref(), OrderList::COUNTED + 1).await?;
    let owners = joined::owners(&mut conn).await?;
    let usual = Usual::read(&mut conn, filter.stage).await?;
    let city = match &filter.city {
        Some(city) => Some(city_told(&mut conn, city).await?),
        None => None,
    };
    let full = found.len() > PAGE;
    found.truncate(PAGE);
    let after = match (found.last(), &end) {
        (Some(last), _) if full => Some(last.order.number.clone()),
        (_, Some(end)) => number_of(&mut conn, end).await?,
        _ => None,
    };
    drop(conn);
    let told = told(filter, &whose, city, before.is_some());
    let receipt = actor.record(Entry::of(OrdersListed {}).changes(told)).await?;
    let now = receipt.at();
    let rows = found.into_iter().map(|found| row(found, &usual, now)).collect();
    let more = count > OrderList::COUNTED || counted.is_some();
    let looked = (!full && end.is_some()).then_some(LOOK);
    Ok(OrderList { rows, owners, count: count.min(OrderList::COUNTED), more, after, looked, now })
}

/// Which orders a list holds. Each statement begins at the filter that leaves least, along an index of its own; the others
/// sift.
struct Wanted<'a> {
    whose: &'a Whose,
    /// Empty: everywhere.
    city: &'a str,
    stage: Option<Stage>,
    waiting_on: Option<WaitingOn>,
}

/// A statement that begins at each filter, the one that leaves least first, with its value.
macro_rules! first {
    ($wanted:expr, $head:expr, $tail:expr) => {{
        let wanted = $wanted;
        match (wanted.whose, wanted.stage, wanted.waiting_on) {
            _ if !wanted.city.is_empty() => (concat!($head, "WHERE o.city = ?", $tail), wanted.city),
            (Whose::Of(staff), ..) => (concat!($head, "WHERE o.owner = ?", $tail), staff.as_str()),
            (_, Some(stage), _) => (concat!($head, "WHERE o.stage = ?", $tail), stage.as_str()),
            (.., Some(waiting)) => (concat!($head, "WHERE o.waiting_on = ?", $tail), waiting.as_str()),
            (Whose::Nobody, ..) => (concat!($head, "WHERE o.owner IS NULL AND ? = ''", $tail), ""),
            (Whose::All, ..) => (concat!($head, "WHERE ? = ''", $tail), ""),
        }
    }};
}

/// From which order to which, and what an order has to be beside the filter that a statement begins at.
macro_rules! rest {
    () => {
        " AND o.id < ? AND o.id >= ? AND (? = 0 OR (? = 1 AND o.owner IS NULL) OR o.owner = ?) AND (? = '' OR o.city = ?) \
         AND (? = '' OR o.stage = ?) AND (? = '' OR o.waiting_on = ?) "
    };
}

impl Wanted<'_> {
    /// Whether orders are sifted: an index holds one filter.
    fn is_sifted(&self) -> bool {
        let whose = !matches!(self.whose, Whose::All);
        let set = [whose, !self.city.is_empty(), self.stage.is_some(), self.waiting_on.is_some()];
        set.into_iter().filter(|set| *set).count() > 1
    }

    /// The last order that is looked at of those older than `before`; none when they end before it.
    async fn reach(&self, conn: &mut AnyConnection, before: &str) -> Result<Option<String>> {
        if !self.is_sifted() {
            return Ok(None);
        }
        let (statement, value) =
            first!(self, "SELECT o.id FROM customer_order o ", " AND o.id < ? ORDER BY o.id DESC LIMIT 1 OFFSET ?");
        let last = sqlx::query_scalar(statement).bind(value).bind(before).bind(LOOK - 1);
        Ok(last.fetch_optional(conn).await?)
    }

    /// One page, the newest first, of those older than `before` down to `end`.
    async fn page(
        &self,
        conn: &mut AnyConnection,
        vault: &Vault,
        (before, end): (&str, Option<&str>),
        most: i64,
    ) -> Result<Vec<Joined>> {
        let (statement, value) = first!(self, joined!(""), concat!(rest!(), "ORDER BY o.id DESC LIMIT ?"));
        let query = self.bind(sqlx::query(statement).bind(value), before, end);
        let rows = query.bind(most).fetch_all(conn).await?;
        rows.into_iter().map(|row| joined::from_row(vault, &Cells::Any(row))).collect()
    }

    /// How many there are down to `end`; nobody counts further than `most`.
    async fn count(&self, conn: &mut AnyConnection, end: Option<&str>, most: i64) -> Result<i64> {
        let (statement, value) =
            first!(self, "SELECT COUNT(*) FROM (SELECT o.id FROM customer_order o ", concat!(rest!(), "LIMIT ?) few"));
        let query = self.bind(sqlx::query(statement).bind(value), NEWEST, end);
        Ok(query.bind(most).fetch_one(conn).await?.try_get(0)?)
    }

    /// Binds what [`rest`] asks for. No id is less than nothing.
    fn bind<'q>(
        &'q self,
        query: Query<'q, Any, AnyArguments>,
        before: &'q str,
        end: Option<&'q str>,
    ) -> Query<'q, Any, AnyArguments> {
        let (mode, staff) = self.whose.bound();
        let mut query = query.bind(before).bind(end.unwrap_or_default()).bind(mode).bind(mode).bind(staff);
        let (stage, waiting) = (self.stage.map_or("", Stage::as_str), self.waiting_on.map_or("", WaitingOn::as_str));
        for text in [self.city, stage, waiting] {
            query = query.bind(text).bind(text);
        }
        query
    }
}

/// The number of an order.
async fn number_of(conn: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT number FROM customer_order WHERE id = ?").bind(id).fetch_optional(conn).await?)
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
