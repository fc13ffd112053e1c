//! The program on a database of its own, with customers and orders to work on.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use heliodesk_bench::{
    beside,
    served::{Desk, Serving},
};
use heliodesk_testbed::{Database, MariaDb};

/// Customers that the demo invents, so that lists have something to show.
const INVENTED: &str = "30";
/// The price each order begins with.
pub const PRICE: &str = "1000";
/// The rights of the account that serves on MariaDB, as in production.
const GRANTS: &str = include_str!("../../../desk/migrations/mysql-grants.sql");

/// A folder with the records of a company, and what serves them.
pub struct Company {
    pub desk: Desk,
    /// The database on MariaDB; else it is a file.
    pub database: Option<Database>,
}

impl Drop for Company {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.desk.folder);
    }
}

/// An order that belongs to a number, with its customer.
pub fn order(number: usize) -> (String, String) {
    (format!("O-9{number:05}"), format!("C-9{number:05}"))
}

/// A fresh folder.
pub fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("heliodesk-faults-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

impl Company {
    /// In a file, in a folder that lies on any disk.
    pub fn in_folder(folder: PathBuf) -> Self {
        let mut desk = Desk::new(Path::new(env!("CARGO_BIN_EXE_heliodesk")), folder).expect("a free port");
        desk.database_url = format!("sqlite:{}", desk.database().display());
        Self { desk, database: None }.filled()
    }

    /// In a file.
    pub fn in_file() -> Self {
        Self::in_folder(folder())
    }

    /// On MariaDB, with the rights of production.
    pub fn on(server: &MariaDb) -> Self {
        let mut company = Self {
            desk: Desk::new(Path::new(env!("CARGO_BIN_EXE_heliodesk")), folder()).expect("a free port"),
            database: None,
        };
        let database = server.database();
        company.desk.database_url = database.owner_url.clone();
        company = company.filled();
        database.grant(GRANTS);
        company.desk.database_url = database.url.clone();
        company.database = Some(database);
        company
    }

    fn filled(self) -> Self {
        let planted = self.desk.folder.join("planted.jsonl");
        let line = |number| {
            let (order, customer) = order(number);
            format!(
                "{{\"number\":\"{customer}\",\"name\":\"Amelia Rivers\",\"phone\":\"+1 520 555 0142\",\"account\":\"active\",\
                 \"orders\":[{{\"number\":\"{order}\",\"stage\":\"lead\",\"price_minor\":{PRICE},\"currency\":\"USD\"}}]}}\n"
            )
        };
        fs::write(&planted, (0..20).map(line).collect::<String>()).expect("writes");
        self.told(&["keys", "init"]);
        self.told(&["demo", "--customers", INVENTED]);
        self.told(&["import", "--file", planted.to_str().expect("text")]);
        self
    }

    /// Runs a command to its good end and answers what it said.
    pub fn told(&self, words: &[&str]) -> String {
        self.desk.run(words).unwrap_or_else(|why| panic!("{why}\n{}", self.log()))
    }

    /// The running totals counted anew, which only a demo's filling does: there is nothing left to fill.
    pub fn recounted(&self) {
        let said = self.told(&["demo", "--customers", INVENTED]);
        assert!(said.contains("all as the rows say"), "{said}");
    }

    /// Starts serving.
    pub fn serve(&self) -> Serving {
        self.desk.serve_with(|serve| self.logged(serve)).unwrap_or_else(|why| panic!("{why}\n{}", self.log()))
    }

    /// A start that is killed before or after it serves.
    pub fn killed_starting(&self, wait: impl FnOnce()) {
        let mut serve = self.desk.command(&["serve"]);
        self.logged(&mut serve);
        let mut started = serve.spawn().expect("starts");
        wait();
        started.kill().expect("is killed");
        started.wait().expect("ends");
    }

    fn logged(&self, serve: &mut Command) {
        let log = File::options().create(true).append(true).open(self.desk.folder.join("log")).expect("opens");
        serve.stdout(log.try_clone().expect("a second handle")).stderr(log);
    }

    /// The end of what the program logged.
    pub fn log(&self) -> String {
        let log = fs::read_to_string(self.desk.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Rows of the tables as text; `from` stands for the `?` of the statement.
    pub fn rows(&self, sql: &'static str, from: i64) -> Vec<Vec<String>> {
        match &self.database {
            None => beside::rows(&self.desk.database(), sql, from).unwrap_or_else(|why| panic!("{why}: {sql}")),
            Some(database) => {
                let text = database.run(&sql.replace('?', &from.to_string()));
                text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
            }
        }
    }
}
