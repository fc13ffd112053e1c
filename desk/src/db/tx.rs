//! A write transaction of either database.

use std::ops::{Deref, DerefMut};

use sqlx::{Any, AnyConnection, Transaction};

use super::turns::Turn;
use crate::{
    access::Presence,
    clock::Clock,
    error::Result,
    orders::Tally,
    sessions::{Standing, how_it_stands},
    trail::{self, Edge, Record, Then},
};

/// A write transaction. Dropping it rolls it back.
#[derive(Debug)]
pub(crate) enum Tx {
    /// A turn in a transaction that others share.
    Sqlite(Turn),
    /// A transaction of its own; the server joins commits by itself.
    MySql {
        /// The transaction.
        tx: Transaction<'static, Any>,
        /// How many entries the trail had before room was made for more ([`Tx::admit`]).
        size: i64,
    },
}

impl Tx {
    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<()> {
        self.record(Vec::new(), Tally::default()).await.map(|_| ())
    }

    /// Takes the lock under which entries are appended. A turn has it from its beginning.
    pub(crate) async fn lock(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::MySql { tx, .. } => trail::lock(tx, 0).await,
        }
    }

    /// Takes the lock, makes room for `more` entries, and only then, with a fresh read, asks whether the session still stands:
    /// whoever ends it waits for the same lock, so whoever comes second sees the first. Answers when that was, UTC
    /// milliseconds. A turn has had the lock and has asked since it began, and makes room when it appends.
    ///
    /// # Errors
    /// [`crate::Error::SignedOut`] when the session ended, the person was locked or the role changed since it was found.
    pub(crate) async fn admit(&mut self, presence: Option<&Presence>, more: usize, clock: &Clock) -> Result<i64> {
        let standing = match self {
            Self::Sqlite(turn) => turn.standing(),
            Self::MySql { tx, size } => {
                trail::lock(tx, more).await?;
                let standing = match presence {
                    Some(presence) => Some(Standing::find(tx, how_it_stands!(), presence).await?),
                    None => None,
                };
                let with_more = match standing {
                    Some(standing) => standing.size,
                    None => trail::size(tx, trail::how_many!()).await?,
                };
                *size = with_more - i64::try_from(more).unwrap_or(i64::MAX);
                standing
            }
        };
        let now = clock.now();
        standing.map_or(Ok(()), |standing| standing.at(now))?;
        Ok(now)
    }

    /// Appends the entries that [`Tx::admit`] made room for, adds to the totals, and makes everything durable; answers the
    /// entries with their numbers. Turns do all this together.
    pub(crate) async fn record(self, mut records: Vec<Record>, tally: Tally) -> Result<Vec<Record>> {
        match self {
            Self::Sqlite(turn) => turn.commit(records, tally).await,
            Self::MySql { mut tx, size } => {
                tally.write(&mut tx).await?;
                if !records.is_empty() {
                    let mut records: Vec<_> = records.iter_mut().collect();
                    let edge = Edge::read(&mut tx, size, records.len()).await?;
                    trail::append(&mut tx, edge, &mut records, Then::More).await?;
                }
                tx.commit().await?;
                Ok(records)
            }
        }
    }

    /// Does what [`Tx::record`] does and takes everything back.
    pub(crate) async fn rehearse(self, mut records: Vec<Record>) -> Result<()> {
        let mut records: Vec<&mut Record> = records.iter_mut().collect();
        match self {
            Self::Sqlite(turn) => turn.rehearse(&mut records).await,
            Self::MySql { mut tx, size } => {
                let edge = Edge::read(&mut tx, size, records.len()).await?;
                trail::append(&mut tx, edge, &mut records, Then::More).await?;
                Ok(tx.rollback().await?)
            }
        }
    }
}

impl Deref for Tx {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        match self {
            Self::Sqlite(turn) => turn,
            Self::MySql { tx, .. } => tx,
        }
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::Sqlite(turn) => turn,
            Self::MySql { tx, .. } => tx,
        }
    }
}
