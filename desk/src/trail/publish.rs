//! Publishes checkpoints and hash tiles, and compares the tree with what was published before.
//!
//! The order of effects is the design: entries are durable first, then tiles, then the checkpoint over them. Whatever is
//! signed can be proven, and nothing signed is ever taken back (I4).

use std::{io, time::Duration};

use sqlx::AnyConnection;
use tlog_tiles::stored_hash_count;
use tokio::task::spawn_blocking;

use super::{
    folder::{self, Folder},
    hashes,
    note::{Checkpoint, VerifierKey},
};
use crate::{
    desk::Desk,
    error::{Error, Result},
};

/// How long the first entry of a burst waits for the others: one checkpoint covers them all.
const BURST: Duration = Duration::from_secs(10);
/// How often to look for entries of other processes, which tell this one nothing.
const LOOK: Duration = Duration::from_secs(45);

/// Tiles that are computed before they are written.
const TILES: usize = 512;

/// How far the trail and its tree go, as one statement saw it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    /// What the head row says.
    pub(crate) size: i64,
    /// The smallest number of an entry; 1 without entries.
    pub(crate) first: i64,
    /// The largest number of an entry; 0 without entries.
    pub(crate) last: i64,
    /// The largest index of a stored hash; -1 without hashes.
    pub(crate) hashes: i64,
}

impl Head {
    pub(crate) async fn read(conn: &mut AnyConnection) -> Result<Self> {
        let row: Option<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT h.size, (SELECT COALESCE(MIN(seq), 1) FROM trail), (SELECT COALESCE(MAX(seq), 0) FROM trail), \
             (SELECT COALESCE(MAX(idx), -1) FROM tree_hash) FROM trail_head h WHERE h.id = 1",
        )
        .fetch_optional(conn)
        .await?;
        let (size, first, last, hashes) = row.ok_or_else(|| Error::broken("the trail has no head"))?;
        Ok(Self { size, first, last, hashes })
    }

    /// The number of entries, when head, entries and hashes agree on it.
    pub(crate) fn agreed(self) -> Result<u64> {
        let size = u64::try_from(self.size).map_err(|_| Error::broken("the trail's size is negative"))?;
        if self.last != self.size || self.first != 1 {
            return Err(Error::broken(format!(
                "the trail's head says {} entries, but they go from {} to {}",
                self.size, self.first, self.last
            )));
        }
        if u64::try_from(self.hashes + 1) != Ok(stored_hash_count(size)) {
            return Err(Error::broken(format!("the hashes of the tree do not fit {size} entries")));
        }
        Ok(size)
    }
}

impl Desk {
    /// Compares the tree with the newest published checkpoint, and makes the folder and `key.pub` where they are missing.
    /// To be called before anything is served.
    ///
    /// # Errors
    /// [`Error::Broken`] with one clear line when the database contradicts what was published: rolled back, cut off,
    /// changed, or signed by another key.
    pub async fn check_against_checkpoint(&self) -> Result<()> {
        let key = self.checkpoint_key()?;
        let folder = self.checkpoint_folder();
        let (newest, lock) = blocking(move || {
            let lock = folder.lock()?;
            let newest = folder.newest(&key)?;
            if matches!(newest, None | Some(Ok(_)))
                && folder.text("key.pub")?.as_deref().map(str::trim) != Some(key.text())
            {
                folder.write("key.pub", format!("{}\n", key.text()).as_bytes())?;
            }
            Ok((newest, lock))
        })
        .await?;
        let newest = self.believed(newest)?;
        let mut conn = self.db().read().acquire().await?;
        let size = Head::read(&mut conn).await?.agreed()?;
        agrees(&mut conn, size, newest.as_ref()).await?;
        drop(lock);
        Ok(())
    }

    /// The newest published checkpoint, its signature checked.
    ///
    /// # Errors
    /// When the folder cannot be read or holds something else under that name.
    pub async fn newest_checkpoint(&self) -> Result<Option<Checkpoint>> {
        let (key, folder) = (self.checkpoint_key()?, self.checkpoint_folder());
        let newest = blocking(move || folder.newest(&key)).await?;
        self.believed(newest)
    }

    /// Publishes a checkpoint over everything recorded so far, unless one stands already. Answers the newest; none while
    /// there are no entries.
    ///
    /// # Errors
    /// [`Error::Broken`] when the tree contradicts what was published; then nothing is published.
    pub async fn publish_now(&self) -> Result<Option<Checkpoint>> {
        let (key, folder) = (self.checkpoint_key()?, self.checkpoint_folder());
        // 1. Two processes take turns, so that neither puts a smaller checkpoint over a larger one. The operating
        //    system gives the lock back when its holder crashes.
        let (newest, lock) = blocking({
            let folder = folder.clone();
            move || {
                let lock = folder.lock()?;
                Ok((folder.newest(&key)?, lock))
            }
        })
        .await?;
        let newest = self.believed(newest)?;
        // 2. Only committed entries are seen here, and hashes are never changed: no snapshot is needed beyond the size.
        let mut conn = self.db().read().acquire().await?;
        let size = Head::read(&mut conn).await?.agreed()?;
        agrees(&mut conn, size, newest.as_ref()).await?;
        let old = newest.as_ref().map_or(0, Checkpoint::size);
        if size == old {
            return Ok(newest);
        }
        // 3. Tiles. A crash here leaves tiles no checkpoint speaks of; the next turn finds them equal and goes on.
        let tiles = folder::tiles(old, size);
        for some in tiles.chunks(TILES) {
            let mut files = Vec::with_capacity(some.len());
            for tile in some {
                let bytes = hashes::compute(&mut conn, |reader| tile.read_data(&hashes::Through(reader))).await?;
                files.push((folder::path(tile), bytes));
            }
            let folder = folder.clone();
            let differs = blocking(move || {
                let mut missing = Vec::with_capacity(files.len());
                for (path, bytes) in files {
                    match folder.read(&path)? {
                        Some(there) if there == bytes => {}
                        Some(_) => return Ok(Some(path)),
                        None => missing.push((path, bytes)),
                    }
                }
                folder.write_all(&missing).map(|()| None)
            });
            if let Some(path) = differs.await? {
                return Err(Error::broken(format!("the published {path} holds other hashes")));
            }
        }
        let root = hashes::root(&mut conn, size).await?;
        drop(conn);
        let checkpoint = self.keys().checkpoint(&self.settings().origin, size, root)?;
        let full: Vec<String> = tiles.iter().filter_map(folder::partials).collect();
        let (text, public) = (checkpoint.text().to_owned(), self.checkpoint_key()?);
        blocking(move || {
            // 4. The checkpoint among those kept. A crash after this leaves `checkpoint` one behind; whoever looks for the
            //    newest finds this one.
            folder.write(&folder::kept(size), text.as_bytes())?;
            // 5. The newest.
            folder.write("checkpoint", text.as_bytes())?;
            if folder.text("key.pub")?.is_none() {
                folder.write("key.pub", format!("{}\n", public.text()).as_bytes())?;
            }
            // 6. Partial tiles that have become full. A crash here leaves some of them, which harms nobody.
            for partial in full {
                match std::fs::remove_dir_all(folder.0.join(partial)) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                    _ => {}
                }
            }
            drop(lock);
            Ok(())
        })
        .await?;
        Ok(Some(checkpoint))
    }

    /// Publishes whenever there is something new, until the future is dropped. One task of `serve` runs it; at shutdown
    /// [`Desk::publish_now`] does the rest.
    pub async fn publish_checkpoints(&self) {
        loop {
            if tokio::time::timeout(LOOK, self.wait_appended()).await.is_ok() {
                tokio::time::sleep(BURST).await;
            }
            // In a task of its own: files that are being written when this future is dropped are written to the end,
            // and the lock is held as long.
            let desk = self.clone();
            match tokio::spawn(async move { desk.publish_now().await }).await {
                Ok(Ok(newest)) => {
                    tracing::debug!(size = newest.as_ref().map_or(0, Checkpoint::size), "checkpoint stands");
                }
                Ok(Err(error)) => tracing::error!(%error, "no checkpoint was published"),
                Err(_) => tracing::error!("publishing a checkpoint was broken off"),
            }
        }
    }

    /// The C2SP verifier key of this installation's checkpoints.
    ///
    /// # Errors
    /// When no key name can be made of the origin.
    pub fn checkpoint_key(&self) -> Result<VerifierKey> {
        self.keys().public(&self.settings().origin)
    }

    pub(super) fn checkpoint_folder(&self) -> Folder {
        Folder(self.settings().checkpoint_dir.clone())
    }

    /// The published checkpoint, without a look for a larger one that a crash may have left.
    ///
    /// # Errors
    /// As [`Desk::newest_checkpoint`].
    pub(super) async fn published_checkpoint(&self) -> Result<Option<Checkpoint>> {
        let (key, folder) = (self.checkpoint_key()?, self.checkpoint_folder());
        let published = blocking(move || folder.published(&key)).await?;
        self.believed(published)
    }

    pub(super) fn believed(&self, newest: Option<Result<Checkpoint, String>>) -> Result<Option<Checkpoint>> {
        newest.transpose().map_err(|why| {
            let folder = self.settings().checkpoint_dir.display().to_string();
            Error::broken(format!("the newest checkpoint in {folder} is not ours: {why}"))
        })
    }
}

/// Refuses a tree that contradicts a checkpoint.
async fn agrees(conn: &mut AnyConnection, size: u64, newest: Option<&Checkpoint>) -> Result<()> {
    let Some(newest) = newest else { return Ok(()) };
    if newest.size > size {
        return Err(Error::broken(format!(
            "the database was rolled back or cut off: it holds {size} entries, the published checkpoint covers {}",
            newest.size
        )));
    }
    if hashes::root(conn, newest.size).await? != newest.root {
        return Err(Error::broken(format!(
            "the database contradicts the published checkpoint over {} entries; `heliodesk trail verify` says where",
            newest.size
        )));
    }
    Ok(())
}

/// Whether the tree, as far as one look shows, is whole and agrees with a checkpoint.
pub(super) async fn agrees_now(conn: &mut AnyConnection, head: Head, newest: Option<&Checkpoint>) -> Result<()> {
    agrees(conn, head.agreed()?, newest).await
}

/// Runs file work on a thread where it may wait.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = spawn_blocking(work).await.map_err(|_| Error::broken("file work was broken off"))?;
    done.map_err(|e| Error::broken(format!("the checkpoint folder: {e}")))
}
