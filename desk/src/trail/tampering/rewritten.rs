//! A careful forger: stored hashes made to fit again, or the whole database taken back to an earlier day.

use super::{super::tests::again, *};

/// The same changes as in [`super`], with head, numbers and hashes made to fit afterwards.
const CHANGES: [&str; 4] = [
    "UPDATE trail SET actor = 'x' WHERE seq = 6",
    "DELETE FROM trail WHERE seq = 6; UPDATE trail SET seq = -seq WHERE seq > 6; \
     UPDATE trail SET seq = -1 - seq WHERE seq < 0; UPDATE trail_head SET size = 14",
    "UPDATE trail SET seq = -seq WHERE seq > 5; UPDATE trail SET seq = 1 - seq WHERE seq < 0; \
     INSERT INTO trail (seq, at, actor, action, outcome) VALUES (6, 1, 'x', 'x', 'ok'); UPDATE trail_head SET size = 16",
    "UPDATE trail SET seq = -6 WHERE seq = 6; UPDATE trail SET seq = 6 WHERE seq = 7; \
     UPDATE trail SET seq = 7 WHERE seq = -6",
];

/// Makes the stored hashes fit the entries again.
async fn rewrite_hashes(bed: &Bed) {
    let mut tree = std::collections::BTreeMap::new();
    for (n, record) in (0..).zip(records(&bed.desk).await) {
        let reader = crate::trail::append::Known(&tree);
        let hashes = tlog_tiles::stored_hashes_for_record_hash(n, record.leaf_hash(), &reader).unwrap();
        tree.extend((tlog_tiles::stored_hash_index(0, n)..).zip(hashes));
    }
    let rows: Vec<String> = tree.iter().map(|(index, hash)| format!("({index}, '{hash}')")).collect();
    tamper(bed, &format!("DELETE FROM tree_hash; INSERT INTO tree_hash (idx, hash) VALUES {}", rows.join(", "))).await;
}

#[tokio::test]
async fn rewritten_hashes_hide_no_change() {
    for sql in CHANGES {
        for bed in testing::both().await {
            published(&bed).await;
            tamper(&bed, sql).await;
            rewrite_hashes(&bed).await;
            let report = verify(&bed).await;
            assert_eq!(report.first_wrong(), Some(6), "tiles name it: {sql}: {report}");
            assert!(report.findings.contains(&Finding::NotSigned { seq: 6 }), "{sql}: {report}");
            assert!(!is_proven(&bed, 6).await, "{sql}");

            // Nothing is published over a contradiction, and nothing starts on one.
            for refused in [bed.desk.publish_now().await.map(|_| ()), bed.desk.check_against_checkpoint().await] {
                let said = refused.unwrap_err().to_string();
                assert!(said.contains("contradicts the published checkpoint over 12 entries"), "{sql}: {said}");
            }
            std::fs::remove_dir_all(bed.desk.settings().checkpoint_dir.join("tile")).unwrap();
            let report = verify(&bed).await;
            assert!(report.findings.contains(&Finding::Between { agrees: 4, differs: 8 }), "{sql}: {report}");
            assert!(report.to_string().contains("between entry 5 and entry 8"), "{report}");
        }
    }
}

#[tokio::test]
async fn rewritten_tiles_leave_the_interval_between_two_checkpoints() {
    for bed in testing::both().await {
        published(&bed).await;
        tamper(&bed, CHANGES[0]).await;
        rewrite_hashes(&bed).await;
        let tile = bed.desk.settings().checkpoint_dir.join("tile/0/000.p/12");
        let leaves: Vec<u8> = records(&bed.desk).await.iter().take(12).flat_map(|entry| entry.leaf_hash().0).collect();
        std::fs::write(&tile, leaves).unwrap();
        let report = verify(&bed).await;
        assert!(report.findings.contains(&Finding::Between { agrees: 4, differs: 8 }), "{report}");
        assert!(report.findings.contains(&Finding::Tiles { first: 1, last: 12 }), "{report}");
    }
}

/// The whole database as it is now: the file, or a copy of every table.
async fn back_up(bed: &mut Bed) {
    if let Some(database) = &bed.database {
        let copies = tables(bed)
            .into_iter()
            .map(|table| format!("CREATE TABLE `{0}_old`.`{table}` AS SELECT * FROM `{table}`; ", database.name));
        database.run(&format!("CREATE DATABASE `{}_old`; {}", database.name, copies.collect::<String>()));
        return;
    }
    bed.desk.close().await;
    std::fs::copy(bed.folder.join("desk.db"), bed.folder.join("backup.db")).unwrap();
    bed.desk = again(&bed.desk, &bed.folder).await;
}

/// Puts the whole database back as it was.
async fn restore(bed: &mut Bed) {
    bed.desk.close().await;
    match &bed.database {
        Some(database) => {
            let back = tables(bed).into_iter().map(|table| {
                format!(
                    "TRUNCATE TABLE `{table}`; INSERT INTO `{table}` SELECT * FROM `{}_old`.`{table}`; ",
                    database.name
                )
            });
            database.run(&format!("{}DROP DATABASE `{}_old`", back.collect::<String>(), database.name));
        }
        None => {
            std::fs::copy(bed.folder.join("backup.db"), bed.folder.join("desk.db")).unwrap();
        }
    }
    bed.desk = again(&bed.desk, &bed.folder).await;
}

fn tables(bed: &Bed) -> Vec<String> {
    let database = bed.database.as_ref().unwrap();
    let names = database.run("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()");
    names.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_database_rolled_back_behind_a_checkpoint_is_refused_and_named() {
    for mut bed in testing::both().await {
        record(&bed.desk, 8).await;
        bed.desk.publish_now().await.unwrap();
        back_up(&mut bed).await;
        bed.desk.check_against_checkpoint().await.unwrap();
        record(&bed.desk, 4).await;
        bed.desk.publish_now().await.unwrap();

        restore(&mut bed).await;
        let refused = bed.desk.check_against_checkpoint().await.unwrap_err().to_string();
        assert!(
            refused.contains("rolled back or cut off: it holds 8 entries, the published checkpoint covers 12"),
            "{refused}"
        );
        let report = verify(&bed).await;
        assert_eq!(report.findings, [Finding::Cut { last: 8, signed: 12 }]);
        assert!(report.to_string().starts_with("WRONG: the first entry that disagrees is 9\n"), "{report}");

        // Grown again past the checkpoint: other entries stand where signed ones stood.
        record(&bed.desk, 6).await;
        let refused = bed.desk.check_against_checkpoint().await.unwrap_err().to_string();
        assert!(refused.contains("contradicts the published checkpoint over 12 entries"), "{refused}");
        assert_eq!(verify(&bed).await.first_wrong(), Some(9));
        assert!(!is_proven(&bed, 9).await);
    }
}
