//! The desk itself: what every request shares.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use tokio::sync::Notify;

use crate::{clock::Clock, db::Db, error::Result, keys::Keys};

/// What the desk must be told.
#[derive(Debug)]
pub struct Settings {
    /// `sqlite:…` or `mysql://…`.
    pub database_url: String,
    /// The keys for wrapping, search tokens and checkpoints.
    pub keys: Keys,
    /// The origin people browse, without a trailing slash: `https://desk.example`, `http://localhost:3000`.
    pub origin: String,
    /// Where checkpoints and hash tiles are published.
    pub checkpoint_dir: PathBuf,
    /// Reveals per person and day.
    pub reveal_cap: u32,
    /// Where days begin and nights are.
    pub time_zone: jiff::tz::TimeZone,
    /// Where times come from.
    pub clock: Clock,
}

/// A handle to the back end; cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    db: Db,
    settings: Settings,
    newest: AtomicI64,
    appended: Notify,
}

impl Desk {
    /// Opens the database, creates or updates its tables.
    ///
    /// # Errors
    /// When the database cannot be opened or brought up to date.
    pub async fn open(settings: Settings) -> Result<Self> {
        let db = Db::open(&settings.database_url).await?;
        Ok(Self(Arc::new(Shared { db, settings, newest: AtomicI64::new(0), appended: Notify::new() })))
    }

    /// Closes the connections after the work in hand.
    pub async fn close(&self) {
        self.0.db.close().await;
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Where times come from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.settings.clock
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.settings.keys
    }

    /// Tells whoever publishes checkpoints that there are entries up to `seq`.
    pub(crate) fn appended(&self, seq: i64) {
        self.0.newest.fetch_max(seq, Ordering::SeqCst);
        self.0.appended.notify_one();
    }

    /// Resolves when this process appended an entry since the last call.
    pub(crate) async fn wait_appended(&self) -> i64 {
        self.0.appended.notified().await;
        self.0.newest.load(Ordering::SeqCst)
    }
}
