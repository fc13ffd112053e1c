//! Appends entries and their tree hashes inside the transaction of the action.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Deref, DerefMut},
};

use base64ct::{Base64, Encoding};
use sqlx::{Any, AnyConnection, pool::PoolConnection};
use tlog_tiles::{Hash, HashReader};

use super::{Edge, entry::Record, totals};
use crate::{
    db::{self, InsertThen, Tx, insert_then, takes_several},
    error::{Error, Result},
};

/// Entries, and the head that counts them.
const ENTRIES: InsertThen = insert_then!(
    "trail (seq, at, actor, role, grant_id, session, action, subject, outcome, reason, changes, address, agent, request)",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "; UPDATE trail_head SET size = size + ? WHERE id = 1"
);

const HASHES: InsertThen = insert_then!("tree_hash (idx, hash)", "(?, ?)", "; COMMIT");

/// A connection that sees every entry recorded before: what counts entries asks for one. In a work, those of others who
/// share its commit may not be appended yet.
pub(crate) struct Recorded<'a>(&'a mut AnyConnection);

impl<'a> Recorded<'a> {
    /// Of a connection that only reads: what it sees is durable, and whole.
    pub(crate) fn read(conn: &'a mut PoolConnection<Any>) -> Self {
        Self(conn)
    }

    /// Of a transaction that began after everything before it was appended.
    pub(crate) fn counting(tx: &'a mut Tx) -> Self {
        Self(tx)
    }
}

impl Deref for Recorded<'_> {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        self.0
    }
}

impl DerefMut for Recorded<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.0
    }
}

/// Takes the lock every write waits for and makes room for `more` entries. From here on, until the transaction ends,
/// nobody else appends.
pub(crate) async fn lock(conn: &mut AnyConnection, more: usize) -> Result<()> {
    let more = i64::try_from(more).map_err(|_| Error::broken("too many entries at once"))?;
    sqlx::query("UPDATE trail_head SET size = size + ? WHERE id = 1").bind(more).execute(conn).await?;
    Ok(())
}

/// Asks for the [`size`], after another statement if there is one.
macro_rules! how_many {
    ($($before:literal)?) => {
        concat!($($before, "; ",)? "SELECT size FROM trail_head WHERE id = 1")
    };
}

pub(crate) use how_many;

/// How many entries the trail has, those included that [`lock`] made room for; asks with the statements of [`how_many`].
pub(crate) async fn size(conn: &mut AnyConnection, sql: &'static str) -> Result<i64> {
    // Asked for one row, the driver stops at the first of several statements.
    let sizes: Vec<i64> = sqlx::query_scalar(sql).fetch_all(conn).await?;
    sizes.first().copied().ok_or_else(|| Error::broken("the trail has no head"))
}

/// The edge that `more` entries are appended to, with the lock.
pub(crate) async fn edge(conn: &mut AnyConnection, more: usize) -> Result<Edge> {
    if takes_several(conn) {
        // Nobody else writes in a transaction of SQLite's, and the head rises with the entries.
        let size = size(conn, how_many!()).await?;
        return Edge::read(conn, size, more).await;
    }
    lock(conn, more).await?;
    let size = size(conn, how_many!()).await? - i64::try_from(more).unwrap_or(i64::MAX);
    Edge::read(conn, size, more).await
}

/// What follows the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// More of the same transaction.
    More,
    /// The commit, in the same trip as the last of their hashes: on SQLite, where a work may end so.
    Commit,
}

/// Numbers and appends `records`, of which there is one at least, with their hashes, and counts them. A crash before the
/// commit leaves none of it; after the commit, all of it. Answers the edge with them.
pub(crate) async fn append(
    conn: &mut AnyConnection,
    mut edge: Edge,
    records: &mut [&mut Record],
    then: Then,
) -> Result<Edge> {
    let first = edge.next();
    let mut hashes = Vec::new();
    for record in records.iter_mut() {
        record.seq = edge.size() + 1;
        hashes.extend(edge.add(record.leaf_hash())?);
    }
    insert_entries(conn, records).await?;
    totals::add(conn, records).await?;
    insert_hashes(conn, first, hashes, then).await?;
    Ok(edge)
}

/// Notes which hashes are wanted and answers with any.
#[derive(Default)]
pub(crate) struct Asked(pub(crate) RefCell<Vec<u64>>);

impl HashReader for Asked {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![Hash([0; 32]); indexes.len()])
    }
}

/// Answers from hashes already fetched.
pub(crate) struct Known<'a>(pub(crate) &'a BTreeMap<u64, Hash>);

impl HashReader for Known<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        // A wrong count would panic later, so a missing hash is an error here.
        indexes.iter().map(|i| self.0.get(i).copied().ok_or(tlog_tiles::Error::IndexesNotInTree)).collect()
    }
}

async fn insert_entries(conn: &mut AnyConnection, records: &[&mut Record]) -> Result<()> {
    let bind = |row: db::Row, r: &&mut Record| {
        row.bind(r.seq)
            .bind(r.at)
            .bind(&r.actor)
            .bind(&r.role)
            .bind(&r.grant_id)
            .bind(&r.session)
            .bind(&r.action)
            .bind(&r.subject)
            .bind(&r.outcome)
            .bind(&r.reason)
            .bind(&r.changes)
            .bind(&r.address)
            .bind(&r.agent)
            .bind(&r.request)
    };
    if !takes_several(conn) {
        // There the head rose when room was made.
        return ENTRIES.run(conn, records, bind).await;
    }
    let more = i64::try_from(records.len()).map_err(|_| Error::broken("too many entries at once"))?;
    ENTRIES.run_then(conn, records, bind, |row| row.bind(more)).await
}

async fn insert_hashes(conn: &mut AnyConnection, first: u64, hashes: Vec<Hash>, then: Then) -> Result<()> {
    let row = |(index, hash): (u64, Hash)| Some((i64::try_from(index).ok()?, Base64::encode_string(&hash.0)));
    let rows: Option<Vec<(i64, String)>> = (first..).zip(hashes).map(row).collect();
    let rows = rows.ok_or_else(|| Error::broken("the tree is full"))?;
    let bind = |row: db::Row, (index, hash): &(i64, String)| row.bind(*index).bind(hash);
    match then {
        Then::More => HASHES.run(conn, &rows, bind).await,
        Then::Commit => HASHES.run_then(conn, &rows, bind, |row| row).await,
    }
}

/// Reads a stored hash.
pub(crate) fn parse_hash(text: Option<&str>) -> Option<Hash> {
    let mut bytes = [0; 32];
    (Base64::decode(text?, &mut bytes).ok()?.len() == 32).then_some(Hash(bytes))
}
