//! Nobody learns from a sign-in who works here: every address is answered alike, and costs alike.

use std::{
    collections::BTreeMap,
    sync::{Mutex, Once},
};

use axum::http::header::SET_COOKIE;
use heliodesk_desk::{
    Error,
    access::Request as Sender,
    sign_in::{self, Browser},
    staff,
};
use heliodesk_wire::{
    Role,
    sign_in::{BeginAsk, FinishAsk},
};
use serde_json::json;
use tracing::{
    Event, Instrument as _, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

use crate::{
    person::Person,
    world::{Answer, World},
};

/// What the driver ran, by the span it was asked in. SQLite's works on a thread of its own, inside the same span.
static RAN: Mutex<BTreeMap<u64, Vec<String>>> = Mutex::new(BTreeMap::new());

/// Listens to what the database driver says about its statements.
struct Driver;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Driver {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.lookup_current() else { return };
        let mut statement = Statement::default();
        event.record(&mut statement);
        let mut ran = RAN.lock().expect("not poisoned");
        ran.entry(span.id().into_u64()).or_default().push(if statement.whole.is_empty() {
            statement.summary
        } else {
            statement.whole
        });
    }
}

/// A statement: its first words, and all of it when there is more.
#[derive(Default)]
struct Statement {
    summary: String,
    whole: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.summary = value.trim().to_owned(),
            "db.statement" => self.whole = value.trim().to_owned(),
            _ => {}
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// Does the work and answers what it asked of the database: neither how a connection is set up, nor the hashes of the
/// tree, whose number depends on an entry's place, nor how transactions begin and end. Sorted: a connection's thread
/// tells of a read after it has handed the row over, which may be later than the next read on another connection.
async fn statements<T>(work: impl Future<Output = T>) -> (Vec<String>, T) {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        let heard = filter_fn(|about| ["sqlx::query", "statements"].contains(&about.target()));
        let listens = tracing_subscriber::registry().with(Driver.with_filter(heard));
        tracing::subscriber::set_global_default(listens).expect("is the first");
    });
    let span = tracing::info_span!(target: "statements", "asked");
    let id = span.id().expect("is heard").into_u64();
    let done = work.instrument(span.clone()).await;
    let mut ran = RAN.lock().expect("not poisoned").remove(&id).unwrap_or_default();
    let apart = ["PRAGMA", "SET ", "BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK"];
    ran.retain(|sql| !apart.iter().any(|start| sql.starts_with(start)) && !sql.contains("tree_hash"));
    ran.sort();
    (ran, done)
}

/// A known, a locked, a key-less and an unknown address.
const ADDRESSES: [&str; 4] = ["mia@desk.example", "locked@desk.example", "keyless@desk.example", "nobody@desk.example"];

/// The people behind them; who has a passkey and may sign in.
async fn people(world: &World) -> Person<'_> {
    let root = world.join(Role::Admin).await;
    let leaver = world.join_as("locked@desk.example", Role::Sales).await;
    staff::lock(&root.actor().await, &leaver.me().await.viewer.staff).await.expect("locks");
    world.invite("keyless@desk.example", Role::Sales).await;
    let mut mia = world.join_as("mia@desk.example", Role::Support).await;
    mia.jar.clear();
    mia
}

#[tokio::test]
async fn a_sign_in_asks_the_database_the_same_whoever_the_address_belongs_to() {
    for world in World::both().await {
        let mut mia = people(&world).await;
        let (browser, stranger) = (Browser::of(None), world.desk.anyone(&Sender::default()));
        let begin = async |email: &str| {
            let ask = BeginAsk { email: email.to_owned() };
            statements(sign_in::begin(&stranger, &ask, &browser)).await
        };
        // Well signed, for another ceremony.
        let own = begin(&mia.email).await.1.expect("begins");
        let [_, (_, credential)] = mia.assertion(&json!({ "ceremony": own.ceremony, "publicKey": own.public_key }));
        let (mut begun, mut finished) = (Vec::new(), Vec::new());
        for email in ADDRESSES {
            let (asked, ceremony) = begin(email).await;
            begun.push(asked);
            let ask = FinishAsk { ceremony: ceremony.expect("begins").ceremony, credential: credential.to_owned() };
            let (asked, refused) = statements(sign_in::finish(&stranger, &ask, &browser)).await;
            assert!(matches!(refused, Err(Error::SignInFailed)), "{email}");
            finished.push(asked);
        }
        for (known, wanted) in [(&begun, "INSERT INTO ceremony"), (&finished, "INSERT INTO trail")] {
            assert!(known[0].iter().any(|sql| sql.starts_with(wanted)), "{:?}", known[0]);
            for (email, asked) in ADDRESSES.iter().zip(known) {
                assert_eq!(*asked, known[0], "{email}");
            }
        }
        let failed: Vec<_> = world.trail().await.into_iter().filter(|e| e["action"] == "sign_in.failed").collect();
        assert_eq!(failed.len(), 3, "what is nobody's is no entry");
    }
}

/// Everything about an answer that could tell one from another.
fn shape(answer: &Answer) -> String {
    let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    let json = answer.json();
    let mut keys: Vec<String> = json.as_object().expect("an object").keys().cloned().collect();
    for (key, value) in json["publicKey"].as_object().into_iter().flatten() {
        keys.push(format!("publicKey.{key}"));
        for credential in value.as_array().into_iter().flatten() {
            let length = credential["id"].as_str().map(str::len);
            let of: Vec<_> = credential.as_object().expect("a credential").keys().collect();
            keys.push(format!("credential {of:?} {length:?}"));
        }
    }
    keys.sort();
    // How many credentials are listed follows from the address alone.
    keys.dedup();
    let cookies = answer.headers.get_all(SET_COOKIE).iter().count();
    format!("{} {names:?} {cookies} {keys:?} {} {}", answer.status, json["code"], json["fields"])
}

#[tokio::test]
async fn every_address_is_answered_alike() {
    for world in World::both().await {
        let mut mia = people(&world).await;
        let own = mia.post("/api/sign-in/begin", &[("email", "mia@desk.example")]).await;
        let [_, (_, credential)] = mia.assertion(&own.json());
        let mut shapes = Vec::new();
        for email in ADDRESSES {
            let begun = mia.post("/api/sign-in/begin", &[("email", email)]).await;
            let ceremony = begun.json()["ceremony"].as_str().expect("a ceremony").to_owned();
            let ask = [("ceremony", &*ceremony), ("credential", credential)];
            let finished = mia.post("/api/sign-in/finish", &ask).await;
            assert_eq!((begun.status, finished.status), (200, 401), "{email}");
            shapes.push((shape(&begun), shape(&finished)));
        }
        for (email, shape) in ADDRESSES.iter().zip(&shapes) {
            assert_eq!(*shape, shapes[0], "{email}");
        }
    }
}
