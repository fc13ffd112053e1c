//! Writing on SQLite: one connection, taken in turns, and one durable commit for everybody who was waiting (*group
//! commit*). A turn is a savepoint of the transaction in hand. The first to finish queues for the commit in the same
//! fair queue in which the others wait for their turn, so whoever stood before it is in this commit. While others have come
//! since, the commit queues behind them again, a few times: no timer. Each is answered only after the commit that holds it.
//!
//! A look at something writes no row, so it takes no turn: it waits in a list for the next commit, where one statement asks
//! whether the sessions of all of them still stand.
//!
//! Entries of the trail are appended together just before that commit, in the order of their turns: one statement for all
//! of them costs little more than for one. Whoever counts entries before it decides has those of earlier turns appended
//! before its own begins ([`Start::Counting`]).

mod looks;
mod shared;

use std::{
    ops::{Deref, DerefMut},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use sqlx::{AnyConnection, AnyPool};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot},
    time::{sleep, timeout},
};
use tracing::Instrument as _;

use super::TURN;
use crate::{
    access::Presence,
    clock::Clock,
    error::{Error, Result},
    orders::Tally,
    sessions::Standing,
    trail::Record,
};
use looks::{Look, Looks};
use shared::{Shared, Waiting};

/// How many may wait for their turn; more are answered with 503 at once.
const PLACES: usize = 1024;

/// How long the file is left to other programs between two commits while turns are waiting.
const BREATH: Duration = Duration::from_millis(1);

/// How often a commit lets those go first who came since it queued.
const AGAIN: usize = 4;

/// How many turns are enough for a commit, which then lets nobody go first.
const ENOUGH: usize = 64;

const HELD: &str = "a turn has the connection until it ends, and ends by value";

/// The one connection that writes, and the queue for it.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    shared: Arc<Mutex<Shared>>,
    places: Arc<Semaphore>,
    looks: Arc<Looks>,
}

/// What a turn is begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// To write rows.
    Writing,
    /// To write rows after reading the trail.
    Counting,
}

impl Turns {
    /// `pool` holds the one connection.
    pub(super) fn new(pool: AnyPool, clock: Clock) -> Self {
        let looks = Arc::<Looks>::default();
        let shared = Shared::new(pool, clock, Arc::clone(&looks));
        Self { shared: Arc::new(Mutex::new(shared)), places: Arc::new(Semaphore::new(PLACES)), looks }
    }

    /// Waits for its turn, at most `patience`; `presence` is of whoever it is for.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting or it takes too long; [`Error::SignedOut`] when their session does not stand.
    pub(super) async fn begin(&self, start: Start, presence: Option<Presence>, patience: Duration) -> Result<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let shared = timeout(patience, Arc::clone(&self.shared).lock_owned()).await.map_err(|_| Error::Busy)?;
        let mut turn = Turn { shared: Some(shared), turns: self.clone(), place: Some(place), standing: None };
        // In a task of its own, which ends even when whoever asked is gone: broken off between two statements, the turn
        // would leave the others in a transaction that nobody knows the state of.
        let begun = tokio::spawn(async move {
            turn.standing = turn.shared().begin(start, presence.as_ref()).await?;
            Ok(turn)
        });
        begun.await.map_err(|_| Error::broken("a turn did not begin"))?
    }

    /// Records what somebody looked at in the next commit, for whose beginning it waits [`TURN`] at most, and answers the
    /// entries with their times and numbers once that is durable. Of whoever does not wait any more when the commit begins,
    /// nothing is recorded.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when their session does not stand then; [`Error::Busy`] when too many are waiting or it takes too
    /// long; another when the commit fails: what became of it is unknown then.
    pub(crate) async fn look(&self, presence: Option<Presence>, records: Vec<Record>) -> Result<Vec<Record>> {
        let (done, committed) = oneshot::channel();
        let waiting = Waiting { records, tally: Tally::default(), stands: true, done };
        let (number, first) = self.looks.add(Look { presence, waiting })?;
        if first {
            self.commit_soon(None);
        }
        let mut answered = pin!(answer(committed));
        match timeout(TURN, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if self.looks.withdraw(number) => Err(Error::Busy),
            // Its commit has begun: as with a turn, what becomes of it is worth waiting for.
            Err(_) => answered.await,
        }
    }

    /// Commits in a task of its own: whoever asked may be gone before that, the others who share it are not.
    fn commit_soon(&self, place: Option<OwnedSemaphorePermit>) {
        tokio::spawn(self.clone().commit_shared(place).in_current_span());
    }

    async fn commit_shared(self, place: Option<OwnedSemaphorePermit>) {
        let mut shared = self.shared.lock().await;
        // Whoever came since it queued is let in, too: a commit costs little more for many than for few.
        for _ in 0..AGAIN {
            if shared.ended() >= ENOUGH || !self.is_waited(place.as_ref()) {
                break;
            }
            drop(shared);
            shared = self.shared.lock().await;
        }
        shared.commit().await;
        drop(place);
        // Other programs ask for the file now and then only: when the next commit here would follow at once, they
        // would never find it free.
        if self.is_waited(None) || !self.looks.is_empty() {
            sleep(BREATH).await;
        }
    }

    /// Whether somebody waits for a turn, beside whoever has this place; nobody has one now.
    fn is_waited(&self, place: Option<&OwnedSemaphorePermit>) -> bool {
        self.places.available_permits() + usize::from(place.is_some()) < PLACES
    }

    /// How many commits were made durable.
    #[cfg(test)]
    async fn commits(&self) -> u64 {
        self.shared.lock().await.commits
    }

    /// Gives the connection back after the turns that stand in the queue.
    pub(super) async fn close(&self) {
        let mut shared = self.shared.lock().await;
        shared.close().await;
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
    /// How the session it is for stands, if it is for one.
    standing: Option<Standing>,
}

impl Turn {
    /// How the session it is for stands until it ends, if it is for one.
    pub(super) fn standing(&self) -> Option<Standing> {
        self.standing
    }

    fn shared(&mut self) -> &mut Shared {
        self.shared.as_mut().expect(HELD)
    }

    /// Ends the turn and waits until the commit that holds it, its entries and what it adds to the totals is durable. Answers
    /// the entries with their numbers.
    ///
    /// # Errors
    /// When that commit fails: what became of the turn is unknown then, and it must not be called done.
    pub(super) async fn commit(mut self, records: Vec<Record>, tally: Tally) -> Result<Vec<Record>> {
        let (done, committed) = oneshot::channel();
        let first = self.shared().end(Waiting { records, tally, stands: true, done });
        self.shared = None;
        let place = self.place.take();
        if first {
            self.turns.commit_soon(place);
        } else {
            drop(place);
        }
        answer(committed).await
    }

    /// Does with these entries what the commit would do, and takes back the whole turn.
    pub(super) async fn rehearse(mut self, records: &mut [&mut Record]) -> Result<()> {
        self.shared().rehearse(records).await
    }
}

async fn answer(committed: oneshot::Receiver<Result<Vec<Record>>>) -> Result<Vec<Record>> {
    committed.await.map_err(|_| Error::broken("a shared commit failed"))?
}

impl Deref for Turn {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        self.shared.as_ref().expect(HELD).conn()
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.shared().conn_mut()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut shared) = self.shared.take() else { return };
        shared.leave();
        drop(shared);
        // The next in the queue tidies up; when nobody waits, a task does, or the transaction would stay open.
        if let Ok(runtime) = Handle::try_current() {
            let shared = Arc::clone(&self.turns.shared);
            runtime.spawn(async move { shared.lock().await.tidy().await });
        }
    }
}

#[cfg(test)]
mod tests;
