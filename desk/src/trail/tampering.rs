//! Somebody who owns the database changes the trail by plain SQL. Each change is refused, or found and named.

use sqlx::{AssertSqlSafe, Connection};

use super::{
    report::{Finding, Report},
    tests::{again, record, records},
};
use crate::testing::{self, Bed};

/// What the owner must do first; SQLite knows two triggers more.
const UNLOCK: &str = "DROP TRIGGER IF EXISTS trail_no_update; DROP TRIGGER IF EXISTS trail_no_delete; \
    DROP TRIGGER IF EXISTS trail_only_next; DROP TRIGGER IF EXISTS tree_hash_no_update; \
    DROP TRIGGER IF EXISTS tree_hash_no_delete; DROP TRIGGER IF EXISTS tree_hash_only_next; ";

/// Runs SQL as whoever owns the database.
pub(super) async fn owner(bed: &Bed, sql: &str) -> Result<(), String> {
    if let Some(database) = &bed.database {
        database.run(sql);
        return Ok(());
    }
    let mut conn = sqlx::AnyConnection::connect(&bed.url()).await.unwrap();
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await;
    conn.close().await.unwrap();
    done.map(|_| ()).map_err(|e| e.to_string())
}

async fn tamper(bed: &Bed, sql: &str) {
    owner(bed, &format!("{UNLOCK}{sql}")).await.unwrap();
}

/// Makes the stored hashes fit the entries again, as a careful forger would.
async fn rewrite_hashes(bed: &Bed) {
    let mut tree = std::collections::BTreeMap::new();
    for (n, record) in (0..).zip(records(&bed.desk).await) {
        let reader = super::append::Known(&tree);
        let hashes = tlog_tiles::stored_hashes_for_record_hash(n, record.leaf_hash(), &reader).unwrap();
        tree.extend((tlog_tiles::stored_hash_index(0, n)..).zip(hashes));
    }
    let rows: Vec<String> = tree.iter().map(|(index, hash)| format!("({index}, '{hash}')")).collect();
    tamper(bed, &format!("DELETE FROM tree_hash; INSERT INTO tree_hash (idx, hash) VALUES {}", rows.join(", "))).await;
}

/// Fifteen entries; checkpoints over 4, 8 and 12.
async fn published(bed: &Bed) {
    for some in [4, 4, 4] {
        record(&bed.desk, some).await;
        bed.desk.publish_now().await.unwrap();
    }
    record(&bed.desk, 3).await;
    let report = verify(bed).await;
    assert!(report.is_whole() && report.signed == 12 && report.entries == 15, "{report}");
}

async fn verify(bed: &Bed) -> Report {
    bed.desk.verify_trail(|_, _| {}).await.unwrap()
}

/// Each change on fresh desks of both kinds: what it does, and what verification must find first.
async fn found(sql: &str, first: u64, finding: Finding) {
    for bed in testing::both().await {
        published(&bed).await;
        tamper(&bed, sql).await;
        let report = verify(&bed).await;
        assert_eq!(report.first_wrong(), Some(first), "{report}");
        assert!(report.findings.contains(&finding), "{report}");
        assert!(report.to_string().starts_with(&format!("WRONG: the first entry that disagrees is {first}\n")));
    }
}

#[tokio::test]
async fn an_edited_entry_is_named() {
    found("UPDATE trail SET actor = 'x' WHERE seq = 6", 6, Finding::NotSigned { seq: 6 }).await;
    found("UPDATE trail SET reason = NULL WHERE seq = 14", 14, Finding::NotHashed { seq: 14 }).await;
    found(
        "UPDATE trail SET reason = '' WHERE seq = 3; UPDATE trail SET at = 0 WHERE seq = 9",
        3,
        Finding::NotSigned { seq: 9 },
    )
    .await;
}

#[tokio::test]
async fn a_deleted_entry_is_named() {
    found("DELETE FROM trail WHERE seq = 6", 6, Finding::Missing { first: 6, last: 6 }).await;
    found("DELETE FROM trail WHERE seq < 4", 1, Finding::Missing { first: 1, last: 3 }).await;
}

#[tokio::test]
async fn an_inserted_entry_is_named() {
    let shift = "UPDATE trail SET seq = -seq WHERE seq > 5; UPDATE trail SET seq = 1 - seq WHERE seq < 0; \
        INSERT INTO trail (seq, at, actor, action, outcome) VALUES (6, 1, 'x', 'x', 'ok'); ";
    found(shift, 6, Finding::NotSigned { seq: 6 }).await;
    let counted = format!("{shift}UPDATE trail_head SET size = 16");
    found(&counted, 6, Finding::NotSigned { seq: 6 }).await;
    let behind = "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (16, 1, 'x', 'x', 'ok')";
    found(behind, 16, Finding::Head { head: 15, last: 16 }).await;
    let before = "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (0, 1, 'x', 'x', 'ok')";
    found(before, 1, Finding::Misplaced { expected: 1, found: 0 }).await;
}

#[tokio::test]
async fn swapped_and_replaced_entries_are_named() {
    let swap = "UPDATE trail SET seq = -6 WHERE seq = 6; UPDATE trail SET seq = 6 WHERE seq = 7; \
        UPDATE trail SET seq = 7 WHERE seq = -6";
    found(swap, 6, Finding::NotSigned { seq: 7 }).await;
    let replace = "REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (6, 1, 'x', 'x', 'ok')";
    found(replace, 6, Finding::NotSigned { seq: 6 }).await;
}

#[tokio::test]
async fn a_cut_tail_is_named() {
    found("DELETE FROM trail WHERE seq > 13", 14, Finding::Cut { last: 13, signed: 15 }).await;
    found("DELETE FROM trail WHERE seq > 10", 11, Finding::Cut { last: 10, signed: 15 }).await;
    // Ten entries have 10 + 5 + 2 + 1 hashes.
    let whole =
        "DELETE FROM trail WHERE seq > 10; DELETE FROM tree_hash WHERE idx >= 18; UPDATE trail_head SET size = 10";
    found(whole, 11, Finding::Cut { last: 10, signed: 12 }).await;
}

#[tokio::test]
async fn changed_hashes_are_told_apart_from_changed_entries() {
    for bed in testing::both().await {
        published(&bed).await;
        // Entry 6 is the leaf at 8; the hash over 5 and 6 stands right after it.
        tamper(&bed, "UPDATE tree_hash SET hash = 'x' WHERE idx = 8; DELETE FROM tree_hash WHERE idx = 9").await;
        let report = verify(&bed).await;
        assert!(report.findings.contains(&Finding::Hash { seq: 6 }), "{report}");
    }
}

#[tokio::test]
async fn rewritten_hashes_do_not_hide_an_edit() {
    for bed in testing::both().await {
        published(&bed).await;
        tamper(&bed, "UPDATE trail SET actor = 'x' WHERE seq = 6").await;
        rewrite_hashes(&bed).await;
        let report = verify(&bed).await;
        assert_eq!(report.findings, [Finding::NotSigned { seq: 6 }], "tiles name it: {report}");

        // Nothing is published over a contradiction, and nothing starts on one.
        for refused in [bed.desk.publish_now().await.map(|_| ()), bed.desk.check_against_checkpoint().await] {
            assert!(refused.unwrap_err().to_string().contains("contradicts the published checkpoint over 12 entries"));
        }

        // Tiles rewritten as well: the interval between the last checkpoint that agrees and the first that does not.
        let tile = bed.desk.settings().checkpoint_dir.join("tile/0/000.p/12");
        let leaves: Vec<u8> = records(&bed.desk).await.iter().take(12).flat_map(|entry| entry.leaf_hash().0).collect();
        std::fs::write(&tile, leaves).unwrap();
        let between = Finding::Between { agrees: 4, differs: 8 };
        let report = verify(&bed).await;
        assert!(report.findings.contains(&between), "{report}");
        assert!(report.findings.contains(&Finding::Tiles { first: 1, last: 12 }), "{report}");
        std::fs::remove_dir_all(bed.desk.settings().checkpoint_dir.join("tile")).unwrap();
        let report = verify(&bed).await;
        assert!(report.findings.contains(&between), "{report}");
        assert!(report.to_string().contains("between entry 5 and entry 8"), "{report}");
    }
}

#[tokio::test]
async fn a_database_rolled_back_behind_a_checkpoint_is_refused_and_named() {
    let mut bed = testing::sqlite().await;
    record(&bed.desk, 8).await;
    bed.desk.publish_now().await.unwrap();
    bed.desk.close().await;
    let (file, backup) = (bed.folder.join("desk.db"), bed.folder.join("backup.db"));
    std::fs::copy(&file, &backup).unwrap();
    bed.desk = again(&bed.desk, &bed.folder).await;
    bed.desk.check_against_checkpoint().await.unwrap();
    record(&bed.desk, 4).await;
    bed.desk.publish_now().await.unwrap();
    bed.desk.close().await;

    std::fs::copy(&backup, &file).unwrap();
    bed.desk = again(&bed.desk, &bed.folder).await;
    let refused = bed.desk.check_against_checkpoint().await.unwrap_err().to_string();
    assert!(
        refused.contains("rolled back or cut off: it holds 8 entries, the published checkpoint covers 12"),
        "{refused}"
    );
    let report = verify(&bed).await;
    assert_eq!(report.findings, [Finding::Cut { last: 8, signed: 12 }]);

    // Grown again past the checkpoint: other entries stand where signed ones stood.
    record(&bed.desk, 6).await;
    let refused = bed.desk.check_against_checkpoint().await.unwrap_err().to_string();
    assert!(refused.contains("contradicts the published checkpoint over 12 entries"), "{refused}");
    assert_eq!(verify(&bed).await.first_wrong(), Some(9));
}

#[tokio::test]
async fn the_database_refuses_what_the_trail_must_never_suffer() {
    let plain = [
        "UPDATE trail SET actor = 'x' WHERE seq = 3",
        "DELETE FROM trail WHERE seq = 15",
        "REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok')",
        "UPDATE tree_hash SET hash = 'x' WHERE idx = 3",
        "DELETE FROM tree_hash WHERE idx = 3",
        "REPLACE INTO tree_hash (idx, hash) VALUES (3, 'x')",
    ];
    let more_on_mariadb = [
        "TRUNCATE TABLE trail",
        "DROP TABLE tree_hash",
        "ALTER TABLE trail DROP COLUMN actor",
        "DROP TRIGGER trail_no_update",
        "DELETE FROM trail_head",
    ];
    for bed in testing::both().await {
        published(&bed).await;
        for sql in plain {
            match &bed.database {
                None => assert!(owner(&bed, sql).await.unwrap_err().contains("append-only"), "{sql}"),
                Some(database) => {
                    assert!(database.run_as_app(sql).unwrap_err().contains("denied"), "{sql}");
                    let slip = std::panic::catch_unwind(|| database.run(sql));
                    assert!(slip.is_err(), "not even its owner, by a slip: {sql}");
                }
            }
        }
        for sql in more_on_mariadb {
            if let Some(database) = &bed.database {
                assert!(database.run_as_app(sql).unwrap_err().contains("denied"), "{sql}");
            }
        }
        assert!(verify(&bed).await.is_whole());
    }
}

/// A row that no longer reads as an entry stops nothing: the rest is verified too.
#[tokio::test]
async fn an_unreadable_entry_is_told_and_passed() {
    let bed = testing::sqlite().await;
    published(&bed).await;
    tamper(&bed, "UPDATE trail SET at = 'x' WHERE seq = 6").await;
    let report = verify(&bed).await;
    assert_eq!(report.first_wrong(), Some(6), "{report}");
    assert!(report.findings.contains(&Finding::Unreadable { after: 5 }), "{report}");
}
