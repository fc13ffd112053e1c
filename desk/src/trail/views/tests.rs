//! Views are kept for those who shall see them, and say nothing that nobody may read.

use heliodesk_wire::{
    Role,
    trail::{Filter, RemoveViewAsk, SaveViewAsk, Sharing},
};

use crate::{
    Error,
    access::{Actor, ReadTrail},
    people::Member,
    testing,
    trail::{list, reading::reader, tests, views},
};

fn asked(name: &str, share: &str, q: &str) -> SaveViewAsk {
    SaveViewAsk { name: name.into(), share: share.into(), q: q.into() }
}

#[tokio::test]
async fn views_are_for_oneself_for_the_role_or_for_everyone_and_each_change_is_an_entry() {
    for bed in testing::both().await {
        let (_, eng) = reader(&bed).await;
        let other = Member::join_as(&bed.desk, "other@example.com", Role::Engineer).await;
        let admin = Member::join(&bed, Role::Admin).await;
        let (other, admin): (Actor<ReadTrail>, Actor<ReadTrail>) =
            (other.actor().await.unwrap(), admin.actor().await.unwrap());
        let q = "action:reveal   outcome:denied since:7d";
        let mine = views::save(&eng, asked(" Denied  reveals ", "me", q)).await.unwrap().view;
        let role = views::save(&eng, asked("For engineers", "role", "actor:me")).await.unwrap().view;
        let all = views::save(&eng, asked("For all", "everyone", "")).await.unwrap().view;
        let seen = async |actor: &Actor<ReadTrail>| {
            let views = list(actor, &Filter::default()).await.unwrap().views;
            views.into_iter().map(|view| (view.name, view.owner.is_none(), view.removable)).collect::<Vec<_>>()
        };
        let told = |name: &str, mine, removable| (name.to_owned(), mine, removable);
        assert_eq!(
            seen(&eng).await,
            [told("Denied reveals", true, true), told("For all", true, true), told("For engineers", true, true)]
        );
        assert_eq!(seen(&other).await, [told("For all", false, false), told("For engineers", false, false)]);
        assert_eq!(seen(&admin).await, [told("For all", false, true), told("For engineers", false, true)]);
        let kept = list(&eng, &Filter::default()).await.unwrap().views.remove(0);
        assert_eq!((kept.text.as_str(), kept.sharing), ("action:reveal outcome:denied since:7d", Sharing::Me));

        let ask = |view: &str| RemoveViewAsk { view: view.into() };
        assert!(matches!(views::remove(&other, ask(&all)).await, Err(Error::NotFound)));
        assert!(matches!(views::remove(&other, ask("x")).await, Err(Error::NotFound)));
        views::remove(&admin, ask(&role)).await.unwrap();
        views::remove(&eng, ask(&mine)).await.unwrap();
        assert!(matches!(views::remove(&eng, ask(&mine)).await, Err(Error::NotFound)));
        assert_eq!(seen(&other).await, [told("For all", false, false)]);
        let changed: Vec<_> =
            tests::records(&bed.desk).await.into_iter().filter(|row| row.action.starts_with("view.")).collect();
        let actions: Vec<&str> = changed.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["view.saved", "view.saved", "view.saved", "view.removed", "view.removed"]);
        assert_eq!(changed[0].subject.as_deref(), Some(mine.as_str()));
        assert!(changed[0].changes.as_deref().unwrap().contains(r#"{"field":"name","new":"Denied reveals"}"#));
        assert!(changed[3].changes.as_deref().unwrap().contains(r#"{"field":"name","old":"For engineers"}"#));
    }
}

#[tokio::test]
async fn a_view_has_a_short_name_of_its_own_and_holds_nothing_that_looks_personal() {
    for bed in testing::both().await {
        let (_, eng) = reader(&bed).await;
        let customer = r#"{"number":"C-1","name":"Amelia Rivers","phone":"+1 520 555 0142","account":"active"}"#;
        crate::import::run(&bed.desk.server_command(), std::io::Cursor::new(customer), |_, _| {}).await.unwrap();
        views::save(&eng, asked("One", "me", "")).await.unwrap();
        for (ask, field, code) in [
            (asked("", "me", ""), "name", "missing"),
            (asked(&"x".repeat(41), "me", ""), "name", "too_long"),
            (asked("One", "me", ""), "name", "taken"),
            (asked("+1 520 555 0142", "me", ""), "name", "looks_like_phone"),
            (asked("Two", "all", ""), "share", "unknown"),
            (asked("Two", "", ""), "share", "missing"),
            (asked("Two", "me", "reveal"), "q", "no_key"),
            (asked("Two", "me", "actor:amelia"), "q", "wrong_filter"),
            (asked("Two", "me", "subject:RIVERS"), "q", "no_entries"),
        ] {
            let Err(Error::Invalid(fields)) = views::save(&eng, ask.clone()).await else { panic!("{ask:?}") };
            assert_eq!((fields.0.len(), fields.code(field)), (1, Some(code)), "{ask:?}");
        }
        for n in 1..20 {
            views::save(&eng, asked(&format!("View {n}"), "me", "")).await.unwrap();
        }
        let Err(Error::Invalid(fields)) = views::save(&eng, asked("One more", "me", "")).await else {
            panic!("refused")
        };
        assert_eq!(fields.code("name"), Some("too_many"));
    }
}
