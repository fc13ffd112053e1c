//! Starting and stopping one MariaDB server that belongs to nobody else.

use crate::keeper::Keeper;
use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It ends when the last clone is dropped, or when this process ends in whatever way.
#[derive(Debug, Clone)]
pub struct MariaDb {
    port: u16,
    socket: PathBuf,
    keeper: Option<Arc<Keeper>>,
}

const MISSING: &str = "MariaDB is missing: install it with `apt-get install mariadb-server`";

/// What a committed transaction survives.
const QUICK: [&str; 3] =
    ["--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite", "--innodb-flush-method=nosync"];
const DURABLE: [&str; 1] = ["--innodb-flush-log-at-trx-commit=1"];

impl MariaDb {
    /// Starts a server in a temporary folder, on a free loopback port. Losing a test's rows in a crash is fine; waiting for
    /// the disk in every test is not.
    ///
    /// # Errors
    /// One line that says what is missing or what the server said.
    pub fn start() -> Result<MariaDb, String> {
        Self::start_with(&QUICK)
    }

    /// As [`MariaDb::start`], but what is committed is durable, as in production: for tests that end the server.
    ///
    /// # Errors
    /// As [`MariaDb::start`].
    pub fn start_durable() -> Result<MariaDb, String> {
        Self::start_with(&DURABLE)
    }

    fn start_with(durability: &[&str]) -> Result<MariaDb, String> {
        let program = find("mariadbd").ok_or(MISSING)?;
        let template = template(&program)?;
        let folder = std::env::temp_dir().join(format!("heliodesk-mariadb-{}-{}", std::process::id(), free_port()?));
        copy(&template, &folder.join("data"))?;
        let (port, socket) = (free_port()?, folder.join("socket"));
        let mut server = Command::new(program);
        server
            .args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"])
            .args(durability)
            .args(["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", "--max-connections=600"])
            .arg(format!("--datadir={}", folder.join("data").display()))
            .arg(format!("--socket={}", socket.display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .arg(format!("--port={port}"))
            .args(as_root().then_some("--user=root"));
        let keeper = Keeper::start(&folder, &server)?;
        let server = MariaDb { port, socket, keeper: Some(Arc::new(keeper)) };
        if !server.answers() {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(format!("MariaDB did not start:\n{log}"));
        }
        Ok(server)
    }

    /// Ends the server by a signal (`-KILL`, `-TERM`) and waits until nobody listens any more. Its data stay.
    ///
    /// # Panics
    /// When the server is another process's, or does not end.
    pub fn end(&self, signal: &str) {
        self.tell(signal);
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            assert!(began.elapsed() < PATIENCE, "MariaDB does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again on its data, and waits until it answers.
    ///
    /// # Panics
    /// When the server is another process's, or does not start.
    pub fn start_again(&self) {
        self.tell("start");
        assert!(self.answers(), "MariaDB does not start again");
    }

    fn tell(&self, word: &str) {
        self.keeper.as_ref().expect("whoever started the server may end it").tell(word);
    }

    /// Waits until the server answers.
    fn answers(&self) -> bool {
        let started = Instant::now();
        while self.run(None, "SELECT 1").is_err() {
            if started.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        true
    }

    /// The server that another process keeps, by the text [`MariaDb::address`] gave.
    pub fn joined(address: &str) -> Option<MariaDb> {
        let (port, socket) = address.split_once(':')?;
        Some(MariaDb { port: port.parse().ok()?, socket: socket.into(), keeper: None })
    }

    /// What another process needs to join this server: `port:socket`.
    pub fn address(&self) -> String {
        format!("{}:{}", self.port, self.socket.display())
    }

    /// The loopback port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs statements as the administrator; the rows come back as text, columns parted by tabs.
    ///
    /// # Errors
    /// The server's error text.
    pub fn run(&self, database: Option<&str>, sql: &str) -> Result<String, String> {
        self.client(&["--user", whoami()], database, sql)
    }

    /// Runs statements as one account.
    ///
    /// # Errors
    /// The server's error text.
    pub fn run_as(&self, user: &str, password: &str, database: &str, sql: &str) -> Result<String, String> {
        self.client(&["--user", user, &format!("--password={password}")], Some(database), sql)
    }

    fn client(&self, account: &[&str], database: Option<&str>, sql: &str) -> Result<String, String> {
        let mut client = Command::new("mariadb")
            .args(["--no-defaults", "--batch", "--skip-column-names", "--default-character-set=utf8mb4"])
            .arg(format!("--socket={}", self.socket.display()))
            .args(account)
            .args(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| format!("the client `mariadb` does not start: {why}"))?;
        if let Some(mut input) = client.stdin.take() {
            // A client that could not connect has closed its input; what it said comes below.
            let _ = input.write_all(sql.as_bytes());
        }
        let output = client.wait_with_output().map_err(|why| why.to_string())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

/// A freshly installed data folder, made once per MariaDB version and copied for every server: installing takes
/// seconds, copying a fraction of one.
fn template(program: &Path) -> Result<PathBuf, String> {
    // Two tests of one process may come here at once.
    static MAKING: Mutex<()> = Mutex::new(());
    let _one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let installer = find("mariadb-install-db").ok_or(MISSING)?;
    let version = Command::new(program).args(["--no-defaults", "--version"]).output().map_err(|why| why.to_string())?;
    let version = String::from_utf8_lossy(&version.stdout);
    let version = version.split_whitespace().skip_while(|word| *word != "Ver").nth(1).unwrap_or("unknown");
    let ready = std::env::temp_dir().join(format!("heliodesk-mariadb-template-{}-{version}", whoami()));
    if ready.is_dir() {
        return Ok(ready);
    }
    // Made under another name and renamed, so that a second process never copies half of it.
    let making = std::env::temp_dir().join(format!("heliodesk-mariadb-making-{}", std::process::id()));
    let output = Command::new(installer)
        .args(["--no-defaults", "--auth-root-authentication-method=socket", "--skip-test-db", "--skip-name-resolve"])
        .arg(format!("--auth-root-socket-user={}", whoami()))
        .arg(format!("--datadir={}", making.display()))
        .args(as_root().then_some("--user=root"))
        .output()
        .map_err(|why| why.to_string())?;
    if !output.status.success() {
        let _ = fs::remove_dir_all(&making);
        return Err(format!("mariadb-install-db failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    if fs::rename(&making, &ready).is_err() {
        let _ = fs::remove_dir_all(&making);
    }
    Ok(ready)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let why = |why: std::io::Error| format!("{} does not copy: {why}", from.display());
    fs::create_dir_all(to).map_err(why)?;
    for entry in fs::read_dir(from).map_err(why)? {
        let entry = entry.map_err(why)?;
        if entry.file_type().map_err(why)?.is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).map_err(why)?;
        }
    }
    Ok(())
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|why| format!("no loopback port is free: {why}"))?;
    Ok(listener.local_addr().map_err(|why| why.to_string())?.port())
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The name of the account this process runs as; the private server lets exactly this one in as its administrator.
fn whoami() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = Command::new("id").arg("-un").output().map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&name).trim().to_owned()
    })
}

fn as_root() -> bool {
    whoami() == "root"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_account_can_do_what_was_granted_and_nothing_else() {
        let database = MariaDb::shared().database();
        database.run("CREATE TABLE trail (seq BIGINT PRIMARY KEY); CREATE TABLE other (id BIGINT PRIMARY KEY)");
        assert!(database.run_as_app("SELECT 1").is_err(), "nothing is granted yet");
        database.grant("GRANT SELECT, INSERT ON `{database}`.trail TO {user};");
        assert_eq!(database.run_as_app("INSERT INTO trail VALUES (7); SELECT seq FROM trail"), Ok("7\n".into()));
        assert!(database.run_as_app("DELETE FROM trail").is_err());
        assert!(database.run_as_app("SELECT * FROM other").is_err());
        assert_ne!(database.name, MariaDb::shared().database().name);
    }

    #[test]
    fn a_server_that_was_killed_has_what_was_committed_when_it_is_started_again() {
        let server = MariaDb::start_durable().unwrap();
        let database = server.database();
        database.run("CREATE TABLE kept (n BIGINT PRIMARY KEY); INSERT INTO kept VALUES (7)");
        server.end("-KILL");
        assert!(server.run(None, "SELECT 1").is_err());
        server.start_again();
        assert_eq!(database.run("SELECT n FROM kept"), "7\n");
    }

    #[test]
    fn a_dropped_server_leaves_nothing_behind() {
        let server = MariaDb::start().unwrap();
        let folder = server.socket.parent().unwrap().to_owned();
        assert!(folder.join("data").is_dir());
        drop(server);
        assert!(!folder.exists());
    }
}
