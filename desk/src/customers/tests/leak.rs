//! A planted customer stands in clear nowhere: not in the rows, the file, its WAL, or the log.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use heliodesk_wire::notes::WriteAsk;

use super::*;

/// Everything any span or event says, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Words<'a>(&'a mut String);

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span.record(&mut Words(&mut self.0.lock().expect("a log")));
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Words(&mut self.0.lock().expect("a log")));
    }
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Words(&mut self.0.lock().expect("a log")));
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

const PLANTED: &str = r#"{"number":"C-1","name":"Xanthippe Quillfeather","email":"xq@quillfeather.example","phone":"+44 20 7946 0958","street":"77 Zephyrwood Crescent","postcode":"ZX9 7QW","account":"active"}"#;
/// What only the page says, and neither a row, a log nor an entry.
const NOTED: [&str; 2] = ["Vermilion", "ogre-gate"];
const SECRETS: [&str; 8] =
    ["Quillfeather", "quillfeather", "xq@", "7946 0958", "442079460958", "Zephyrwood", "ZX9 7QW", "zx97qw"];

#[tokio::test]
async fn a_planted_customer_is_in_clear_nowhere() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let bed = testing::sqlite().await;
    import::run(&bed.desk.server_command(), Cursor::new(PLANTED.as_bytes().to_vec()), |_, _| {})
        .await
        .expect("imports");
    let person = Person::join(&bed.desk, "support").await;
    for (term, kind) in
        [("quillfeather", ""), ("xq@quillfeather.example", ""), ("+44 20 7946 0958", ""), ("ZX9 7QW", "")]
    {
        assert_eq!(find_by(&person, term, kind).await.expect(term).0, 1, "{term}");
    }
    let record = view(&person.actor().await.expect("may"), "C-1", Section::Overview).await.expect("views");
    let verify_ask =
        VerifyAsk { customer: "C-1".into(), field: "street".into(), value: Typed("77 Zephyrwood Crescent".into()) };
    tracing::info!(?verify_ask, "asks say dots");
    assert!(verify(&person.actor().await.expect("may"), verify_ask).await.expect("answers").matches);
    person.touch(&bed.desk, "customers/reveal", "C-1").await;
    let why = RevealAsk { customer: "C-1".into(), ..ask("street", "complaint", "", "") };
    let got = revealed(&person, why).await.expect("reveals");
    assert_eq!(got.value, "77 Zephyrwood Crescent");
    let named = RevealAsk { customer: "C-1".into(), ..ask("street", "other", "", "Ms Quillfeather asked for it") };
    let refusal = revealed(&person, named).await.expect_err("names the customer");
    let put = ReplaceAsk { customer: "C-1".into(), field: "phone".into(), value: Typed("+44 20 7946 0958".into()) };
    replace(&person.actor().await.expect("may"), put).await.expect("replaces");

    let note = |text: &str| WriteAsk { customer: "C-1".into(), text: Typed(text.into()), ..WriteAsk::default() };
    let ask = note("Rings at the *Vermilion* ogre-gate");
    tracing::info!(?ask, "asks about notes say dots");
    crate::customers::notes::write(&person.actor().await.expect("may"), ask).await.expect("writes");
    let named = crate::customers::notes::write(&person.actor().await.expect("may"), note("Ms Quillfeather rang"))
        .await
        .expect_err("names the customer");
    let shown = view(&person.actor().await.expect("may"), "C-1", Section::Overview).await.expect("views");
    assert!(serde_json::to_string(&shown.notes).expect("notes").contains("<em>Vermilion</em>"));
    tracing::info!(?shown, ?named, "notes say dots");

    let page = format!("{} {record:?} {got:?} {refusal} {refusal:?}", serde_json::to_string(&record).expect("a page"));
    let mut places = vec![("page", page.into_bytes()), ("log", log.0.lock().expect("a log").clone().into_bytes())];
    for file in ["desk.db", "desk.db-wal"] {
        let bytes = std::fs::read(bed.folder.join(file)).expect("a database file");
        assert!(!bytes.is_empty());
        places.push((file, bytes));
    }
    for (place, bytes) in &places {
        for secret in SECRETS.iter().chain(&NOTED) {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} in {place}");
        }
    }
    let said = String::from_utf8_lossy(&places[1].1).into_owned();
    assert!(said.contains("asks say dots"), "the log was kept");
}
