//! Orders as the pipeline shows them: those of a stage that pass a filter, longest there first, and all of them summed up.
//! Every statement begins at the filter that leaves least, in an index of its own that begins with the stage.

use std::collections::BTreeMap;

use heliodesk_wire::{
    orders::Values,
    pipeline::Band,
    stage::{Stage, WaitingOn},
};
use sqlx::{Any, AnyConnection, Row, any::AnyRow, query::Query};

use super::{
    joined::{Joined, Whose, from_row, joined},
    order::Order,
    rows::{self, columns},
    tally::{ALL, NOBODY},
};
use crate::{
    db::Cells,
    error::{Error, Result},
    vault::Vault,
};

/// Orders that a sum looks at in one stage before it says that there are more.
const LOOK: i64 = 5000;
/// The same of a page under several filters, which goes on there.
const STEP: i64 = if cfg!(test) { 7 } else { LOOK };
/// Cards read at once; as many as [`cards`] has places for.
const AT_ONCE: usize = 50;

/// Which orders the pipeline holds.
#[derive(Clone, Debug)]
pub(crate) struct Slice<'a> {
    pub(crate) whose: &'a Whose,
    pub(crate) city: &'a str,
    pub(crate) waiting_on: Option<WaitingOn>,
    /// `YYYY-MM`.
    pub(crate) install_month: &'a str,
    pub(crate) band: Option<Band>,
}

/// The filter that a statement begins at.
enum First<'a> {
    Text(&'a str),
    Number(i64),
}

impl Whose {
    /// How the statements are told: a mode and an id.
    pub(super) fn bound(&self) -> (i64, &str) {
        match self {
            Self::All => (0, ""),
            Self::Nobody => (1, ""),
            Self::Of(staff) => (2, staff),
        }
    }

    /// How the running totals name it.
    pub(crate) fn counted_as(&self) -> &str {
        match self {
            Self::All => ALL,
            Self::Nobody => NOBODY,
            Self::Of(staff) => staff,
        }
    }
}

impl Slice<'_> {
    /// Whether only owners are told apart, as the running totals do.
    pub(crate) fn is_counted(&self) -> bool {
        self.city.is_empty() && self.waiting_on.is_none() && self.install_month.is_empty() && self.band.is_none()
    }

    /// Whether orders are sifted: an index holds one filter beside the stage.
    fn is_sifted(&self) -> bool {
        let whose = !matches!(self.whose, Whose::All);
        let set = [
            whose,
            !self.city.is_empty(),
            self.waiting_on.is_some(),
            !self.install_month.is_empty(),
            self.band.is_some(),
        ];
        set.into_iter().filter(|set| *set).count() > 1
    }

    fn waiting(&self) -> &'static str {
        self.waiting_on.map_or("", WaitingOn::as_str)
    }

    fn band(&self) -> i64 {
        self.band.map_or(0, |band| band as i64)
    }

    /// Every filter, for [`rest`]; the one a statement begins at is among them once more.
    fn bind<'q>(&'q self, query: Query<'q, Any, sqlx::any::AnyArguments>) -> Query<'q, Any, sqlx::any::AnyArguments> {
        let (mode, staff) = self.whose.bound();
        let query = query.bind(mode).bind(mode).bind(staff).bind(self.city).bind(self.city);
        let query = query.bind(self.waiting()).bind(self.waiting()).bind(self.install_month).bind(self.install_month);
        query.bind(self.band()).bind(self.band())
    }
}

/// What an order has to be, beside the filter that a statement begins at.
macro_rules! rest {
    () => {
        " (? = 0 OR (? = 1 AND owner IS NULL) OR owner = ?) AND (? = '' OR city = ?) AND (? = '' OR waiting_on = ?) \
         AND (? = '' OR install_month = ?) AND (? = 0 OR price_band = ?) "
    };
}

/// A statement for each filter that it can begin at, the one that leaves least first.
macro_rules! first {
    ($slice:expr, $head:expr, $tail:expr) => {{
        let slice = $slice;
        match (slice.whose, slice.waiting_on, slice.band) {
            _ if !slice.city.is_empty() => (concat!($head, "city = ?", $tail), First::Text(slice.city)),
            _ if !slice.install_month.is_empty() => {
                (concat!($head, "install_month = ?", $tail), First::Text(slice.install_month))
            }
            (Whose::Of(staff), ..) => (concat!($head, "owner = ?", $tail), First::Text(staff.as_str())),
            (_, Some(waiting), _) => (concat!($head, "waiting_on = ?", $tail), First::Text(waiting.as_str())),
            (_, _, Some(band)) => (concat!($head, "price_band = ?", $tail), First::Number(band as i64)),
            (Whose::Nobody, ..) => (concat!($head, "owner IS NULL AND ? = ''", $tail), First::Text("")),
            (Whose::All, ..) => (concat!($head, "? = ''", $tail), First::Text("")),
        }
    }};
}

/// Where orders of one stage stand: since when, and the id.
pub(crate) type Place = (i64, String);

/// Where orders of one stage stand that pass the filter; longest first, after `after`, none that came later than `until`.
/// Under several filters [`STEP`] orders are looked at; the second answer is the last of them, when that was not all.
pub(crate) async fn places(
    conn: &mut AnyConnection,
    slice: &Slice<'_>,
    stage: Stage,
    after: Option<(i64, &str)>,
    until: i64,
    limit: i64,
) -> Result<(Vec<Place>, Option<Place>)> {
    let reached = if slice.is_sifted() { reach(conn, slice, stage, after, until).await? } else { None };
    let (statement, first) = first!(
        slice,
        "SELECT stage_since, id FROM customer_order WHERE stage = ? AND ",
        concat!(
            " AND stage_since >= ? AND (stage_since > ? OR id > ?) AND stage_since <= ? AND (stage_since < ? OR id <= ?) AND",
            rest!(),
            "ORDER BY stage_since, id LIMIT ?"
        )
    );
    let (since, id) = after.unwrap_or((i64::MIN, ""));
    // No id is greater than `~`.
    let (end, last) = reached.as_ref().map_or((until, "~"), |(since, id)| (*since, id));
    let query = begun(sqlx::query(statement).bind(stage.as_str()), first);
    let query = query.bind(since).bind(since).bind(id).bind(end).bind(end).bind(last);
    let rows = slice.bind(query).bind(limit).fetch_all(conn).await?;
    let found = rows.iter().map(place).collect::<Result<_>>()?;
    Ok((found, reached))
}

/// The last order that is looked at; none when the stage ends before.
async fn reach(
    conn: &mut AnyConnection,
    slice: &Slice<'_>,
    stage: Stage,
    after: Option<(i64, &str)>,
    until: i64,
) -> Result<Option<Place>> {
    let (statement, first) = first!(
        slice,
        "SELECT stage_since, id FROM customer_order WHERE stage = ? AND ",
        " AND stage_since >= ? AND (stage_since > ? OR id > ?) AND stage_since <= ? ORDER BY stage_since, id LIMIT 1 OFFSET ?"
    );
    let (since, id) = after.unwrap_or((i64::MIN, ""));
    let query = begun(sqlx::query(statement).bind(stage.as_str()), first);
    let row = query.bind(since).bind(since).bind(id).bind(until).bind(STEP - 1).fetch_optional(conn).await?;
    row.as_ref().map(place).transpose()
}

fn place(row: &AnyRow) -> Result<Place> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

fn begun<'q>(
    query: Query<'q, Any, sqlx::any::AnyArguments>,
    first: First<'q>,
) -> Query<'q, Any, sqlx::any::AnyArguments> {
    match first {
        First::Text(text) => query.bind(text),
        First::Number(number) => query.bind(number),
    }
}

/// How many orders a stage holds in one currency, their value in minor units and their watts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) stage: Stage,
    pub(crate) currency: String,
    pub(crate) count: i64,
    pub(crate) value: i64,
    pub(crate) watts: i64,
}

/// Sums up the orders of one stage that pass the filter and came there no later than `until`: looks at the first
/// [`LOOK`] only, and answers whether there were more to look at.
pub(crate) async fn sums(
    conn: &mut AnyConnection,
    slice: &Slice<'_>,
    stage: Stage,
    until: i64,
) -> Result<(Vec<Sum>, bool)> {
    let (statement, first) = first!(
        slice,
        concat!(
            "SELECT currency, COUNT(*), CAST(SUM(fits) AS SIGNED), CAST(SUM(fits * price_minor) AS SIGNED), \
             CAST(SUM(fits * power) AS SIGNED) FROM (SELECT currency, price_minor, COALESCE(panels * watts, 0) AS power, \
             CASE WHEN",
            rest!(),
            "THEN 1 ELSE 0 END AS fits FROM customer_order WHERE stage = ? AND "
        ),
        " AND stage_since <= ? ORDER BY stage_since, id LIMIT 5000) looked GROUP BY currency ORDER BY currency LIMIT 200"
    );
    let query = begun(slice.bind(sqlx::query(statement)).bind(stage.as_str()), first);
    let rows = query.bind(until).fetch_all(conn).await?;
    let mut looked = 0;
    let mut sums = Vec::with_capacity(rows.len());
    for row in &rows {
        looked += row.try_get::<i64, _>(1)?;
        let [count, value, watts] = [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        sums.push(Sum { stage, currency: row.try_get(0)?, count, value, watts });
    }
    sums.retain(|sum| sum.count > 0);
    Ok((sums, looked >= LOOK))
}

/// The running totals of one owner, of nobody, or of all together.
pub(crate) async fn totals(conn: &mut AnyConnection, owner: &str) -> Result<Vec<Sum>> {
    let rows = sqlx::query(
        "SELECT stage, currency, orders, value_minor, watts FROM stage_total WHERE owner = ? AND orders > 0 \
         ORDER BY stage, currency LIMIT 2000",
    )
    .bind(owner)
    .fetch_all(conn)
    .await?;
    let sum = |row: &AnyRow| {
        let [count, value, watts] = [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        Ok(Sum { stage: stage(row, 0)?, currency: row.try_get(1)?, count, value, watts })
    };
    rows.iter().map(sum).collect()
}

/// How many orders reached each stage since a day, counted from 1 January 1970.
pub(crate) async fn arrivals(conn: &mut AnyConnection, owner: &str, since: i64) -> Result<BTreeMap<Stage, i64>> {
    let rows = sqlx::query(
        "SELECT stage, CAST(SUM(orders) AS SIGNED) FROM stage_arrival WHERE owner = ? AND on_day >= ? \
         GROUP BY stage ORDER BY stage LIMIT 100",
    )
    .bind(owner)
    .bind(since)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((stage(row, 0)?, row.try_get(1)?))).collect()
}

/// By how much the value of open orders rose in each month since one, by currency.
pub(crate) async fn risen(conn: &mut AnyConnection, owner: &str, since: &str) -> Result<Vec<(String, String, i64)>> {
    let rows = sqlx::query(
        "SELECT month, currency, change_minor FROM open_value WHERE owner = ? AND month >= ? \
         ORDER BY month, currency LIMIT 2000",
    )
    .bind(owner)
    .bind(since)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
}

/// The cities orders are in, by name: one step through the index for each, and no more than `limit`.
pub(crate) async fn cities(conn: &mut AnyConnection, limit: usize) -> Result<Vec<String>> {
    let mut cities: Vec<String> = Vec::new();
    while cities.len() < limit {
        let next = "SELECT city FROM customer_order WHERE city > ? ORDER BY city, id LIMIT 1";
        let next: Option<String> =
            sqlx::query_scalar(next).bind(cities.last().map_or("", String::as_str)).fetch_optional(&mut *conn).await?;
        match next {
            Some(city) => cities.push(city),
            None => break,
        }
    }
    Ok(cities)
}

/// These orders, in the order of their ids here.
pub(crate) async fn cards(conn: &mut AnyConnection, vault: &Vault, ids: &[String]) -> Result<Vec<Joined>> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(AT_ONCE) {
        let mut query = sqlx::query(joined!(
            "WHERE o.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
             ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) LIMIT 50"
        ));
        for place in 0..AT_ONCE {
            query = query.bind(chunk.get(place).map_or("", String::as_str));
        }
        for row in query.fetch_all(&mut *conn).await? {
            let card = from_row(vault, &Cells::Any(row))?;
            found.insert(card.order.id.clone(), card);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// What an order's newest change took away, by whom (a staff id) and when.
pub(crate) async fn newest_change(
    conn: &mut AnyConnection,
    order: &Order,
) -> Result<Option<(Values, Option<String>, i64)>> {
    let Some(values) = rows::past(conn, order, order.version - 1).await? else { return Ok(None) };
    let row = sqlx::query("SELECT replaced_by, replaced_at FROM order_past WHERE id = ? AND version = ?")
        .bind(&order.id)
        .bind(order.version - 1)
        .fetch_one(conn)
        .await?;
    Ok(Some((values, row.try_get(0)?, row.try_get(1)?)))
}

/// A stage as a statement answers it.
pub(super) fn stage(row: &AnyRow, column: usize) -> Result<Stage> {
    let stage: String = row.try_get(column)?;
    stage.parse().map_err(|_| Error::broken("a stage is unknown"))
}
