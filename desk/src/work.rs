//! A write transaction. It ends in an entry on the trail, or not at all.

use sqlx::AnyConnection;

use crate::{
    access::{Presence, Request, Who},
    clock::SECOND,
    db::{Start, Tx},
    desk::Desk,
    error::{Error, Result},
    orders::Tally,
    sessions,
    trail::{self, Action, Entry, Record, Recorded, Then},
};

/// How long one work may take before it is rolled back.
const LIMIT: i64 = 2 * SECOND;

/// A write transaction of one actor. Dropping it rolls everything back; only [`Work::commit`] keeps it.
#[must_use = "a work that is not committed did nothing"]
pub(crate) struct Work {
    desk: Desk,
    who: Who,
    request: Request,
    tx: Tx,
    start: Start,
    began: i64,
    leaves: bool,
    /// What this work adds to the running totals of orders.
    tally: Tally,
    /// The last entry of an invented past that this work adds; 0 without one.
    recalled: i64,
}

/// Proof that an entry is on the trail, durable. Each is for one action; what needs it consumes it.
#[derive(Debug)]
#[must_use = "a receipt is what opens what was recorded"]
pub struct Receipt<A: Action> {
    seq: i64,
    at: i64,
    action: A,
}

impl<A: Action> Receipt<A> {
    /// The number of the entry.
    #[must_use]
    pub fn seq(&self) -> u64 {
        u64::try_from(self.seq).unwrap_or(0)
    }

    /// When it was recorded, UTC milliseconds.
    #[must_use]
    pub fn at(&self) -> i64 {
        self.at
    }

    /// What was recorded.
    pub(crate) fn into_action(self) -> A {
        self.action
    }
}

impl Work {
    pub(crate) async fn begin(desk: &Desk, who: &Who, request: &Request, start: Start) -> Result<Self> {
        let mut tx = desk.db().begin(start, who.presence()).await?;
        if start == Start::Counting {
            tx.lock().await?;
        }
        Ok(Self {
            desk: desk.clone(),
            who: who.clone(),
            request: request.clone(),
            tx,
            start,
            began: desk.clock().now(),
            leaves: false,
            tally: Tally::default(),
            recalled: 0,
        })
    }

    /// Records what writes no row: somebody's look at something, or a refusal.
    ///
    /// # Errors
    /// As [`Work::commit`].
    pub(crate) async fn look<A: Action>(
        desk: &Desk,
        who: &Who,
        request: &Request,
        entry: Entry<A>,
    ) -> Result<Receipt<A>> {
        let Some(turns) = desk.db().turns() else {
            return Self::begin(desk, who, request, Start::Writing).await?.commit(entry).await;
        };
        let records = turns.look(who.presence().cloned(), vec![record(who, request, &entry, 0)?]).await?;
        let record = records.last().ok_or_else(|| Error::broken("an entry gave no receipt"))?;
        desk.appended(record.seq);
        Ok(Receipt { seq: record.seq, at: record.at, action: entry.into_action() })
    }

    /// Takes the lock that [`Work::commit`] takes anyway, now: for a work that writes rows which others write while they
    /// have it.
    pub(crate) async fn alone(&mut self) -> Result<()> {
        self.tx.lock().await
    }

    /// The connection, for reading the trail as it is before this work.
    ///
    /// # Errors
    /// In a work that did not begin by [`Actor::begin_counting`]: entries of others may still be missing.
    ///
    /// [`Actor::begin_counting`]: crate::access::Actor::begin_counting
    pub(crate) fn trail(&mut self) -> Result<Recorded<'_>> {
        match self.start {
            Start::Counting => Ok(Recorded::counting(&mut self.tx)),
            Start::Writing => Err(Error::broken("a work that counts has to begin so")),
        }
    }

    /// The connection, for the statements of this work.
    pub(crate) fn conn(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    /// Whose session this work is done in.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when it is done in none.
    pub(crate) fn presence(&self) -> Result<&Presence> {
        self.who.presence().ok_or(Error::SignedOut)
    }

    /// When this work began, UTC milliseconds: the time to write into its rows.
    pub(crate) fn at(&self) -> i64 {
        self.began
    }

    /// Adds to the running totals of orders when this work is committed.
    pub(crate) fn count(&mut self, tally: Tally) {
        self.tally.extend(tally);
    }

    /// Ends the session this work is done in, as its last act: after the check that it still stands.
    pub(crate) fn leave(&mut self) {
        self.leaves = true;
    }

    /// Records what was done and makes it durable, both or neither.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session ended, the person was locked or the role changed in between; on SQLite, where a
    /// work has the lock from its beginning, all of it but the session's own end is asked there.
    pub(crate) async fn commit<A: Action>(self, entry: Entry<A>) -> Result<Receipt<A>> {
        let mut receipts = self.commit_all(vec![entry]).await?;
        receipts.pop().ok_or_else(|| Error::broken("an entry gave no receipt"))
    }

    /// Records several things done in one work.
    ///
    /// # Errors
    /// As [`Work::commit`].
    pub(crate) async fn commit_all<A: Action>(mut self, entries: Vec<Entry<A>>) -> Result<Vec<Receipt<A>>> {
        let records = self.records(&entries).await?;
        // 4. The entries' hashes, and durable. A commit that fails is unknown, not done: the caller gets an error, never a
        //    receipt.
        let records = self.tx.record(records, self.tally).await?;
        if let Some(last) = records.last() {
            self.desk.appended(last.seq);
        }
        let receipts = entries.into_iter().zip(records);
        Ok(receipts
            .map(|(entry, record)| Receipt { seq: record.seq, at: record.at, action: entry.into_action() })
            .collect())
    }

    /// Adds entries of an invented past, as if they had been recorded then: for the demo's database, which `tidy` sees to.
    ///
    /// # Errors
    /// When anybody but a command asks for it.
    pub(crate) async fn recall(&mut self, records: &mut [Record]) -> Result<()> {
        if !matches!(self.who, Who::Server) {
            return Err(Error::broken("only a command invents a past"));
        }
        let mut conn = self.trail()?;
        let edge = trail::edge(&mut conn, records.len()).await?;
        trail::append(&mut conn, edge, &mut records.iter_mut().collect::<Vec<_>>(), Then::More).await?;
        self.recalled = records.last().map_or(self.recalled, |last| last.seq);
        Ok(())
    }

    /// Makes an invented past durable.
    ///
    /// # Errors
    /// When there is none in this work: nothing is kept without an entry.
    pub(crate) async fn commit_recalled(self) -> Result<()> {
        if self.recalled == 0 {
            return Err(Error::broken("nothing was recalled"));
        }
        self.tx.record(Vec::new(), self.tally).await?;
        self.desk.appended(self.recalled);
        Ok(())
    }

    /// Does everything that [`Work::commit`] does but the commit: for what must cost as much as an entry and leave none.
    pub(crate) async fn rehearse<A: Action>(mut self, entry: Entry<A>) -> Result<()> {
        let records = self.records(&[entry]).await?;
        self.tx.rehearse(records).await
    }

    /// What is about to be appended.
    async fn records<A: Action>(&mut self, entries: &[Entry<A>]) -> Result<Vec<Record>> {
        // 1. The lock, and under it: may this person still? A crash here leaves nothing: the transaction was never
        //    committed.
        let now = self.tx.admit(self.who.presence(), entries.len(), self.desk.clock()).await?;
        // 2. A work that took too long is given up. The end of a session comes after the question whether it stands.
        if let Some(presence) = self.who.presence() {
            if now - self.began > LIMIT {
                return Err(Error::Busy);
            }
            if self.leaves {
                sessions::end(&mut self.tx, &presence.session, &presence.staff, now).await?;
            }
        }
        // 3. The entries.
        entries.iter().map(|entry| record(&self.who, &self.request, entry, now)).collect()
    }
}

/// The entry as it is appended, dated `at`, without its number.
fn record<A: Action>(who: &Who, request: &Request, entry: &Entry<A>, at: i64) -> Result<Record> {
    let (actor, role, session) = match (who, &entry.by) {
        (Who::Staff(presence) | Who::Refused(presence), _) => {
            (presence.staff.clone(), Some(presence.role.to_string()), Some(presence.session.clone()))
        }
        (Who::Nobody, Some((staff, role))) => (staff.clone(), Some(role.to_string()), None),
        (Who::Nobody, None) => ("nobody".to_owned(), None, None),
        (Who::Server, _) => ("server".to_owned(), None, None),
    };
    let changes = if entry.changes.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&entry.changes).map_err(|_| Error::broken("changes are not text"))?)
    };
    Ok(Record {
        seq: 0,
        at,
        actor,
        role,
        grant_id: None,
        session,
        action: A::NAME.to_owned(),
        subject: entry.subject.clone(),
        outcome: entry.outcome.to_string(),
        reason: entry.reason.clone(),
        changes,
        address: request.address.clone(),
        agent: request.agent.clone(),
        request: Some(request.id.clone()),
    })
}

#[cfg(test)]
mod tests;
