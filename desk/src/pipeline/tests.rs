//! The pipeline on both databases.

use heliodesk_wire::{
    Role,
    orders::OwnerFilter,
    pipeline::{Band, Card, Lane, MoveAsk, PipelineFilter, Stale},
    stage::Stage,
};

use super::*;
use crate::{
    Error,
    access::{MoveOrders, Request, ViewPipeline},
    orders::tests::{entries, import},
    testing::{self, Bed},
};

mod filters;
mod totals;

async fn moved(bed: &Bed, request: &Request, ask: MoveAsk) -> Result<Card, String> {
    let actor = bed.desk.actor::<MoveOrders>(request).await.expect("may");
    move_order(&actor, ask).await.map_err(|error| match error {
        Error::Invalid(fields) => {
            fields.0.iter().map(|(field, code)| format!("{field}={code}")).collect::<Vec<_>>().join(" ")
        }
        other => other.code().to_owned(),
    })
}

fn to(number: &str, version: i64, stage: &str) -> MoveAsk {
    MoveAsk { order: number.into(), version: version.to_string(), stage: Some(stage.into()), ..MoveAsk::default() }
}

#[tokio::test]
async fn sales_move_their_own_presold_orders_and_support_those_of_anybody() {
    for bed in testing::both().await {
        let omar = bed.request_of(Role::Sales, "omar@example.com").await;
        let mia = bed.request_of(Role::Support, "mia@example.com").await;
        for (number, stage, owner) in [
            ("O-1", "qualified", Some("omar@example.com")),
            ("O-2", "lead", None),
            ("O-3", "lead", Some("mia@example.com")),
            ("O-4", "site_survey", Some("omar@example.com")),
        ] {
            import(&bed.desk, number, stage, owner).await.expect("imports");
        }
        let refused = |result: Result<Card, String>| result.expect_err("refused");
        assert_eq!(refused(moved(&bed, &omar, to("O-9", 1, "lost")).await), "not_found");
        assert_eq!(refused(moved(&bed, &omar, to("O-3", 7, "sold")).await), "not_yours");
        assert_eq!(refused(moved(&bed, &omar, to("O-4", 1, "design")).await), "not_presold");
        assert_eq!(refused(moved(&bed, &mia, to("O-4", 1, "design")).await), "not_presold");
        assert_eq!(refused(moved(&bed, &omar, to("O-1", 1, "sold")).await), "stage=unknown");
        assert_eq!(refused(moved(&bed, &omar, to("O-1", 2, "lead")).await), "stale_version");
        assert_eq!(refused(moved(&bed, &omar, to("O-1", 1, "contract_signed")).await), "stage=illegal_transition");
        assert_eq!(refused(moved(&bed, &omar, to("O-1", 1, "lost")).await), "reason=missing");
        assert!(entries(&bed.desk).await.is_empty());

        let ask = MoveAsk {
            next_step: Some("Answer due".into()),
            next_step_on: Some("2026-11-25".into()),
            waiting_on: Some("customer".into()),
            ..to("O-1", 1, "proposal_sent")
        };
        let card = moved(&bed, &omar, ask).await.expect("moves");
        assert_eq!((card.version, card.stage, card.next_step.as_deref()), (2, Stage::ProposalSent, Some("Answer due")));
        let lost = MoveAsk { reason: "Chose another offer".into(), ..to("O-2", 1, "lost") };
        assert_eq!(moved(&bed, &omar, lost).await.expect("moves").stage, Stage::Lost);
        assert_eq!(moved(&bed, &mia, to("O-3", 1, "qualified")).await.expect("moves").version, 2);
        let told = entries(&bed.desk).await;
        assert!(told.iter().all(|entry| entry.0 == "order.moved"));
        assert_eq!((told.len(), told[1].2.as_deref()), (3, Some("Chose another offer")));
        assert!(
            told[0].3.as_deref().is_some_and(|changes| changes.contains(r#""old":"qualified","new":"proposal_sent""#))
        );
    }
}

#[tokio::test]
async fn what_a_filter_means_is_recorded_and_nothing_that_somebody_typed_there() {
    for bed in testing::both().await {
        bed.request_of(Role::Sales, "omar@example.com").await;
        import(&bed.desk, "O-1", "lead", Some("omar@example.com")).await.expect("imports");
        let sales = bed.request_of(Role::Sales, "pia@example.com").await;
        let actor = bed.desk.actor::<ViewPipeline>(&sales).await.expect("may");
        let filter = |owner: &str, number: &str, month: &str| PipelineFilter {
            stage: Some(Stage::Lead),
            owner: OwnerFilter::read(owner),
            city: Some(month.to_owned()),
            stale: Some(Stale::Twice),
            value: Some(Band::Low),
            install_month: Some(month.to_owned()),
            after: number.parse().ok(),
            moving: number.parse().ok(),
            ..PipelineFilter::default()
        };
        view(&actor, &filter("omar@example.com", "O-1", "2026-11"), None).await.expect("shows");
        let shown = view(&actor, &filter("amelia.reyes@example.com", "REYES", "Amelia Reyes"), None).await;
        assert_eq!(shown.expect("shows").total.count, 0);
        let told: Vec<_> = entries(&bed.desk).await.into_iter().filter_map(|entry| entry.3).collect();
        let part = |field: &str, new: &str| format!(r#"{{"field":"{field}","new":"{new}"}}"#);
        let kept = [part("stale", "very"), part("value", "under-15000")].join(",");
        let (stage, city) = (part("stage", "lead"), part("city", "(unknown)"));
        let found = [part("install_month", "2026-11"), part("after", "O-1"), part("order", "O-1")].join(",");
        assert_eq!(told[0], format!("[{stage},{},{city},{kept},{found}]", part("owner", "omar@example.com")));
        assert_eq!(told[1], format!("[{stage},{},{city},{kept}]", part("owner", "(unknown)")));
    }
}

#[tokio::test]
async fn the_board_groups_totals_goes_on_and_is_recorded() {
    for bed in testing::both().await {
        bed.request_of(Role::Sales, "omar@example.com").await;
        for n in 10..40 {
            let owner = (n % 2 == 0).then_some("omar@example.com");
            import(&bed.desk, &format!("O-{n}"), "lead", owner).await.expect("imports");
            bed.desk.clock().advance(1);
        }
        import(&bed.desk, "O-99", "permitting", None).await.expect("imports");
        bed.desk.clock().advance(9 * 24 * crate::clock::HOUR);
        let sales = bed.request_of(Role::Sales, "pia@example.com").await;
        let actor = bed.desk.actor::<ViewPipeline>(&sales).await.expect("may");
        let all = view(&actor, &PipelineFilter::default(), None).await.expect("shows");
        let names: Vec<_> = all.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names.join(" "), "lead qualified proposal contract signed permits installation inspection");
        let (leads, permits) = (&all.columns[0], &all.columns[5]);
        assert_eq!((leads.total.count, leads.total.watts, leads.rows.len()), (30, 30 * 7380, 6));
        assert_eq!(leads.total.value, [("USD".to_owned(), 30 * 2_290_000)]);
        assert_eq!((all.total.count, all.stale), (31, (30, false)), "a lead is stale after five days, a permit is not");
        assert_eq!((leads.rows[0].card.days, leads.rows[0].stale, permits.rows[0].stale), (9, 1, 0));
        assert_eq!(leads.rows[0].refusal.as_deref(), Some("not_yours"));
        assert_eq!((leads.rows[1].refusal.as_deref(), permits.rows[0].refusal.as_deref()), (None, Some("not_presold")));
        let card = serde_json::to_value(&leads.rows[0].card).expect("text");
        let keys: Vec<_> = card.as_object().expect("an object").keys().map(String::as_str).collect();
        let columns = "currency days kw name next_step number owner price_minor stage version waiting_on";
        assert_eq!(keys.join(" "), columns);
        let placed = serde_json::to_value(&leads.rows[1]).expect("text");
        let keys: Vec<_> = placed.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys.join(" "), "card refusal stale");

        let after = leads.after.as_deref().and_then(|after| after.parse().ok());
        assert_eq!(leads.after.as_deref(), Some("O-15"));
        let on = PipelineFilter { column: Lane::named("lead"), after, ..PipelineFilter::default() };
        let on = view(&actor, &on, None).await.expect("shows");
        let numbers: Vec<_> = on.columns[0].rows.iter().map(|row| row.card.number.as_str()).collect();
        assert_eq!((numbers.len(), numbers[0], numbers[23]), (24, "O-16", "O-39"));
        assert_eq!((on.columns[0].after.as_deref(), on.columns[5].rows.len()), (None, 1), "other columns begin anew");

        let table = PipelineFilter { table: true, owner: Some(OwnerFilter::Nobody), ..PipelineFilter::default() };
        let table = view(&actor, &table, None).await.expect("shows");
        assert_eq!((table.columns.len(), table.columns[0].rows.len(), table.total.count), (1, 16, 16));
        let moving = PipelineFilter { moving: "O-11".parse().ok(), ..PipelineFilter::default() };
        let moving = view(&actor, &moving, None).await.expect("shows").moving.expect("an order");
        assert_eq!(moving.next, [Stage::Lead, Stage::Qualified, Stage::OnHold, Stage::Lost]);
        assert_eq!(entries(&bed.desk).await.iter().filter(|entry| entry.0 == "pipeline.viewed").count(), 4);
    }
}

#[tokio::test]
async fn a_move_made_just_now_is_offered_to_be_taken_back_by_whoever_made_it() {
    for bed in testing::both().await {
        let omar = bed.request_of(Role::Sales, "omar@example.com").await;
        let mia = bed.request_of(Role::Support, "mia@example.com").await;
        import(&bed.desk, "O-1", "lead", Some("omar@example.com")).await.expect("imports");
        let offered = async |request: &Request| {
            let actor = bed.desk.actor::<ViewPipeline>(request).await.expect("may");
            let filter = PipelineFilter { moved: "O-1".parse().ok(), ..PipelineFilter::default() };
            view(&actor, &filter, None).await.expect("shows").moved
        };
        assert_eq!(offered(&omar).await, None);
        moved(&bed, &omar, to("O-1", 1, "qualified")).await.expect("moves");
        let undo = offered(&omar).await.expect("offered");
        assert_eq!((undo.version, undo.from, undo.to, undo.back), (2, Stage::Lead, Stage::Qualified, true));
        assert_eq!(offered(&mia).await, None, "it was not her move");
        let back = MoveAsk { reason: "Moved by mistake".into(), ..to("O-1", undo.version, "lead") };
        moved(&bed, &omar, back).await.expect("moves");
        bed.desk.clock().advance(10 * crate::clock::MINUTE);
        assert_eq!(offered(&omar).await, None, "it was long ago");
    }
}
