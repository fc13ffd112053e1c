//! `cargo xtask`: sets the machine up, builds the browser's and the server's part, and runs things.
//!
//! Every command finds what is missing and installs it when run as root; otherwise it says in one line what to install.
//! What it makes lies below the target folder, `dist/` and `.demo/`, none of which is tracked.

// This program's whole purpose is to talk to the person at the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod browser;
mod checks;
mod css;
mod demo;
mod folders;
mod machine;
mod program;
mod sbom;
mod secrets;
mod site;
mod steps;
mod supply;
mod transfer;
mod wasm_target;

use clap::{Parser, Subcommand};

/// What went wrong, in words for the person at the terminal.
type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Failure> = std::result::Result<T, E>;

/// Builds, shows and tests Heliodesk.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Leaves one self-contained release program in `dist/heliodesk`, and prints what a browser has to load
    Build,
    /// Builds everything, fills an empty database with invented records and serves on http://localhost:3000
    Demo,
    /// Runs every test there is, the browser ones included
    Test {
        /// Runs the fault tests alone, in their long form: 200 kills, and of the other faults many more than usual
        #[arg(long, conflicts_with = "renew_pictures")]
        faults: bool,
        /// Afterwards, puts the pictures that the browser tests took where the README shows them
        #[arg(long)]
        renew_pictures: bool,
    },
    /// Builds the release program, measures it on invented records, and fails where it is worse than it must be
    Bench(bench::Bench),
    /// Builds only what the browser loads, for a look at `heliodesk` run by hand with `HELIODESK_SITE`
    Site {
        /// The cargo profile of the islands
        #[arg(long, default_value = "wasm-quick")]
        profile: String,
    },
    /// Builds the wasm32 standard library from Debian's rust-src into FOLDER, the way used where rustup reaches no server
    WasmTarget {
        /// Where `lib/rustlib/wasm32-unknown-unknown` is made
        #[arg(long)]
        into: std::path::PathBuf,
    },
}

fn main() -> std::process::ExitCode {
    let done = match Xtask::parse().task {
        Task::Build => program::release().map(|_| ()),
        Task::Demo => demo::run(),
        Task::Test { faults: true, .. } => checks::faults(),
        Task::Test { renew_pictures, .. } => checks::run().and_then(|()| match renew_pictures {
            true => checks::renew_pictures(),
            false => Ok(()),
        }),
        Task::Bench(bench) => bench.run(),
        Task::Site { profile } => site::build(&profile).map(|site| {
            site.print_sizes();
            println!("    HELIODESK_SITE={}", site.folder.display());
        }),
        Task::WasmTarget { into } => wasm_target::build_from_debian(&into),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            std::process::ExitCode::FAILURE
        }
    }
}
