//! What the database itself refuses: to the account that serves, and to its owner's slips.

use super::*;

/// Nobody's statement may change or take away an entry or a hash.
const PLAIN: [&str; 7] = [
    "UPDATE trail SET actor = 'x' WHERE seq = 3",
    "UPDATE trail SET seq = 99 WHERE seq = 15",
    "DELETE FROM trail WHERE seq = 15",
    "REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok')",
    "UPDATE tree_hash SET hash = 'x' WHERE idx = 3",
    "DELETE FROM tree_hash WHERE idx = 3",
    "REPLACE INTO tree_hash (idx, hash) VALUES (3, 'x')",
];

/// SQLite's other ways to say it; also an entry that is not the next one.
const SQLITE: [&str; 11] = [
    "INSERT OR REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok')",
    "INSERT OR IGNORE INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok')",
    "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok') \
     ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
    "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (99, 1, 'x', 'x', 'ok')",
    "INSERT INTO trail (at, actor, action, outcome) VALUES (1, 'x', 'x', 'ok')",
    "UPDATE OR REPLACE trail SET seq = 3 WHERE seq = 15",
    "UPDATE OR IGNORE trail SET actor = 'x'",
    "PRAGMA recursive_triggers = OFF; REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok')",
    "INSERT OR REPLACE INTO tree_hash (idx, hash) VALUES (3, 'x')",
    "UPDATE OR REPLACE tree_hash SET idx = 3 WHERE idx = 4",
    "INSERT INTO tree_hash (idx, hash) VALUES (3, 'x') ON CONFLICT (idx) DO UPDATE SET hash = 'x'",
];

/// MariaDB's other ways to say it.
const MARIADB: [&str; 7] = [
    "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok') ON DUPLICATE KEY UPDATE actor = 'x'",
    "UPDATE IGNORE trail SET actor = 'x' WHERE seq = 3",
    "DELETE IGNORE FROM trail WHERE seq = 15",
    "UPDATE trail, tree_hash SET trail.actor = 'x' WHERE trail.seq = tree_hash.idx",
    "DELETE trail FROM trail JOIN tree_hash ON trail.seq = tree_hash.idx",
    "REPLACE INTO tree_hash SELECT idx, 'x' FROM tree_hash",
    "INSERT INTO tree_hash (idx, hash) VALUES (3, 'x') ON DUPLICATE KEY UPDATE hash = 'x'",
];

/// What would take the triggers' place in the way; the owner may, the account that serves may not.
const STRUCTURE: [&str; 11] = [
    "TRUNCATE TABLE trail",
    "TRUNCATE TABLE tree_hash",
    "DROP TABLE tree_hash",
    "ALTER TABLE trail DROP COLUMN actor",
    "CREATE OR REPLACE TABLE trail (seq BIGINT)",
    "RENAME TABLE trail TO other",
    "DROP TRIGGER trail_no_update",
    "CREATE OR REPLACE TRIGGER trail_no_update BEFORE UPDATE ON trail FOR EACH ROW SET @x = 1",
    "CREATE TRIGGER another BEFORE INSERT ON trail FOR EACH ROW SET NEW.actor = 'x'",
    "DELETE FROM trail_head",
    "LOAD DATA INFILE '/etc/hostname' REPLACE INTO TABLE trail (actor)",
];

#[tokio::test]
async fn the_database_refuses_what_the_trail_must_never_suffer() {
    for bed in testing::both().await {
        published(&bed).await;
        let Some(database) = &bed.database else {
            for sql in PLAIN.into_iter().chain(SQLITE) {
                let said = owner(&bed, sql).await.expect_err(sql);
                assert!(said.contains("append-only"), "{sql}: {said}");
            }
            assert!(verify(&bed).await.is_whole());
            continue;
        };
        for sql in PLAIN.into_iter().chain(MARIADB).chain(STRUCTURE) {
            assert!(database.run_as_app(sql).expect_err(sql).contains("denied"), "{sql}");
        }
        for sql in PLAIN.into_iter().chain(MARIADB) {
            let slip = std::panic::catch_unwind(|| database.run(sql));
            assert!(slip.is_err(), "not even its owner, by a slip: {sql}");
        }
        // Rows in a file instead of a statement. The file's rows stand where entries stand.
        let file = bed.folder.join("rows");
        std::fs::write(&file, "3\t1\tx\tx\tok\n").unwrap();
        let load = |how: &str| {
            let columns = "(seq, at, actor, action, outcome)";
            format!("LOAD DATA LOCAL INFILE '{}' {how} INTO TABLE trail {columns}", file.display())
        };
        assert!(database.run_as_app(&load("REPLACE")).expect_err("denied").contains("denied"));
        assert!(std::panic::catch_unwind(|| database.run(&load("REPLACE"))).is_err());
        // What is ignored where an entry stands changes nothing.
        database.run_as_app(&load("IGNORE")).unwrap();
        let ignored = "INSERT IGNORE INTO trail (seq, at, actor, action, outcome) VALUES (3, 1, 'x', 'x', 'ok')";
        database.run_as_app(ignored).unwrap();
        assert!(verify(&bed).await.is_whole());
    }
}
