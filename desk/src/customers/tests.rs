//! The story of a customer's data: found, viewed, verified, revealed, replaced, and shut whenever something is off.

mod accounts;
mod copying;
mod finding;
mod history;
mod leak;
mod notes;
mod person;

use std::io::Cursor;

use finding::find_by;
use heliodesk_wire::{
    CustomerNo, PersonalField, Revealed, Typed,
    customers::{ReplaceAsk, RevealAsk, Section, VerifyAsk},
};
use person::Person;

use super::*;
use crate::{
    clock::{HOUR, MINUTE},
    error::Refusal,
    import,
    testing::{self, Bed},
    vault::Sealed,
};

const AMELIA: &str = r#"{"number":"C-900001","name":"Amelia Reyes","email":"Amelia.R@example.com","phone":"+1 520 555 0142","street":"12 Elm Street","postcode":"85701","city":"Tucson","country":"United States","account":"active","orders":[{"number":"O-900001","stage":"design","price_minor":2465000,"currency":"USD"}]}"#;
const JAN: &str = r#"{"number":"C-900002","name":"Jan Łukasz Kowal","email":"jan@example.org","phone":"+48 22 555 01 99","street":"Długa 5","postcode":"00-238","account":"active","orders":[{"number":"O-900002","stage":"lead","price_minor":100,"currency":"EUR"}]}"#;
const CHER: &str = r#"{"number":"C-900003","name":"Cher","account":"locked"}"#;

async fn filled(bed: &Bed) -> Person {
    let text = [AMELIA, JAN, CHER].join("\n");
    import::run(&bed.desk.server_command(), Cursor::new(text.into_bytes()), |_, _| {}).await.expect("imports");
    Person::join(&bed.desk, "support").await
}

fn ask(field: &str, why: &str, order: &str, details: &str) -> RevealAsk {
    RevealAsk {
        customer: "C-900001".into(),
        field: field.into(),
        category: why.into(),
        order: order.into(),
        details: details.into(),
    }
}

async fn revealed(person: &Person, ask: RevealAsk) -> Result<Revealed> {
    reveal(&person.actor().await?, ask).await
}

/// Reason and changes of a reveal's entry.
async fn recorded(bed: &Bed, revealed: &Revealed) -> (String, String) {
    sqlx::query_as("SELECT reason, changes FROM trail WHERE seq = ?")
        .bind(i64::try_from(revealed.seq).expect("fits"))
        .fetch_one(bed.desk.db().read())
        .await
        .expect("an entry")
}

async fn said(person: &Person, field: &str, value: &str) -> Result<(bool, u32)> {
    let ask = VerifyAsk { customer: "C-900001".into(), field: field.into(), value: Typed(value.into()) };
    verify(&person.actor().await?, ask).await.map(|answer| (answer.matches, answer.tries_left))
}

fn code<T: std::fmt::Debug>(result: Result<T>, field: &str) -> String {
    match result.expect_err("refused") {
        Error::Invalid(fields) => fields.code(field).unwrap_or("another field").to_owned(),
        other => other.to_string(),
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T>, expected: Refusal) {
    let error = result.expect_err("refused");
    assert!(matches!(error, Error::Forbidden(refusal) if refusal == expected), "{error}");
}

#[tokio::test]
async fn a_page_shows_masks_orders_and_who_looked_and_is_an_entry() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let record = view(&person.actor().await.expect("may"), "c-900001", Section::Overview).await.expect("views");
        let masks: Vec<&str> = record.contact.iter().map(|(_, mask)| mask.0.as_str()).collect();
        assert_eq!(masks, ["Amelia R.", "A•••@e•••com", "••• ••• 42", "•••", "85•••"]);
        assert_eq!(record.orders.len(), 1);
        assert_eq!(record.tries_left, 3);
        let again = view(&person.actor().await.expect("may"), "C-900001", Section::Overview).await.expect("views");
        assert_eq!(
            (again.access.entries[0].action.as_str(), again.access.entries[0].who.as_str()),
            ("customer.viewed", "Test Person")
        );
        let cher = view(&person.actor().await.expect("may"), "C-900003", Section::Overview).await.expect("views");
        let masks: Vec<&str> = cher.contact.iter().map(|(_, mask)| mask.0.as_str()).collect();
        assert_eq!(masks, ["C.", "–", "–", "–", "–"]);
        for absent in ["C-900009", "", "'; DROP TABLE customer", "O-900001"] {
            let result = view(&person.actor().await.expect("may"), absent, Section::Overview).await;
            assert!(matches!(result, Err(Error::NotFound)), "{absent}");
        }
        let all = list(&person.actor().await.expect("may"), None, None, None).await.expect("lists");
        assert_eq!(all.cards.len(), 3);
        let locked = list(&person.actor().await.expect("may"), None, Some(Account::Locked), None).await.expect("lists");
        assert_eq!(locked.cards.len(), 1);
    }
}

#[tokio::test]
async fn a_caller_is_verified_three_times_an_hour_over_all_agents() {
    for bed in testing::both().await {
        let (one, other) = (filled(&bed).await, Person::join(&bed.desk, "support").await);
        assert_eq!(code(said(&one, "iban", "x").await, "field"), "not_offered");
        assert_eq!(code(said(&one, "phone", "").await, "value"), "missing");
        assert_eq!(code(said(&one, "phone", "none").await, "value"), "not_a_phone");
        assert_eq!(said(&one, "phone", "1-520-555-0142").await.expect("answers"), (true, 2));
        assert_eq!(said(&other, "name", "amelia réyes").await.expect("answers"), (true, 1));
        assert_eq!(said(&one, "street", "12 Elm Streets").await.expect("answers"), (false, 0));
        assert!(matches!(said(&other, "name", "Amelia Reyes").await, Err(Error::Throttled(3600..=3601))));
        let record = view(&other.actor().await.expect("may"), "C-900001", Section::Overview).await.expect("views");
        assert!(record.tries_left == 0 && (3600..=3601).contains(&record.tries_wait));
        bed.desk.clock().advance(HOUR);
        one.seen(&bed.desk).await;
        assert_eq!(said(&one, "postcode", "85701").await.expect("answers"), (true, 2));
    }
}

#[tokio::test]
async fn a_reveal_needs_a_reason_an_order_of_theirs_and_a_touch() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let good = || ask("phone", "caller_asked", "O-900001", "");
        let absent = RevealAsk { customer: "C-900009".into(), ..good() };
        assert!(matches!(revealed(&person, absent).await, Err(Error::NotFound)));
        assert_eq!(code(revealed(&person, ask("phone", "", "", "")).await, "category"), "missing");
        assert_eq!(code(revealed(&person, ask("phone", "caller_asked", "", "")).await, "order"), "missing");
        assert_eq!(code(revealed(&person, ask("phone", "caller_asked", "O-900002", "")).await, "order"), "not_theirs");
        assert_eq!(code(revealed(&person, ask("phone", "other", "O-900001", "short")).await, "details"), "too_short");
        let shaped = revealed(&person, ask("phone", "other", "O-900001", "call back 520 555 0142")).await;
        assert_eq!(code(shaped, "details"), "looks_like_phone");
        let named = |details: &str| ask("phone", "other", "O-900001", details);
        refused(revealed(&person, named("asked by Mrs. REYES")).await, Refusal::StepUpRequired);
        refused(revealed(&person, good()).await, Refusal::StepUpRequired);

        person.touch(&bed.desk, "customers/reveal", "C-900002").await;
        refused(revealed(&person, good()).await, Refusal::StepUpRequired);
        person.touch(&bed.desk, "customers/reveal", "C-900001").await;
        assert_eq!(code(revealed(&person, ask("street", "", "", "")).await, "category"), "missing");
        let first =
            revealed(&person, ask("phone", "other", "O-900001", "Amelia asked for a call")).await.expect("reveals");
        assert_eq!((first.value.as_str(), first.used, first.cap), ("+1 520 555 0142", 1, 25));
        let at: i64 = sqlx::query_scalar("SELECT at FROM trail WHERE seq = ?")
            .bind(i64::try_from(first.seq).expect("fits"))
            .fetch_one(bed.desk.db().read())
            .await
            .expect("an entry");
        assert_eq!(first.masks_at, at + MINUTE);
        // One press for a further field: the first reason is recorded again.
        let second = revealed(&person, ask("email", "", "", "")).await.expect("reveals");
        assert_eq!((second.value.as_str(), second.used), ("Amelia.R@example.com", 2));
        let (reason, changes) = recorded(&bed, &second).await;
        assert_eq!(reason, "other: Amelia asked for a call");
        assert_eq!(changes, r#"[{"field":"email"},{"field":"order","new":"O-900001"}]"#);
        // What is given instead is checked, and the rest is still the first one's.
        assert_eq!(code(revealed(&person, ask("email", "", "O-900002", "")).await, "order"), "not_theirs");
        for details in ["asked by Mrs. REYES about the roof", "lives at 12, elm street", "Ms Reyes asked"] {
            assert_eq!(code(revealed(&person, named(details)).await, "details"), "holds_personal_data");
        }
        let third = revealed(&person, ask("street", "complaint", "", "")).await.expect("reveals");
        let (reason, changes) = recorded(&bed, &third).await;
        assert_eq!(reason, "complaint");
        assert_eq!(changes, r#"[{"field":"street"},{"field":"order","new":"O-900001"}]"#);
        bed.desk.clock().advance(5 * MINUTE);
        assert_eq!(code(revealed(&person, ask("email", "", "", "")).await, "category"), "missing");
        refused(revealed(&person, good()).await, Refusal::StepUpRequired);
    }
}

#[tokio::test]
async fn a_customer_without_orders_needs_none_and_an_absent_value_is_not_revealed() {
    let bed = testing::sqlite().await;
    let person = filled(&bed).await;
    person.touch(&bed.desk, "customers/reveal", "C-900003").await;
    let cher = |field: &str| RevealAsk { customer: "C-900003".into(), ..ask(field, "complaint", "", "") };
    assert_eq!(revealed(&person, cher("name")).await.expect("reveals").value, "Cher");
    assert_eq!(code(revealed(&person, cher("phone")).await, "field"), "absent");
}

#[tokio::test]
async fn the_cap_of_the_day_comes_before_everything_the_fields_say() {
    let bed = testing::sqlite().await;
    let person = filled(&bed).await;
    person.touch(&bed.desk, "customers/reveal", "C-900001").await;
    for used in 1..=25 {
        let got = revealed(&person, ask("phone", "caller_asked", "O-900001", "")).await.expect("reveals");
        assert_eq!(got.used, used);
    }
    refused(revealed(&person, ask("iban", "because", "", "")).await, Refusal::RevealCap);
    bed.desk.clock().advance(2 * HOUR); // past midnight, UTC
    person.seen(&bed.desk).await;
    refused(revealed(&person, ask("phone", "caller_asked", "O-900001", "")).await, Refusal::StepUpRequired);
}

#[tokio::test]
async fn a_replaced_value_is_found_by_the_new_one_only() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let put = async |field: &str, value: &str| {
            let ask = ReplaceAsk { customer: "C-900001".into(), field: field.into(), value: Typed(value.into()) };
            replace(&person.actor().await?, ask).await
        };
        assert_eq!(code(put("phone", "none").await, "value"), "not_a_phone");
        assert_eq!(put("phone", "+1 520 555 7777").await.expect("replaces").mask.0, "••• ••• 77");
        assert_eq!(put("name", "Amelia Stone").await.expect("replaces").mask.0, "Amelia S.");
        assert_eq!(find_by(&person, "reyes", "").await.expect("finds").0, 0);
        assert_eq!(find_by(&person, "0142", "phone").await.expect("finds").0, 0);
        assert_eq!(find_by(&person, "stone", "").await.expect("finds").0, 1);
        person.touch(&bed.desk, "customers/reveal", "C-900001").await;
        let got = revealed(&person, ask("phone", "caller_asked", "O-900001", "")).await.expect("reveals");
        assert_eq!(got.value, "+1 520 555 7777");
    }
}

#[tokio::test]
async fn of_many_replacements_at_once_each_is_done_and_the_last_one_stands() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let mut at_once = Vec::new();
        for n in 0..12 {
            let actor = person.actor().await.expect("may");
            let value = Typed(format!("+1 520 555 01{n:02}"));
            let ask = ReplaceAsk { customer: "C-900001".into(), field: "phone".into(), value };
            at_once.push(tokio::spawn(async move { replace(&actor, ask).await }));
        }
        for one in at_once {
            one.await.expect("joins").expect("is replaced");
        }
        let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM search_token WHERE field = 'phone' AND customer = ?")
            .bind("C-900001")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("counts");
        assert_eq!(rows, 4, "of one value: whole, at home, end, and what free text must not say");
    }
}

#[tokio::test]
async fn swapped_or_flipped_values_read_unreadable_and_are_reported() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let tampers = [
            // Another customer's ciphertext, with its tag.
            "UPDATE personal SET sealed = (SELECT x.sealed FROM (SELECT sealed FROM personal WHERE customer = 'C-900002' \
             AND field = 'phone') x), sealed_tag = (SELECT y.sealed_tag FROM (SELECT sealed_tag FROM personal \
             WHERE customer = 'C-900002' AND field = 'phone') y) WHERE customer = 'C-900001' AND field = 'phone'",
            "UPDATE personal SET sealed = REPLACE(sealed, 'A', 'B') WHERE customer = 'C-900001' AND field = 'street'",
            "UPDATE personal SET mask = 'Jan K.' WHERE customer = 'C-900001' AND field = 'name'",
        ];
        for tamper in tampers {
            let mut tx = bed.desk.db().scratch().await.expect("begins");
            sqlx::raw_sql(tamper).execute(&mut *tx).await.expect("tampers");
            tx.commit().await.expect("commits");
        }
        let record = view(&person.actor().await.expect("may"), "C-900001", Section::Overview).await.expect("views");
        let mask = |field| &record.contact.iter().find(|(one, _)| *one == field).expect("all five").1.0;
        assert_eq!(mask(PersonalField::Phone), "unreadable");
        assert_eq!(mask(PersonalField::Name), "unreadable");
        assert_eq!(mask(PersonalField::Email), "A•••@e•••com");
        person.touch(&bed.desk, "customers/reveal", "C-900001").await;
        let got = revealed(&person, ask("phone", "caller_asked", "O-900001", "")).await.expect("answers");
        assert_eq!(got.value, "unreadable");
        let reports: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM trail WHERE action = 'field.unreadable'")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("counts");
        assert_eq!(reports, 2);
    }
}

#[tokio::test]
async fn a_value_stays_shut_to_the_receipt_of_another_customer_or_field() {
    let bed = testing::sqlite().await;
    let person = filled(&bed).await;
    let (amelia, jan): (CustomerNo, CustomerNo) =
        ("C-900001".parse().expect("fits"), "C-900002".parse().expect("fits"));
    struct Given;
    impl crate::trail::Touched for Given {}
    let receipt = async |customer: &CustomerNo, field| {
        let actor = person.actor::<crate::access::RevealField>().await.expect("may");
        let entry = Entry::by_touch(crate::trail::FieldRevealed { customer: customer.clone(), field }, &Given);
        actor.begin().await.expect("begins").commit(entry).await.expect("commits")
    };
    let (data_key, text): (String, String) = sqlx::query_as(
        "SELECT c.data_key, p.sealed FROM customer c JOIN personal p ON p.customer = c.number \
         WHERE c.number = 'C-900001' AND p.field = 'phone'",
    )
    .fetch_one(bed.desk.db().read())
    .await
    .expect("a row");
    let sealed = || Sealed::stored(&bed.desk, amelia.clone(), PersonalField::Phone, data_key.clone(), text.clone());
    assert!(sealed().open(receipt(&jan, PersonalField::Phone).await).is_err());
    assert!(sealed().open(receipt(&amelia, PersonalField::Street).await).is_err());
    assert!(sealed().open(receipt(&amelia, PersonalField::Phone).await).is_ok());
}
