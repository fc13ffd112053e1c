//! How long orders usually stand in a stage, by the company's own past, and what is stale against it.

use std::collections::BTreeMap;

use heliodesk_wire::{pipeline::Stale, stage::Stage};
use sqlx::{AnyConnection, Row};

use super::standing::stage;
use crate::{clock::DAY, error::Result};

/// Longer than this many times the usual days is told as this many.
const MOST: i64 = 9;

/// The usual days of each stage; a stage in which waiting is the end of it has none.
pub(crate) struct Usual(BTreeMap<Stage, i64>);

impl Usual {
    /// By the company's own past as it is now: of one stage, or of all.
    pub(crate) async fn read(conn: &mut AnyConnection, stage: Option<Stage>) -> Result<Self> {
        Ok(Self::of(&medians(conn, stage).await?))
    }

    /// From the median of each stage that has one.
    fn of(medians: &BTreeMap<Stage, i64>) -> Self {
        let days = |stage: Stage| Some((stage, stage.stale_after()?));
        let usual = Stage::ALL.into_iter().filter_map(days);
        Self(usual.map(|(stage, days)| (stage, medians.get(&stage).copied().unwrap_or(days))).collect())
    }

    /// How many times the usual days an order has stood in a stage: 0 is fine.
    pub(crate) fn times(&self, stage: Stage, days: i64) -> i64 {
        self.0.get(&stage).map_or(0, |usual| (days / (usual + 1)).min(MOST))
    }

    /// When an order must have come to a stage to be that stale at `now`, UTC milliseconds; none where none ever is.
    pub(crate) fn since(&self, stage: Stage, stale: Stale, now: i64) -> Option<i64> {
        Some(now - (self.0.get(&stage)? + 1) * (stale as i64) * DAY)
    }
}

/// The middle of the days that orders stood in each stage before they left it for a later one. A stage that fewer than five
/// have left has none.
macro_rules! medians {
    ($of:literal) => {
        concat!(
            "SELECT stage, MIN(days) FROM (SELECT stage, days, SUM(orders) OVER (PARTITION BY stage ORDER BY days) AS upto, \
             SUM(orders) OVER (PARTITION BY stage) AS total FROM stage_stay ",
            $of,
            ") passed WHERE total >= 5 AND 2 * upto >= total GROUP BY stage ORDER BY stage LIMIT 100"
        )
    };
}

/// The medians there are: of one stage, or of all.
async fn medians(conn: &mut AnyConnection, of: Option<Stage>) -> Result<BTreeMap<Stage, i64>> {
    let query = match of {
        Some(stage) => sqlx::query(medians!("WHERE stage = ?")).bind(stage.as_str()),
        None => sqlx::query(medians!("")),
    };
    let rows = query.fetch_all(conn).await?;
    rows.iter().map(|row| Ok((stage(row, 0)?, row.try_get(1)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn the_median_is_the_middle_order_and_needs_a_few() {
        let cases = [
            (Stage::Lead, vec![], None),
            (Stage::Qualified, vec![(3, 4)], None),
            (Stage::ProposalSent, vec![(3, 5)], Some(3)),
            (Stage::ContractOut, vec![(1, 2), (4, 1), (90, 2)], Some(4)),
            (Stage::Design, vec![(1, 3), (4, 3)], Some(1)),
            (Stage::Permitting, vec![(0, 1), (2, 1), (3, 1), (8, 1), (9, 1), (30, 1), (40, 1)], Some(8)),
        ];
        for bed in testing::both().await {
            let mut tx = bed.desk.db().scratch().await.expect("begins");
            for (stage, stays, _) in &cases {
                for (days, orders) in stays {
                    let stay = sqlx::query("INSERT INTO stage_stay (stage, days, orders) VALUES (?, ?, ?)");
                    let stay = stay.bind(stage.as_str()).bind(*days).bind(*orders);
                    stay.execute(&mut *tx).await.expect("writes");
                }
            }
            let all = medians(&mut tx, None).await.expect("reads");
            for (stage, stays, expected) in &cases {
                assert_eq!(all.get(stage), expected.as_ref(), "{stays:?}");
                let one = medians(&mut tx, Some(*stage)).await.expect("reads");
                assert_eq!(one.into_iter().collect::<Vec<_>>(), Vec::from_iter(expected.map(|days| (*stage, days))));
            }
        }
    }

    #[test]
    fn stale_is_longer_than_usual_here_and_counted_in_multiples() {
        let usual = Usual::of(&BTreeMap::from([(Stage::Lead, 2), (Stage::Lost, 4)]));
        for (stage, days, times) in [
            (Stage::Lead, 2, 0),
            (Stage::Lead, 3, 1),
            (Stage::Lead, 5, 1),
            (Stage::Lead, 6, 2),
            (Stage::Lead, 400, 9),
            (Stage::Design, 14, 0),
            (Stage::Design, 15, 1),
            (Stage::PtoGranted, 900, 0),
            (Stage::Lost, 900, 0),
        ] {
            assert_eq!(usual.times(stage, days), times, "{stage} {days}");
        }
    }

    #[test]
    fn the_bound_of_the_filter_is_where_the_mark_begins() {
        let (usual, now) = (Usual::of(&BTreeMap::from([(Stage::Lead, 2)])), 1_700_000_000_000);
        for stale in Stale::ALL {
            let since = usual.since(Stage::Lead, stale, now).expect("has one");
            let times = |since: i64| usual.times(Stage::Lead, (now - since) / DAY);
            assert_eq!((times(since), times(since + 1)), (stale as i64, stale as i64 - 1));
        }
        assert_eq!(usual.since(Stage::Lost, Stale::Once, now), None);
    }
}
