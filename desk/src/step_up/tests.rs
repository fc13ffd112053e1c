//! A touch is worth one act on one target; a reveal's holds five minutes for one customer.

use std::io::Cursor;

use heliodesk_wire::{
    Role,
    me::EndAsk,
    sign_in::{FinishAsk, RemoveAsk, StepUpAsk},
};

use super::{FRESH, FirstReason, begin, finish};
use crate::{
    Error, Refusal,
    access::SignedIn,
    clock::{HOUR, MINUTE},
    import, me,
    people::{Member, create, get},
    policy,
    testing::both,
    trail::{CustomersListed, Entry},
};

fn needs_touch<T>(result: crate::Result<T>) -> bool {
    matches!(result, Err(Error::Forbidden(Refusal::StepUpRequired)))
}

/// A touch as `customers/reveal` gets one, whatever the policy holds already.
async fn give(member: &Member, target: &str) {
    let actor = member.actor::<SignedIn>().await.expect("is in");
    let mut work = actor.begin().await.expect("begins");
    super::touch::give(&mut work, &member.desk.clock().id(), "customers/reveal", target).await.expect("gives");
    let _ = work.commit(Entry::of(CustomersListed {})).await.expect("commits");
}

#[tokio::test]
async fn what_is_over_is_not_kept_for_ever() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let amelia = r#"{"number":"C-1","name":"Amelia Reyes","account":"active"}"#;
        let imported = import::run(&bed.desk.server_command(), Cursor::new(amelia), |_, _| {}).await;
        imported.expect("imports");
        ada.touch("customers/reveal", "C-1").await.expect("touches");
        ada.sign().await;
        let left = async || {
            let count = "SELECT (SELECT COUNT(*) FROM ceremony) , (SELECT COUNT(*) FROM ceremony WHERE used_at IS NULL), \
                         (SELECT COUNT(*) FROM touch)";
            sqlx::query_as::<_, (i64, i64, i64)>(count).fetch_one(bed.desk.db().read()).await.expect("counts")
        };
        assert_eq!(left().await, (3, 1, 1));
        bed.desk.clock().advance(20 * MINUTE);
        crate::sign_in::settle(&ada.anyone()).await.expect("settles");
        assert_eq!(left().await, (2, 0, 1), "what nobody finished in time is of no use to anybody");
        bed.desk.clock().advance(25 * HOUR);
        crate::sign_in::settle(&ada.anyone()).await.expect("settles");
        assert_eq!(left().await, (0, 0, 0));
    }
}

#[tokio::test]
async fn a_touch_is_asked_for_about_customers_there_are() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let count = || sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM trail").fetch_one(bed.desk.db().read());
        let before = count().await.expect("counts");
        let refused = ada.touch("customers/reveal", "T-15205550142").await;
        assert!(matches!(refused, Err(Error::NotFound)));
        assert_eq!(count().await.expect("counts"), before, "what was typed is not on the trail");
    }
}

#[tokio::test]
async fn a_further_passkey_takes_a_touch_for_its_own_ceremony_and_only_one() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Sales).await;
        bed.desk.clock().advance(1000);
        let mut second = webauthn_authenticator_rs::softpasskey::SoftPasskey::new(true);
        let options = me::begin_passkey(&ada.actor().await.expect("is in")).await.expect("begins");
        let ask = FinishAsk { ceremony: options.ceremony.clone(), ..create(&bed.desk, &mut second, &options) };
        let untouched = me::finish_passkey(&ada.actor().await.expect("is in"), &ask).await;
        assert!(needs_touch(untouched));

        let before = ada.request.clone();
        ada.touch("passkeys/finish", &options.ceremony).await.expect("touches");
        assert!(matches!(bed.desk.actor::<SignedIn>(&before).await, Err(Error::SignedOut)), "the old cookie is dead");
        me::finish_passkey(&ada.actor().await.expect("is in"), &ask).await.expect("is added");
        let again = me::finish_passkey(&ada.actor().await.expect("is in"), &ask).await;
        assert!(needs_touch(again), "the touch is used up");

        let me = me::view(&ada.actor().await.expect("is in")).await.expect("shows");
        assert_eq!(me.passkeys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["Passkey 1", "Passkey 2"]);
        assert_eq!(me.activity[0].action, "passkey.added");
    }
}

#[tokio::test]
async fn a_passkey_is_removed_with_a_touch_for_it_but_never_the_last() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Sales).await;
        let first = me::view(&ada.actor().await.expect("is in")).await.expect("shows").passkeys[0].id.clone();
        let ask = RemoveAsk { passkey: first.clone() };
        ada.touch("passkeys/remove", &first).await.expect("touches");
        let last = me::remove_passkey(&ada.actor().await.expect("is in"), &ask).await;
        assert!(matches!(last, Err(Error::Invalid(_))));

        let mut second = webauthn_authenticator_rs::softpasskey::SoftPasskey::new(true);
        let options = me::begin_passkey(&ada.actor().await.expect("is in")).await.expect("begins");
        let add = FinishAsk { ceremony: options.ceremony.clone(), ..create(&bed.desk, &mut second, &options) };
        ada.touch("passkeys/finish", &options.ceremony).await.expect("touches");
        me::finish_passkey(&ada.actor().await.expect("is in"), &add).await.expect("is added");
        me::remove_passkey(&ada.actor().await.expect("is in"), &ask).await.expect("the refusal used no touch up");
        let gone = me::remove_passkey(&ada.actor().await.expect("is in"), &ask).await;
        assert!(matches!(gone, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn a_reveals_touch_holds_five_minutes_for_one_customer_and_keeps_the_first_reason() {
    for bed in both().await {
        let ada = Member::join(&bed, Role::Support).await;
        let actor = ada.actor::<SignedIn>().await.expect("is in");
        give(&ada, "C-900001").await;
        let reason = FirstReason { category: "caller_asked".into(), order: None, details: None };
        for (n, kept) in [(0, None), (1, Some(reason.clone())), (2, Some(reason.clone()))] {
            let mut work = actor.begin().await.expect("begins");
            let touch = work.touched("customers/reveal", "C-900001").await.expect("holds");
            assert_eq!(touch.first_reason(), kept.as_ref(), "{n}");
            let other = FirstReason { category: format!("reason {n}"), ..reason.clone() };
            work.keep_reason(&touch, if n == 0 { &reason } else { &other }).await.expect("keeps");
            let _ = work.commit(Entry::of(CustomersListed {})).await.expect("commits");
        }
        let another = actor.begin().await.expect("begins").touched("customers/reveal", "C-900002").await;
        assert!(needs_touch(another));
        bed.desk.clock().advance(FRESH);
        let late = actor.begin().await.expect("begins").touched("customers/reveal", "C-900001").await;
        assert!(needs_touch(late));
    }
}

#[tokio::test]
async fn a_step_up_belongs_to_its_session_and_is_finished_once() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Sales).await;
        let passkey = me::view(&ada.actor().await.expect("is in")).await.expect("shows").passkeys[0].id.clone();
        let ask = StepUpAsk { action: "passkeys/remove".into(), target: passkey };
        let here = ada.actor::<SignedIn>().await.expect("is in");
        let options = begin(&here, &ask).await.expect("begins");
        let signed = get(&bed.desk, &mut ada.key, &options);
        // The same person in another session: neither this ceremony nor a touch of it is theirs.
        ada.request.secret = None;
        ada.sign_in().await.expect("signs in elsewhere");
        let there = ada.actor::<SignedIn>().await.expect("is in");
        assert!(matches!(finish(&there, &signed).await, Err(Error::Invalid(_))));
        assert!(matches!(finish(&here, &signed).await, Err(Error::Invalid(_))), "and it is used up");

        let options = begin(&there, &ask).await.expect("begins");
        let signed = get(&bed.desk, &mut ada.key, &options);
        finish(&there, &signed).await.expect("touches");
        assert!(matches!(finish(&there, &signed).await, Err(Error::Invalid(_))), "replayed");
    }
}

#[tokio::test]
async fn a_touch_is_asked_only_for_what_needs_one_and_for_what_the_role_may_do() {
    for bed in both().await {
        let eng = Member::join(&bed, Role::Engineer).await;
        let actor = eng.actor::<SignedIn>().await.expect("is in");
        let ask = |action: &str, target: &str| StepUpAsk { action: action.into(), target: target.into() };
        let Err(Error::Invalid(fields)) = begin(&actor, &ask("sign-out", "x")).await else { panic!("refused") };
        assert_eq!(fields.code("action"), Some("unknown"));
        let Err(Error::Invalid(fields)) = begin(&actor, &ask("passkeys/remove", "'")).await else { panic!("refused") };
        assert_eq!(fields.code("target"), Some("malformed"));
        if policy::find("/api/customers/reveal").is_some() {
            let foreign = begin(&actor, &ask("customers/reveal", "C-900001")).await;
            assert!(matches!(foreign, Err(Error::Forbidden(Refusal::Permission))));
        }
    }
}

#[tokio::test]
async fn a_slow_request_of_an_ended_session_neither_commits_nor_shows() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let slow = ada.actor::<SignedIn>().await.expect("is in");
        let session = slow.presence().expect("is").session().to_owned();
        // SQLite has one writer: there the slow request waits for its turn instead of holding it.
        let begun = match &bed.database {
            Some(_) => Some(slow.begin().await.expect("begins")),
            None => None,
        };
        ada.request.secret = None;
        ada.sign_in().await.expect("signs in elsewhere");
        me::end_session(&ada.actor().await.expect("is in"), &EndAsk { session }).await.expect("ends the other one");
        let late = async {
            let work = match begun {
                Some(work) => work,
                None => slow.begin().await?,
            };
            work.commit(Entry::of(CustomersListed {})).await
        };
        let late = late.await;
        assert!(matches!(late, Err(Error::SignedOut)));
        assert!(matches!(me::view(&slow).await, Err(Error::SignedOut)));
    }
}
