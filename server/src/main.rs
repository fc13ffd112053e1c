//! The program `heliodesk`: reads the command line and does what it says.

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;
use heliodesk_server::commands::Cli;
use mimalloc::MiMalloc;

/// A page is made of thousands of small texts; the system's allocator took a third of the time of one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(status) => status,
        Err(failure) => {
            // Nobody may be listening any more; the exit status says it too.
            let _ = writeln!(std::io::stderr(), "heliodesk: {}", failure.line());
            ExitCode::from(failure.status)
        }
    }
}
