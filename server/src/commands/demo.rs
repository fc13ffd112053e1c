//! `heliodesk demo`: a company to try things on.

use clap::Args;
use heliodesk_desk::{
    clock::Clock,
    demo::{self, Wanted},
    recount::recount,
};

use super::say;
use crate::{failure::Failure, opening, progress::Progress, settings::Settings};

/// Fills the database with invented people, customers and orders: always the same ones, and only those that are missing.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many customers there shall be.
    #[arg(long, value_name = "N")]
    customers: u64,
    /// How many entries the trail shall have: of four months in which the people worked with the customers.
    #[arg(long, value_name = "N", default_value_t = 0)]
    entries: u64,
}

impl Demo {
    /// Fills the database and publishes a checkpoint over it.
    ///
    /// # Errors
    /// What could not be written; run again, it goes on where it stopped.
    pub async fn run(self, settings: &Settings) -> Result<(), Failure> {
        // A past is told by a clock that can be set back.
        let clock = if self.entries == 0 { Clock::System } else { Clock::at(Clock::System.now()) };
        let desk = opening::checked_at(settings, clock).await?;
        let wanted = Wanted { customers: self.customers, entries: self.entries };
        let mut progress: Option<(&str, Progress)> = None;
        let filled = demo::fill(&desk.server_command(), wanted, |what, done, whole| {
            let shown = progress.take().filter(|(of, _)| *of == what).map(|(_, shown)| shown);
            let mut shown = shown.unwrap_or_else(|| Progress::of(what));
            shown.show(done, whole);
            progress = Some((what, shown));
        })
        .await;
        drop(progress);
        let published = desk.publish_now().await;
        let recounted = match filled {
            Ok(()) => recount(&desk.server_command()).await,
            Err(error) => Err(error),
        };
        desk.close().await;
        let recounted = recounted?;
        let entries = published?.map_or(0, |it| it.size());
        say(format!("{} customers are there; {entries} entries on the trail\n{recounted}", self.customers))?;
        if recounted.wrong.is_empty() {
            Ok(())
        } else {
            Err(Failure::failed("running totals differ from the rows that they count"))
        }
    }
}
