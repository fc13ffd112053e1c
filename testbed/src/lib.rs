//! A private MariaDB for tests: its own data folder, socket and loopback port, gone when the test process is gone.
//!
//! [`MariaDb::shared`] starts at most one server per process, or joins the one that `cargo xtask test` started
//! (`HELIODESK_TESTBED`). Every test takes its own [`Database`] from it, so no test sees another's rows.
//!
//! ```no_run
//! let database = heliodesk_testbed::MariaDb::shared().database();
//! // migrate as database.owner_url, then:
//! database.grant("GRANT SELECT ON `{database}`.trail TO {user}");
//! // serve as database.url
//! ```

mod keeper;
mod server;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

pub use server::MariaDb;

/// The variable through which a running server is handed to further test processes: `port:socket`.
pub const SHARED: &str = "HELIODESK_TESTBED";

static OWN: OnceLock<Mutex<MariaDb>> = OnceLock::new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// An empty database with two accounts: one that owns the schema, and one that may do nothing until [`Database::grant`].
#[derive(Debug, Clone)]
pub struct Database {
    /// The database's name.
    pub name: String,
    /// `mysql://…` for the application's account.
    pub url: String,
    /// `mysql://…` for the account that may do everything in this one database.
    pub owner_url: String,
    server: MariaDb,
}

impl Database {
    /// Runs grants (`;` between statements) with `{database}` and `{user}` filled in for this database's application account.
    ///
    /// # Panics
    /// When the server refuses a statement.
    pub fn grant(&self, grants: &str) {
        let user = format!("'{}_app'@'%'", self.name);
        self.run(&grants.replace("{database}", &self.name).replace("{user}", &user));
    }

    /// Runs statements as the server's administrator inside this database: what somebody who owns the machine could do.
    /// Answers the rows, columns parted by tabs.
    ///
    /// # Panics
    /// When the server refuses a statement.
    pub fn run(&self, sql: &str) -> String {
        self.server.run(Some(&self.name), sql).expect("the private MariaDB runs the statement")
    }

    /// Runs a statement as the application's account and answers the rows, or the server's refusal.
    ///
    /// # Errors
    /// The server's error text.
    pub fn run_as_app(&self, sql: &str) -> Result<String, String> {
        self.server.run_as(&format!("{}_app", self.name), "app", &self.name, sql)
    }
}

impl MariaDb {
    /// The server of this process: the one named by [`SHARED`], or one of its own, started at the first call.
    ///
    /// # Panics
    /// When there is no MariaDB on this machine; the message says what to install.
    pub fn shared() -> MariaDb {
        if let Some(server) = std::env::var(SHARED).ok().as_deref().and_then(MariaDb::joined) {
            return server;
        }
        let own = OWN.get_or_init(|| Mutex::new(MariaDb::start().unwrap_or_else(|why| panic!("{why}"))));
        own.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// A fresh, empty database on this server.
    ///
    /// # Panics
    /// When the server refuses to create it.
    pub fn database(&self) -> Database {
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let sql = format!(
            "CREATE DATABASE `{name}`; \
             CREATE USER '{name}_own'@'%' IDENTIFIED BY 'own'; GRANT ALL ON `{name}`.* TO '{name}_own'@'%'; \
             CREATE USER '{name}_app'@'%' IDENTIFIED BY 'app';"
        );
        self.run(None, &sql).expect("the private MariaDB creates a database");
        let url = |user: &str| format!("mysql://{name}_{user}:{user}@127.0.0.1:{}/{name}", self.port());
        Database { url: url("app"), owner_url: url("own"), name: name.clone(), server: self.clone() }
    }
}
