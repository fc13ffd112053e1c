//! `heliodesk demo`: a company to try things on.

use clap::Args;
use heliodesk_desk::demo;

use super::say;
use crate::{failure::Failure, opening, progress::Progress, settings::Settings};

/// Fills the database with invented people, customers and orders: always the same ones, and only those that are missing.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many customers there shall be.
    #[arg(long, value_name = "N")]
    customers: u64,
}

impl Demo {
    /// Fills the database and publishes a checkpoint over it.
    ///
    /// # Errors
    /// What could not be written; run again, it goes on where it stopped.
    pub async fn run(self, settings: &Settings) -> Result<(), Failure> {
        let desk = opening::checked(settings).await?;
        let mut progress = Progress::of("customers");
        let filled = demo::fill(&desk.server_command(), self.customers, |done, whole| progress.show(done, whole)).await;
        drop(progress);
        let published = desk.publish_now().await;
        desk.close().await;
        filled?;
        let newest = published?;
        say(format!(
            "{} customers are there; {} entries on the trail",
            self.customers,
            newest.map_or(0, |it| it.size())
        ))
    }
}
