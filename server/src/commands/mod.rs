//! The command line: one file per command.

use std::{
    fmt::Display,
    io::{ErrorKind, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::{
    failure::Failure,
    settings::{self, Settings},
};

mod demo;
mod import;
mod keys;
mod policy;
mod serve;
mod staff;
mod trail;

/// The internal admin and support console: web server and commands.
#[derive(Debug, Parser)]
#[command(name = "heliodesk", version, after_help = settings::help(), arg_required_else_help = true)]
pub struct Cli {
    /// A TOML file with settings.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console until SIGTERM or SIGINT.
    Serve(serve::Serve),
    /// Fill the database with invented records, to try things on.
    Demo(demo::Demo),
    /// Take customers and orders in from the company's app.
    Import(import::Import),
    /// Invite the people who sign in.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Make, show and check the keys.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Verify, export and publish the audit trail.
    #[command(subcommand)]
    Trail(trail::Trail),
    /// Print who may do what: every function and page.
    Policy(policy::Policy),
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// Why it was not done.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let settings = Settings::load(self.config.as_deref())?;
        match self.command {
            Command::Serve(serve) => wait(serve.run(&settings)).map(done),
            Command::Demo(demo) => wait(demo.run(&settings)).map(done),
            Command::Import(import) => wait(import.run(&settings)).map(done),
            Command::Staff(staff) => wait(staff.run(&settings)).map(done),
            Command::Trail(trail) => wait(trail.run(&settings)),
            Command::Keys(keys) => keys.run(&settings).map(done),
            Command::Policy(policy) => policy.run().map(done),
        }
    }
}

/// The exit status of a command that either succeeds or fails.
fn done(_: ()) -> ExitCode {
    ExitCode::SUCCESS
}

/// Runs a command's work to its end.
fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Prints one line. A reader that went away (`| head`) is no failure.
fn say(line: impl Display) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}
