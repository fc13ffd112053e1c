//! The desk itself: what every request shares.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use tokio::sync::Notify;

use crate::{
    clock::{Clock, SECOND},
    db::Db,
    error::{Error, Result},
    keys::Keys,
    vault::Vault,
};

/// How long after a checkpoint that somebody's look at an entry asked for none is published for the next look.
const PAUSE: i64 = 5 * SECOND;

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
    vault: Vault,
    settings: Settings,
    newest: AtomicI64,
    /// When a look at an entry last asked for a checkpoint.
    asked: AtomicI64,
    appended: Notify,
}

impl Desk {
    /// Opens the database, creates or updates its tables, and checks that the keys are the ones it was begun with.
    ///
    /// # Errors
    /// When the database cannot be opened or brought up to date, or was begun with another key file.
    pub async fn open(settings: Settings) -> Result<Self> {
        let db = Db::open(&settings.database_url, &settings.clock).await?;
        let vault = Vault::new(&settings.keys);
        check_keys(&db, vault.check()).await?;
        let (newest, asked) = (AtomicI64::new(0), AtomicI64::new(i64::MIN));
        Ok(Self(Arc::new(Shared { db, vault, settings, newest, asked, appended: Notify::new() })))
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

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.settings.keys
    }

    /// Tells whoever publishes checkpoints that there are entries up to `seq`.
    pub(crate) fn appended(&self, seq: i64) {
        self.0.newest.fetch_max(seq, Ordering::SeqCst);
        self.0.appended.notify_one();
    }

    /// Whether a look at an entry may have a checkpoint published now, out of turn.
    pub(crate) fn may_publish(&self) -> bool {
        let now = self.clock().now();
        let late = |asked: i64| (!(0..PAUSE).contains(&now.saturating_sub(asked))).then_some(now);
        self.0.asked.fetch_update(Ordering::SeqCst, Ordering::SeqCst, late).is_ok()
    }

    /// Resolves when this process appended an entry since the last call.
    pub(crate) async fn wait_appended(&self) -> i64 {
        self.0.appended.notified().await;
        self.0.newest.load(Ordering::SeqCst)
    }
}

/// Compares the keys with those of the first start; at the first start, notes them.
async fn check_keys(db: &Db, check: &str) -> Result<()> {
    let read = || async {
        sqlx::query_scalar::<_, String>("SELECT value FROM key_check WHERE id = 1").fetch_optional(db.read()).await
    };
    if read().await?.is_none() {
        let mut tx = db.scratch().await?;
        let first = sqlx::query("INSERT INTO key_check (id, value) VALUES (1, ?)").bind(check).execute(&mut *tx).await;
        match first.map_err(Error::from) {
            Ok(_) => tx.commit().await?,
            // Another process started first; what it noted is compared below.
            Err(error) if error.is_duplicate() => drop(tx),
            Err(error) => return Err(error),
        }
    }
    let noted = read().await?;
    if noted.as_deref() == Some(check) {
        Ok(())
    } else {
        Err(Error::broken("HELIODESK_KEY_FILE: this is not the key file that the database was begun with"))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Desk, Error, keys::Keys, testing};

    #[tokio::test]
    async fn a_database_opens_with_the_keys_it_was_begun_with_and_no_others() {
        for bed in testing::both().await {
            let same = testing::settings(&bed.folder, bed.url());
            assert!(Desk::open(same).await.is_ok());
            let other = crate::Settings { keys: Keys::generate(), ..testing::settings(&bed.folder, bed.url()) };
            let refused = Desk::open(other).await.expect_err("another key file");
            assert!(matches!(refused, Error::Broken(why) if why.contains("HELIODESK_KEY_FILE")));
        }
    }
}
