//! What `cargo xtask bench` runs: a load on the release program as its people would cause it.
//!
//! ```text
//! served   the program, its folder and its process
//! people   everybody is invited, enrols and signs in, with passkeys in software
//! side     one of the companies that are measured in turn
//! plan     the requests of each measurement, shared out over the people
//! rounds   the middle of what was measured in turn
//! wrk      sends them, from the other core
//! host     what it leaves to this machine, and the wait for a quiet moment
//! edits    how many of them share a commit
//! trail    how fast the trail is verified
//! floors   what the customer list costs at least, measured beside it
//! ```

// This program's whole purpose is to tell figures to the person at the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod edits;
mod floors;
mod host;
mod load;
mod plan;
mod request;
mod rounds;
mod side;
mod trail;
mod wrk;

use clap::{Args, Parser, ValueEnum};
use heliodesk_bench::{
    Result, floor, plain,
    print::Frame,
    served::{Desk, SERVER_CORE},
};
use mimalloc::MiMalloc;
use std::path::PathBuf;

/// The program's own, so that a floor is none for its allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures a program on records that are there.
#[derive(Debug, Parser)]
enum Bench {
    /// Everything under load
    Measure(Measure),
    /// Serves a floor until it is killed
    Floor(Floor),
    /// Reads and hashes a trail, and says how many entries there are
    Plain {
        /// The database that is read
        #[arg(long)]
        database: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Measure {
    /// The program to measure
    #[arg(long)]
    program: PathBuf,
    /// The folder with heliodesk.db, keys and checkpoints; it is changed by what is measured
    #[arg(long)]
    folder: PathBuf,
    /// How many customers there are
    #[arg(long)]
    customers: u64,
    /// How many people share the load: one may ask 600 times a minute, of that 60 times for a search or a reveal, and
    /// search 240 times an hour
    #[arg(long, default_value_t = 1000)]
    people: usize,
    /// How long each measurement takes, in seconds
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// The folder of a smaller company; each measurement under load is taken of both in turn, five times
    #[arg(long)]
    beside: Option<PathBuf>,
    /// Only this
    #[arg(long)]
    only: Option<Only>,
    /// Of the load, only the measurement of this name, as for a look with a profiler
    #[arg(long)]
    name: Option<String>,
    /// Where the figures are written
    #[arg(long)]
    json: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    Load,
    Trail,
}

#[derive(Debug, Args)]
struct Floor {
    /// Where it listens
    #[arg(long)]
    address: std::net::SocketAddr,
    /// The database that is read
    #[arg(long)]
    database: PathBuf,
    /// A page of the product, whose frame is printed around the rows
    #[arg(long)]
    page: PathBuf,
    /// The file in which each view is a durable row
    #[arg(long)]
    durable: Option<PathBuf>,
}

fn main() -> std::process::ExitCode {
    match run(&Bench::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Measure(asked) => {
            let desk = Desk::new(&asked.program, asked.folder.clone())?.on_core(SERVER_CORE);
            let mut report = serde_json::json!({});
            if asked.only != Some(Only::Load) {
                report["trail"] = trail::run(&desk)?;
            }
            if asked.only != Some(Only::Trail) {
                report["load"] = load::run(&desk, asked)?;
            }
            Ok(std::fs::write(&asked.json, serde_json::to_string_pretty(&report)?)?)
        }
        Bench::Floor(asked) => {
            let frame = Frame::of(&std::fs::read_to_string(&asked.page)?)?;
            runtime()?.block_on(async {
                let listener = tokio::net::TcpListener::bind(asked.address).await?;
                floor::serve(listener, &asked.database, frame, asked.durable.as_deref()).await
            })
        }
        Bench::Plain { database } => {
            let (entries, digest) = runtime()?.block_on(plain::read(database))?;
            println!("{entries} {digest}");
            Ok(())
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
