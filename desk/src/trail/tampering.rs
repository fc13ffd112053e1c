//! Somebody who owns the database changes the trail by plain SQL. Each change is refused, or found and named.

use heliodesk_wire::{Role, trail::Proof};
use sqlx::{AssertSqlSafe, Connection};

use super::{
    report::{Finding, Report},
    tests::{record, records},
    view,
};
use crate::testing::{self, Bed};

mod refused;
mod rewritten;

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

/// What a start says of a change: it compares numbers and tree with what was published, and reads no entries.
#[derive(PartialEq)]
enum Start {
    Goes,
    Refuses,
}
use Start::{Goes, Refuses};

/// Each change on fresh desks of both kinds: what it does, what a start says, and what verification must find first.
async fn found(sql: &str, start: Start, first: u64, finding: Finding) {
    for bed in testing::both().await {
        published(&bed).await;
        tamper(&bed, sql).await;
        let begun = bed.desk.check_against_checkpoint().await;
        assert_eq!(begun.is_ok(), start == Goes, "{sql}: {begun:?}");
        let report = verify(&bed).await;
        assert_eq!(report.first_wrong(), Some(first), "{report}");
        assert!(report.findings.contains(&finding), "{report}");
        assert!(report.to_string().starts_with(&format!("WRONG: the first entry that disagrees is {first}\n")));
        // That entry's page says so; what stands before the first entry is on no page.
        let is_entry = !matches!(finding, Finding::Misplaced { .. });
        assert_eq!(is_proven(&bed, first).await, !is_entry, "{sql}");
    }
}

/// Whether an engineer who opens this entry's page is told that it is proven, or will be. When its page cannot even be
/// recorded, nothing is shown.
async fn is_proven(bed: &Bed, seq: u64) -> bool {
    let email = format!("{}@desk.example", bed.desk.clock().id().to_lowercase());
    let engineer = bed.desk.actor(&bed.request_of(Role::Engineer, &email).await).await.unwrap();
    let page = view(&engineer, &seq.to_string()).await;
    page.is_ok_and(|page| matches!(page.proof, Proof::Included { .. } | Proof::Waiting))
}

#[tokio::test]
async fn an_edited_entry_is_named() {
    found("UPDATE trail SET actor = 'x' WHERE seq = 6", Goes, 6, Finding::NotSigned { seq: 6 }).await;
    found("UPDATE trail SET reason = NULL WHERE seq = 14", Goes, 14, Finding::NotHashed { seq: 14 }).await;
    found(
        "UPDATE trail SET reason = '' WHERE seq = 3; UPDATE trail SET at = 0 WHERE seq = 9",
        Goes,
        3,
        Finding::NotSigned { seq: 9 },
    )
    .await;
}

#[tokio::test]
async fn a_deleted_entry_is_named() {
    found("DELETE FROM trail WHERE seq = 6", Goes, 6, Finding::Missing { first: 6, last: 6 }).await;
    found("DELETE FROM trail WHERE seq < 4", Refuses, 1, Finding::Missing { first: 1, last: 3 }).await;
}

#[tokio::test]
async fn an_inserted_entry_is_named() {
    let shift = "UPDATE trail SET seq = -seq WHERE seq > 5; UPDATE trail SET seq = 1 - seq WHERE seq < 0; \
        INSERT INTO trail (seq, at, actor, action, outcome) VALUES (6, 1, 'x', 'x', 'ok'); ";
    found(shift, Refuses, 6, Finding::NotSigned { seq: 6 }).await;
    let counted = format!("{shift}UPDATE trail_head SET size = 16");
    found(&counted, Refuses, 6, Finding::NotSigned { seq: 6 }).await;
    let behind = "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (16, 1, 'x', 'x', 'ok')";
    found(behind, Refuses, 16, Finding::Head { head: 15, last: 16 }).await;
    let before = "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (0, 1, 'x', 'x', 'ok')";
    found(before, Refuses, 1, Finding::Misplaced { expected: 1, found: 0 }).await;
}

#[tokio::test]
async fn swapped_and_replaced_entries_are_named() {
    let swap = "UPDATE trail SET seq = -6 WHERE seq = 6; UPDATE trail SET seq = 6 WHERE seq = 7; \
        UPDATE trail SET seq = 7 WHERE seq = -6";
    found(swap, Goes, 6, Finding::NotSigned { seq: 7 }).await;
    let replace = "REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (6, 1, 'x', 'x', 'ok')";
    found(replace, Goes, 6, Finding::NotSigned { seq: 6 }).await;
}

#[tokio::test]
async fn a_cut_tail_is_named() {
    found("DELETE FROM trail WHERE seq > 13", Refuses, 14, Finding::Cut { last: 13, signed: 15 }).await;
    found("DELETE FROM trail WHERE seq > 10", Refuses, 11, Finding::Cut { last: 10, signed: 15 }).await;
    // Ten entries have 10 + 5 + 2 + 1 hashes.
    let whole =
        "DELETE FROM trail WHERE seq > 10; DELETE FROM tree_hash WHERE idx >= 18; UPDATE trail_head SET size = 10";
    found(whole, Refuses, 11, Finding::Cut { last: 10, signed: 12 }).await;
}

/// No grant lets the serving account do this, and no trigger stops an owner who does.
#[tokio::test]
async fn an_emptied_trail_is_named() {
    let bed = testing::mariadb().await;
    published(&bed).await;
    owner(&bed, "TRUNCATE TABLE trail").await.unwrap();
    assert_eq!(verify(&bed).await.findings, [Finding::Cut { last: 0, signed: 15 }]);
    owner(&bed, "TRUNCATE TABLE tree_hash; UPDATE trail_head SET size = 0").await.unwrap();
    assert_eq!(verify(&bed).await.findings, [Finding::Cut { last: 0, signed: 12 }]);
    let start = bed.desk.check_against_checkpoint().await.unwrap_err().to_string();
    assert!(start.contains("it holds 0 entries, the published checkpoint covers 12"), "{start}");
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
