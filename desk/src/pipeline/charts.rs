//! The two charts of the pipeline, from running totals: the way to the signature, and what open orders are worth.

use std::collections::BTreeMap;

use heliodesk_wire::{
    pipeline::{FUNNEL, is_open},
    stage::Stage,
};
use sqlx::AnyConnection;

use crate::{
    clock::DAY,
    error::Result,
    orders::{Sum, arrivals, month, risen},
};

/// Days the funnel looks back.
const FUNNEL_DAYS: i64 = 90;
/// Months of the value.
const MONTHS: usize = 6;

/// A month, and values by currency in minor units.
type Month = (String, Vec<(String, i64)>);

/// How many orders reached each stage up to the signature in the past 90 days.
pub(super) async fn funnel(conn: &mut AnyConnection, owner: &str, now: i64) -> Result<Vec<(Stage, i64)>> {
    let arrived = arrivals(conn, owner, now.div_euclid(DAY) - FUNNEL_DAYS + 1).await?;
    Ok(FUNNEL.map(|stage| (stage, arrived.get(&stage).copied().unwrap_or(0))).to_vec())
}

/// What open orders were worth at the end of the past months, and are worth now.
pub(super) async fn value(conn: &mut AnyConnection, owner: &str, totals: &[Sum], now: i64) -> Result<Vec<Month>> {
    let mut open: BTreeMap<String, i64> = BTreeMap::new();
    for sum in totals.iter().filter(|sum| is_open(sum.stage)) {
        *open.entry(sum.currency.clone()).or_default() += sum.value;
    }
    let months = past(&month(now)?);
    let risen = risen(conn, owner, &months[0]).await?;
    Ok(back(open, months, &risen))
}

/// From what is open now back through what each month has brought.
fn back(mut open: BTreeMap<String, i64>, months: Vec<String>, risen: &[(String, String, i64)]) -> Vec<Month> {
    // A currency of which nothing is open any more still has its past.
    for (_, currency, _) in risen {
        open.entry(currency.clone()).or_default();
    }
    let mut values: Vec<Month> = Vec::with_capacity(months.len());
    for month in months.into_iter().rev() {
        let shown = open.iter().map(|(currency, value)| (currency.clone(), *value)).collect();
        for (_, currency, change) in risen.iter().filter(|(risen, ..)| *risen == month) {
            if let Some(value) = open.get_mut(currency) {
                *value -= change;
            }
        }
        values.push((month, shown));
    }
    values.reverse();
    values
}

/// The months up to this one, oldest first.
fn past(this: &str) -> Vec<String> {
    let (year, month) = this.split_once('-').unwrap_or(("1970", "01"));
    let this = year.parse::<i64>().unwrap_or(0) * 12 + month.parse::<i64>().unwrap_or(1) - 1;
    let ago = i64::try_from(MONTHS).unwrap_or(1) - 1;
    (this - ago..=this).map(|month| format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_back_over_new_year() {
        assert_eq!(past("2026-02"), ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]);
    }

    #[test]
    fn the_past_is_now_without_what_came_since() {
        let text = |text: &str| text.to_owned();
        let risen = [
            (text("2026-01"), text("USD"), 30),
            (text("2026-02"), text("EUR"), -7),
            (text("2026-02"), text("USD"), 50),
        ];
        let months = vec![text("2025-12"), text("2026-01"), text("2026-02")];
        let values = back(BTreeMap::from([(text("USD"), 100)]), months, &risen);
        let month = |name: &str, eur, usd| (text(name), vec![(text("EUR"), eur), (text("USD"), usd)]);
        assert_eq!(values, [month("2025-12", 7, 20), month("2026-01", 7, 50), month("2026-02", 0, 100)]);
    }
}
