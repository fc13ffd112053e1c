//! Orders on both databases.

use heliodesk_wire::{
    Role,
    order_edit::EditAsk,
    orders::{OrderFilter, OwnerFilter},
    stage::Stage,
};
use sqlx::Row;

use super::*;
use crate::{
    Desk, Error,
    access::{EditOrders, Request},
    testing::{self, Bed, START},
};

mod filters;

/// An imported order of customer `C-1`.
pub(crate) async fn import(desk: &Desk, number: &str, stage: &str, owner: Option<&str>) -> crate::Result<()> {
    let text = format!(
        r#"{{"number":"{number}","stage":"{stage}","owner":null,"panels":18,"watts":410,"adders":["Trenching"],
        "price_minor":2290000,"currency":"USD","next_step":"Call","waiting_on":"us"}}"#
    );
    let mut order: ImportedOrder = serde_json::from_str(&text).expect("an order");
    order.owner = owner.map(str::to_owned);
    let imported = order.parse().expect("fits");
    let mut tx = desk.db().scratch().await?;
    let customer = "C-1".parse().expect("fits");
    upsert(&mut tx, desk.clock(), desk.clock().now(), (&customer, Some("Tucson")), &imported).await?;
    tx.commit().await?;
    Ok(())
}

async fn actor(bed: &Bed, request: &Request) -> crate::access::Actor<EditOrders> {
    bed.desk.actor(request).await.expect("may")
}

fn ask(number: &str, version: i64) -> EditAsk {
    EditAsk { order: number.into(), version: version.to_string(), ..EditAsk::default() }
}

/// Every entry: action, subject, reason, changes.
pub(crate) async fn entries(desk: &Desk) -> Vec<(String, Option<String>, Option<String>, Option<String>)> {
    let rows = sqlx::query("SELECT action, subject, reason, changes FROM trail ORDER BY seq LIMIT 1000");
    let rows = rows.fetch_all(desk.db().read()).await.expect("reads");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()
}

#[tokio::test]
async fn an_edit_is_one_entry_with_old_and_new_values_and_a_stale_one_changes_nothing() {
    for bed in testing::both().await {
        let request = bed.request_of(Role::Support, "mia@example.com").await;
        let mia = actor(&bed, &request).await;
        import(&bed.desk, "O-1", "proposal_sent", Some("mia@example.com")).await.expect("imports");

        let shown = view(&mia, "o-1", None).await.expect("shows");
        assert_eq!((shown.order.version, shown.order.fields.stage_since), (1, START));
        assert_eq!(
            (shown.order.kw.as_deref(), shown.order.owner_name.as_deref()),
            (Some("7.38"), Some("Name of mia@example.com"))
        );
        let mut all = ask("O-1", 1);
        all.reason = "Shading study asks for two more".into();
        (all.panels, all.watts, all.adders) = (Some("20".into()), Some("410".into()), Some("Trenching".into()));
        (all.next_step, all.price_minor) = (Some(String::new()), Some("2465000".into()));
        let saved = edit(&mia, all.clone()).await.expect("saves");
        assert_eq!((saved.version, saved.fields.panels, saved.fields.next_step), (2, Some(20), None));

        let stale = EditAsk { battery: Some("10 kWh".into()), ..ask("O-1", 1) };
        assert!(matches!(edit(&mia, stale).await, Err(Error::Stale)));
        let same = EditAsk { panels: Some("20".into()), ..ask("O-1", 2) };
        assert_eq!(edit(&mia, same).await.expect("nothing to do").version, 2);

        let told = entries(&bed.desk).await;
        let actions: Vec<_> = told.iter().map(|entry| entry.0.as_str()).collect();
        assert_eq!(actions, ["order.viewed", "order.edited", "order.viewed"]);
        assert_eq!(
            (told[1].1.as_deref(), told[1].2.as_deref()),
            (Some("O-1"), Some("Shading study asks for two more"))
        );
        assert_eq!(
            told[1].3.as_deref(),
            Some(
                r#"[{"field":"panels","old":"18","new":"20"},{"field":"price_minor","old":"2290000","new":"2465000"},{"field":"next_step","old":"Call"}]"#
            )
        );

        let conflict = view(&mia, "O-1", Some(1)).await.expect("shows").original.expect("an older version");
        assert_eq!(conflict.values, shown.order.fields.values());
        assert_eq!((conflict.version, conflict.who.as_deref()), (1, Some("Name of mia@example.com")));
        let page = view(&mia, "O-1", None).await.expect("shows");
        assert_eq!((page.history.len(), page.history[0].changes.len(), page.original), (1, 3, None));
    }
}

#[tokio::test]
async fn refusals_come_in_order_and_leave_no_trace() {
    let bed = testing::sqlite().await;
    let request = bed.request_of(Role::Support, "mia@example.com").await;
    let mia = actor(&bed, &request).await;
    import(&bed.desk, "O-1", "lead", None).await.expect("imports");
    let code = |result: crate::Result<_>| match result {
        Err(Error::Invalid(fields)) => fields.0.into_iter().map(|(field, code)| format!("{field}={code}")).collect(),
        Err(other) => vec![other.code().to_owned()],
        Ok(_) => vec!["ok".to_owned()],
    };
    let absent = EditAsk { panels: Some("many".into()), ..ask("O-404", 1) };
    assert_eq!(code(edit(&mia, absent).await), ["not_found"]);
    let wrong = EditAsk { panels: Some("many".into()), stage: Some("installed".into()), ..ask("O-1", 9) };
    assert_eq!(code(edit(&mia, wrong).await), ["panels=not_a_number"]);
    let stale = EditAsk { stage: Some("installed".into()), ..ask("O-1", 9) };
    assert_eq!(code(edit(&mia, stale.clone()).await), ["stale_version"]);
    assert!(matches!(consider(&mia, &stale).await, Err(Error::Stale)), "a review is told what saving is told");
    let personal = EditAsk { next_step: Some("Write to amelia@example.org".into()), ..ask("O-1", 1) };
    assert!(matches!(consider(&mia, &personal).await, Err(Error::Invalid(_))));
    let fine = EditAsk { next_step: Some("Call".into()), panels: Some("20".into()), ..ask("O-1", 1) };
    assert!(consider(&mia, &fine).await.is_ok());
    let illegal = EditAsk { stage: Some("installed".into()), ..ask("O-1", 1) };
    assert_eq!(code(edit(&mia, illegal).await), ["stage=illegal_transition"]);
    let exit = EditAsk { stage: Some("lost".into()), owner: Some("nobody@example.com".into()), ..ask("O-1", 1) };
    assert_eq!(code(edit(&mia, exit).await), ["owner=unknown", "reason=missing"]);
    let personal = EditAsk { next_step: Some("Write to amelia@example.org".into()), ..ask("O-1", 1) };
    assert_eq!(code(edit(&mia, personal).await), ["next_step=looks_like_email"]);
    assert_eq!(entries(&bed.desk).await.len(), 0);
    let sales = bed.request_of(Role::Sales, "omar@example.com").await;
    assert!(matches!(bed.desk.actor::<EditOrders>(&sales).await, Err(Error::Forbidden(_))));
}

async fn present(desk: &Desk) -> i64 {
    let version = sqlx::query_scalar("SELECT version FROM customer_order WHERE number = 'O-1'");
    version.fetch_one(desk.db().read()).await.expect("reads")
}

#[tokio::test]
async fn thirty_two_at_once_leave_one_trail_without_a_fork() {
    for bed in testing::both().await {
        let request = bed.request_of(Role::Support, "mia@example.com").await;
        import(&bed.desk, "O-1", "lead", None).await.expect("imports");
        let mut all = tokio::task::JoinSet::new();
        for n in 1..=32_i64 {
            let (desk, request) = (bed.desk.clone(), request.clone());
            all.spawn(async move {
                let mut version = 1;
                // Whoever comes late reads the order again and types the change anew.
                loop {
                    let mia = desk.actor::<EditOrders>(&request).await.expect("may");
                    let ask = EditAsk { panels: Some((100 + n).to_string()), ..ask("O-1", version) };
                    match edit(&mia, ask).await {
                        Ok(order) => return order.version,
                        Err(Error::Stale) => version = present(&desk).await,
                        Err(Error::Busy) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
        let mut versions: Vec<i64> = all.join_all().await;
        versions.sort_unstable();
        assert_eq!(versions, (2..=33).collect::<Vec<_>>());
        let told = entries(&bed.desk).await;
        assert_eq!(told.iter().filter(|entry| entry.0 == "order.edited").count(), 32);
        let mut last = Some("18".to_owned());
        for (_, _, _, changes) in told {
            let changes: Vec<crate::trail::Change> = serde_json::from_str(&changes.expect("changes")).expect("reads");
            assert_eq!(changes[0].old, last, "each change begins where the one before it ended");
            last = changes[0].new.clone();
        }
        let size: i64 =
            sqlx::query_scalar("SELECT size FROM trail_head").fetch_one(bed.desk.db().read()).await.expect("reads");
        assert_eq!(size, 32);
    }
}

#[tokio::test]
async fn lists_are_filtered_paged_and_recorded() {
    for bed in testing::both().await {
        let request = bed.request_of(Role::Support, "mia@example.com").await;
        let mia = actor(&bed, &request).await;
        for n in 0..60 {
            let owner = (n % 3 == 0).then_some("mia@example.com");
            import(&bed.desk, &format!("O-{n}"), if n < 4 { "design" } else { "lead" }, owner).await.expect("imports");
            bed.desk.clock().advance(1);
        }
        let first = list(&mia, &OrderFilter::default()).await.expect("lists");
        assert_eq!((first.rows.len(), first.rows[0].number.as_str(), first.count), (50, "O-59", 60));
        let after = first.after.expect("more").parse().ok();
        let rest = list(&mia, &OrderFilter { after, ..OrderFilter::default() }).await.expect("lists");
        assert_eq!((rest.rows.len(), rest.rows[0].number.as_str(), rest.after), (10, "O-9", None));
        let count = |filter: OrderFilter| {
            let mia = &mia;
            async move { list(mia, &filter).await.expect("lists").rows.len() }
        };
        let of = |owner: OwnerFilter| OrderFilter { owner: Some(owner), ..OrderFilter::default() };
        assert_eq!(count(of(OwnerFilter::Mine)).await, 20);
        assert_eq!(count(of(OwnerFilter::Nobody)).await, 40);
        assert_eq!(count(of(OwnerFilter::Of("stranger@example.com".into()))).await, 0);
        assert_eq!(count(OrderFilter { stage: Some(Stage::Design), ..OrderFilter::default() }).await, 4);
        let within = |city: &str| OrderFilter { city: Some(city.into()), ..OrderFilter::default() };
        assert_eq!(count(within("Tucson")).await, 50);
        assert_eq!(count(within("Amelia Rivers")).await, 0);
        let told = entries(&bed.desk).await;
        assert_eq!(told.iter().filter(|entry| entry.0 == "orders.listed").count(), 8);
        let cities = told.iter().filter_map(|entry| entry.3.as_deref()).filter(|told| told.contains("city"));
        let cities: Vec<_> = cities.take(2).collect();
        assert_eq!(cities, [r#"[{"field":"city","new":"Tucson"}]"#, r#"[{"field":"city","new":"(unknown)"}]"#]);
    }
}

#[tokio::test]
async fn an_import_can_be_repeated_and_never_takes_another_customers_order() {
    let bed = testing::sqlite().await;
    bed.request_of(Role::Sales, "omar@example.com").await;
    import(&bed.desk, "O-1", "lead", None).await.expect("imports");
    import(&bed.desk, "O-1", "lead", None).await.expect("changes nothing");
    bed.desk.clock().advance(5);
    import(&bed.desk, "O-1", "on_hold", Some("omar@example.com")).await.expect("changes");
    let mut conn = bed.desk.db().read().acquire().await.expect("reads");
    let order = rows::find(&mut conn, &"O-1".parse().expect("fits")).await.expect("reads").expect("is there");
    assert_eq!((order.version, order.stage_before, order.fields.stage_since), (2, Some(Stage::Lead), START + 5));
    assert_eq!(order.fields.owner.as_deref(), Some("omar@example.com"));
    assert!(matches!(import(&bed.desk, "O-2", "lead", Some("no@example.com")).await, Err(Error::Invalid(_))));
    let other: ImportedOrder =
        serde_json::from_str(r#"{"number":"O-1","stage":"lead","price_minor":1,"currency":"USD"}"#).expect("an order");
    let mut tx = bed.desk.db().scratch().await.expect("begins");
    let customer = "C-2".parse().expect("fits");
    let taken = upsert(&mut tx, bed.desk.clock(), 0, (&customer, None), &other.parse().expect("fits")).await;
    assert!(matches!(taken, Err(Error::Invalid(fields)) if fields.code("number") == Some("taken")));
    let unknown = r#"{"number":"O-1","stage":"lead","price_minor":1,"currency":"USD","colour":"red"}"#;
    assert!(serde_json::from_str::<ImportedOrder>(unknown).is_err());
}
