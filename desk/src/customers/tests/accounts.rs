//! Accounts are locked, unlocked and closed, each for a reason, and only from what they were seen as.

use heliodesk_wire::accounts::AccountAsk;

use super::*;
use crate::access::EditAccounts;

async fn change(person: &Person, from: &str, to: &str, reason: &str) -> Result<Account> {
    let ask = AccountAsk { customer: "C-900001".into(), from: from.into(), to: to.into(), reason: reason.into() };
    change_account(&person.actor::<EditAccounts>().await?, ask).await.map(|changed| changed.account)
}

#[tokio::test]
async fn an_account_is_locked_unlocked_and_closed_for_a_reason_and_each_is_an_entry() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        assert_eq!(code(change(&person, "active", "locked", " ").await, "reason"), "missing");
        let named = change(&person, "active", "locked", "Mrs. Reyes lost her phone").await;
        assert_eq!(code(named, "reason"), "holds_personal_data");
        let reason = "Three strange orders in an hour";
        assert_eq!(change(&person, "active", "locked", reason).await.expect("locks"), Account::Locked);
        let late = change(&person, "active", "closed", "Moved abroad").await;
        assert!(matches!(late, Err(Error::Stale)), "made from what it no longer is");
        assert_eq!(code(change(&person, "locked", "erased", "Asked for it").await, "to"), "illegal_transition");
        assert_eq!(change(&person, "locked", "active", "It was her").await.expect("unlocks"), Account::Active);
        assert_eq!(change(&person, "active", "closed", "Moved abroad").await.expect("closes"), Account::Closed);
        assert_eq!(code(change(&person, "closed", "active", "Came back").await, "to"), "illegal_transition");
        let absent = AccountAsk { customer: "C-404".into(), ..AccountAsk::default() };
        let absent = change_account(&person.actor().await.expect("may"), absent).await;
        assert!(matches!(absent, Err(Error::NotFound)), "before anything the fields say");

        let record = view(&person.actor().await.expect("may"), "C-900001", Section::Overview).await.expect("views");
        assert_eq!(record.account, Account::Closed);
        let told: Vec<_> =
            record.timeline.entries.iter().map(|one| (one.action.as_str(), one.reason.as_deref())).collect();
        let expected = [
            ("account.closed", Some("Moved abroad")),
            ("account.unlocked", Some("It was her")),
            ("account.locked", Some(reason)),
        ];
        assert_eq!(told[..3], expected);
        let changes: String = sqlx::query_scalar("SELECT changes FROM trail WHERE action = 'account.locked'")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("an entry");
        assert_eq!(changes, r#"[{"field":"account","old":"active","new":"locked"}]"#);
    }
}

#[tokio::test]
async fn of_two_changes_at_once_one_finds_the_account_changed() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let (lock, close) = tokio::join!(
            change(&person, "active", "locked", "Three strange orders"),
            change(&person, "active", "closed", "Moved abroad"),
        );
        assert_eq!([&lock, &close].iter().filter(|one| one.is_ok()).count(), 1, "{lock:?} {close:?}");
        assert_eq!([&lock, &close].iter().filter(|one| matches!(one, Err(Error::Stale))).count(), 1);
    }
}

#[tokio::test]
async fn a_name_cannot_be_guessed_into_a_reason_again_and_again() {
    for bed in testing::both().await {
        let (guesser, other) = (filled(&bed).await, Person::join(&bed.desk, "support").await);
        let guess = async |person: &Person, from: &str| change(person, from, "closed", "Mrs. Reyes moved").await;
        assert!(matches!(guess(&guesser, "locked").await, Err(Error::Stale)), "not read before the rest is right");
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let actor = guesser.actor::<EditAccounts>().await.expect("may");
            let ask = AccountAsk {
                customer: "C-900001".into(),
                from: "active".into(),
                to: "closed".into(),
                reason: "Mrs. Reyes moved".into(),
            };
            guesses.spawn(async move { change_account(&actor, ask).await });
        }
        let told = guesses.join_all().await;
        let answered = |error: &Error| matches!(error, Error::Invalid(fields) if fields.code("reason") == Some("holds_personal_data"));
        assert_eq!(told.iter().filter(|told| told.as_ref().is_err_and(answered)).count(), 3);
        assert_eq!(told.iter().filter(|told| matches!(told, Err(Error::Throttled(1..=3601)))).count(), 5);
        let innocent = change(&guesser, "active", "closed", "Moved abroad").await;
        assert!(matches!(innocent, Err(Error::Throttled(_))), "another answer would be an answer, too");
        assert_eq!(code(guess(&other, "active").await, "reason"), "holds_personal_data", "each has tries of their own");
        let entries: Vec<(String, String)> = sqlx::query_as(
            "SELECT subject, changes FROM trail WHERE action = 'access.denied' AND outcome = 'denied' \
             AND reason = 'holds_personal_data' ORDER BY seq LIMIT 9",
        )
        .fetch_all(bed.desk.db().read())
        .await
        .expect("reads");
        assert_eq!(entries, vec![("C-900001".to_owned(), r#"[{"field":"reason"}]"#.to_owned()); 4]);
        assert_eq!(change(&other, "active", "closed", "Moved abroad").await.expect("closes"), Account::Closed);
    }
}
