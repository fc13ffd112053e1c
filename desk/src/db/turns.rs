//! Writing on SQLite: one connection, taken in turns, and one durable commit for everybody who was waiting (*group
//! commit*). A turn is a savepoint of the transaction in hand. The first to finish queues for the commit in the same
//! fair queue in which the others wait for their turn, so whoever stood before it is in this commit, and whoever comes
//! after it in the next: no timer. Each is answered only after the commit that holds it.
//!
//! Entries of the trail are appended together just before that commit, in the order of their turns: one statement for all
//! of them costs little more than for one. Whoever counts entries before it decides has those of earlier turns appended
//! before its own begins ([`Start::Counting`]).

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use sqlx::{Any, AnyConnection, AnyPool, pool::PoolConnection};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot},
    time::{sleep, timeout},
};
use tracing::Instrument as _;

use crate::{
    error::{Error, Result},
    trail::{self, Record},
};

/// How many may wait for their turn; more are answered with 503 at once.
const PLACES: usize = 1024;

/// How long the file is left to other programs between two commits while turns are waiting.
const BREATH: Duration = Duration::from_millis(1);

/// The one connection that writes, and the queue for it.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    shared: Arc<Mutex<Shared>>,
    places: Arc<Semaphore>,
}

/// What a turn is begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// To record something; no row is written.
    Looking,
    /// To write rows.
    Writing,
    /// To write rows after reading the trail.
    Counting,
}

/// What goes from turn to turn.
#[derive(Debug)]
struct Shared {
    pool: AnyPool,
    conn: Option<PoolConnection<Any>>,
    /// A transaction is open.
    open: bool,
    savepoint: Savepoint,
    /// The last turn ended without a word.
    left: bool,
    /// Turns in the open transaction that wait for its commit.
    waiting: Vec<Waiting>,
    /// How many of them have their entries appended.
    appended: usize,
    /// Durable commits so far.
    commits: u64,
}

/// Where the transaction can be taken back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Savepoint {
    None,
    /// Of the turn in hand.
    Standing,
    /// Of a turn that ended well; it stands until the next one is set, or the commit.
    Ended,
}

/// A turn that has ended, with its entries, which it gets back numbered.
#[derive(Debug)]
struct Waiting {
    records: Vec<Record>,
    done: oneshot::Sender<Vec<Record>>,
}

impl Turns {
    /// `pool` holds the one connection.
    pub(super) fn new(pool: AnyPool) -> Self {
        let shared = Shared {
            pool,
            conn: None,
            open: false,
            savepoint: Savepoint::None,
            left: false,
            waiting: Vec::new(),
            appended: 0,
            commits: 0,
        };
        Self { shared: Arc::new(Mutex::new(shared)), places: Arc::new(Semaphore::new(PLACES)) }
    }

    /// Waits for its turn, at most `patience`.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting or it takes too long.
    pub(super) async fn begin(&self, start: Start, patience: Duration) -> Result<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let shared = timeout(patience, Arc::clone(&self.shared).lock_owned()).await.map_err(|_| Error::Busy)?;
        let mut turn = Turn { shared: Some(shared), turns: self.clone(), place: Some(place) };
        if turn.shared().is_ready(start) {
            return Ok(turn);
        }
        // In a task of its own, which ends even when whoever asked is gone: broken off between two statements, the turn
        // would leave the others in a transaction that nobody knows the state of.
        let begun = tokio::spawn(async move { turn.shared().begin(start).await.map(|()| turn) });
        begun.await.map_err(|_| Error::broken("a turn did not begin"))?
    }

    /// How many commits were made durable.
    #[cfg(test)]
    async fn commits(&self) -> u64 {
        self.shared.lock().await.commits
    }

    /// Gives the connection back after the turns that stand in the queue.
    pub(super) async fn close(&self) {
        let mut shared = self.shared.lock().await;
        shared.commit().await;
        shared.conn = None;
    }
}

/// One turn. Dropped, it leaves nothing behind and takes nobody else down.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Taken when the turn ends.
    shared: Option<OwnedMutexGuard<Shared>>,
    turns: Turns,
    /// Given back when the turn ends, by whoever commits for the others after the commit.
    place: Option<OwnedSemaphorePermit>,
}

impl Turn {
    fn shared(&mut self) -> &mut Shared {
        self.shared.as_mut().expect("a turn has the connection until it ends, and ends by value")
    }

    /// Ends the turn and waits until the commit that holds it and its entries is durable. Answers the entries with their
    /// numbers.
    ///
    /// # Errors
    /// When that commit fails: what became of the turn is unknown then, and it must not be called done.
    pub(super) async fn commit(mut self, records: Vec<Record>) -> Result<Vec<Record>> {
        let (done, committed) = oneshot::channel();
        // In a task of its own: whoever asked may be gone before the commit, the others in it are not.
        if self.end(Waiting { records, done }) {
            tokio::spawn(self.commit_shared().in_current_span());
        }
        committed.await.map_err(|_| Error::broken("a shared commit failed"))
    }

    /// Leaves the commit to whoever comes first of those who wait for it; answers whether that is this turn.
    fn end(&mut self, waiting: Waiting) -> bool {
        let shared = self.shared();
        if shared.savepoint == Savepoint::Standing {
            shared.savepoint = Savepoint::Ended;
        }
        shared.waiting.push(waiting);
        let first = shared.waiting.len() == 1;
        self.shared = None;
        self.place.take_if(|_| !first);
        first
    }

    async fn commit_shared(self) {
        let mut shared = self.turns.shared.lock().await;
        shared.commit().await;
        // Other programs ask for the file now and then only: when the next turn here would follow at once, they
        // would never find it free.
        if self.turns.places.available_permits() < PLACES - 1 {
            sleep(BREATH).await;
        }
    }
}

impl Deref for Turn {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        let shared = self.shared.as_ref().expect("a turn has the connection until it ends, and ends by value");
        shared.conn.as_ref().expect("a turn begins by taking the connection")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.shared().conn.as_mut().expect("a turn begins by taking the connection")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut shared) = self.shared.take() else { return };
        shared.left = true;
        drop(shared);
        // The next in the queue tidies up; when nobody waits, a task does, or the transaction would stay open.
        if let Ok(runtime) = Handle::try_current() {
            let shared = Arc::clone(&self.turns.shared);
            runtime.spawn(async move { shared.lock().await.tidy().await });
        }
    }
}

impl Shared {
    /// Whether such a turn may begin without a word to the database.
    fn is_ready(&self, start: Start) -> bool {
        start == Start::Looking && self.open && !self.left
    }

    async fn begin(&mut self, start: Start) -> Result<()> {
        self.tidy().await;
        if self.conn.is_none() {
            self.conn = Some(self.pool.acquire().await?);
        }
        let begun = self.open_for(start).await;
        match begun {
            Ok(()) => {
                self.open = true;
                if start != Start::Looking {
                    self.savepoint = Savepoint::Standing;
                }
            }
            // There was no savepoint, or entries were appended in part: the transaction is not what it is taken for.
            Err(_) if self.open => self.discard().await,
            Err(_) => {}
        }
        begun
    }

    async fn open_for(&mut self, start: Start) -> Result<()> {
        if start == Start::Counting && self.open {
            self.append().await?;
        }
        // One trip to the connection's thread, whatever there is to say.
        let begin = match (start, self.open, self.savepoint) {
            (Start::Looking, true, _) => return Ok(()),
            (Start::Looking, false, _) => "BEGIN IMMEDIATE",
            (_, false, _) => "BEGIN IMMEDIATE; SAVEPOINT turn",
            (_, true, Savepoint::Ended) => "RELEASE turn; SAVEPOINT turn",
            (_, true, _) => "SAVEPOINT turn",
        };
        self.run(begin).await
    }

    /// Appends the entries of turns that have ended, after those that are on the trail.
    async fn append(&mut self) -> Result<()> {
        let conn = self.conn.as_mut().ok_or_else(|| Error::broken("the writing connection is gone"))?;
        let fresh = &mut self.waiting[self.appended..];
        let mut records: Vec<&mut Record> = fresh.iter_mut().flat_map(|waiting| &mut waiting.records).collect();
        if !records.is_empty() {
            trail::lock(conn, records.len()).await?;
            let size = trail::size(conn).await?;
            trail::append(conn, size, &mut records).await?;
        }
        self.appended = self.waiting.len();
        Ok(())
    }

    /// Takes back what a turn that ended without a word has done.
    async fn tidy(&mut self) {
        if !std::mem::take(&mut self.left) {
            return;
        }
        if self.waiting.is_empty() {
            // Nobody else is in the transaction. After a turn that was cut off while it began there may be none.
            self.open = false;
            self.savepoint = Savepoint::None;
            if self.run("ROLLBACK").await.is_err() {
                self.discard().await;
            }
        } else if self.savepoint == Savepoint::Standing {
            self.savepoint = Savepoint::None;
            if self.run("ROLLBACK TO turn; RELEASE turn").await.is_err() {
                // SQLite rolls everything back by itself when the disk is full or fails.
                self.discard().await;
            }
        }
    }

    /// Makes everything in the open transaction durable and answers all who wait for it.
    async fn commit(&mut self) {
        self.tidy().await;
        if !self.open {
            return;
        }
        if self.append().await.is_err() || self.run("COMMIT").await.is_err() {
            return self.discard().await;
        }
        (self.open, self.savepoint, self.appended) = (false, Savepoint::None, 0);
        let waiting = std::mem::take(&mut self.waiting);
        self.commits += 1;
        tracing::debug!(commits = self.commits, turns = waiting.len(), "committed");
        for Waiting { records, done } in waiting {
            // Whoever does not wait any more needs no answer.
            let _ = done.send(records);
        }
    }

    /// Closes a connection whose state is not known, which rolls it back. Who waits learns that it failed.
    async fn discard(&mut self) {
        (self.open, self.savepoint, self.appended) = (false, Savepoint::None, 0);
        self.waiting.clear();
        if let Some(conn) = self.conn.take()
            && conn.close().await.is_err()
        {
            tracing::warn!("the writing connection did not close in order");
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        let conn = self.conn.as_mut().ok_or_else(|| Error::broken("the writing connection is gone"))?;
        sqlx::raw_sql(sql).execute(&mut **conn).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
