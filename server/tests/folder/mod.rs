//! The program from outside: a folder with its settings, its commands, a running server.

use std::{
    fs,
    io::{BufRead as _, BufReader, pipe},
    path::PathBuf,
    process::{Child, Command, Output},
    sync::atomic::{AtomicU32, Ordering},
    thread::{JoinHandle, spawn},
};

/// A folder of its own for each test, gone with it.
pub struct Folder {
    path: PathBuf,
    /// The database it is about: a SQLite file in it, unless told otherwise.
    pub database_url: String,
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("heliodesk-program-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self { database_url: format!("sqlite:{}", path.join("desk.db").display()), path }
    }

    /// A folder with keys.
    pub fn with_keys() -> Self {
        let folder = Self::new();
        assert_eq!(folder.run(&["keys", "init"]).status.code(), Some(0));
        folder
    }

    /// The program with good settings of this folder, without anything of the machine's environment.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_heliodesk"));
        program.args(arguments).current_dir(&self.path).env_clear();
        program.envs([
            ("HELIODESK_DATABASE_URL", self.database_url.as_str()),
            ("HELIODESK_ORIGIN", "http://localhost:3000"),
            ("HELIODESK_ADDR", "127.0.0.1:0"),
            ("HELIODESK_KEY_FILE", "keys"),
            ("HELIODESK_CHECKPOINT_DIR", "checkpoints"),
        ]);
        program
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().expect("runs")
    }

    /// Something in this folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// A running server, ended when the test is over.
pub struct Server {
    child: Child,
    log: Option<JoinHandle<Vec<String>>>,
    /// `IP:PORT`.
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts `serve` with the settings of this folder, saying all it ever says, and waits until it does.
    pub fn start(folder: &Folder) -> Self {
        // A free port, taken and given back: the listener is told which.
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("binds").local_addr().expect("an address");
        let mut program = folder.program(&["serve"]);
        program.env("HELIODESK_ADDR", free.to_string()).env("HELIODESK_LOG", "trace");
        let (log, said) = pipe().expect("a pipe");
        let child = program.stdout(said.try_clone().expect("a second end")).stderr(said).spawn().expect("starts");
        // Whoever holds an end of the pipe keeps the log open: only the server may.
        drop(program);
        let mut lines = BufReader::new(log).lines();
        let mut said: Vec<String> = Vec::new();
        while !said.last().is_some_and(|line| line.contains("\"serving\"")) {
            let line = lines.next().unwrap_or_else(|| panic!("it ended without serving: {said:?}"));
            said.push(line.expect("text"));
        }
        // Somebody must read on: a full pipe would hold the server up.
        let log = spawn(move || said.into_iter().chain(lines.map(|line| line.expect("text"))).collect());
        Self { child, log: Some(log), address: free.to_string() }
    }

    /// Tells it to stop, as an operator does.
    pub fn tell_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("told");
        assert!(told.success());
    }

    /// Waits for its end, which is a good one; answers what it logged.
    pub fn end(mut self) -> Vec<String> {
        assert_eq!(self.child.wait().expect("ends").code(), Some(0));
        self.log.take().expect("its log").join().expect("reads")
    }
}
