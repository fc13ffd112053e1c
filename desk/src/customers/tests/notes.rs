//! The story of a note: written, shown, pinned, redacted, and shut whenever something is off.

use heliodesk_wire::notes::{Body, Note, PinAsk, RedactAsk, RemoveSnippetAsk, SnippetAsk, WriteAsk};

use super::*;
use crate::{access::WriteNotes, customers::notes, snippets, trail::CustomerViewed, vault::Kind};

const CUSTOMER: &str = "C-900001";

async fn write(person: &Person, text: &str) -> Result<u32> {
    let ask = WriteAsk { customer: CUSTOMER.into(), text: Typed(text.into()), ..WriteAsk::default() };
    notes::write(&person.actor::<WriteNotes>().await?, ask).await.map(|noted| noted.note)
}

async fn pin(person: &Person, note: &str, pinned: &str) -> Result<u32> {
    let ask = PinAsk { customer: CUSTOMER.into(), note: note.into(), pinned: pinned.into() };
    notes::pin(&person.actor().await?, ask).await.map(|noted| noted.note)
}

async fn redact(person: &Person, note: &str, part: &str, reason: &str) -> Result<u32> {
    let ask =
        RedactAsk { customer: CUSTOMER.into(), note: note.into(), part: Typed(part.into()), reason: reason.into() };
    notes::redact(&person.actor().await?, ask).await.map(|noted| noted.note)
}

async fn shown(person: &Person, customer: &str) -> Vec<Note> {
    view(&person.actor().await.expect("may"), customer, Section::Notes(None)).await.expect("views").notes
}

/// What a note says; dots for one that cannot be read, nothing for a redacted one.
fn html(note: &Note) -> String {
    match note.body.clone() {
        Body::Text(html) => html.into_html(),
        Body::Redacted => String::new(),
        Body::Unreadable => "•••".to_owned(),
    }
}

async fn sql(bed: &Bed, text: &'static str) {
    let mut tx = bed.desk.db().scratch().await.expect("begins");
    sqlx::raw_sql(text).execute(&mut *tx).await.expect("runs");
    tx.commit().await.expect("commits");
}

async fn trail_of(bed: &Bed) -> String {
    let rows: Vec<(Option<String>, Option<String>)> =
        sqlx::query_as("SELECT reason, changes FROM trail").fetch_all(bed.desk.db().read()).await.expect("reads");
    format!("{rows:?}")
}

#[tokio::test]
async fn notes_are_shown_with_their_customer_pinned_ones_first_and_sealed_at_rest() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        assert_eq!(write(&person, "Prefers calls **after 17:00**").await.expect("writes"), 1);
        assert_eq!(write(&person, "Roof hatch through the garage").await.expect("writes"), 2);
        assert_eq!(pin(&person, "1", "yes").await.expect("pins"), 1);
        assert_eq!(code(pin(&person, "1", "yes").await, "pinned"), "unchanged");
        for absent in ["3", "0", "-1", "one", ""] {
            assert!(matches!(pin(&person, absent, "maybe").await, Err(Error::NotFound)), "{absent}");
        }
        let notes = shown(&person, CUSTOMER).await;
        let told: Vec<_> = notes.iter().map(|note| (note.number, note.pinned, html(note))).collect();
        let expected = [
            (1, true, "<p>Prefers calls <strong>after 17:00</strong></p>".to_owned()),
            (2, false, "<p>Roof hatch through the garage</p>".to_owned()),
        ];
        assert_eq!(told, expected);
        assert_eq!((notes[0].author.as_str(), notes[0].at), ("Test Person", testing::START));
        assert_eq!(shown(&person, "C-900002").await, []);
        let stored: Vec<String> =
            sqlx::query_scalar("SELECT sealed FROM note").fetch_all(bed.desk.db().read()).await.expect("reads");
        assert!(stored.iter().all(|text| text.starts_with("1.")) && !format!("{stored:?}").contains("garage"));
        assert!(!trail_of(&bed).await.contains("garage"), "the trail never says what a note says");
        pin(&person, "1", "no").await.expect("unpins");
        assert_eq!(shown(&person, CUSTOMER).await[0].number, 2);
    }
}

#[tokio::test]
async fn a_note_is_refused_when_it_names_the_customer_in_whatever_disguise() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let table = [
            ("Mrs. Reyes called", "holds_personal_data"),
            ("Mrs. Rey**es** called", "holds_personal_data"),
            ("Mrs. Rey&#101;s called", "holds_personal_data"),
            ("- Rey\n- es", "holds_personal_data"),
            ("[plans](https://example.com/reyes)", "holds_personal_data"),
            ("<!-- Reyes -->", "holds_personal_data"),
            ("12 Elm *Street*", "holds_personal_data"),
            ("write to a@b.example", "looks_like_email"),
            ("call 520 **555** 0142", "looks_like_phone"),
            ("paid with 4111 1111 1111 1111", "looks_like_card"),
            ("***", "missing"),
            ("[x]: https://example.com", "missing"),
            (&">".repeat(3900), "too_long"),
        ];
        for (text, expected) in table {
            let other = Person::join(&bed.desk, "support").await;
            assert_eq!(code(write(&other, text).await, "text"), expected, "{text}");
        }
        assert!(write(&person, "Amelia called about O-900001 on 2026-11-24").await.is_ok(), "the first name may stand");
        let absent = WriteAsk { customer: "C-404".into(), ..WriteAsk::default() };
        assert!(matches!(notes::write(&person.actor().await.expect("may"), absent).await, Err(Error::NotFound)));
        sql(&bed, "UPDATE customer SET account = 'erased' WHERE number = 'C-900001'").await;
        assert_eq!(code(write(&person, "Called").await, "customer"), "erased");
    }
}

#[tokio::test]
async fn a_redaction_reaches_the_page_the_history_the_export_and_the_file() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        write(&person, "The gate code is **47-11**, twice 47-11").await.expect("writes");
        write(&person, "Is divorcing, do not ask").await.expect("writes");
        let before: Vec<String> = sqlx::query_scalar("SELECT sealed FROM note ORDER BY number")
            .fetch_all(bed.desk.db().read())
            .await
            .expect("reads");

        assert_eq!(code(redact(&person, "1", "47-11", "").await, "reason"), "missing");
        assert_eq!(code(redact(&person, "1", "47-11", "Held the code 47-11").await, "reason"), "repeats_part");
        assert_eq!(code(redact(&person, "1", "47-11", "Mrs. Reyes asked").await, "reason"), "holds_personal_data");
        assert_eq!(code(redact(&person, "1", "47-12", "Not for us").await, "part"), "not_in_note");
        assert!(matches!(redact(&person, "3", "", "").await, Err(Error::NotFound)));
        redact(&person, "1", "CODE is 47-11", "Not for us").await.expect("redacts");
        redact(&person, "1", "47-11", "Not for us either").await.expect("redacts");
        redact(&person, "2", "", "Nobody needs to know").await.expect("redacts");
        assert_eq!(code(redact(&person, "2", "", "Twice").await, "note"), "unchanged");

        let notes = shown(&person, CUSTOMER).await;
        assert_eq!((notes[0].body.clone(), html(&notes[0])), (Body::Redacted, String::new()));
        assert_eq!(html(&notes[1]), "<p>The gate [redacted]<strong></strong>, twice [redacted]</p>");
        let record = view(&person.actor().await.expect("may"), CUSTOMER, Section::Overview).await.expect("views");
        let told: Vec<_> =
            record.timeline.entries.iter().take(3).map(|one| (one.action.as_str(), one.reason.clone())).collect();
        let redacted = |reason: &str| ("note.redacted", Some(reason.to_owned()));
        assert_eq!(told, [redacted("Nobody needs to know"), redacted("Not for us either"), redacted("Not for us")]);

        let to = bed.folder.join("export");
        crate::trail::export(&bed.desk.server_command(), &to, |_, _| {}).await.expect("exports");
        let entries = std::fs::read_to_string(to.join("entries.jsonl")).expect("entries");
        for gone in ["47-11", "divorcing"] {
            assert!(!format!("{record:?} {}", serde_json::to_string(&record).expect("a page")).contains(gone));
            assert!(!entries.contains(gone), "the export");
        }
        // No row of any table holds a word of it, in clear or as it was sealed, and no token is made of notes at all.
        let rows = every_row(&bed).await;
        assert!(rows.contains("Nobody needs to know") && rows.contains("C-900001"), "rows are read");
        let tokens = [Kind::Screen, Kind::NamePart, Kind::Name, Kind::Postcode]
            .map(|kind| ["divorcing", "4711", "47 11", "47-11"].map(|word| bed.desk.vault().token(kind, word)));
        for gone in before.iter().chain(tokens.iter().flatten()).map(String::as_str).chain(["47-11", "divorcing"]) {
            assert!(!rows.contains(gone), "{gone} is in a row");
        }
        // Nor does the file, once the log in front of it is written back.
        bed.desk.close().await;
        if bed.database.is_none() {
            let file = std::fs::read(bed.folder.join("desk.db")).expect("a database file");
            for old in before.iter().map(String::as_str).chain(["47-11", "divorcing"]) {
                assert!(!file.windows(old.len()).any(|part| part == old.as_bytes()), "{old} is still in the file");
            }
        }
    }
}

/// Every text of every row of every table.
async fn every_row(bed: &Bed) -> String {
    let read = bed.desk.db().read();
    let Some(database) = &bed.database else {
        let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
            .fetch_all(read)
            .await
            .expect("tables");
        assert!(tables.len() > 15, "{tables:?}");
        let mut all = String::new();
        for table in tables {
            let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
                .bind(&table)
                .fetch_all(read)
                .await
                .expect("columns");
            let row = columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>();
            let text = format!("SELECT {} FROM {table}", row.join(" || '|' || "));
            let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_all(read).await.expect("rows");
            all.extend(rows);
        }
        return all;
    };
    let tables = database.run("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()");
    let rows = |table: &str| {
        let columns = database.run(&format!(
            "SELECT GROUP_CONCAT(CONCAT('`', column_name, '`')) FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}'"
        ));
        database.run(&format!("SELECT {} FROM `{table}`", columns.trim()))
    };
    tables.lines().map(rows).collect()
}

#[tokio::test]
async fn notes_stay_shut_to_the_receipt_of_another_customer() {
    let bed = testing::sqlite().await;
    let person = filled(&bed).await;
    write(&person, "Side gate is locked").await.expect("writes");
    let (amelia, jan): (CustomerNo, CustomerNo) = (CUSTOMER.parse().expect("fits"), "C-900002".parse().expect("fits"));
    for (whose, opens) in [(&jan, false), (&amelia, true)] {
        let mut conn = bed.desk.db().read().acquire().await.expect("a connection");
        let stored = find(&mut conn, &amelia).await.expect("reads").expect("is there");
        let sealed = notes::of(&bed.desk, &mut conn, &amelia, &stored.data_key, None, 50).await.expect("reads");
        let work = person.actor::<crate::access::ViewCustomers>().await.expect("may").begin().await.expect("begins");
        let receipt = work.commit(Entry::of(CustomerViewed { customer: whose.clone() })).await.expect("commits");
        assert_eq!(sealed.open(receipt).is_ok(), opens);
    }
}

#[tokio::test]
async fn a_note_that_was_moved_flipped_or_given_another_author_reads_unreadable_and_is_reported() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        for _ in 0..6 {
            write(&person, "The side gate is locked, ring twice and wait").await.expect("writes");
        }
        for tamper in [
            "UPDATE note SET sealed = LOWER(sealed) WHERE number = 1",
            "UPDATE note SET author = 'somebody' WHERE number = 2",
            "UPDATE note SET written_at = written_at - 1 WHERE number = 3",
            "UPDATE note SET number = 9 WHERE number = 4",
            "UPDATE note SET customer = 'C-900002' WHERE number = 5",
        ] {
            sql(&bed, tamper).await;
        }
        let notes = shown(&person, CUSTOMER).await;
        let unreadable: Vec<u32> = notes.iter().filter(|note| html(note) == "•••").map(|note| note.number).collect();
        assert_eq!(unreadable, [9, 3, 2, 1], "and the sixth can be read");
        assert_eq!(html(&shown(&person, "C-900002").await[0]), "•••");
        let reports: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM trail WHERE action = 'field.unreadable'")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("counts");
        assert_eq!(reports, 2, "one for each page");
        assert_eq!(code(redact(&person, "1", "gate", "Not for us").await, "part"), "unreadable");
        assert!(redact(&person, "1", "", "Not for us").await.is_ok(), "all of it can always go");
    }
}

#[tokio::test]
async fn thirty_notes_at_once_are_numbered_without_a_gap() {
    for bed in testing::both().await {
        let person = std::sync::Arc::new(filled(&bed).await);
        let mut writers = Vec::new();
        for _ in 0..30 {
            let person = person.clone();
            writers.push(tokio::spawn(async move { write(&person, "Called, no answer").await }));
        }
        let mut numbers = Vec::new();
        for writer in writers {
            numbers.push(writer.await.expect("joins").expect("writes"));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=30).collect::<Vec<u32>>());
    }
}

#[tokio::test]
async fn snippets_are_few_named_once_and_stand_on_the_trail() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let add = async |name: &str, text: &str| {
            let ask = SnippetAsk { name: name.into(), text: text.into() };
            snippets::write(&person.actor().await?, ask).await
        };
        add("papers", "Sent the **list** of papers").await.expect("adds");
        assert_eq!(code(add("Papers", "Another").await, "name"), "taken");
        assert_eq!(code(add("hotline", "Gave them 0800 330 1000").await, "text"), "looks_like_phone");
        assert!(
            add("word", "Reyes").await.is_ok(),
            "a text about nobody does not tell whether a customer has that name"
        );
        write(&person, "Called. ::papers").await.expect("writes");
        assert_eq!(code(write(&person, "::nothing").await, "text"), "unknown_snippet");
        let record = view(&person.actor().await.expect("may"), CUSTOMER, Section::Overview).await.expect("views");
        assert_eq!(html(&record.notes[0]), "<p>Called. Sent the <strong>list</strong> of papers</p>");
        assert_eq!(record.snippets.len(), 2);
        let gone = RemoveSnippetAsk { name: "papers".into() };
        snippets::remove(&person.actor().await.expect("may"), gone.clone()).await.expect("removes");
        let again = snippets::remove(&person.actor().await.expect("may"), gone).await;
        assert!(matches!(again, Err(Error::NotFound)));
        assert!(trail_of(&bed).await.contains("Sent the **list** of papers"));
        assert_eq!(html(&shown(&person, CUSTOMER).await[0]), html(&record.notes[0]), "notes keep what they said");
        for number in 0..49 {
            add(&format!("s{number}"), "x").await.expect("adds");
        }
        assert_eq!(code(add("one-more", "x").await, "name"), "too_many");
    }
}
