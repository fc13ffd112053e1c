//! A customer planted by the real import appears in clear nowhere but in the reveal's answer: not in an answer of the
//! running program, its log, the trail, its export, the checkpoints or the database's files.

mod door;
mod finder;
mod planted;
mod walk;

use std::{fs, path::Path};

use heliodesk_desk::policy::{self, POLICY};

use door::Door;
use planted::{CITY, Planting};

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_customer_is_in_clear_nowhere_but_in_a_reveal_on_sqlite() {
    walked(Planting::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_customer_is_in_clear_nowhere_but_in_a_reveal_on_mariadb() {
    walked(Planting::mariadb().await).await;
}

async fn walked(planting: Planting) {
    let Planting { world, door, server } = planting;
    let (folder, database) = (&world.folder, &world.database);
    walk::walk(&world).await;
    world.desk.close().await;
    // The write-ahead log first: it is gone once the last connection closes.
    let left = files(&door, &folder.path(""));
    assert!(database.is_some() || left > 0, "the city stands in the database's file or its log");
    server.tell_to_stop();
    let log = server.end().join("\n");
    assert!(log.contains("\"DEBUG\"") && log.lines().count() > POLICY.len(), "the log speaks: {}", log.len());
    door.search("the log", log.as_bytes());

    let export = folder.run(&["trail", "export", "--out", "export"]);
    assert_eq!(export.status.code(), Some(0), "{export:?}");
    let verified = folder.run(&["trail", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    for said in [export, verified] {
        door.search("what a command said", &[said.stdout, said.stderr].concat());
    }
    files(&door, &folder.path(""));
    if let Some(database) = database {
        rows(&door, database);
    }

    let passed = std::mem::take(&mut *door.passed.lock().expect("whole"));
    assert!(
        passed.leaks.is_empty(),
        "{} leaks, among them:\n{}",
        passed.leaks.len(),
        passed.leaks[..passed.leaks.len().min(40)].join("\n")
    );
    assert!(
        passed.revealed > 5 && passed.typed > 5 && passed.shown > 50,
        "{} {} {}",
        passed.revealed,
        passed.typed,
        passed.shown
    );
    let walked = |row: &policy::Row| {
        let done = |answer: &door::Answered| {
            answer.method.as_str() == row.method && answer.status < 400 && policy::find(&answer.path) == Some(row)
        };
        let refused = |answer: &door::Answered| policy::find(&answer.path) == Some(row) && answer.status >= 400;
        let formed =
            |answer: &door::Answered| answer.form.as_ref().is_some_and(|name| row.path == format!("/api/{name}"));
        let answers = &passed.answers;
        answers.iter().any(done)
            && (row.is_open() || answers.iter().any(refused))
            && (row.method == "GET" || answers.iter().any(formed))
    };
    let missed: Vec<&str> = POLICY.iter().filter(|row| !walked(row)).map(|row| row.path).collect();
    assert_eq!(missed, [""; 0], "no good request, no refusal or no form of it was among {}", passed.answers.len());
}

/// Searches every file below a folder; answers in how many the city stands.
fn files(door: &Door, folder: &Path) -> usize {
    let mut shown = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            shown += files(door, &path);
        } else {
            let bytes = fs::read(&path).expect("a file");
            shown += usize::from(bytes.windows(CITY.len()).any(|part| part == CITY.as_bytes()));
            door.search(&path.display().to_string(), &bytes);
        }
    }
    shown
}

/// Searches every row of every table, and the files in which the server keeps them.
fn rows(door: &Door, database: &heliodesk_testbed::Database) {
    let tables = database.run("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()");
    let tables: Vec<&str> = tables.lines().collect();
    let mut shown = 0;
    for table in &tables {
        let rows = database.run(&format!("SELECT * FROM `{table}`"));
        shown += usize::from(rows.contains(CITY));
        door.search(&format!("rows of {table}"), rows.as_bytes());
    }
    // Beside customers, and copied beside their orders.
    assert!(tables.len() > 15 && shown == 2, "{shown} of {tables:?}");
    database.run(&format!("FLUSH TABLES `{}` FOR EXPORT; FLUSH ENGINE LOGS", tables.join("`, `")));
    let data = database.run("SELECT @@datadir");
    let data = Path::new(data.trim());
    assert!(files(door, &data.join(&database.name)) > 0, "the city stands in a table's file");
    for kept in ["ib_logfile0", "ibdata1"] {
        door.search(kept, &fs::read(data.join(kept)).expect("a file"));
    }
}
