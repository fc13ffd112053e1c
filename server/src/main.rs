//! The program `heliodesk`: reads the command line and does what it says.

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;
use heliodesk_server::commands::Cli;

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
