//! The story of a passkey, and what is refused on the way.

use heliodesk_wire::{
    Role,
    me::EndAsk,
    sign_in::{BeginAsk, EnrollAsk, FinishAsk},
};

use super::{begin, begin_enrolment, finish, finish_enrolment, invited};
use crate::{
    Desk, Error, Refusal,
    access::{ManageStaff, ReadTrail, SignedIn},
    clock::{HOUR, MINUTE},
    me,
    people::{Member, create, get, invite},
    sign_in::Browser,
    staff,
    testing::both,
};
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

/// The newest entries, oldest first: action, outcome and reason.
async fn newest(desk: &Desk, count: i64) -> Vec<String> {
    let mut rows: Vec<(String, String, Option<String>)> =
        sqlx::query_as("SELECT action, outcome, reason FROM trail ORDER BY seq DESC LIMIT ?")
            .bind(count)
            .fetch_all(desk.db().read())
            .await
            .expect("reads the trail");
    rows.reverse();
    rows.into_iter()
        .map(|(action, outcome, reason)| format!("{action} {outcome} {}", reason.unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn a_person_enrols_signs_out_in_and_out_and_every_step_is_on_the_trail() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let me = me::view(&ada.actor().await.expect("is signed in")).await.expect("sees herself");
        assert_eq!((me.passkeys.len(), me.sessions.len()), (1, 1));
        assert!(me.sessions[0].current);

        me::sign_out(&ada.actor().await.expect("still in")).await.expect("signs out");
        assert!(matches!(ada.actor::<SignedIn>().await, Err(Error::SignedOut)));

        let began = ada.sign_in().await.expect("signs in again");
        assert_eq!(began.email, "support@example.com");
        let end = EndAsk { session: began.session.clone() };
        me::end_session(&ada.actor().await.expect("is in"), &end).await.expect("ends the session it asks from");
        assert!(matches!(ada.actor::<SignedIn>().await, Err(Error::SignedOut)));
        let wanted = [
            "staff.invited ok ",
            "passkey.added ok enrolled",
            "sign_out ok ",
            "sign_in.succeeded ok ",
            "session.ended ok ",
        ];
        assert_eq!(newest(&bed.desk, 5).await, wanted);
    }
}

#[tokio::test]
async fn a_finished_ceremony_cannot_be_finished_again() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let ask = ada.sign().await;
        finish(&ada.anyone(), &ask, &ada.browser).await.expect("the first time");
        let again = finish(&ada.anyone(), &ask, &ada.browser).await;
        assert!(matches!(again, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed replayed"]);
    }
}

#[tokio::test]
async fn of_two_finishes_at_once_exactly_one_begins_a_session() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let ask = ada.sign().await;
        let (one, other) = (ada.anyone(), ada.anyone());
        let (one, other) = tokio::join!(finish(&one, &ask, &ada.browser), finish(&other, &ask, &ada.browser));
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
        assert!(matches!(one.and(other), Err(Error::SignInFailed)));
    }
}

#[tokio::test]
async fn an_older_counter_is_refused_recorded_and_suspends_the_passkey() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        ada.sign_in().await.expect("counts one");
        // A copy of the key signed in meanwhile, further on.
        let mut tx = bed.desk.db().scratch().await.expect("begins");
        sqlx::query("UPDATE passkey SET counter = 900").execute(&mut *tx).await.expect("runs");
        tx.commit().await.expect("commits");
        bed.desk.clock().advance(MINUTE);
        assert!(matches!(ada.sign_in().await, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed older_counter_suspended"]);
        let ask = BeginAsk { email: ada.email.clone() };
        let options = begin(&ada.anyone(), &ask, &ada.browser).await.expect("answers as ever");
        let ids = options.public_key["allowCredentials"].to_string();
        assert!(!ids.contains("transports") && ids.contains("public-key"));
    }
}

#[tokio::test]
async fn a_counter_behind_the_one_its_own_ceremony_began_with_is_refused_too() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        ada.sign_in().await.expect("counts one");
        let mut tx = bed.desk.db().scratch().await.expect("begins");
        sqlx::query("UPDATE passkey SET counter = 900, data = REPLACE(data, '\"counter\":1', '\"counter\":900')")
            .execute(&mut *tx)
            .await
            .expect("runs");
        tx.commit().await.expect("commits");
        bed.desk.clock().advance(MINUTE);
        assert!(matches!(ada.sign_in().await, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed older_counter_suspended"]);
    }
}

#[tokio::test]
async fn two_ceremonies_that_overlap_suspend_nothing() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let earlier = ada.sign().await;
        bed.desk.clock().advance(1000);
        let later = ada.sign().await;
        finish(&ada.anyone(), &later, &ada.browser).await.expect("the later touch");
        assert!(matches!(finish(&ada.anyone(), &earlier, &ada.browser).await, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed older_counter"]);
        ada.sign_in().await.expect("the passkey is as good as before");
    }
}

#[tokio::test]
async fn an_expired_ceremony_and_one_of_another_browser_are_refused() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let late = ada.sign().await;
        bed.desk.clock().advance(5 * MINUTE);
        assert!(matches!(finish(&ada.anyone(), &late, &ada.browser).await, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed expired"]);
        let ask = ada.sign().await;
        let elsewhere = Browser::of(None);
        assert!(matches!(finish(&ada.anyone(), &ask, &elsewhere).await, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed foreign_browser"]);
    }
}

#[tokio::test]
async fn junk_uses_no_ceremony_up_and_names_its_fields() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let ask = ada.sign().await;
        let junk = FinishAsk { ceremony: "x".into(), credential: String::new() };
        let Err(Error::Invalid(fields)) = finish(&ada.anyone(), &junk, &ada.browser).await else { panic!("junk") };
        assert_eq!((fields.code("ceremony"), fields.code("credential")), (Some("malformed"), Some("missing")));
        let junk = FinishAsk { credential: "{}".into(), ..ask.clone() };
        assert!(matches!(finish(&ada.anyone(), &junk, &ada.browser).await, Err(Error::Invalid(_))));
        finish(&ada.anyone(), &ask, &ada.browser).await.expect("still good");
    }
}

#[tokio::test]
async fn an_address_tells_nothing_about_its_account() {
    for bed in both().await {
        let ada = Member::join(&bed, Role::Support).await;
        let root = Member::join(&bed, Role::Admin).await;
        invite(&bed.desk, "keyless@example.com", Role::Sales).await.expect("is invited");
        let leaver = Member::join_as(&bed.desk, "locked@example.com", Role::Sales).await;
        let id = leaver.desk.presence(&leaver.request).await.expect("reads").expect("is in").staff().to_owned();
        staff::lock(&root.actor::<ManageStaff>().await.expect("is an admin"), &id).await.expect("locks");

        let mut shapes = Vec::new();
        for email in ["support@example.com", "keyless@example.com", "locked@example.com", "nobody@example.com"] {
            let ask = BeginAsk { email: email.into() };
            let mut lists = Vec::new();
            for _ in 0..2 {
                let options = begin(&ada.anyone(), &ask, &ada.browser).await.expect("answers").public_key;
                lists.push(options["allowCredentials"].clone());
                let mut shape: Vec<String> = options.as_object().expect("options").keys().cloned().collect();
                for entry in options["allowCredentials"].as_array().expect("a list") {
                    let entry = entry.as_object().expect("an entry");
                    assert_eq!(entry["id"].as_str().expect("an id").len(), 43);
                    shape.extend(entry.keys().cloned());
                }
                shape.sort();
                shape.dedup();
                shapes.push(shape);
            }
            assert_eq!(lists[0], lists[1], "{email}: the same list each time");
            assert!((4..=6).contains(&lists[0].as_array().expect("a list").len()));
        }
        assert!(shapes.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[tokio::test]
async fn further_passkeys_do_not_lengthen_the_list_that_an_address_is_answered_with() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let listed = async |ada: &Member| {
            let ask = BeginAsk { email: ada.email.clone() };
            let options = begin(&ada.anyone(), &ask, &ada.browser).await.expect("answers").public_key;
            options["allowCredentials"].as_array().expect("a list").len()
        };
        let at_first = listed(&ada).await;
        let mut added = 1;
        while ada.add_passkey().await.is_ok() {
            added += 1;
            assert_eq!(listed(&ada).await, at_first, "with {added} passkeys");
        }
        assert!(added >= 2, "a second passkey is always possible");
    }
}

#[tokio::test]
async fn a_locked_person_does_not_sign_in_even_with_a_ceremony_begun_before() {
    for bed in both().await {
        let root = Member::join(&bed, Role::Admin).await;
        let mut ada = Member::join(&bed, Role::Support).await;
        let ask = ada.sign().await;
        let id = ada.actor::<SignedIn>().await.expect("is in").presence().expect("is").staff().to_owned();
        staff::lock(&root.actor().await.expect("is an admin"), &id).await.expect("locks");
        assert!(matches!(finish(&ada.anyone(), &ask, &ada.browser).await, Err(Error::SignInFailed)));
        assert!(matches!(ada.actor::<SignedIn>().await, Err(Error::SignedOut)));
        assert_eq!(newest(&bed.desk, 2).await, ["staff.locked ok ", "sign_in.failed failed locked"]);
    }
}

#[tokio::test]
async fn an_invitation_serves_once_within_its_hour_and_survives_a_failed_ceremony() {
    for bed in both().await {
        let desk = &bed.desk;
        let token = invite(desk, "ada@example.com", Role::Support).await.expect("is invited");
        let anyone = desk.anyone(&Default::default());
        let browser = Browser::of(None);
        assert_eq!(invited(&anyone, &token).await.expect("reads").expect("is open").name, "Ada Example");

        let mut key = SoftPasskey::new(true);
        let ask = EnrollAsk { token: token.clone() };
        let first = begin_enrolment(&anyone, &ask, &browser).await.expect("begins");
        let second = begin_enrolment(&anyone, &ask, &browser).await.expect("begins again");
        let wrong = FinishAsk { ceremony: second.ceremony.clone(), ..create(desk, &mut key, &first) };
        assert!(matches!(finish_enrolment(&anyone, &wrong, &browser).await, Err(Error::Invalid(_))));
        assert!(invited(&anyone, &token).await.expect("reads").is_some(), "the link is as good as before");
        let right = FinishAsk { ceremony: first.ceremony.clone(), ..create(desk, &mut key, &first) };
        finish_enrolment(&anyone, &right, &browser).await.expect("is enrolled");
        assert!(invited(&anyone, &token).await.expect("reads").is_none(), "the link is used");
        assert!(matches!(begin_enrolment(&anyone, &ask, &browser).await, Err(Error::NotFound)));

        let late = invite(desk, "eve@example.com", Role::Sales).await.expect("is invited");
        let fresh = invite(desk, "eve@example.com", Role::Sales).await.expect("and once more");
        assert!(invited(&anyone, &late).await.expect("reads").is_none(), "an older link stops working");
        desk.clock().advance(HOUR);
        assert!(invited(&anyone, &fresh).await.expect("reads").is_none(), "an hour is over");
    }
}

#[tokio::test]
async fn a_second_admin_is_invited_only_to_recover_and_nobody_with_a_passkey_is_invited_twice() {
    for bed in both().await {
        let root = Member::join(&bed, Role::Admin).await;
        let (desk, command) = (&bed.desk, bed.desk.server_command());
        let Err(Error::Invalid(fields)) = invite(desk, "two@example.com", Role::Admin).await else { panic!("refused") };
        assert_eq!(fields.code("role"), Some("admin_active"));
        staff::invite(&command, "two@example.com", "Two", Role::Admin, true).await.expect("recovers");
        assert_eq!(newest(desk, 1).await, ["staff.invited ok recover"]);
        root.actor::<ReadTrail>().await.expect("the first admin is left alone");

        Member::join(&bed, Role::Sales).await;
        let Err(Error::Invalid(fields)) = invite(desk, "sales@example.com", Role::Sales).await else {
            panic!("refused")
        };
        assert_eq!(fields.code("email"), Some("has_passkey"));
        staff::invite(&command, "admin@example.com", "Root", Role::Admin, true).await.expect("recovers the key");
        assert!(matches!(root.actor::<ReadTrail>().await, Err(Error::SignedOut)));
    }
}

#[tokio::test]
async fn a_passkey_of_one_account_is_refused_for_another() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let mut eve = Member::join(&bed, Role::Sales).await;
        let options = begin(&eve.anyone(), &BeginAsk { email: ada.email.clone() }, &eve.browser).await.expect("begins");
        let own = begin(&eve.anyone(), &BeginAsk { email: eve.email.clone() }, &eve.browser).await.expect("begins");
        let signed = get(&eve.desk.clone(), &mut eve.key, &own);
        let mixed = FinishAsk { ceremony: options.ceremony, ..signed };
        assert!(matches!(finish(&eve.anyone(), &mixed, &eve.browser).await, Err(Error::SignInFailed)));
        assert_eq!(newest(&bed.desk, 1).await, ["sign_in.failed failed not_verified"]);
        ada.sign_in().await.expect("it was not hers to spoil");
    }
}

#[tokio::test]
async fn failures_past_twenty_in_an_hour_are_counted_in_one_entry() {
    for bed in both().await {
        let mut ada = Member::join(&bed, Role::Support).await;
        let ask = ada.sign().await;
        finish(&ada.anyone(), &ask, &ada.browser).await.expect("signs in");
        let failed = "SELECT COUNT(*) FROM trail WHERE action = 'sign_in.failed'";
        for _ in 0..23 {
            assert!(finish(&ada.anyone(), &ask, &ada.browser).await.is_err());
        }
        let count = || sqlx::query_scalar::<_, i64>(failed).fetch_one(bed.desk.db().read());
        assert_eq!(count().await.expect("counts"), 20);
        super::settle(&ada.anyone()).await.expect("settles");
        assert_eq!(count().await.expect("counts"), 20, "the hour is not over");
        bed.desk.clock().advance(HOUR);
        super::settle(&ada.anyone()).await.expect("settles");
        super::settle(&ada.anyone()).await.expect("settles once");
        assert_eq!(count().await.expect("counts"), 21);
        let changes: String = sqlx::query_scalar("SELECT changes FROM trail ORDER BY seq DESC LIMIT 1")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("reads");
        assert_eq!(changes, r#"[{"field":"failures","new":"3"}]"#);
    }
}

#[tokio::test]
async fn rights_follow_the_role_as_it_is_now() {
    for bed in both().await {
        let root = Member::join(&bed, Role::Admin).await;
        let mut eng = Member::join(&bed, Role::Engineer).await;
        let id = eng.actor::<ReadTrail>().await.expect("may read").presence().expect("is").staff().to_owned();
        let opened = eng.actor::<SignedIn>().await.expect("a page is open");
        staff::change_role(&root.actor().await.expect("is an admin"), &id, Role::Sales).await.expect("changes");
        assert!(matches!(me::sign_out(&opened).await, Err(Error::SignedOut)), "the page's post commits nothing");
        assert!(matches!(me::view(&opened).await, Err(Error::SignedOut)), "and shows nothing");
        eng.sign_in().await.expect("signs in again");
        let refused = eng.actor::<ReadTrail>().await;
        assert!(matches!(refused, Err(Error::Forbidden(Refusal::Permission))));
        let admin = root.actor::<ManageStaff>().await.expect("is an admin");
        let own = admin.presence().expect("is").staff().to_owned();
        let raised = staff::change_role(&admin, &own, Role::Support).await;
        assert!(matches!(raised, Err(Error::Forbidden(Refusal::Permission))), "nobody changes their own role");
    }
}
