//! `cargo xtask bench`: the release program measured on this machine, and refused where it is worse than it must be.

mod lighthouse;
mod load;
mod parts;

use crate::{Result, machine, program, steps};
use clap::{Args, ValueEnum};
use load::Seed;
use std::fs;
use std::path::PathBuf;

/// Customers of the company whose pages Lighthouse looks at: more of them change no page.
const SHOWN: u64 = 2000;

/// What to measure, on how much, and where to write it.
#[derive(Args)]
pub struct Bench {
    /// How many invented customers the database holds
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    customers: u64,
    /// How many entries its trail holds
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    entries: u64,
    /// Takes the records of this folder (heliodesk.db, keys, checkpoints) instead of inventing them; they stay as they are
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// How long the program is loaded for each figure
    #[arg(long, default_value_t = 3, value_name = "SECONDS")]
    seconds: u32,
    /// Also writes everything measured to FILE
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measures the load of these records of a smaller company too, in turn, five times each, and compares
    #[arg(long, value_name = "FOLDER")]
    beside: Option<PathBuf>,
    /// Only this measurement
    #[arg(long, value_name = "NAME")]
    only: Option<Measurement>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// Accessibility, best practices and performance of the pages people sit in front of
    Lighthouse,
    /// Requests a second and how long they take, at 1, 8 and 32 connections
    Load,
    /// How fast the trail is verified
    Trail,
    /// Sealing, masks, tokens, appending to the tree, rendering a page of fifty customers, each alone
    Parts,
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
            "entries": self.entries,
        });
        let mut faults = Vec::new();
        let wanted = |one| self.only.is_none_or(|only| only == one);
        if wanted(Measurement::Load) || wanted(Measurement::Trail) {
            let (folder, beside) = (self.folder.as_deref(), self.beside.as_deref());
            let seed = Seed { customers: self.customers, entries: self.entries, folder, beside };
            let only = self.only.map(|only| if only == Measurement::Load { "load" } else { "trail" });
            let mut found = load::run(&program, &seed, self.seconds, only)?;
            for part in ["load", "trail"] {
                let short = found[part]["short"].as_array().into_iter().flatten().filter_map(|line| line.as_str());
                faults.extend(short.map(str::to_owned));
            }
            // What the load found stands beside the commit and the machine.
            if let (Some(all), Some(load)) = (report.as_object_mut(), found["load"].as_object_mut()) {
                all.append(load);
            }
            report["trail"] = found["trail"].take();
            // As many as there are: a folder may hold others than were asked for.
            let counted = [&report["database"]["entries"], &report["trail"]["entries"]];
            let counted = counted.into_iter().find(|entries| entries.is_number()).cloned();
            report["entries"] = counted.unwrap_or_else(|| self.entries.into());
        }
        if wanted(Measurement::Parts) {
            report["parts"] = steps::timed("the small parts", parts::run)?;
        }
        if wanted(Measurement::Lighthouse) {
            let pages = steps::timed("Lighthouse, three runs a page", || lighthouse::run(&program, SHOWN))?;
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
