//! `heliodesk trail`: verify, export and publish the audit trail.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use heliodesk_desk::trail::{self, Report, VerifierKey};

use super::say;
use crate::{
    failure::{FAILED, Failure},
    opening,
    progress::Progress,
    settings::Settings,
};

/// What to do with the trail.
#[derive(Debug, Subcommand)]
pub enum Trail {
    /// Check the live database; or, away from the app, an export or one entry's proof. Exit status 1: something is wrong.
    Verify(Verify),
    /// Write all entries, with what proves them, into an empty folder. The export is an entry itself.
    Export(Export),
    /// Publish a checkpoint over everything recorded so far, and print it.
    Checkpoint,
}

/// What to verify; the live database unless told otherwise.
#[derive(Debug, Args)]
pub struct Verify {
    /// The folder of an export; needs neither database nor keys.
    #[arg(long, value_name = "DIR", requires = "key", conflicts_with = "proof")]
    export: Option<PathBuf>,
    /// A downloaded proof of one entry; needs neither database nor keys.
    #[arg(long, value_name = "FILE", requires = "key")]
    proof: Option<PathBuf>,
    /// The verifier key, as `keys public` prints it; not the one of the export itself, but one you were given.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A checkpoint you kept elsewhere, to see whether the end of the export is cut off.
    #[arg(long, value_name = "FILE", requires = "export")]
    checkpoint: Option<PathBuf>,
}

/// Where to export to.
#[derive(Debug, Args)]
pub struct Export {
    /// The folder, empty or absent.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Trail {
    /// Does it.
    ///
    /// # Errors
    /// What could not be opened, read or written.
    pub async fn run(self, settings: &Settings) -> Result<ExitCode, Failure> {
        match self {
            Self::Verify(Verify { export: Some(export), key: Some(key), checkpoint, .. }) => {
                verify_export(&export, &key, checkpoint.as_deref())
            }
            Self::Verify(Verify { proof: Some(proof), key: Some(key), .. }) => verify_proof(&proof, &key),
            Self::Verify(_) => verify(settings).await,
            Self::Export(to) => export(settings, &to.out).await,
            Self::Checkpoint => checkpoint(settings).await,
        }
    }
}

/// The live database. It is opened without the check of start-up, which would stop before anything could be named.
async fn verify(settings: &Settings) -> Result<ExitCode, Failure> {
    let desk = opening::desk(settings).await?;
    let mut progress = Progress::of("verify");
    let report = desk.verify_trail(|done, whole| progress.show(done, whole)).await;
    drop(progress);
    desk.close().await;
    told(&report?)
}

fn verify_export(folder: &Path, key: &Path, checkpoint: Option<&Path>) -> Result<ExitCode, Failure> {
    let key = verifier_key(key)?;
    let newer = checkpoint.map(|path| {
        let opened = key.open(&text(path)?);
        opened.map_err(|why| Failure::failed(format!("{} is no checkpoint to compare with: {why}", path.display())))
    });
    let newer = newer.transpose()?;
    let mut progress = Progress::of("verify");
    let report = trail::verify_export(folder, &key, newer.as_ref(), |done, whole| progress.show(done, whole));
    drop(progress);
    told(&report.map_err(Failure::failed)?)
}

fn verify_proof(proof: &Path, key: &Path) -> Result<ExitCode, Failure> {
    match trail::verify_proof(&text(proof)?, &verifier_key(key)?) {
        Ok(proven) => {
            say(format!("entry {} is in the tree of {} entries that was signed", proven.seq(), proven.size))?;
            say(format!("at: {}", jiff::Timestamp::from_millisecond(proven.at()).unwrap_or_default()))?;
            for (name, value) in proven.columns() {
                // Text of an entry is data: a line feed or an escape sequence in it must not reach the terminal.
                say(format!("{name}: {}", value.escape_debug()))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            say(format!("WRONG: {why}"))?;
            Ok(ExitCode::from(FAILED))
        }
    }
}

async fn export(settings: &Settings, out: &Path) -> Result<ExitCode, Failure> {
    let desk = opening::desk(settings).await?;
    let mut progress = Progress::of("export");
    let done = trail::export(&desk.server_command(), out, |done, whole| progress.show(done, whole)).await;
    drop(progress);
    desk.close().await;
    let done = done?;
    say(format!("{}: entries 1 to {}", out.display(), done.entries))?;
    let Some(why) = done.contradiction else { return Ok(ExitCode::SUCCESS) };
    // The export is whole as evidence, yet nobody may take it for a healthy one.
    say(format!("WRONG: {why}"))?;
    Ok(ExitCode::from(FAILED))
}

async fn checkpoint(settings: &Settings) -> Result<ExitCode, Failure> {
    let desk = opening::desk(settings).await?;
    let published = desk.publish_now().await;
    desk.close().await;
    match published? {
        Some(checkpoint) => say(checkpoint.text().trim_end())?,
        None => say("there are no entries yet, so there is nothing to sign")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a report; the exit status says it too.
fn told(report: &Report) -> Result<ExitCode, Failure> {
    say(report)?;
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn verifier_key(path: &Path) -> Result<VerifierKey, Failure> {
    let wrong = |why| Failure::failed(format!("{}: {why}", path.display()));
    VerifierKey::parse(&text(path)?).map_err(wrong)
}

fn text(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|e| Failure::failed(format!("{}: {e}", path.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
