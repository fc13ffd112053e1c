use super::*;
use crate::{import::Line, recount::recount, testing, testing::Bed, trail::Record};

const FEW: Wanted = Wanted { customers: 120, entries: 0 };
const SOME: Wanted = Wanted { customers: 300, entries: 5_000 };

const INDEXES: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index'";

async fn count(bed: &Bed, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(bed.desk.db().read()).await.expect("counts")
}

#[tokio::test]
async fn a_demo_is_whole_and_goes_on_where_it_was_cut_off() {
    for bed in testing::both().await {
        let actor = bed.desk.server_command();
        fill(&actor, Wanted { customers: 30, ..FEW }, |_, _, _| {}).await.expect("fills");
        let mut told = Vec::new();
        fill(&actor, FEW, |what, done, all| told.push((what, done, all))).await.expect("fills");
        fill(&actor, FEW, |_, _, _| {}).await.expect("fills");
        assert!(told.contains(&("customers", 50, 120)) && told.ends_with(&[("customers", 120, 120)]), "{told:?}");
        assert_eq!(count(&bed, "SELECT COUNT(*) FROM customer").await, 120);
        assert_eq!(count(&bed, "SELECT COUNT(*) FROM trail").await, 139);
        assert_eq!(count(&bed, "SELECT COUNT(*) FROM staff").await, 16);
        assert!(count(&bed, "SELECT COUNT(*) FROM customer_order").await > 100);
        assert!(count(&bed, "SELECT COUNT(DISTINCT stage) FROM customer_order").await > 12);
        assert!(count(&bed, "SELECT COUNT(*) FROM search_token").await > 120 * 10);
        assert!(count(&bed, "SELECT COUNT(*) FROM note").await > 100);
        assert_eq!(
            count(&bed, "SELECT COUNT(*) FROM customer WHERE contact_at IS NOT NULL").await,
            count(&bed, "SELECT COUNT(DISTINCT customer) FROM note").await
        );
        let right = recount(&actor).await.expect("counts");
        assert!(right.wrong.is_empty() && right.totals > 100, "{right}");
        for (spoilt, of) in [
            (
                "UPDATE stage_total SET value_minor = value_minor + 1 WHERE owner = '-' AND stage = 'lead'",
                "stage_total",
            ),
            ("UPDATE stage_total SET orders = 0 WHERE owner = '*' AND stage = 'lost'", "stage_total"),
            ("UPDATE open_value SET change_minor = change_minor - 1 WHERE owner = '*'", "open_value"),
            ("UPDATE trail_total SET entries = entries - 1 WHERE action = '*' AND actor = '*'", "trail_total"),
            ("UPDATE stage_arrival SET orders = orders + 1 WHERE owner = '*' AND stage = 'lead'", "stage_arrival"),
        ] {
            let mut tx = bed.desk.db().scratch().await.expect("begins");
            sqlx::raw_sql(spoilt).execute(&mut *tx).await.expect("spoils");
            tx.commit().await.expect("commits");
            let found = recount(&actor).await.expect("counts");
            assert!(found.wrong.iter().any(|it| it.starts_with(of)), "{spoilt}: {found}");
        }
    }
}

#[test]
fn every_invented_customer_can_be_read_and_is_the_same_again() {
    let vault = crate::vault::Vault::new(&crate::keys::Keys::generate());
    let today = jiff::civil::date(2026, 11, 22);
    for place in 0..1000 {
        let invented = invent::customer(place, today);
        assert_eq!(invented.line, invent::customer(place, today).line);
        let line = Line::read(&vault, invented.line.clone());
        assert!(line.is_ok(), "{:?}: {:?}", invented.line, line.err());
    }
}

/// The trail without what is drawn anew for every database: ids of people, and of a command's request.
async fn trail(bed: &Bed) -> Vec<Record> {
    let mut conn = bed.desk.db().read().acquire().await.expect("connects");
    let staff = sqlx::query("SELECT id, email FROM staff").fetch_all(&mut *conn).await.expect("staff");
    let named = |text: &str| {
        let person = staff.iter().find(|row| row.get::<&str, _>(0) == text);
        person.map_or_else(|| text.to_owned(), |row| row.get(1))
    };
    let records: Vec<Record> = sqlx::query_as(
        "SELECT seq, at, actor, role, grant_id, session, action, subject, outcome, reason, changes, address, agent, \
         request FROM trail ORDER BY seq",
    )
    .fetch_all(&mut *conn)
    .await
    .expect("entries");
    let plain = |record: Record| Record {
        actor: named(&record.actor),
        subject: record.subject.as_deref().map(named),
        request: record.request.filter(|_| record.role.is_some()),
        ..record
    };
    records.into_iter().map(plain).collect()
}

/// The running totals that name nobody, as text.
async fn totals(bed: &Bed) -> Vec<String> {
    let mut found = Vec::new();
    for all in [
        "SELECT stage || currency, orders, value_minor FROM stage_total WHERE owner = '*' ORDER BY stage, currency",
        "SELECT stage || on_day, orders, 0 FROM stage_arrival WHERE owner = '*' ORDER BY stage, on_day",
        "SELECT stage || days, orders, 0 FROM stage_stay ORDER BY stage, days",
        "SELECT month || currency, change_minor, 0 FROM open_value WHERE owner = '*' ORDER BY month, currency",
    ] {
        let rows = sqlx::query(all).fetch_all(bed.desk.db().read()).await.expect("totals");
        found.extend(rows.iter().map(|row| (row.get::<String, _>(0), row.get::<i64, _>(1), row.get::<i64, _>(2))));
    }
    found.into_iter().map(|total| format!("{total:?}")).collect()
}

/// Everything that is found, compared or shown of customers: what is sealed is different every time.
async fn customers(bed: &Bed) -> Vec<(String, String, String)> {
    let rows = sqlx::query("SELECT customer, field, mask FROM personal ORDER BY customer, field")
        .fetch_all(bed.desk.db().read())
        .await
        .expect("values");
    rows.into_iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test]
async fn a_past_verifies_and_is_the_same_again_and_after_it_was_cut_off() {
    let (whole, cut) = (testing::sqlite().await, testing::sqlite().await);
    fill(&whole.desk.server_command(), SOME, |_, _, _| {}).await.expect("fills");
    // Given up ever later, in the midst of whatever it does, until it comes to its end.
    let mut polls = 5;
    while testing::given_up(polls, fill(&cut.desk.server_command(), SOME, |_, _, _| {})).await.is_none() {
        polls *= 3;
        // The next day, as soon as there is something to go on with.
        let later = if count(&cut, "SELECT size FROM trail_head").await > 0 { 86_400_000 } else { 0 };
        cut.desk.clock().advance(testing::START + later - cut.desk.clock().now());
    }
    let expected = trail(&whole).await;
    assert_eq!(expected.len(), 5_000);
    assert!(trail(&cut).await == expected, "the same entries");
    assert_eq!(customers(&cut).await, customers(&whole).await);
    assert_eq!(totals(&cut).await, totals(&whole).await);
    assert_eq!(count(&cut, INDEXES).await, count(&testing::sqlite().await, INDEXES).await);
    for bed in [&whole, &cut] {
        let counted = recount(&bed.desk.server_command()).await.expect("counts");
        assert!(counted.wrong.is_empty(), "{counted}");
        bed.desk.publish_now().await.expect("publishes").expect("a checkpoint");
        let report = bed.desk.verify_trail(|_, _| {}).await.expect("reads");
        assert!(report.is_whole() && report.entries == 5_000, "{report}");
    }
    let actions: i64 = count(&whole, "SELECT COUNT(DISTINCT action) FROM trail").await;
    assert!(actions > 15, "{actions} kinds of entries");
    let (day, now) = (86_400_000, testing::START);
    assert!(expected.iter().all(|entry| (now - 121 * day..=now - day).contains(&entry.at)), "all in the past");
    assert!(expected.windows(2).all(|pair| pair[0].at <= pair[1].at), "in order");
}

#[tokio::test]
async fn a_past_stands_on_mariadb_too() {
    let bed = testing::mariadb().await;
    fill(&bed.desk.server_command(), Wanted { customers: 60, entries: 1_500 }, |_, _, _| {}).await.expect("fills");
    let report = bed.desk.verify_trail(|_, _| {}).await.expect("reads");
    assert!(report.is_whole() && report.entries == 1_500, "{report}");
    let right = recount(&bed.desk.server_command()).await.expect("counts");
    assert!(right.wrong.is_empty(), "{right}");
    let mut tx = bed.desk.db().scratch().await.expect("begins");
    let spoilt = "UPDATE trail_total SET entries = entries + 1 WHERE action = '/trail' AND actor = '*'";
    sqlx::raw_sql(spoilt).execute(&mut *tx).await.expect("spoils");
    tx.commit().await.expect("commits");
    let found = recount(&bed.desk.server_command()).await.expect("counts");
    let told = |it: &String| it.starts_with("trail_total (\"/trail\", \"*\"");
    assert!(!found.wrong.is_empty() && found.wrong.iter().all(told), "{found}");
}

#[tokio::test]
async fn only_a_command_invents_a_past() {
    let bed = testing::sqlite().await;
    let request = crate::access::Request::default();
    let mut work = bed.desk.anyone(&request).begin().await.expect("begins");
    assert!(work.recall(&mut [Record::default()]).await.is_err());
    drop(work);
    let work = bed.desk.server_command().begin().await.expect("begins");
    assert!(work.commit_recalled().await.is_err());
    assert_eq!(count(&bed, "SELECT COUNT(*) FROM trail").await, 0);
}
