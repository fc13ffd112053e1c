//! A desk of its own for each test, on SQLite and on a private MariaDB.

use std::{path::PathBuf, task::Poll};

use heliodesk_testbed::MariaDb;

use heliodesk_wire::Role;

use crate::{
    Desk, Settings,
    access::Request,
    clock::{Clock, HOUR},
    keys::Keys,
};

/// When the clocks of tests begin: 14 November 2023, 22:13:20 UTC.
pub(crate) const START: i64 = 1_700_000_000_000;

/// A desk, and what must go when the test is over.
pub(crate) struct Bed {
    pub(crate) desk: Desk,
    /// The folder with the SQLite file (`desk.db`) and the checkpoints.
    pub(crate) folder: PathBuf,
    /// The MariaDB database, to act on it as its owner or as the server's account.
    pub(crate) database: Option<heliodesk_testbed::Database>,
}

impl Drop for Bed {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Bed {
    /// The URL the desk was opened with.
    pub(crate) fn url(&self) -> String {
        self.desk.settings().database_url.clone()
    }
}

impl Bed {
    /// A member of staff with a live session, as a request of theirs.
    pub(crate) async fn request_of(&self, role: Role, email: &str) -> Request {
        let (desk, mut tx) = (&self.desk, self.desk.db().scratch().await.expect("begins"));
        let (staff, session, now) = (desk.clock().id(), desk.clock().id(), desk.clock().now());
        sqlx::query("INSERT INTO staff (id, email, name, role, epoch, invited_at) VALUES (?, ?, ?, ?, 1, ?)")
            .bind(&staff)
            .bind(email)
            .bind(format!("Name of {email}"))
            .bind(role.as_str())
            .bind(now)
            .execute(&mut *tx)
            .await
            .expect("a person");
        sqlx::query(
            "INSERT INTO session (id, staff, secret, epoch, started_at, seen_at, ends_at) VALUES (?, ?, ?, 1, ?, ?, ?)",
        )
        .bind(&session)
        .bind(&staff)
        .bind(&session)
        .bind(now)
        .bind(now)
        .bind(now + HOUR)
        .execute(&mut *tx)
        .await
        .expect("a session");
        tx.commit().await.expect("commits");
        Request { id: desk.clock().id(), secret: Some(session), ..Request::default() }
    }
}

/// Settings of a desk in `folder`, with the keys of that folder and a clock that stands still.
pub(crate) fn settings(folder: &std::path::Path, database_url: String) -> Settings {
    let file = folder.join("keys");
    if !file.exists() {
        std::fs::write(&file, Keys::generate().to_text().as_bytes()).expect("keys are written");
    }
    let keys = Keys::parse(&std::fs::read_to_string(file).expect("keys are there")).expect("keys are read");
    Settings {
        database_url,
        keys,
        origin: "http://localhost:3000".into(),
        checkpoint_dir: folder.join("checkpoints"),
        reveal_cap: 25,
        time_zone: jiff::tz::TimeZone::UTC,
        clock: Clock::at(START),
    }
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("heliodesk-test-{}", Clock::System.id()));
    std::fs::create_dir_all(folder.join("checkpoints")).expect("a temporary folder");
    folder
}

/// A desk on a fresh SQLite file.
pub(crate) async fn sqlite() -> Bed {
    let folder = folder();
    let url = format!("sqlite:{}", folder.join("desk.db").display());
    let desk = Desk::open(settings(&folder, url)).await.expect("opens");
    Bed { desk, folder, database: None }
}

/// A desk on a fresh MariaDB database, served by an account with the rights of production.
pub(crate) async fn mariadb() -> Bed {
    mariadb_on(&MariaDb::shared()).await
}

/// The same on this server.
pub(crate) async fn mariadb_on(server: &MariaDb) -> Bed {
    let folder = folder();
    let database = server.database();
    let owner = Desk::open(settings(&folder, database.owner_url.clone())).await.expect("the owner makes the tables");
    owner.close().await;
    database.grant(include_str!("../migrations/mysql-grants.sql"));
    let desk = Desk::open(settings(&folder, database.url.clone())).await.expect("opens");
    Bed { desk, folder, database: Some(database) }
}

/// One desk on each.
pub(crate) async fn both() -> [Bed; 2] {
    [sqlite().await, mariadb().await]
}

/// Does the work until it has waited so many times, then drops it where it stands.
pub(crate) async fn given_up<T>(times: i64, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut left) = (std::pin::pin!(work), times);
    std::future::poll_fn(move |context| {
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left <= 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
