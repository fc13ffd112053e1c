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
    /// What was measured.
    pub results: Vec<Measured>,
}

impl<'a> Side<'a> {
    /// Nothing is measured yet.
    pub fn new(desk: &'a Desk, plan: &'a Plan<'a>) -> Self {
        Self { desk, plan, watched: Watched { spent: 0.0, at: Instant::now() }, results: Vec::new() }
    }

    /// Warms up and measures; answers also how many entries were appended in a second.
    ///
    /// # Errors
    /// When something is refused or does not run.
    pub fn measure(&mut self, name: &str, connections: u32, seconds: u32) -> Result<(Measured, f64)> {
        let limited = name == "reveal" || name.starts_with("search");
        if limited {
            self.watched.refill();
        }
        let requests = self.plan.requests(name)?;
        fs::write(self.file(), request::lua(&requests))?;
        let warm = self.again(name, connections, 1)?;
        // What was changed while it was warmed up has another version now.
        if name == EDIT {
            fs::write(self.file(), request::lua(&self.plan.requests(name)?))?;
        }
        let before = entries(self.desk)?;
        let measured = self.again(name, connections, seconds)?;
        // Each is durable before it is answered.
        let appended = (entries(self.desk)? - before) as f64 / measured.requests.max(1) as f64 * measured.requests_s;
        if limited {
            self.watched.spent += (warm.requests + measured.requests) as f64 / requests.len() as f64 + 2.0;
        }
        Ok((measured, appended))
    }

    /// Measures once more what was measured last.
    ///
    /// # Errors
    /// When wrk does not run.
    pub fn again(&self, name: &str, connections: u32, seconds: u32) -> Result<Measured> {
        wrk::measure(name, &format!("http://{}", self.desk.place.0), &self.file(), connections, seconds)
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
