//! What goes from turn to turn: the connection, the transaction that is open on it, and who waits for its commit.

use std::sync::Arc;

use sqlx::{Any, AnyConnection, AnyPool, pool::PoolConnection};
use tokio::sync::oneshot;

use super::{
    Start,
    looks::{Look, Looks},
};
use crate::{
    access::Presence,
    clock::Clock,
    error::{Error, Result},
    orders::Tally,
    sessions::{self, Standing, Standings},
    trail::{self, Edge, Record, Then},
};

const TAKEN: &str = "a turn begins by taking the connection";

#[derive(Debug)]
pub(super) struct Shared {
    pool: AnyPool,
    clock: Clock,
    conn: Option<PoolConnection<Any>>,
    /// A transaction is open.
    open: bool,
    savepoint: Savepoint,
    /// The last turn ended without a word.
    left: bool,
    looks: Arc<Looks>,
    /// Turns and looks in the open transaction that wait for its commit.
    waiting: Vec<Waiting>,
    /// How many of them have their entries appended.
    appended: usize,
    /// The edge of the tree after the entries that were appended here last. Where the trail has another size, somebody else has
    /// appended since: another program, or a work that invents a past.
    edge: Option<Edge>,
    /// Durable commits so far.
    pub(super) commits: u64,
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

/// A turn that has ended or a look, with its entries, which it gets back numbered.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) records: Vec<Record>,
    pub(super) tally: Tally,
    /// Whether its session stood; when not, there are no entries, and it hears after the commit that it is signed out:
    /// what ended the session may be in that very commit.
    pub(super) stands: bool,
    pub(super) done: oneshot::Sender<Result<Vec<Record>>>,
}

impl Shared {
    /// `pool` holds the one connection.
    pub(super) fn new(pool: AnyPool, clock: Clock, looks: Arc<Looks>) -> Self {
        Self {
            pool,
            clock,
            conn: None,
            open: false,
            savepoint: Savepoint::None,
            left: false,
            looks,
            waiting: Vec::new(),
            appended: 0,
            edge: None,
            commits: 0,
        }
    }

    /// The connection of the turn in hand.
    pub(super) fn conn(&self) -> &AnyConnection {
        self.conn.as_ref().expect(TAKEN)
    }

    /// The connection of the turn in hand.
    pub(super) fn conn_mut(&mut self) -> &mut AnyConnection {
        self.conn.as_mut().expect(TAKEN)
    }

    /// Begins a turn; answers how the session it is for stands. Nobody else writes before the turn ends, so nobody ends the
    /// session until then.
    pub(super) async fn begin(&mut self, start: Start, presence: Option<&Presence>) -> Result<Option<Standing>> {
        self.tidy().await;
        let begun = self.open_for(start, presence).await;
        match &begun {
            // The statements before the question were carried out.
            Ok(_) | Err(Error::SignedOut) => (self.open, self.savepoint) = (true, Savepoint::Standing),
            Err(error) => self.give_up(error).await,
        }
        begun
    }

    async fn open_for(&mut self, start: Start, presence: Option<&Presence>) -> Result<Option<Standing>> {
        if start == Start::Counting && (self.open || !self.looks.is_empty()) {
            self.append(Then::More).await?;
        }
        // One trip to the connection's thread, whatever there is to say.
        let (sql, asks) = match (self.open, self.savepoint) {
            (false, _) => opening!("BEGIN IMMEDIATE; SAVEPOINT turn"),
            (true, Savepoint::Ended) => opening!("RELEASE turn; SAVEPOINT turn"),
            (true, _) => opening!("SAVEPOINT turn"),
        };
        match presence {
            Some(presence) => Standing::find(self.connected().await?, asks, presence).await.map(Some),
            None => self.run(sql).await.map(|()| None),
        }
    }

    /// Ends the turn in hand; answers whether it is the first of those who wait, which sees to the commit.
    pub(super) fn end(&mut self, waiting: Waiting) -> bool {
        self.savepoint = Savepoint::Ended;
        self.waiting.push(waiting);
        self.waiting.len() == 1
    }

    /// How many turns have ended in the open transaction, and looks that were let into it.
    pub(super) fn ended(&self) -> usize {
        self.waiting.len()
    }

    /// Ends the turn in hand without a word.
    pub(super) fn leave(&mut self) {
        self.left = true;
    }

    /// Takes back what a turn that ended without a word has done.
    pub(super) async fn tidy(&mut self) {
        if !std::mem::take(&mut self.left) || self.conn.is_none() {
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

    /// Makes everything in the open transaction durable, and the looks that wait, and answers all of them.
    pub(super) async fn commit(&mut self) {
        self.tidy().await;
        if !self.open && self.looks.is_empty() {
            return;
        }
        match self.append(Then::Commit).await {
            Ok(true) => {}
            // Nobody waits any more.
            Ok(false) if !self.open => return,
            Ok(false) if self.run("COMMIT").await.is_ok() => {}
            Ok(false) => return self.discard().await,
            Err(error) => return self.give_up(&error).await,
        }
        (self.open, self.savepoint, self.appended) = (false, Savepoint::None, 0);
        let waiting = std::mem::take(&mut self.waiting);
        self.commits += 1;
        tracing::debug!(commits = self.commits, turns = waiting.len(), "committed");
        for Waiting { records, stands, done, .. } in waiting {
            // Whoever does not wait any more needs no answer.
            let _ = done.send(if stands { Ok(records) } else { Err(Error::SignedOut) });
        }
    }

    /// Gives the connection back after everything that waits.
    pub(super) async fn close(&mut self) {
        self.commit().await;
        self.conn = None;
    }

    /// Appends the entries of turns that have ended, then those of looks, after those that are on the trail, and adds up
    /// what the turns count. Answers whether that was committed, too.
    async fn append(&mut self, then: Then) -> Result<bool> {
        let mut size = None;
        if self.savepoint == Savepoint::Ended {
            // Fails where the transaction was lost without a word: what follows would be durable statement by statement.
            size = Some(trail::size(self.connected().await?, trail::how_many!("RELEASE turn")).await?);
            self.savepoint = Savepoint::None;
        }
        let size = self.take_looks().await?.or(size);
        let fresh = &mut self.waiting[self.appended..];
        if fresh.is_empty() {
            return Ok(false);
        }
        let conn = self.conn.as_mut().ok_or_else(|| Error::broken("the writing connection is gone"))?;
        let mut tally = Tally::default();
        fresh.iter_mut().for_each(|waiting| tally.extend(std::mem::take(&mut waiting.tally)));
        tally.write(conn).await?;
        let mut records: Vec<&mut Record> = fresh.iter_mut().flat_map(|waiting| &mut waiting.records).collect();
        let some = !records.is_empty();
        if some {
            let size = match size {
                Some(size) => size,
                None => trail::size(conn, trail::how_many!()).await?,
            };
            let edge = edge_of(self.edge.take(), conn, size).await?;
            self.edge = Some(trail::append(conn, edge, &mut records, then).await?);
        }
        self.appended = self.waiting.len();
        Ok(some && then == Then::Commit)
    }

    /// Does with entries what [`Shared::commit`] would do, as a part of the turn in hand, which is taken back afterwards.
    pub(super) async fn rehearse(&mut self, records: &mut [&mut Record]) -> Result<()> {
        let size = trail::size(self.conn_mut(), trail::how_many!("SAVEPOINT rehearsal")).await?;
        let edge = edge_of(self.edge.clone(), self.conn_mut(), size).await?;
        trail::append(self.conn_mut(), edge, records, Then::More).await.map(|_| ())
    }

    /// Lets the looks that wait into the transaction, which is opened if none is, each dated now if its session stands.
    /// Answers how many entries the trail has, where it had to ask.
    async fn take_looks(&mut self) -> Result<Option<i64>> {
        let looks = self.looks.take();
        if looks.is_empty() {
            return Ok(None);
        }
        let (begin, clock) = (!self.open, self.clock.clone());
        let presences: Vec<_> = looks.iter().map(|look| look.presence.as_ref()).collect();
        let stand = match self.connected().await {
            Ok(conn) => sessions::standing(conn, begin, &presences, &clock).await,
            Err(error) => Err(error),
        };
        match stand {
            Ok(Standings { at, size, stand }) => {
                self.open = true;
                // While it waited for another program to let it begin, somebody may have gone.
                let looks = looks.into_iter().zip(stand).filter(|(look, _)| !look.waiting.done.is_closed());
                self.waiting.extend(looks.map(|(look, stands)| look.dated(at, stands)));
                Ok(Some(size))
            }
            Err(error) => {
                // Nothing of them is in the transaction.
                let busy = matches!(error, Error::Busy);
                for Look { waiting, .. } in looks {
                    let _ = waiting.done.send(Err(if busy { Error::Busy } else { Error::broken("no look is taken") }));
                }
                Err(error)
            }
        }
    }

    /// After an error the transaction is not what it is taken for, unless another program has the file and none was begun.
    async fn give_up(&mut self, error: &Error) {
        if self.open || !matches!(error, Error::Busy) {
            self.discard().await;
        }
    }

    /// Closes a connection whose state is not known, which rolls it back. Who waits learns that it failed.
    async fn discard(&mut self) {
        (self.open, self.savepoint, self.appended) = (false, Savepoint::None, 0);
        (self.edge, self.waiting) = (None, Vec::new());
        if let Some(conn) = self.conn.take()
            && conn.close().await.is_err()
        {
            tracing::warn!("the writing connection did not close in order");
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        sqlx::raw_sql(sql).execute(self.connected().await?).await?;
        Ok(())
    }

    async fn connected(&mut self) -> Result<&mut AnyConnection> {
        if self.conn.is_none() {
            self.conn = Some(self.pool.acquire().await?);
        }
        Ok(self.conn_mut())
    }
}

/// The edge of a trail of this size: the one that was kept, or all of it anew, since it is kept for what follows.
async fn edge_of(kept: Option<Edge>, conn: &mut AnyConnection, size: i64) -> Result<Edge> {
    match kept {
        Some(edge) if edge.size() == size => Ok(edge),
        _ => Edge::read(conn, size, usize::MAX).await,
    }
}

/// How a turn is opened: without a session, and asking for one.
macro_rules! opening {
    ($sql:literal) => {
        ($sql, sessions::how_it_stands!($sql))
    };
}
use opening;
