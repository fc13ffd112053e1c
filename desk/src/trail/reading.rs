//! Engineers read the trail: lists, entries, proofs; each look is an entry itself.

use heliodesk_wire::{
    Role,
    trail::{Filter, Proof},
};

use super::{list, proof_file, tampering::owner, tests, verify_proof, view};
use crate::{
    Error, Refusal,
    access::{Actor, ReadTrail},
    people::Member,
    testing::{self, Bed},
};

/// Somebody who may read, and a trail with something in it: every third entry was refused.
pub(super) async fn reader(bed: &Bed) -> (Member, Actor<ReadTrail>) {
    let engineer = Member::join(bed, Role::Engineer).await;
    tests::record(&bed.desk, 9).await;
    let actor = engineer.actor().await.unwrap();
    (engineer, actor)
}

/// Filters by name.
pub(super) fn filter(pairs: &[(&str, &str)]) -> Filter {
    let mut filter = Filter::default();
    for (name, value) in pairs {
        let field = if *name == "before" { &mut filter.before } else { filter.field(name).unwrap() };
        *field = (*value).to_owned();
    }
    filter
}

#[tokio::test]
async fn filters_combine_and_every_look_is_recorded() {
    for bed in testing::both().await {
        let (engineer, actor) = reader(&bed).await;
        let id = actor.presence().unwrap().staff().to_owned();
        let all = list(&actor, &Filter::default()).await.unwrap();
        let newest = all.lines[0].seq;
        assert!(all.lines.iter().rev().zip(1..).all(|(line, seq)| line.seq == seq && !line.altered));
        assert_eq!(all.histogram.bars.iter().flatten().sum::<u64>(), newest, "the day holds them all");
        assert_eq!((all.seal.entries, all.seal.published, all.seal.wrong), (newest, 0, false));
        let joined = all.lines.iter().find(|line| line.action == "sign_in.succeeded" || line.action == "passkey.added");
        assert_eq!(joined.unwrap().actor.name.as_deref(), Some("Ada Example"), "staff have names here");

        let server = list(&actor, &filter(&[("actor", "server"), ("action", "customers.listed")])).await.unwrap();
        assert_eq!(server.lines.len(), 9);
        let denied = list(&actor, &filter(&[("actor", "server"), ("outcome", "denied")])).await.unwrap();
        assert_eq!((denied.lines.len(), denied.lines[0].reason.as_deref()), (3, Some("Grüße, \"zweizeilig\"\nund ⚡")));
        assert_eq!(
            denied.histogram.bars.iter().fold([0; 3], |sum, bar| [sum[0] + bar[0], sum[1] + bar[1], 0]),
            [0, 3, 0]
        );
        let about = list(&actor, &filter(&[("subject", "c-3"), ("outcome", "ok")])).await.unwrap();
        assert_eq!(about.lines[0].subject.as_ref().unwrap().id, "C-3");
        let own =
            list(&actor, &filter(&[("actor", " Engineer@example.com "), ("action", "trail.viewed")])).await.unwrap();
        assert_eq!(own.lines.len(), 4, "each look so far");
        assert!(own.lines.iter().all(|line| line.actor.id == id));
        let used: Vec<_> =
            own.lines[0].changes.iter().map(|used| (&*used.field, used.new.as_deref().unwrap())).collect();
        assert_eq!(used, [("subject", "C-3"), ("outcome", "ok")]);
        let early = list(&actor, &filter(&[("to", "2023-11-14T22:13")])).await.unwrap();
        assert!(early.lines.is_empty());
        let day =
            list(&actor, &filter(&[("from", "2023-11-14"), ("to", "2023-11-14"), ("subject", "C-6")])).await.unwrap();
        assert_eq!((day.lines.len(), &*day.filter.from, &*day.filter.to), (1, "2023-11-14T00:00", "2023-11-15T00:00"));

        let wrong =
            [("from", "x"), ("to", "y"), ("actor", "nobody@example.com"), ("action", "z"), ("outcome", "maybe")];
        let Err(Error::Invalid(fields)) = list(&actor, &filter(&wrong)).await else { panic!("refused") };
        assert_eq!(fields.0.len(), 5);
        assert_eq!(fields.code("action"), Some("unknown_action"));
        assert_eq!(fields.code("actor"), Some("unknown_staff"));
        assert!(engineer.actor::<ReadTrail>().await.is_ok());
        let report = bed.desk.verify_trail(|_, _| {}).await.unwrap();
        assert!(report.is_whole(), "{report}");
    }
}

#[tokio::test]
async fn what_nobody_is_called_on_the_trail_is_not_written_there() {
    let bed = testing::sqlite().await;
    let (_, actor) = reader(&bed).await;
    for nobody in ["15205550142", "Amelia Reyes", "amelia@example.com", "amelia"] {
        let refused = list(&actor, &filter(&[("actor", nobody)])).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid(fields) if fields.code("actor") == Some("unknown_staff")), "{nobody}");
    }
    list(&actor, &filter(&[("subject", "Reyes")])).await.unwrap();
    list(&actor, &filter(&[("session", "15205550142")])).await.unwrap();
    list(&actor, &filter(&[("actor", "server"), ("subject", "C-3")])).await.unwrap();
    let used: Vec<_> = tests::records(&bed.desk).await.into_iter().rev().take(3).filter_map(|r| r.changes).collect();
    let known = r#"[{"field":"actor","new":"server"},{"field":"subject","new":"C-3"}]"#;
    let unknown = [r#"[{"field":"session","new":"(unknown)"}]"#, r#"[{"field":"subject","new":"(unknown)"}]"#];
    assert_eq!(used, [known, unknown[0], unknown[1]]);
}

#[tokio::test]
async fn an_entry_is_proven_and_its_proof_holds_away_from_the_app() {
    for bed in testing::both().await {
        let (_, actor) = reader(&bed).await;
        let key = bed.desk.checkpoint_key().unwrap();
        let newest = tests::records(&bed.desk).await.len();
        for seq in 1..=newest {
            let entry = view(&actor, &seq.to_string()).await.unwrap();
            let Proof::Included { size, path, checkpoint, .. } = &entry.proof else { panic!("{:?}", entry.proof) };
            assert!(*size >= seq as u64 && !path.is_empty() && checkpoint.starts_with("localhost:3000\n"));
            let proven = verify_proof(&proof_file(&actor, &seq.to_string()).await.unwrap(), &key).unwrap();
            assert_eq!((proven.seq(), proven.size), (seq as i64, *size));
        }
        let all = tests::records(&bed.desk).await;
        assert_eq!(all.len(), newest * 3, "each look and each download is an entry");
        assert_eq!((&*all[newest].action, all[newest].subject.as_deref()), ("trail.entry_viewed", Some("1")));
        assert_eq!(all[newest + 1].action, "trail.proof_downloaded");
        let last = view(&actor, &all.len().to_string()).await.unwrap();
        assert_eq!(last.proof, Proof::Waiting, "the next checkpoint waits a few seconds");
        assert!(!last.near.is_empty() && last.near.iter().any(|line| line.seq == last.seq));
        for absent in ["0", "-1", "01", "99999", "x", "", "18446744073709551616"] {
            assert!(matches!(view(&actor, absent).await, Err(Error::NotFound)), "{absent}");
            assert!(matches!(proof_file(&actor, absent).await, Err(Error::NotFound)), "{absent}");
        }
    }
}

#[tokio::test]
async fn a_changed_row_says_so_on_its_page_and_in_the_list() {
    for bed in testing::both().await {
        let (_, actor) = reader(&bed).await;
        bed.desk.publish_now().await.unwrap();
        owner(&bed, "DROP TRIGGER trail_no_update; UPDATE trail SET subject = 'C-999' WHERE seq = 5").await.unwrap();
        let changed = view(&actor, "5").await.unwrap();
        assert_eq!(changed.proof, Proof::Altered);
        assert!(changed.line.unwrap().altered);
        let listed = list(&actor, &Filter::default()).await.unwrap();
        assert!(listed.lines.iter().all(|line| line.altered == (line.seq == 5)));
        let key = bed.desk.checkpoint_key().unwrap();
        let refused = verify_proof(&proof_file(&actor, "5").await.unwrap(), &key).unwrap_err();
        assert_eq!(refused, "entry 5 is not in the tree that was signed: it was changed");

        owner(&bed, "DROP TRIGGER trail_no_delete; DELETE FROM trail WHERE seq = 6").await.unwrap();
        let gone = view(&actor, "6").await.unwrap();
        assert_eq!((gone.line, gone.proof), (None, Proof::Altered));
        owner(&bed, "DROP TRIGGER tree_hash_no_update; UPDATE tree_hash SET hash = 'x' WHERE idx = 4").await.unwrap();
        assert_eq!(view(&actor, "3").await.unwrap().proof, Proof::Hashes);
        assert!(matches!(view(&actor, "1").await.unwrap().proof, Proof::Included { .. }), "others still stand");
    }
}

#[tokio::test]
async fn only_readers_read_and_only_while_they_may() {
    let bed = testing::sqlite().await;
    let (engineer, actor) = reader(&bed).await;
    for role in [Role::Support, Role::Sales] {
        let other = Member::join(&bed, role).await;
        let refused = other.actor::<ReadTrail>().await.unwrap_err();
        assert!(matches!(refused, Error::Forbidden(Refusal::Permission)));
    }
    let admin = Member::join(&bed, Role::Admin).await;
    crate::staff::lock(&admin.actor().await.unwrap(), actor.presence().unwrap().staff()).await.unwrap();
    // The page was open already: nothing is shown any more.
    assert!(matches!(list(&actor, &Filter::default()).await, Err(Error::SignedOut)));
    assert!(matches!(view(&actor, "1").await, Err(Error::SignedOut)));
    assert!(matches!(proof_file(&actor, "1").await, Err(Error::SignedOut)));
    assert!(engineer.actor::<ReadTrail>().await.is_err());
}
