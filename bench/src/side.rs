//! A company under load: its program, its people, and what was measured of it.

use crate::load::EDIT;
use crate::plan::Plan;
use crate::request;
use crate::wrk::{self, Measured};
use heliodesk_bench::served::Desk;
use heliodesk_bench::{Result, plain};
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Requests a person has at once of the functions that have a limit of their own, and gets back each second.
const WATCHED: f64 = 60.0;
const WATCHED_A_SECOND: f64 = 1.0;

/// One of the companies that are measured in turn.
pub struct Side<'a> {
    desk: &'a Desk,
    plan: &'a Plan<'a>,
    watched: Watched,
    /// How many share the requests that are sent.
    people: usize,
    /// Entries that were appended in a second, and by what, where that was most.
    pub append: (f64, String),
    /// What was measured.
    pub results: Vec<Measured>,
}

impl<'a> Side<'a> {
    /// Nothing is measured yet.
    pub fn new(desk: &'a Desk, plan: &'a Plan<'a>) -> Self {
        let watched = Watched { spent: 0.0, at: Instant::now() };
        Self { desk, plan, watched, people: 0, append: Default::default(), results: Vec::new() }
    }

    /// Makes ready to measure and warms up.
    ///
    /// # Errors
    /// When something is refused or does not run.
    pub fn prepare(&mut self, name: &str, connections: u32) -> Result<()> {
        let requests = self.plan.requests(name)?;
        self.people = requests.len();
        fs::write(self.file(), request::lua(&requests))?;
        self.load(name, connections, 1).map(|_| ())
    }

    /// Measures what was made ready, and keeps what appended most entries in a second.
    ///
    /// # Errors
    /// When something is refused or does not run.
    pub fn measure(&mut self, name: &str, connections: u32, seconds: u32) -> Result<Measured> {
        // What was changed so far has another version now.
        if name == EDIT {
            fs::write(self.file(), request::lua(&self.plan.requests(name)?))?;
        }
        let before = entries(self.desk)?;
        let measured = self.load(name, connections, seconds)?;
        // Each is durable before it is answered.
        let appended = (entries(self.desk)? - before) as f64 / measured.requests.max(1) as f64 * measured.requests_s;
        if appended > self.append.0 {
            self.append = (appended.round(), format!("{name} at {connections}"));
        }
        Ok(measured)
    }

    fn load(&mut self, name: &str, connections: u32, seconds: u32) -> Result<Measured> {
        let limited = name == "reveal" || name.starts_with("search");
        if limited {
            self.watched.refill();
        }
        let url = format!("http://{}", self.desk.place.0);
        let measured = wrk::measure(name, &url, &self.file(), connections, seconds)?;
        if limited {
            self.watched.spent += measured.requests as f64 / self.people.max(1) as f64 + 1.0;
        }
        Ok(measured)
    }

    /// The requests that are sent.
    pub fn file(&self) -> PathBuf {
        self.desk.folder.join("plan.lua")
    }
}

/// How many entries the trail has.
///
/// # Errors
/// When the database cannot be read.
pub fn entries(desk: &Desk) -> Result<u64> {
    crate::runtime()?.block_on(plain::size(&desk.database()))
}

/// What each person has used up of what they may ask for, of functions with a limit of their own.
struct Watched {
    spent: f64,
    at: Instant,
}

impl Watched {
    /// Waits until everybody has two thirds of it again.
    fn refill(&mut self) {
        self.spent = (self.spent - self.at.elapsed().as_secs_f64() * WATCHED_A_SECOND).max(0.0);
        let wait = (self.spent - WATCHED / 3.0).max(0.0) / WATCHED_A_SECOND;
        sleep(Duration::from_secs_f64(wait));
        self.spent -= wait * WATCHED_A_SECOND;
        self.at = Instant::now();
    }
}
