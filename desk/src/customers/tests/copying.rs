//! A copy is recorded as the page reports it, and only of what its session was shown; a form shows nothing, so it reveals nothing.

use heliodesk_wire::customers::CopiedAsk;

use super::*;
use crate::clock::SECOND;

async fn copy(person: &Person, customer: &str, field: &str) -> Result<u64> {
    let ask = CopiedAsk { customer: customer.into(), field: field.into() };
    copied(&person.actor().await?, ask).await.map(|copied| copied.seq)
}

async fn count(bed: &Bed, action: &'static str) -> i64 {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM trail WHERE action = ?").bind(action);
    count.fetch_one(bed.desk.db().read()).await.expect("counts")
}

#[tokio::test]
async fn a_copy_is_recorded_of_what_this_session_was_shown_within_the_past_minute() {
    for bed in testing::both().await {
        let (person, other) = (filled(&bed).await, Person::join(&bed.desk, "support").await);
        assert_eq!(code(copy(&person, "C-900001", "phone").await, "field"), "not_shown");
        person.touch(&bed.desk, "customers/reveal", "C-900001").await;
        revealed(&person, ask("phone", "caller_asked", "O-900001", "")).await.expect("reveals");

        assert!(matches!(copy(&person, "C-404404", "phone").await, Err(Error::NotFound)));
        assert_eq!(code(copy(&person, "C-900001", "").await, "field"), "missing");
        assert_eq!(code(copy(&person, "C-900001", "iban").await, "field"), "not_offered");
        assert_eq!(code(copy(&person, "C-900001", "email").await, "field"), "not_shown");
        assert_eq!(code(copy(&person, "C-900002", "phone").await, "field"), "not_shown");
        assert_eq!(code(copy(&other, "C-900001", "phone").await, "field"), "not_shown", "another session");
        assert_eq!(count(&bed, "field.copied").await, 0);

        let seq = copy(&person, "c-900001", "phone").await.expect("is recorded");
        let entry: (String, String, String) =
            sqlx::query_as("SELECT action, subject, changes FROM trail WHERE seq = ?")
                .bind(i64::try_from(seq).expect("fits"))
                .fetch_one(bed.desk.db().read())
                .await
                .expect("an entry");
        let told = |text: &str| text.to_owned();
        assert_eq!(entry, (told("field.copied"), told("C-900001"), told(r#"[{"field":"phone"}]"#)));
        let record = view(&person.actor().await.expect("may"), "C-900001", Section::Access(None)).await.expect("views");
        assert_eq!(record.access.entries[0].action, "field.copied");

        bed.desk.clock().advance(66 * SECOND);
        assert_eq!(code(copy(&person, "C-900001", "phone").await, "field"), "not_shown", "it has masked itself");
    }
}

#[tokio::test]
async fn a_form_with_a_live_touch_reveals_nothing_and_records_nothing() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let post = async |ask: RevealAsk| reveal(&person.by_form().await?, ask).await;
        let good = || ask("phone", "caller_asked", "O-900001", "");
        refused(post(good()).await, Refusal::StepUpRequired);
        person.touch(&bed.desk, "customers/reveal", "C-900001").await;
        assert_eq!(code(post(ask("phone", "caller_asked", "", "")).await, "order"), "missing");
        assert_eq!(code(post(good()).await, "field"), "needs_script");
        assert_eq!(count(&bed, "field.revealed").await, 0);
        assert_eq!(revealed(&person, good()).await.expect("reveals").used, 1, "it used none of the day's reveals");
    }
}
