//! Each filter of the list alone, and every two together, list what a plain filter over all orders leaves, page by page.

use heliodesk_wire::stage::WaitingOn;

use super::*;

/// An order as the test plants it.
struct Planted {
    number: String,
    stage: Stage,
    owner: Option<&'static str>,
    city: &'static str,
    waiting: Option<WaitingOn>,
}

impl Planted {
    /// They differ in everything a filter asks for, each in a rhythm of its own.
    fn nth(n: usize) -> Self {
        Self {
            number: format!("O-{n}"),
            stage: [Stage::Lead, Stage::Design, Stage::Lead][n % 3],
            owner: [Some("mia@example.com"), None, Some("omar@example.com"), None][n % 4],
            city: ["Tucson", "Mesa", "München"][n / 2 % 3],
            waiting: [Some(WaitingOn::Us), None, Some(WaitingOn::Utility)][n / 5 % 3],
        }
    }

    async fn plant(&self, desk: &Desk) {
        let order = serde_json::json!({
            "number": self.number, "stage": self.stage, "owner": self.owner, "price_minor": 5, "currency": "USD",
            "waiting_on": self.waiting.map(WaitingOn::as_str),
        });
        let order: ImportedOrder = serde_json::from_value(order).expect("an order");
        let mut tx = desk.db().scratch().await.expect("begins");
        let (customer, at) = ("C-1".parse().expect("fits"), desk.clock().now());
        let order = order.parse().expect("fits");
        insert(&mut tx, desk.clock(), at, (&customer, Some(self.city)), &order).await.expect("imports");
        tx.commit().await.expect("commits");
        desk.clock().advance(1);
    }
}

/// A filter, and what it leaves of one order.
type Filter = (fn(&mut OrderFilter), fn(&Planted) -> bool);

const FILTERS: [Filter; 9] = [
    (|filter| filter.owner = Some(OwnerFilter::Mine), |order| order.owner == Some("mia@example.com")),
    (|filter| filter.owner = Some(OwnerFilter::Nobody), |order| order.owner.is_none()),
    (|filter| filter.owner = OwnerFilter::read("who@example.com"), |_| false),
    (|filter| filter.stage = Some(Stage::Design), |order| order.stage == Stage::Design),
    (|filter| filter.stage = Some(Stage::Lost), |_| false),
    (|filter| filter.waiting_on = Some(WaitingOn::Us), |order| order.waiting == Some(WaitingOn::Us)),
    (|filter| filter.waiting_on = Some(WaitingOn::Utility), |order| order.waiting == Some(WaitingOn::Utility)),
    (|filter| filter.city = Some("München".into()), |order| order.city == "München"),
    (|filter| filter.city = Some("Nowhere".into()), |_| false),
];

#[tokio::test]
async fn each_filter_alone_and_every_two_together_list_what_a_plain_filter_leaves() {
    for bed in testing::both().await {
        bed.request_of(Role::Sales, "omar@example.com").await;
        let request = bed.request_of(Role::Support, "mia@example.com").await;
        let all: Vec<Planted> = (0..75).map(Planted::nth).collect();
        for order in &all {
            order.plant(&bed.desk).await;
        }
        let mia = actor(&bed, &request).await;
        let mut cut = 0;
        for (one, two) in (0..FILTERS.len()).flat_map(|a| (a..FILTERS.len()).map(move |b| (FILTERS[a], FILTERS[b]))) {
            let mut filter = OrderFilter::default();
            one.0(&mut filter);
            let alone = filter.clone();
            two.0(&mut filter);
            let mut again = filter.clone();
            one.0(&mut again);
            // Where both ask for the same thing, the second has taken the place of the first.
            if again != filter {
                continue;
            }
            let expected: Vec<&str> =
                all.iter().rev().filter(|order| one.1(order) && two.1(order)).map(|order| &*order.number).collect();
            let mut shown = Vec::new();
            for page in 0.. {
                let list = list(&mia, &filter).await.expect("lists");
                shown.extend(list.rows.iter().map(|row| row.number.clone()));
                // One index finds what one filter leaves, so there all are counted; under two, those looked at.
                let count = i64::try_from(expected.len()).expect("fits");
                assert!(list.count <= count && (list.more || list.count == count), "{filter:?}: {}", list.count);
                assert!(filter != alone || (!list.more && list.looked.is_none()), "{filter:?}");
                cut += usize::from(page == 0 && list.looked == Some(7));
                let Some(after) = list.after else { break };
                filter.after = Some(after.parse().expect("a number"));
            }
            assert_eq!(shown, expected, "{filter:?}");
        }
        assert!(cut > 10, "several lists ended before all was looked at: {cut}");
    }
}
