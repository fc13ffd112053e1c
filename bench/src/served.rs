//! The program that is measured: its folder, its commands, and one process of it that serves.

use crate::Result;
use crate::http::{HOST, Place};
use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The core that serves; the load comes from the other one.
pub const SERVER_CORE: &str = "0";

/// A program and the folder its records are in: `heliodesk.db`, `keys`, `checkpoints`.
#[derive(Debug)]
pub struct Desk {
    program: PathBuf,
    core: Option<&'static str>,
    /// Where its records are.
    pub folder: PathBuf,
    /// Where it serves.
    pub place: Place,
    /// The database it is about: `heliodesk.db` in its folder, unless told otherwise.
    pub database_url: String,
    /// What else is set for its processes.
    pub set: Vec<(&'static str, OsString)>,
}

/// A process that serves until this is dropped.
#[derive(Debug)]
pub struct Serving {
    process: Child,
    /// From the start of the process to the first page.
    pub started_in: Duration,
}

impl Desk {
    /// `program` on the records of `folder`, at a free port.
    ///
    /// # Errors
    /// When no port is free.
    pub fn new(program: &Path, folder: PathBuf) -> Result<Self> {
        let place = free_place().ok_or("no port is free")?;
        let database_url = format!("sqlite:{}", folder.join("heliodesk.db").display());
        Ok(Self { program: program.to_owned(), folder, place, database_url, core: None, set: Vec::new() })
    }

    /// The same, with all its processes on one core.
    #[must_use]
    pub fn on_core(self, core: &'static str) -> Self {
        Self { core: Some(core), ..self }
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("heliodesk.db")
    }

    /// A command of the program, set as an operator behind a proxy on this machine would: so each of the many people
    /// has an address. The cap on reveals is above what a measurement asks for; every other limit is the product's own.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = match self.core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", core]).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.args(words).stdin(Stdio::null());
        // Whatever the person has set is for another heliodesk.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HELIODESK_")) {
            command.env_remove(name);
        }
        command.env("HELIODESK_DATABASE_URL", &self.database_url);
        command.env("HELIODESK_KEY_FILE", self.folder.join("keys"));
        command.env("HELIODESK_CHECKPOINT_DIR", self.folder.join("checkpoints"));
        command.env("HELIODESK_ORIGIN", format!("http://{HOST}"));
        command.env("HELIODESK_ADDR", self.place.0.to_string()).env("HELIODESK_TRUSTED_PROXIES", "127.0.0.1");
        command.env("HELIODESK_REVEAL_CAP", "1000000").env("HELIODESK_LOG", "warn");
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command and answers what it printed.
    ///
    /// # Errors
    /// With what it said, when it fails.
    pub fn run(&self, words: &[&str]) -> Result<String> {
        let output = self.command(words).output()?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() {
            return Ok(said(&output.stdout));
        }
        Err(format!("`heliodesk {}` failed: {}", words.join(" "), said(&output.stderr)).into())
    }

    /// Starts serving and waits for the first page.
    ///
    /// # Errors
    /// When it does not serve within a minute.
    pub fn serve(&self) -> Result<Serving> {
        self.serve_with(|_| {})
    }

    /// As [`Desk::serve`], with something else set.
    ///
    /// # Errors
    /// As [`Desk::serve`].
    pub fn serve_with(&self, set: impl FnOnce(&mut Command)) -> Result<Serving> {
        let mut command = self.command(&["serve"]);
        command.stdout(Stdio::null());
        set(&mut command);
        let began = Instant::now();
        let mut serving = Serving { process: command.spawn()?, started_in: Duration::ZERO };
        while !self.place.send("GET", "/sign-in", &[], "").is_ok_and(|answer| answer.status == 200) {
            if began.elapsed() > Duration::from_secs(60) || serving.process.try_wait()?.is_some() {
                return Err("the program does not serve".into());
            }
            sleep(Duration::from_millis(1));
        }
        serving.started_in = began.elapsed();
        Ok(serving)
    }
}

/// A port below those that the system gives to clients: while the program is started again, nobody is given it.
fn free_place() -> Option<Place> {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id() % 20_000;
    let next = || u32::from(TRIED.fetch_add(1, Ordering::Relaxed));
    let port = |_| u16::try_from(10_000 + (first + next()) % 20_000).ok();
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).ok()?.local_addr().ok();
    (0..1000).filter_map(port).find_map(free).map(Place)
}

impl Serving {
    /// Memory of the process that is resident now, in bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes: u64 = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).ok_or("no VmRSS")?;
        Ok(kilobytes * 1024)
    }

    /// Stops it as an operator would: requests in hand are finished, and a checkpoint is published.
    ///
    /// # Errors
    /// When it ends with an error.
    pub fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").arg(self.process.id().to_string()).status()?;
        let ended = self.process.wait()?;
        if told.success() && ended.success() { Ok(()) } else { Err(format!("the program ended with {ended}").into()) }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
