//! Change orders on both databases.

use heliodesk_wire::{
    Role,
    change_orders::{ChangeOrder, DraftAsk, State, StepAsk, VoidAsk},
    order_edit::EditAsk,
    order_field::Field,
};

use super::*;
use crate::{
    access::EditOrders,
    orders::{
        edit,
        tests::{entries, import},
        view,
    },
    testing::{self, Bed},
    trail::ACTIONS,
};

type Actor = crate::access::Actor<EditOrders>;

async fn mia(bed: &Bed) -> Actor {
    let request = bed.request_of(Role::Support, "mia@example.com").await;
    bed.desk.actor(&request).await.expect("may")
}

fn ask(version: i64, panels: &str) -> DraftAsk {
    DraftAsk {
        order: "O-1".into(),
        version: version.to_string(),
        reason: "Shading study asks for it".into(),
        panels: Some(panels.into()),
        ..DraftAsk::default()
    }
}

fn step(of: &ChangeOrder) -> StepAsk {
    StepAsk { order: "O-1".into(), change_order: of.number.to_string(), revision: of.revision.to_string() }
}

fn giving_up(of: &ChangeOrder, reason: &str) -> VoidAsk {
    let StepAsk { order, change_order, revision } = step(of);
    VoidAsk { order, change_order, revision, reason: reason.into() }
}

fn told<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result.expect_err("is refused") {
        Error::Invalid(fields) => {
            fields.0.into_iter().map(|(field, code)| format!("{field}={code}")).collect::<Vec<_>>().join(" ")
        }
        other => other.code().to_owned(),
    }
}

#[tokio::test]
async fn a_sold_order_changes_by_a_change_order_and_each_step_is_one_entry() {
    for bed in testing::both().await {
        let mia = mia(&bed).await;
        import(&bed.desk, "O-1", "contract_signed", Some("mia@example.com")).await.expect("imports");
        let direct = EditAsk {
            order: "O-1".into(),
            version: "1".into(),
            panels: Some("20".into()),
            price_minor: Some("1".into()),
            ..EditAsk::default()
        };
        assert_eq!(
            told(edit(&mia, direct.clone()).await),
            "panels=change_order_needed price_minor=change_order_needed"
        );

        let drafted = draft(&mia, ask(1, "20")).await.expect("drafts");
        assert_eq!((drafted.number, drafted.state, drafted.revision), (1, State::Draft, 1));
        assert_eq!(drafted.changes, [(Field::Panels, Some("18".into()), Some("20".into()))]);
        let again = DraftAsk {
            change_order: "1".into(),
            revision: "1".into(),
            price_minor: Some("2465000".into()),
            watts: Some("410".into()),
            ..ask(1, "22")
        };
        let drafted = draft(&mia, again).await.expect("is written anew");
        assert_eq!((drafted.number, drafted.revision, drafted.changes.len()), (1, 2, 2));
        assert_eq!(told(edit(&mia, direct).await), "panels=change_order_needed price_minor=change_order_needed");

        // What is not commercial goes on being changed, and makes nothing stale.
        let next =
            EditAsk { order: "O-1".into(), version: "1".into(), next_step: Some("Wait".into()), ..EditAsk::default() };
        assert_eq!(edit(&mia, next).await.expect("saves").version, 2);
        assert_eq!(told(sign(&mia, step(&drafted)).await), "change_order=illegal_transition");
        let sent = send(&mia, step(&drafted)).await.expect("sends");
        assert_eq!((sent.state, sent.revision), (State::Sent, 3));
        assert_eq!(told(send(&mia, step(&drafted)).await), "stale_version");
        let signed = sign(&mia, step(&sent)).await.expect("signs");
        assert_eq!((signed.state, signed.void_reason), (State::Signed, None));

        let page = view(&mia, "O-1", None).await.expect("shows");
        assert_eq!(
            (page.order.version, page.order.fields.panels, page.order.fields.price_minor),
            (3, Some(22), 2_465_000)
        );
        assert_eq!(page.order.owner_name.as_deref(), Some("Name of mia@example.com"));
        assert_eq!(page.before.expect("was kept").get(&Field::Panels), Some(&Some("18".to_owned())));
        assert_eq!((page.change_orders.len(), page.history.len()), (1, 5));

        let told: Vec<_> = entries(&bed.desk).await.into_iter().filter(|entry| entry.0 != "order.viewed").collect();
        let actions: Vec<_> = told.iter().map(|entry| entry.0.as_str()).collect();
        let drafted = "change_order.drafted";
        assert_eq!(actions, [drafted, drafted, "order.edited", "change_order.sent", "change_order.signed"]);
        assert!(actions.iter().all(|action| ACTIONS.contains(action)));
        assert!(told.iter().all(|entry| entry.1.as_deref() == Some("O-1")));
        assert_eq!(told[4].2.as_deref(), Some("Shading study asks for it"));
        assert_eq!(
            told[4].3.as_deref(),
            Some(
                r#"[{"field":"change_order","new":"1"},{"field":"panels","old":"18","new":"22"},{"field":"price_minor","old":"2290000","new":"2465000"}]"#
            )
        );
    }
}

#[tokio::test]
async fn one_is_open_at_a_time_and_one_that_was_given_up_leaves_the_order_as_it_was() {
    for bed in testing::both().await {
        let mia = mia(&bed).await;
        import(&bed.desk, "O-1", "design", None).await.expect("imports");
        let first = draft(&mia, ask(1, "20")).await.expect("drafts");
        assert_eq!(told(draft(&mia, ask(1, "24")).await), "order=change_order_open");
        let sent = send(&mia, step(&first)).await.expect("sends");
        assert_eq!(told(draft(&mia, ask(1, "24")).await), "order=change_order_open");
        let rewrite = DraftAsk { change_order: "1".into(), revision: sent.revision.to_string(), ..ask(1, "24") };
        assert_eq!(
            told(draft(&mia, rewrite).await),
            "change_order=illegal_transition",
            "what was sent is not rewritten"
        );
        assert_eq!(told(void(&mia, giving_up(&sent, " ")).await), "reason=missing");
        let personal = giving_up(&sent, "Call 0151 2345 6742 first");
        assert_eq!(told(void(&mia, personal).await), "reason=looks_like_phone");
        let voided = void(&mia, giving_up(&sent, "Customer keeps the old system")).await.expect("gives up");
        assert_eq!(voided.void_reason.as_deref(), Some("Customer keeps the old system"));
        for refused in [told(sign(&mia, step(&voided)).await), told(void(&mia, giving_up(&voided, "Again")).await)] {
            assert_eq!(refused, "change_order=illegal_transition");
        }
        assert_eq!(draft(&mia, ask(1, "24")).await.expect("drafts the next").number, 2);
        assert_eq!(view(&mia, "O-1", None).await.expect("shows").order.version, 1);
    }
}

#[tokio::test]
async fn refusals_come_in_order_and_leave_no_trace() {
    let bed = testing::sqlite().await;
    let mia = mia(&bed).await;
    import(&bed.desk, "O-1", "lead", None).await.expect("imports");
    let absent = DraftAsk { order: "O-404".into(), ..ask(1, "many") };
    assert_eq!(told(draft(&mia, absent).await), "not_found");
    assert_eq!(told(draft(&mia, ask(9, "many")).await), "panels=not_a_number");
    let personal = DraftAsk { inverter: Some("As for amelia@example.org".into()), ..ask(9, "20") };
    assert_eq!(told(draft(&mia, personal).await), "inverter=looks_like_email");
    assert_eq!(told(draft(&mia, ask(9, "20")).await), "stale_version");
    assert_eq!(told(draft(&mia, ask(1, "20")).await), "order=not_sold");
    bed.desk.clock().advance(1);
    import(&bed.desk, "O-1", "contract_signed", None).await.expect("imports");
    assert_eq!(told(draft(&mia, ask(1, "18")).await), "order=unchanged");
    let other = DraftAsk { change_order: "7".into(), revision: "1".into(), ..ask(2, "20") };
    assert_eq!(told(draft(&mia, other).await), "not_found");
    let nothing = StepAsk { order: "O-1".into(), change_order: "1".into(), revision: "1".into() };
    assert_eq!(told(send(&mia, nothing).await), "not_found");
    assert_eq!(entries(&bed.desk).await.len(), 0);
    assert!(matches!(draft(&mia, ask(1, "20")).await, Ok(one) if one.number == 1), "a stage is no commercial field");
}

#[tokio::test]
async fn what_changed_under_a_change_order_is_not_signed_over() {
    let bed = testing::sqlite().await;
    let mia = mia(&bed).await;
    import(&bed.desk, "O-1", "design", None).await.expect("imports");
    let sent = send(&mia, step(&draft(&mia, ask(1, "20")).await.expect("drafts"))).await.expect("sends");
    // The company's app sets other panels.
    let other = r#"{"number":"O-1","stage":"design","panels":19,"watts":410,"price_minor":2290000,"currency":"USD"}"#;
    let other: crate::orders::ImportedOrder = serde_json::from_str(other).expect("an order");
    let mut tx = bed.desk.db().scratch().await.expect("begins");
    let customer = "C-1".parse().expect("fits");
    let imported = other.parse().expect("fits");
    crate::orders::upsert(&mut tx, bed.desk.clock(), 0, (&customer, None), &imported).await.expect("writes");
    tx.commit().await.expect("commits");
    assert_eq!(told(sign(&mia, step(&sent)).await), "stale_version");
    assert_eq!(told(draft(&mia, ask(1, "20")).await), "stale_version");

    // A contract that was not signed after all: only giving up is left.
    let back = |stage: &str, version: i64| EditAsk {
        order: "O-1".into(),
        version: version.to_string(),
        stage: Some(stage.into()),
        ..EditAsk::default()
    };
    for (stage, version) in [("site_survey", 2), ("contract_signed", 3), ("contract_out", 4)] {
        edit(&mia, back(stage, version)).await.expect("goes back");
    }
    assert_eq!(told(sign(&mia, step(&sent)).await), "order=not_sold");
    void(&mia, giving_up(&sent, "The contract is written anew")).await.expect("gives up");
}

#[tokio::test]
async fn of_two_drafts_at_once_one_is_written() {
    for bed in testing::both().await {
        let request = bed.request_of(Role::Support, "mia@example.com").await;
        import(&bed.desk, "O-1", "design", None).await.expect("imports");
        let mut all = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (desk, request) = (bed.desk.clone(), request.clone());
            all.spawn(async move {
                let mia: Actor = desk.actor(&request).await.expect("may");
                draft(&mia, ask(1, &(20 + n).to_string())).await
            });
        }
        let results = all.join_all().await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        assert_eq!(entries(&bed.desk).await.len(), 1);
    }
}
