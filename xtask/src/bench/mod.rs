//! `cargo xtask bench`: the release program measured on this machine, and refused where it is worse than it must be.

mod lighthouse;

use crate::{Result, machine, program, steps};
use clap::{Args, ValueEnum};
use std::fs;
use std::path::PathBuf;

/// What to measure, on how much, and where to write it.
#[derive(Args)]
pub struct Bench {
    /// How many invented customers the database holds
    #[arg(long, default_value_t = 2000, value_name = "N")]
    customers: u64,
    /// Also writes everything measured to FILE
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only this measurement
    #[arg(long, value_name = "NAME")]
    only: Option<Measurement>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// Accessibility, best practices and performance of the pages people sit in front of
    Lighthouse,
}

impl Bench {
    /// Builds the release program, measures it, prints what was found and writes it down.
    ///
    /// # Errors
    /// When something cannot be built or run, or is worse than it must be.
    pub fn run(&self) -> Result<()> {
        machine::ensure_for_bench()?;
        let program = program::release()?;
        let mut report = serde_json::json!({
            "commit": commit()?,
            "machine": machine::described(),
            "customers": self.customers,
        });
        let mut faults = Vec::new();
        if self.only.is_none_or(|only| only == Measurement::Lighthouse) {
            let pages = steps::timed("Lighthouse, three runs a page", || lighthouse::run(&program, self.customers))?;
            faults.extend(lighthouse::judge(&pages)?);
            report["lighthouse"] = pages;
        }
        if let Some(file) = &self.json {
            fs::write(file, serde_json::to_string_pretty(&report)?)?;
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
    }
}

/// What is measured: the commit, with a sign when files differ from it.
fn commit() -> Result<String> {
    let mut git = std::process::Command::new("git");
    steps::read(git.args(["describe", "--always", "--dirty", "--abbrev=12"]).current_dir(crate::folders::root()))
}
