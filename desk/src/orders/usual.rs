//! How long orders usually stand in a stage, by the company's own past, and what is stale against it.

use std::collections::BTreeMap;

use heliodesk_wire::{pipeline::Stale, stage::Stage};
use sqlx::AnyConnection;

use super::{DAY, stays};
use crate::error::Result;

/// So many orders must have left a stage before its median counts for more than what is usual elsewhere.
const ENOUGH: i64 = 5;
/// Longer than this many times the usual days is told as this many.
const MOST: i64 = 9;

/// The usual days of each stage; a stage in which waiting is the end of it has none.
pub(crate) struct Usual(BTreeMap<Stage, i64>);

impl Usual {
    /// By the company's own past as it is now.
    pub(crate) async fn read(conn: &mut AnyConnection) -> Result<Self> {
        Ok(Self::of(&stays(conn).await?))
    }

    /// From how many orders left each stage for a later one after how many days, fewest days first.
    fn of(stays: &BTreeMap<Stage, Vec<(i64, i64)>>) -> Self {
        let days = |stage: Stage| {
            let own = stays.get(&stage).and_then(|stays| median(stays));
            Some((stage, own.unwrap_or(stage.stale_after()?)))
        };
        Self(Stage::ALL.into_iter().filter(|stage| stage.stale_after().is_some()).filter_map(days).collect())
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

/// The middle of these days, each with how often there were so many; nothing while they are few.
fn median(stays: &[(i64, i64)]) -> Option<i64> {
    let all: i64 = stays.iter().map(|(_, orders)| orders).sum();
    let mut left = (all + 1) / 2;
    let middle = stays.iter().find(|(_, orders)| {
        left -= orders;
        left <= 0
    });
    middle.filter(|_| all >= ENOUGH).map(|(days, _)| *days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_order_and_needs_a_few() {
        for (stays, expected) in [
            (vec![], None),
            (vec![(3, 4)], None),
            (vec![(3, 5)], Some(3)),
            (vec![(1, 2), (4, 1), (90, 2)], Some(4)),
            (vec![(1, 3), (4, 3)], Some(1)),
            (vec![(0, 1), (2, 1), (3, 1), (8, 1), (9, 1), (30, 1), (40, 1)], Some(8)),
        ] {
            assert_eq!(median(&stays), expected, "{stays:?}");
        }
    }

    #[test]
    fn stale_is_longer_than_usual_here_and_counted_in_multiples() {
        let usual = Usual::of(&BTreeMap::from([(Stage::Lead, vec![(2, 9)]), (Stage::Design, vec![(1, 2)])]));
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
        let (usual, now) = (Usual::of(&BTreeMap::from([(Stage::Lead, vec![(2, 9)])])), 1_700_000_000_000);
        for stale in Stale::ALL {
            let since = usual.since(Stage::Lead, stale, now).expect("has one");
            let times = |since: i64| usual.times(Stage::Lead, (now - since) / DAY);
            assert_eq!((times(since), times(since + 1)), (stale as i64, stale as i64 - 1));
        }
        assert_eq!(usual.since(Stage::Lost, Stale::Once, now), None);
    }
}
