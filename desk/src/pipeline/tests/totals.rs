//! What is counted along with each change is what counting anew would give.

use heliodesk_wire::{order_edit::EditAsk, stage::WaitingOn};
use sqlx::Row;

use super::{filters::Planted, *};
use crate::{
    access::EditOrders,
    clock::{DAY, MINUTE},
    orders,
};

/// Rows of a statement as text.
async fn rows(bed: &Bed, statement: &'static str) -> Vec<String> {
    let rows = sqlx::query(statement).fetch_all(bed.desk.db().read()).await.expect("reads");
    let cell = |row: &sqlx::any::AnyRow, at: usize| {
        row.try_get::<String, _>(at).or_else(|_| row.try_get::<i64, _>(at).map(|n| n.to_string())).expect("a cell")
    };
    rows.iter().map(|row| (0..row.len()).map(|at| cell(row, at)).collect::<Vec<_>>().join(" ")).collect()
}

fn lead(n: i64) -> Planted {
    Planted {
        number: format!("O-{n}"),
        stage: Stage::Lead,
        days: n,
        owner: Some("omar@example.com").filter(|_| n % 2 == 0),
        city: "Tucson",
        waiting: Some(WaitingOn::Us),
        price: 1_000_000 + n,
        currency: if n % 3 == 0 { "EUR" } else { "USD" },
        month: None,
    }
}

#[tokio::test]
async fn running_totals_are_what_counting_anew_gives() {
    for bed in testing::both().await {
        bed.request_of(Role::Sales, "omar@example.com").await;
        let mia = bed.request_of(Role::Support, "mia@example.com").await;
        for n in 0..12 {
            lead(n).plant(&bed).await;
        }
        let edit = async |number: i64, version: i64, change: &dyn Fn(&mut EditAsk)| {
            let actor = bed.desk.actor::<EditOrders>(&mia).await.expect("may");
            let (order, version) = (format!("O-{number}"), version.to_string());
            let mut ask = EditAsk { order, version, reason: "Told by phone".into(), ..EditAsk::default() };
            change(&mut ask);
            orders::edit(&actor, ask).await.expect("edits")
        };
        for (n, stage) in [(1, "qualified"), (2, "qualified"), (3, "lost"), (4, "on_hold"), (2, "proposal_sent")] {
            let version = if stage == "proposal_sent" { 2 } else { 1 };
            edit(n, version, &|ask| ask.stage = Some(stage.into())).await;
            bed.desk.clock().advance(MINUTE);
        }
        edit(5, 1, &|ask| ask.owner = Some("mia@example.com".into())).await;
        edit(6, 1, &|ask| (ask.price_minor, ask.currency) = (Some("77".into()), Some("GBP".into()))).await;
        edit(7, 1, &|ask| ask.panels = Some("31".into())).await;
        edit(8, 1, &|ask| ask.next_step = Some("Call".into())).await;
        edit(4, 2, &|ask| ask.stage = Some("lead".into())).await;

        let counted = rows(
            &bed,
            "SELECT owner, stage, currency, orders, value_minor, watts FROM stage_total WHERE orders <> 0 \
             ORDER BY owner, stage, currency",
        );
        let anew = rows(
            &bed,
            "SELECT owner, stage, currency, COUNT(*) AS orders, CAST(SUM(price_minor) AS SIGNED), CAST(SUM(panels * watts) AS SIGNED) \
             FROM (SELECT COALESCE(owner, '-') AS owner, stage, currency, price_minor, panels, watts FROM customer_order \
             UNION ALL SELECT '*', stage, currency, price_minor, panels, watts FROM customer_order) o \
             GROUP BY owner, stage, currency ORDER BY owner, stage, currency",
        );
        assert_eq!(counted.await, anew.await);
        assert_eq!(
            rows(&bed, "SELECT orders FROM stage_total WHERE orders < 0 OR (orders = 0 AND value_minor <> 0)").await,
            [""; 0]
        );
        let counted = rows(
            &bed,
            "SELECT owner, currency, CAST(SUM(change_minor) AS SIGNED) FROM open_value GROUP BY owner, currency \
             HAVING SUM(change_minor) <> 0 ORDER BY owner, currency",
        );
        let anew = rows(
            &bed,
            "SELECT owner, currency, CAST(SUM(value_minor) AS SIGNED) FROM stage_total \
             WHERE stage NOT IN ('lost', 'on_hold') GROUP BY owner, currency HAVING SUM(value_minor) <> 0 ORDER BY owner, currency",
        );
        assert_eq!(counted.await, anew.await);
        let reached = rows(&bed, "SELECT stage, CAST(SUM(orders) AS SIGNED) FROM stage_arrival WHERE owner = '*' GROUP BY stage ORDER BY stage").await;
        assert_eq!(reached, ["lead 12", "proposal_sent 1", "qualified 2"]);
        assert_eq!(
            rows(&bed, "SELECT stage, days, orders FROM stage_stay ORDER BY stage, days").await,
            ["lead 1 1", "lead 2 1", "qualified 0 1"]
        );
    }
}

#[tokio::test]
async fn stale_is_measured_by_how_long_orders_stood_here_before() {
    for bed in testing::both().await {
        bed.request_of(Role::Sales, "omar@example.com").await;
        for n in 0..6 {
            lead(n).plant(&bed).await;
        }
        Planted { days: 8, ..lead(10) }.plant(&bed).await;
        bed.desk.clock().advance(DAY);
        let seen = async || {
            let actor =
                bed.desk.actor::<ViewPipeline>(&bed.request_of(Role::Sales, &bed.desk.clock().id()).await).await;
            view(&actor.expect("may"), &PipelineFilter::default(), None).await.expect("shows")
        };
        let before = seen().await;
        assert_eq!(
            (before.columns[0].rows[0].card.days, before.columns[0].rows[0].stale, before.stale),
            (9, 1, (2, false))
        );
        let mia = bed.request_of(Role::Support, "mia@example.com").await;
        for n in 0..6 {
            moved(&bed, &mia, to(&format!("O-{n}"), 1, "qualified")).await.expect("moves");
        }
        // They stood there for 1 to 6 days, the middle one for 3: now 9 days are twice as long.
        let after = seen().await;
        assert_eq!((after.columns[0].rows[0].stale, after.columns[0].total.count, after.stale), (2, 1, (1, false)));
        assert_eq!(after.funnel[..3], [(Stage::Lead, 7), (Stage::Qualified, 6), (Stage::ProposalSent, 0)]);
    }
}

#[tokio::test]
async fn the_charts_follow_the_owner_and_the_months() {
    for bed in testing::both().await {
        let omar = bed.request_of(Role::Sales, "omar@example.com").await;
        // Two of omar's and two of nobody's, planted 0 to 90 days ago.
        for (n, days) in [(0, 0), (1, 31), (2, 62), (3, 95)] {
            Planted { days, price: 100, currency: "USD", ..lead(n) }.plant(&bed).await;
        }
        let actor = bed.desk.actor::<ViewPipeline>(&omar).await.expect("may");
        let seen = async |owner: Option<OwnerFilter>| {
            let shown =
                view(&actor, &PipelineFilter { owner, ..PipelineFilter::default() }, None).await.expect("shows");
            let values =
                shown.months.iter().map(|(month, value)| (month.clone(), value.iter().map(|part| part.1).sum()));
            (shown.funnel[0].1, values.collect::<Vec<(String, i64)>>())
        };
        let month = |month: &str, value| (month.to_owned(), value);
        let (reached, values) = seen(None).await;
        let all =
            [("2023-06", 0), ("2023-07", 0), ("2023-08", 100), ("2023-09", 200), ("2023-10", 300), ("2023-11", 400)];
        assert_eq!((reached, values), (3, all.map(|(name, value)| month(name, value)).to_vec()));
        let (reached, values) = seen(Some(OwnerFilter::Mine)).await;
        assert_eq!((reached, values.last()), (2, Some(&month("2023-11", 200))));
        let (reached, values) = seen(OwnerFilter::read("who@example.com")).await;
        assert_eq!((reached, values.last()), (0, Some(&month("2023-11", 0))));
    }
}
