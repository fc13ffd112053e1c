//! What lists, filters, searches, counts and charts ask the database is read along an index, never through a whole table.
//!
//! The driver tells each statement it runs on MariaDB to this test's own thread; the text is the same on SQLite, whose
//! planner says how it would run it.

use std::{
    collections::BTreeSet,
    fmt,
    io::Cursor,
    sync::{Arc, Mutex},
};

use heliodesk_wire::{
    Role,
    customers::{Account, SearchAsk, Section},
    orders::{OrderFilter, OwnerFilter},
    pipeline::{Band, PipelineFilter, Stale},
    stage::{Stage, WaitingOn},
    trail::Filter,
};
use sqlx::{AssertSqlSafe, Row};
use tracing::{Event, Metadata, Subscriber, field, span};

use crate::{
    access::{EditOrders, Request, ViewCustomers, ViewPipeline},
    customers, import, orders, pipeline,
    testing::{self, Bed},
    trail,
};

mod explained;

/// Tables that grow with customers, orders and entries.
const LARGE: [&str; 9] = [
    "customer",
    "personal",
    "search_token",
    "note",
    "customer_order",
    "order_past",
    "trail",
    "trail_total",
    "tree_hash",
];

/// Notes the text of every statement that the driver runs.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<BTreeSet<String>>>);

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Text(self));
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// A statement stands in one field when it is short, else in the other.
struct Text<'a>(&'a Recorder);

impl field::Visit for Text<'_> {
    fn record_debug(&mut self, _: &field::Field, _: &dyn fmt::Debug) {}
    fn record_str(&mut self, field: &field::Field, text: &str) {
        let text = text.trim();
        if (field.name() == "db.statement" || field.name() == "summary") && !text.is_empty() && !text.ends_with('…') {
            self.0.0.lock().unwrap().insert(text.to_owned());
        }
    }
}

/// What a statement calls the large tables that it reads.
fn names(sql: &str) -> BTreeSet<&str> {
    let words: Vec<&str> = sql.split(|sign: char| sign.is_whitespace() || "(),".contains(sign)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let mut names = BTreeSet::new();
    for at in 1..words.len() {
        if ["FROM", "JOIN", "UPDATE"].contains(&words[at - 1]) && LARGE.contains(&words[at]) {
            names.insert(words[at]);
            let next = words.get(at + 1).filter(|next| next.chars().all(|sign| sign.is_ascii_lowercase()));
            names.extend(next.copied());
        }
    }
    names
}

/// What is wrong with how a statement would run. Going through a whole index in its order is fine where nothing is sifted
/// and a limit ends it.
fn complaint(sql: &str, plan: &[String]) -> Option<String> {
    let names = names(sql);
    let scanned = plan.iter().find(|step| {
        let mut words = step.split_whitespace();
        words.next() == Some("SCAN") && words.next().is_some_and(|name| names.contains(name))
    })?;
    let along = scanned.contains(" USING ") && sql.contains(" LIMIT ") && !sql.contains(" WHERE ");
    let sorts = plan.iter().any(|step| step.starts_with("USE TEMP B-TREE"));
    (!along || sorts).then(|| format!("{scanned}: {sql}"))
}

/// The complaints about these statements, as SQLite would run them.
async fn complaints(bed: &Bed, statements: &BTreeSet<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for sql in statements {
        if !["SELECT", "WITH", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb)) || names(sql).is_empty() {
            continue;
        }
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let rows = plan.fetch_all(bed.desk.db().read()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let plan: Vec<String> = rows.iter().map(|row| row.get(3)).collect();
        assert!(!plan.is_empty(), "{sql}");
        complaints.extend(complaint(sql, &plan));
    }
    complaints
}

const PEOPLE: &str = r#"{"number":"C-1","name":"Amelia Reyes","email":"a@example.com","phone":"+1 520 555 0142","street":"12 Elm Street","postcode":"85701","city":"Tucson","account":"active","orders":[{"number":"O-1","stage":"lead","price_minor":2465000,"currency":"USD","waiting_on":"us","install_on":"2026-12-01"},{"number":"O-2","stage":"design","price_minor":100,"currency":"USD"}]}
{"number":"C-2","name":"Jan Kowal","account":"locked","orders":[{"number":"O-3","stage":"qualified","price_minor":5,"currency":"EUR"}]}"#;

/// Each filter alone, and every two of them: `set` puts some into a filter.
fn alone_and_in_pairs<F: Default + Clone>(filters: &[fn(&mut F)]) -> Vec<F> {
    let mut all = vec![F::default()];
    for (n, one) in filters.iter().enumerate() {
        for two in &filters[n..] {
            let mut filter = F::default();
            one(&mut filter);
            two(&mut filter);
            all.push(filter);
        }
    }
    all
}

async fn customers_are_looked_through(bed: &Bed, support: &Request) {
    let actor = bed.desk.actor::<ViewCustomers>(support).await.unwrap();
    for state in [None, Some(Account::Active), Some(Account::Locked), Some(Account::Closed)] {
        for after in [None, "C-1".parse().ok()] {
            customers::list(&actor, None, state, after.as_ref()).await.unwrap();
        }
    }
    for (term, kind) in [
        ("C-1", "customer"),
        ("O-1", "order"),
        ("a@example.com", "email"),
        ("0142", "phone"),
        ("85701", "postcode"),
        ("ame rey", "name"),
        ("85701", ""),
    ] {
        let ask = SearchAsk { term: term.to_owned().into(), kind: kind.into() };
        let found = customers::search(&actor, ask).await.unwrap();
        customers::list(&actor, Some(&found.search), None, None).await.unwrap();
    }
    let pages = [Section::Notes, Section::Timeline, Section::Access];
    let sections = pages.iter().flat_map(|page| [page(None), page(Some(1))]).chain([Section::Overview]);
    for section in sections {
        customers::view(&actor, "C-1", section).await.unwrap();
    }
}

async fn orders_are_looked_through(bed: &Bed, support: &Request) {
    let actor = bed.desk.actor::<EditOrders>(support).await.unwrap();
    let filters: [fn(&mut OrderFilter); 7] = [
        |filter| filter.stage = Some(Stage::Lead),
        |filter| filter.owner = Some(OwnerFilter::Mine),
        |filter| filter.owner = Some(OwnerFilter::Nobody),
        |filter| filter.owner = OwnerFilter::read("mia@example.com"),
        |filter| filter.waiting_on = Some(WaitingOn::Us),
        |filter| filter.city = Some("Tucson".into()),
        |filter| filter.after = "O-2".parse().ok(),
    ];
    for filter in alone_and_in_pairs(&filters) {
        orders::list(&actor, &filter).await.unwrap();
    }
    orders::view(&actor, "O-1", Some(1)).await.unwrap();
}

async fn the_pipeline_is_looked_through(bed: &Bed, support: &Request) {
    let actor = bed.desk.actor::<ViewPipeline>(support).await.unwrap();
    let filters: [fn(&mut PipelineFilter); 10] = [
        |filter| filter.table = true,
        |filter| filter.stage = Some(Stage::Lead),
        |filter| filter.owner = Some(OwnerFilter::Mine),
        |filter| filter.owner = Some(OwnerFilter::Nobody),
        |filter| filter.waiting_on = Some(WaitingOn::Us),
        |filter| filter.city = Some("Tucson".into()),
        |filter| filter.stale = Some(Stale::Once),
        |filter| filter.value = Some(Band::Middle),
        |filter| filter.install_month = Some("2026-12".into()),
        |filter| filter.moving = "O-1".parse().ok(),
    ];
    for filter in alone_and_in_pairs(&filters) {
        pipeline::view(&actor, &filter, None).await.unwrap();
    }
}

async fn the_trail_is_looked_through(bed: &Bed, engineer: &Request) {
    let actor = bed.desk.actor(engineer).await.unwrap();
    let filters: [fn(&mut Filter); 13] = [
        |filter| filter.actor = "me".into(),
        |filter| filter.action = "customer.viewed".into(),
        |filter| filter.action = "reveal".into(),
        |filter| filter.subject = "C-1".into(),
        |filter| filter.outcome = "denied".into(),
        |filter| filter.outcome = "ok".into(),
        |filter| filter.role = "support".into(),
        |filter| filter.session = "01HF7YAT00000000000000000X".into(),
        |filter| filter.hours = "after".into(),
        |filter| filter.since = "7d".into(),
        |filter| filter.from = "2023-11-14T22:00".into(),
        |filter| filter.to = "2023-11-14T22:30".into(),
        |filter| filter.before = "9".into(),
    ];
    for filter in alone_and_in_pairs(&filters) {
        // Budgets of three entries lead to the statements that are for trails of millions.
        for budget in [200_000, 3] {
            trail::list_within(&actor, &filter, budget, budget).await.unwrap();
        }
    }
    trail::list(&actor, &Filter { actor: "Mia".into(), ..Filter::default() }).await.unwrap_err();
    trail::view(&actor, "3").await.unwrap();
}

#[tokio::test]
async fn no_list_filter_search_or_chart_goes_through_a_whole_table() {
    let (bed, planner) = (testing::mariadb().await, testing::sqlite().await);
    import::run(&bed.desk.server_command(), Cursor::new(PEOPLE), |_, _| {}).await.unwrap();
    let support = bed.request_of(Role::Support, "mia@example.com").await;
    let engineer = bed.request_of(Role::Engineer, "eve@example.com").await;
    let recorder = Recorder::default();
    // A single subscriber is asked only on the thread that meets a statement first, which may be another test's.
    let _second = tracing::Dispatch::new(Recorder::default());
    let recording = tracing::subscriber::set_default(recorder.clone());
    customers_are_looked_through(&bed, &support).await;
    orders_are_looked_through(&bed, &support).await;
    the_pipeline_is_looked_through(&bed, &support).await;
    the_trail_is_looked_through(&bed, &engineer).await;
    let issued = std::mem::take(&mut *recorder.0.lock().unwrap());
    for table in ["customer", "customer_order", "trail", "trail_total"] {
        let of = issued.iter().filter(|sql| names(sql).contains(table)).count();
        assert!(of > 3, "{of} statements about {table} were recorded");
    }
    assert_eq!(complaints(&planner, &issued).await, Vec::<String>::new(), "of {} statements", issued.len());

    // The same way finds what is wrong.
    let wrong = [
        "SELECT number FROM customer WHERE city = ? ORDER BY number LIMIT 50",
        "SELECT o.number FROM customer_order o WHERE o.next_step_on = ? LIMIT 50",
        "SELECT COUNT(*) FROM trail WHERE role = ?",
        "SELECT seq FROM trail ORDER BY request LIMIT 50",
    ];
    for sql in wrong {
        let query = if sql.contains('?') { sqlx::query(sql).bind("x") } else { sqlx::query(sql) };
        query.fetch_all(bed.desk.db().read()).await.unwrap();
    }
    let planted = std::mem::take(&mut *recorder.0.lock().unwrap());
    drop(recording);
    for sql in wrong {
        assert!(planted.contains(sql), "{sql} was recorded");
        let of = BTreeSet::from([sql.to_owned()]);
        assert_eq!(complaints(&planner, &of).await.len(), 1, "{sql} is found");
    }
}
