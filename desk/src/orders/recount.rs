//! The running totals of the pipeline, counted anew from the orders as they stand.
//!
//! How long orders stayed in a stage, and the day on which each came to one, no order tells: of arrivals it is checked that
//! owners and all together agree, and that no more came to a stage than ever got so far.

use std::collections::BTreeMap;

use heliodesk_wire::{
    pipeline::{FUNNEL, is_open},
    stage::Stage,
};
use sqlx::{AnyConnection, Row};

use super::tally::{ALL, NOBODY};
use crate::{
    error::{Error, Result},
    recount::Recount,
};

/// Orders read at once.
const AT_ONCE: usize = 1000;

/// What the orders say.
#[derive(Default)]
struct Counted {
    /// By owner, stage and currency: orders, value, watts.
    stands: BTreeMap<(String, String, String), [i64; 3]>,
    /// By owner and currency.
    open: BTreeMap<(String, String), i64>,
    /// How many ever got so far.
    reached: BTreeMap<i64, i64>,
}

/// Compares the totals with all orders.
pub(crate) async fn recount(conn: &mut AnyConnection, recount: &mut Recount) -> Result<()> {
    let counted = counted(conn).await?;
    let stands = sqlx::query("SELECT owner, stage, currency, orders, value_minor, watts FROM stage_total LIMIT 100000");
    let stands = stands.fetch_all(&mut *conn).await?.into_iter();
    let stands = stands.map(|row| ((row.get(0), row.get(1), row.get(2)), [row.get(3), row.get(4), row.get(5)]));
    recount.compare("stage_total", &stands.collect(), &counted.stands);
    let open = sqlx::query(
        "SELECT owner, currency, CAST(SUM(change_minor) AS SIGNED) FROM open_value GROUP BY owner, currency LIMIT 100000",
    );
    let open = open.fetch_all(&mut *conn).await?.into_iter().map(|row| ((row.get(0), row.get(1)), row.get(2)));
    recount.compare("open_value", &open.collect(), &counted.open);
    arrivals(conn, &counted, recount).await
}

async fn counted(conn: &mut AnyConnection) -> Result<Counted> {
    let (mut counted, mut last) = (Counted::default(), String::new());
    loop {
        let rows = sqlx::query(
            "SELECT id, owner, stage, currency, price_minor, COALESCE(panels * watts, 0), reached FROM customer_order \
             WHERE id > ? ORDER BY id LIMIT 1000",
        )
        .bind(&last)
        .fetch_all(&mut *conn)
        .await?;
        let Some(newest) = rows.last() else { return Ok(counted) };
        last = newest.try_get(0)?;
        for row in &rows {
            let owner: Option<&str> = row.try_get(1)?;
            let (stage, currency): (&str, &str) = (row.try_get(2)?, row.try_get(3)?);
            let (value, watts): (i64, i64) = (row.try_get(4)?, row.try_get(5)?);
            let known: Stage = stage.parse().map_err(|_| Error::broken("a stage is unknown"))?;
            for owner in [ALL, owner.unwrap_or(NOBODY)] {
                let key = (owner.to_owned(), stage.to_owned(), currency.to_owned());
                let sums = counted.stands.entry(key).or_default();
                sums.iter_mut().zip([1, value, watts]).for_each(|(sum, part)| *sum += part);
                if is_open(known) {
                    *counted.open.entry((owner.to_owned(), currency.to_owned())).or_default() += value;
                }
            }
            *counted.reached.entry(row.try_get(6)?).or_default() += 1;
        }
        if rows.len() < AT_ONCE {
            return Ok(counted);
        }
    }
}

async fn arrivals(conn: &mut AnyConnection, counted: &Counted, recount: &mut Recount) -> Result<()> {
    let days = sqlx::query(
        "SELECT on_day, stage, CAST(SUM(CASE WHEN owner = '*' THEN orders ELSE 0 END) AS SIGNED), \
         CAST(SUM(CASE WHEN owner = '*' THEN 0 ELSE orders END) AS SIGNED) \
         FROM stage_arrival GROUP BY on_day, stage LIMIT 1000000",
    );
    let (mut all, mut owners) = (BTreeMap::<(i64, String), i64>::new(), BTreeMap::new());
    for row in days.fetch_all(&mut *conn).await? {
        all.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
        owners.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(3)?);
    }
    recount.compare("stage_arrival", &all, &owners);
    for (stage, place) in FUNNEL.into_iter().zip(1..) {
        let came: i64 = all.iter().filter(|((_, name), _)| name == stage.as_str()).map(|(_, orders)| orders).sum();
        let reached: i64 = counted.reached.range(place..).map(|(_, orders)| orders).sum();
        recount.totals += 1;
        if came > reached {
            recount.wrong.push(format!("stage_arrival {stage} is {came} in all, of {reached} orders that got so far"));
        }
    }
    Ok(())
}
