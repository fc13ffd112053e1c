//! Each filter alone, and every two of them together, show what a plain filter over all orders leaves.

use std::collections::BTreeMap;

use heliodesk_wire::stage::WaitingOn;

use super::*;
use crate::{
    clock::HOUR,
    orders::{ImportedOrder, insert},
};

/// An order as the test plants it.
#[derive(Clone)]
pub(super) struct Planted {
    pub(super) number: String,
    pub(super) stage: Stage,
    pub(super) days: i64,
    pub(super) owner: Option<&'static str>,
    pub(super) city: &'static str,
    pub(super) waiting: Option<WaitingOn>,
    pub(super) price: i64,
    pub(super) currency: &'static str,
    pub(super) month: Option<&'static str>,
}

impl Planted {
    /// Writes it as an import would, so many days before now.
    pub(super) async fn plant(&self, bed: &Bed) {
        let order = serde_json::json!({
            "number": self.number, "stage": self.stage, "owner": self.owner, "panels": 10, "watts": 400,
            "price_minor": self.price, "currency": self.currency,
            "install_on": self.month.map(|month| format!("{month}-15")),
            "waiting_on": self.waiting.map(WaitingOn::as_str),
        });
        let order: ImportedOrder = serde_json::from_value(order).expect("an order");
        let order = order.parse().expect("fits");
        let mut tx = bed.desk.db().scratch().await.expect("begins");
        let (customer, at) = ("C-1".parse().expect("fits"), bed.desk.clock().now() - self.days * 24 * HOUR);
        insert(&mut tx, bed.desk.clock(), at, (&customer, Some(self.city)), &order).await.expect("imports");
        tx.commit().await.expect("commits");
    }
}

/// Orders in every stage that differ in everything a filter asks for, each in a rhythm of its own.
fn planted() -> Vec<Planted> {
    let owners = [Some("omar@example.com"), None, Some("pia@example.com"), Some("pia@example.com")];
    let waits = [Some(WaitingOn::Us), Some(WaitingOn::Customer), None, Some(WaitingOn::Utility), Some(WaitingOn::Us)];
    let prices = [1_400_000, 1_500_000, 2_500_000, 2_500_001, 900_000, 4_000_000, 1_499_999];
    let stages = [&Stage::ALL[..], &Stage::ALL[..6], &Stage::ALL[..3]].concat();
    let order = |n: usize| Planted {
        number: format!("O-{n}"),
        stage: stages[n % stages.len()],
        days: i64::try_from(n * 7 % 40).expect("fits"),
        owner: owners[n % owners.len()],
        city: ["Tucson", "Mesa", "München"][n / 2 % 3],
        waiting: waits[n / 3 % waits.len()],
        price: prices[n % prices.len()],
        currency: if n.is_multiple_of(11) { "EUR" } else { "USD" },
        month: [None, Some("2026-11"), Some("2026-12")][n / 5 % 3],
    };
    (0..162).map(order).collect()
}

/// A filter, and what it leaves of one order.
type Filter = (fn(&mut PipelineFilter), fn(&Planted) -> bool);

fn times(order: &Planted) -> i64 {
    order.stage.stale_after().map_or(0, |usual| order.days / (usual + 1))
}

const FILTERS: [Filter; 15] = [
    (|filter| filter.owner = Some(OwnerFilter::Mine), |order| order.owner == Some("pia@example.com")),
    (|filter| filter.owner = Some(OwnerFilter::Nobody), |order| order.owner.is_none()),
    (|filter| filter.owner = OwnerFilter::read("omar@example.com"), |order| order.owner == Some("omar@example.com")),
    (|filter| filter.owner = OwnerFilter::read("who@example.com"), |_| false),
    (|filter| filter.city = Some("München".into()), |order| order.city == "München"),
    (|filter| filter.city = Some("Nowhere".into()), |_| false),
    (|filter| filter.waiting_on = Some(WaitingOn::Us), |order| order.waiting == Some(WaitingOn::Us)),
    (|filter| filter.waiting_on = Some(WaitingOn::Utility), |order| order.waiting == Some(WaitingOn::Utility)),
    (|filter| filter.stale = Some(Stale::Once), |order| times(order) >= 1),
    (|filter| filter.stale = Some(Stale::Twice), |order| times(order) >= 2),
    (|filter| filter.value = Some(Band::Low), |order| order.price < 1_500_000),
    (|filter| filter.value = Some(Band::Middle), |order| (1_500_000..=2_500_000).contains(&order.price)),
    (|filter| filter.value = Some(Band::High), |order| order.price > 2_500_000),
    (|filter| filter.install_month = Some("2026-12".into()), |order| order.month == Some("2026-12")),
    (|filter| filter.stage = Some(Stage::Qualified), |order| order.stage == Stage::Qualified),
];

#[tokio::test]
async fn each_filter_alone_and_every_two_together_leave_what_a_plain_filter_leaves() {
    for bed in testing::both().await {
        bed.request_of(Role::Sales, "omar@example.com").await;
        let sales = bed.request_of(Role::Sales, "pia@example.com").await;
        let all = planted();
        for order in &all {
            order.plant(&bed).await;
        }
        let actor = bed.desk.actor::<ViewPipeline>(&sales).await.expect("may");
        let one = FILTERS.iter().map(|filter| vec![*filter]);
        let two = (0..FILTERS.len()).flat_map(|a| (a + 1..FILTERS.len()).map(move |b| vec![FILTERS[a], FILTERS[b]]));
        let mut left = 0;
        for chosen in std::iter::once(Vec::new()).chain(one).chain(two) {
            let mut filter = PipelineFilter { table: true, ..PipelineFilter::default() };
            chosen.iter().for_each(|(set, _)| set(&mut filter));
            // Where both ask for the same thing, the second has taken the place of the first.
            let twice = chosen.iter().any(|(set, _)| {
                let mut again = filter.clone();
                set(&mut again);
                again != filter
            });
            if twice {
                continue;
            }
            let stands = |order: &Planted| filter.stage.is_some() || heliodesk_wire::pipeline::is_open(order.stage);
            let fits = |order: &&Planted| stands(order) && chosen.iter().all(|(_, fits)| fits(order));
            let mut expected: Vec<&Planted> = all.iter().filter(fits).collect();
            expected.sort_by_key(|order| std::cmp::Reverse(order.days));
            left += usize::from(!expected.is_empty());

            let mut shown = Vec::new();
            let total = loop {
                let page = view(&actor, &filter, None).await.expect("shows");
                shown
                    .extend(page.columns[0].rows.iter().map(|row| (row.card.days, row.card.number.clone(), row.stale)));
                let Some(after) = &page.columns[0].after else { break page.total };
                filter.after = after.parse().ok();
            };
            let days: Vec<i64> = shown.iter().map(|row| row.0).collect();
            assert_eq!(days, expected.iter().map(|order| order.days).collect::<Vec<_>>(), "{filter:?}");
            let by_number: BTreeMap<_, _> = shown.into_iter().map(|row| (row.1, row.2)).collect();
            let plain = expected.iter().map(|order| (order.number.clone(), times(order).min(9))).collect();
            assert_eq!(by_number, plain, "{filter:?}");
            let value = |currency: &str| -> i64 {
                expected.iter().filter(|order| order.currency == currency).map(|order| order.price).sum()
            };
            let shown: BTreeMap<_, _> = total.value.into_iter().filter(|(_, minor)| *minor > 0).collect();
            let plain = ["EUR", "USD"].map(|currency| (currency.to_owned(), value(currency)));
            assert_eq!(shown, plain.into_iter().filter(|(_, minor)| *minor > 0).collect(), "{filter:?}");
            let count = i64::try_from(expected.len()).expect("fits");
            assert_eq!((total.count, total.watts, total.more), (count, count * 4000, false), "{filter:?}");
        }
        assert!(left > 60, "most of them leave something: {left}");
    }
}

#[tokio::test]
async fn the_board_holds_the_same_orders_as_the_table() {
    let bed = testing::sqlite().await;
    bed.request_of(Role::Sales, "omar@example.com").await;
    let sales = bed.request_of(Role::Sales, "pia@example.com").await;
    for order in planted() {
        order.plant(&bed).await;
    }
    let actor = bed.desk.actor::<ViewPipeline>(&sales).await.expect("may");
    for (set, _) in FILTERS {
        let mut filter = PipelineFilter::default();
        set(&mut filter);
        let board = view(&actor, &filter, None).await.expect("shows");
        let table = view(&actor, &PipelineFilter { table: true, ..filter }, None).await.expect("shows");
        assert_eq!((board.total, board.stale), (table.total, table.stale));
    }
}
