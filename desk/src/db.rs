//! The two databases behind one SQL: the only place that knows which one it is.
//!
//! Reads go to a pool that cannot write, and where rows are many through [`Db::reader`]. Writes go through
//! [`crate::work::Work`], which ends in an entry on the trail; the few rows that record no action (a ceremony begun, a
//! session seen) go through [`Db::scratch`].

use std::{str::FromStr, time::Duration};

use sqlx::{
    AnyConnection, AnyPool, Executor, SqlSafeStr,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{
    access::Presence,
    clock::Clock,
    error::{Error, Result},
};

mod fill;
mod insert;
mod lease;
mod log;
mod reader;
mod turns;
mod tx;

pub(crate) use insert::{
    Each, Insert, InsertThen, Pair, Row, each, insert, insert_then, pair, sizes, takes_several, times,
};
use lease::Readers;
pub(crate) use reader::{Cells, Reader};
pub(crate) use turns::{Start, Turns};
pub(crate) use tx::Tx;

/// How long a write waits for its turn before the answer is 503.
const TURN: Duration = Duration::from_secs(5);
/// Connections that read a SQLite file by the driver of both databases.
const READERS: u32 = 4;
/// Those that read it by its own driver: what is soon read, and often.
const NATIVE: u32 = 2;
/// What every connection to a SQLite file is told first.
const SQLITE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
    PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON";
/// What the one is told that writes. What it may have to take back stays in memory, not in a file that is made for each turn;
/// and its log is copied into the database every 16 MB, which waits for the disk twice.
/// Everybody's entries stand elsewhere in the indexes of the trail: so many of their pages are kept.
const SQLITE_WRITES: &str = "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000";
/// What those are told that only read.
const SQLITE_READS: &str = "PRAGMA query_only = ON";

/// Which database a URL means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file, one writer.
    Sqlite,
    /// MySQL or MariaDB.
    MySql,
}

/// The connections.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    kind: Kind,
    read: AnyPool,
    /// SQLite by its own driver, for [`Db::reader`], and one connection for [`Db::reader_of_sessions`].
    native: Option<[Readers; 2]>,
    write: AnyPool,
    turns: Turns,
}

impl Db {
    /// Connects, creates a missing SQLite file, and brings the tables up to date.
    pub(crate) async fn open(url: &str, clock: &Clock) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let kind = kind(url)?;
        let write = pool(url, kind, false).await?;
        if kind == Kind::Sqlite {
            log::secure(&write).await?;
        }
        migrate(kind, &write).await?;
        let read = pool(url, kind, true).await?;
        let native = match kind {
            Kind::Sqlite => Some([Readers::new(reader::options(url)?, NATIVE), Readers::new(reader::options(url)?, 1)]),
            Kind::MySql => None,
        };
        let turns = Turns::new(write.clone(), clock.clone());
        Ok(Self { kind, read, native, write, turns })
    }

    /// The pool that cannot write.
    pub(crate) fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Which database it is.
    #[cfg(test)]
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// A write transaction of whoever has this session, if anybody. On SQLite it has the only writer from the start.
    ///
    /// # Errors
    /// Those of [`Tx::admit`], now or there.
    pub(crate) async fn begin(&self, start: Start, presence: Option<&Presence>) -> Result<Tx> {
        Ok(match self.kind {
            Kind::Sqlite => Tx::Sqlite(self.turns.begin(start, presence.cloned(), TURN).await?),
            Kind::MySql => Tx::MySql { tx: self.write.begin().await?, size: 0 },
        })
    }

    /// A write transaction for rows that record no action of anybody: ceremonies begun, searches kept, sessions seen, who has
    /// an order open.
    /// `tidy` lists the files that may use it.
    pub(crate) async fn scratch(&self) -> Result<Tx> {
        self.begin(Start::Writing, None).await
    }

    /// Where those who only record something share a commit; none where the server joins commits by itself.
    pub(crate) fn turns(&self) -> Option<&Turns> {
        (self.kind == Kind::Sqlite).then_some(&self.turns)
    }

    /// Closes all pools after the work in hand.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        for native in self.native.iter().flatten() {
            native.close().await;
        }
        self.turns.close().await;
        self.write.close().await;
    }
}

fn kind(url: &str) -> Result<Kind> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Kind::Sqlite),
        Some("mysql" | "mariadb") => Ok(Kind::MySql),
        _ => Err(Error::broken("the database URL starts neither with sqlite: nor with mysql:")),
    }
}

async fn pool(url: &str, kind: Kind, read_only: bool) -> Result<AnyPool> {
    let mut url = url.to_owned();
    if kind == Kind::Sqlite && !url.contains("mode=") {
        url.push_str(if url.contains('?') { "&mode=rwc" } else { "?mode=rwc" });
    }
    let options = AnyConnectOptions::from_str(&url)?;
    let most = match (kind, read_only) {
        (Kind::Sqlite, false) => 1,
        (Kind::Sqlite, true) => READERS,
        (Kind::MySql, _) => 16,
    };
    AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(TURN)
        // A connection to a server may have died while nobody used it; one to a file does not.
        .test_before_acquire(kind == Kind::MySql)
        .after_connect(move |conn, _| Box::pin(async move { prepare(conn, kind, read_only).await }))
        .connect_with(options)
        .await
        .map_err(Error::from)
}

/// Sets a fresh connection up for its one purpose.
async fn prepare(conn: &mut AnyConnection, kind: Kind, read_only: bool) -> sqlx::Result<()> {
    match kind {
        Kind::Sqlite => {
            conn.execute(sqlx::raw_sql(SQLITE)).await?;
            conn.execute(sqlx::raw_sql(if read_only { SQLITE_READS } else { SQLITE_WRITES })).await?;
        }
        Kind::MySql => {
            // A re-check must see what was committed while it waited for the head row.
            conn.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
            conn.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES'").await?;
            conn.execute("SET SESSION innodb_lock_wait_timeout = 5").await?;
            if read_only {
                conn.execute("SET SESSION TRANSACTION READ ONLY").await?;
                // Nobody waits longer for an answer. MariaDB knows the first of the two, MySQL the second.
                if conn.execute("SET SESSION max_statement_time = 10").await.is_err() {
                    conn.execute("SET SESSION max_execution_time = 10000").await?;
                }
            }
        }
    }
    Ok(())
}

macro_rules! migrations {
    ($($version:literal $name:literal)*) => {
        [$((
            $version,
            $name,
            include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            include_str!(concat!("../migrations/mysql/", $name, ".sql")),
        )),*]
    };
}

/// Every migration, oldest first. The same names stand in both folders; only DDL and triggers differ.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &migrations! {
    1 "0001_core"
    2 "0002_passkeys"
    3 "0003_customers"
    4 "0004_orders"
    5 "0005_notes"
    6 "0006_change_orders"
    7 "0007_pipeline"
    8 "0008_trail"
    9 "0009_preferences"
    10 "0010_contact"
    11 "0011_trail_totals"
    12 "0012_trail_days"
    13 "0013_trail_attempts"
};

async fn migrate(kind: Kind, pool: &AnyPool) -> Result<()> {
    let newest = MIGRATIONS.last().map_or(0, |&(version, ..)| version);
    // The account that serves on MySQL may create no table, not even one that exists: so look first.
    let applied: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success = 1")
        .fetch_optional(pool)
        .await
        .ok()
        .flatten();
    match applied {
        Some(version) if version == newest => return Ok(()),
        Some(version) if version > newest => {
            return Err(Error::broken(format!(
                "the tables are of version {version}, newer than this program's {newest}"
            )));
        }
        _ => {}
    }
    let all = MIGRATIONS.iter().map(|&(version, name, sqlite, mysql)| {
        let sql = if kind == Kind::Sqlite { sqlite } else { mysql };
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut conn = pool.acquire().await?;
    Migrator::with_migrations(all.collect())
        .run(&mut *conn)
        .await
        .map_err(|e| Error::broken(format!("the tables could not be brought to version {newest}: {e}")))
}
