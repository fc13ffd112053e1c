//! The tree, its checkpoints and its writers, on both databases.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::{CustomersListed, Entry, FieldReplaced, Outcome, Record, entry::columns};
use crate::{Desk, testing};

/// Appends entries of several shapes.
pub(super) async fn record(desk: &Desk, count: usize) {
    let actor = desk.server_command();
    for n in 0..count {
        let work = actor.begin().await.unwrap();
        let entry = match n % 3 {
            0 => Entry::of(CustomersListed {}).subject(format!("C-{n}")),
            1 => Entry::of(CustomersListed {}).reason("Grüße, \"zweizeilig\"\nund ⚡").outcome(Outcome::Denied),
            _ => Entry::of(CustomersListed {}),
        };
        let _ = work.commit(entry).await.unwrap();
        desk.clock().advance(1000);
    }
}

/// Every entry, in order.
pub(super) async fn records(desk: &Desk) -> Vec<Record> {
    let rows = sqlx::query(concat!("SELECT ", columns!(), " FROM trail ORDER BY seq LIMIT 100000"))
        .fetch_all(desk.db().read())
        .await
        .unwrap();
    rows.iter().map(|row| Record::from_row(row).unwrap()).collect()
}

/// RFC 6962, section 2.1, as the text says it, with nothing of the crates in use.
fn merkle_tree_hash(leaves: &[Vec<u8>]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => Sha256::new().chain_update([0]).chain_update(leaf).finalize().into(),
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            let (left, right) = (merkle_tree_hash(&leaves[..k]), merkle_tree_hash(&leaves[k..]));
            Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
        }
    }
}

/// The same desk again, as another process would open it: same keys, same folder, same database.
pub(super) async fn again(desk: &Desk, folder: &std::path::Path) -> Desk {
    let mut settings = testing::settings(folder, desk.settings().database_url.clone());
    settings.clock = desk.clock().clone();
    Desk::open(settings).await.unwrap()
}

#[tokio::test]
async fn roots_of_every_size_equal_an_independent_computation() {
    for bed in testing::both().await {
        for size in 1..=20_u64 {
            record(&bed.desk, 1).await;
            let checkpoint = bed.desk.publish_now().await.unwrap().unwrap();
            let leaves: Vec<Vec<u8>> = records(&bed.desk).await.iter().map(Record::leaf).collect();
            assert_eq!((checkpoint.size, checkpoint.root.0), (size, merkle_tree_hash(&leaves)));
            assert_eq!(bed.desk.newest_checkpoint().await.unwrap(), Some(checkpoint));
        }
        let report = bed.desk.verify_trail(|_, _| {}).await.unwrap();
        assert!(report.is_whole(), "{report}");
        assert_eq!((report.entries, report.signed), (20, 20));
        bed.desk.check_against_checkpoint().await.unwrap();
    }
}

#[tokio::test]
async fn full_tiles_take_the_place_of_partial_ones_and_prove_every_entry() {
    let bed = testing::sqlite().await;
    for some in [200, 60, 260] {
        record(&bed.desk, some).await;
        let newest = bed.desk.publish_now().await.unwrap().unwrap();
        let folder = bed.desk.checkpoint_folder();
        let leaves: Vec<_> = records(&bed.desk).await.iter().map(Record::leaf_hash).collect();
        for (first, expected) in (0..).step_by(256).zip(leaves.chunks(256)) {
            assert_eq!(folder.leaves(&newest, first).unwrap(), expected);
        }
    }
    let tiles = bed.desk.settings().checkpoint_dir.join("tile");
    assert!(tiles.join("0/000").is_file() && tiles.join("0/001").is_file() && tiles.join("0/002.p/8").is_file());
    assert!(tiles.join("1/000.p/2").is_file() && !tiles.join("0/000.p").exists());
    let report = bed.desk.verify_trail(|_, _| {}).await.unwrap();
    assert!(report.is_whole(), "{report}");
}

#[tokio::test]
async fn thirty_two_writers_in_two_processes_leave_one_unforked_trail() {
    for bed in testing::both().await {
        let desks = [bed.desk.clone(), again(&bed.desk, &bed.folder).await];
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..32 {
            let desk = desks[task % 2].clone();
            tasks.spawn(async move {
                for _ in 0..4 {
                    let work = desk.server_command().begin().await.unwrap();
                    let entries = (0..=task % 3).map(|_| Entry::of(FieldReplaced {}).subject(task)).collect();
                    let _ = work.commit_all(entries).await.unwrap();
                }
                // Both publish as they go; neither ever puts a smaller checkpoint over a larger one.
                desk.publish_now().await.unwrap().unwrap().size()
            });
        }
        let published: BTreeSet<u64> = tasks.join_all().await.into_iter().collect();
        let report = bed.desk.verify_trail(|_, _| {}).await.unwrap();
        let expected = (0..32_u64).map(|task| 4 * (task % 3 + 1)).sum();
        assert!(report.is_whole(), "{report}");
        assert_eq!((report.entries, report.signed), (expected, expected));
        assert_eq!(published.last(), Some(&expected));
        desks[1].close().await;
    }
}

#[tokio::test]
async fn a_checkpoint_of_another_name_or_an_unreadable_one_refuses_the_start() {
    let bed = testing::sqlite().await;
    record(&bed.desk, 3).await;
    bed.desk.check_against_checkpoint().await.unwrap();
    bed.desk.publish_now().await.unwrap();
    let folder = &bed.desk.settings().checkpoint_dir;
    let public = std::fs::read_to_string(folder.join("key.pub")).unwrap();
    assert_eq!(public.trim(), bed.desk.checkpoint_key().unwrap().text());

    let mut settings = testing::settings(&bed.folder, bed.url());
    settings.origin = "https://elsewhere.example".into();
    let other = Desk::open(settings).await.unwrap();
    for refused in [other.check_against_checkpoint().await, other.publish_now().await.map(|_| ())] {
        assert!(refused.unwrap_err().to_string().contains("not signed by the key elsewhere.example+"));
    }
    assert_eq!(std::fs::read_to_string(folder.join("key.pub")).unwrap(), public, "and the key that checks it stays");
    std::fs::write(folder.join("checkpoint"), "nonsense").unwrap();
    assert!(bed.desk.check_against_checkpoint().await.is_err());
    // A crash between the kept checkpoint and the newest: the kept one counts.
    std::fs::remove_file(folder.join("checkpoint")).unwrap();
    record(&bed.desk, 1).await;
    assert_eq!(bed.desk.newest_checkpoint().await.unwrap().unwrap().size(), 3);
    assert_eq!(bed.desk.publish_now().await.unwrap().unwrap().size(), 4);
}
