//! `heliodesk import`: customers and orders from the company's app.

use std::{fs::File, io::BufReader, path::PathBuf};

use clap::Args;
use heliodesk_desk::import;

use super::say;
use crate::{failure::Failure, opening, progress::Progress, settings::Settings};

/// Reads JSON Lines, one customer a line. Repeatable: what is so already is left alone.
/// A bad line is named, and then nothing of the file is written.
#[derive(Debug, Args)]
pub struct Import {
    /// The file.
    #[arg(long)]
    file: PathBuf,
}

impl Import {
    /// Imports the file and publishes a checkpoint over it.
    ///
    /// # Errors
    /// The first bad line; what could not be read or written.
    pub async fn run(self, settings: &Settings) -> Result<(), Failure> {
        let file = File::open(&self.file).map_err(|e| Failure::failed(format!("{}: {e}", self.file.display())))?;
        let desk = opening::checked(settings).await?;
        let mut progress = Progress::of("import");
        let imported =
            import::run(&desk.server_command(), BufReader::new(file), |done, whole| progress.show(done, whole)).await;
        drop(progress);
        let published = desk.publish_now().await;
        desk.close().await;
        let counts = imported.map_err(|why| Failure::failed(why.to_string()))?;
        published?;
        say(format!("{} new, {} changed, {} unchanged", counts.new, counts.changed, counts.unchanged))
    }
}
