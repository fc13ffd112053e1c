//! Appends entries and their tree hashes inside the transaction of the action.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    iter,
    ops::{Deref, DerefMut, Range},
};

use base64ct::{Base64, Encoding};
use sqlx::{Any, AnyConnection, pool::PoolConnection};
use tlog_tiles::{Hash, HashReader, stored_hash_count, stored_hashes_for_record_hash};

use super::{entry::Record, totals};
use crate::{
    db::{self, Insert, Tx, insert},
    error::{Error, Result},
};

const ENTRIES: Insert = insert!(
    "trail (seq, at, actor, role, grant_id, session, action, subject, outcome, reason, changes, address, agent, request)",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
);

const HASHES: Insert = insert!("tree_hash (idx, hash)", "(?, ?)");

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

macro_rules! lock {
    () => {
        "UPDATE trail_head SET size = size + ? WHERE id = 1"
    };
}

macro_rules! size {
    () => {
        "SELECT size FROM trail_head WHERE id = 1"
    };
}

/// Takes the lock every write waits for and makes room for `more` entries. From here on, until the transaction ends,
/// nobody else appends.
pub(crate) async fn lock(conn: &mut AnyConnection, more: usize) -> Result<()> {
    let more = i64::try_from(more).map_err(|_| Error::broken("too many entries at once"))?;
    sqlx::query(lock!()).bind(more).execute(conn).await?;
    Ok(())
}

/// How many entries the trail has, those included that [`lock`] made room for.
pub(crate) async fn size(conn: &mut AnyConnection) -> Result<i64> {
    let size = sqlx::query_scalar(size!()).fetch_optional(conn).await?;
    size.ok_or_else(|| Error::broken("the trail has no head"))
}

/// [`lock`] and [`size`] with as few trips as there can be.
pub(crate) async fn make_room(conn: &mut AnyConnection, more: usize) -> Result<i64> {
    if !db::takes_several(conn) {
        lock(conn, more).await?;
        return size(conn).await;
    }
    let more = i64::try_from(more).map_err(|_| Error::broken("too many entries at once"))?;
    // Asked for one row, the driver stops at the first statement, which has none.
    let sizes: Vec<i64> = sqlx::query_scalar(concat!(lock!(), ";", size!())).bind(more).fetch_all(conn).await?;
    sizes.last().copied().ok_or_else(|| Error::broken("the trail has no head"))
}

/// Numbers and appends `records`, the last of the `size` entries that there are with them, with their hashes, and counts
/// them. A crash before the commit leaves none of it; after the commit, all of it.
pub(crate) async fn append(conn: &mut AnyConnection, size: i64, records: &mut [&mut Record]) -> Result<()> {
    let more = i64::try_from(records.len()).map_err(|_| Error::broken("too many entries at once"))?;
    let first = size - more;
    let number = |at: i64| u64::try_from(first + at).map_err(|_| Error::broken("the trail's size is negative"));
    let before = stored_hash_count(number(0)?);
    let mut known = read_hashes(conn, &wanted(number(0)?..number(more)?)).await?;
    for (record, n) in records.iter_mut().zip(number(0)?..) {
        record.seq = i64::try_from(n + 1).map_err(|_| Error::broken("the trail is full"))?;
        let hashes = stored_hashes_for_record_hash(n, record.leaf_hash(), &Known(&known));
        let hashes = hashes.map_err(|e| Error::broken(format!("tree: {e:?}")))?;
        known.extend((stored_hash_count(n)..).zip(hashes));
    }
    insert_entries(conn, records).await?;
    insert_hashes(conn, known.split_off(&before)).await?;
    totals::add(conn, records).await
}

/// Which of the hashes that are stored already go into those that entries of these numbers (from 0) complete.
fn wanted(numbers: Range<u64>) -> Vec<u64> {
    // The reader is synchronous and asks once: note what it asks for.
    let asked = Asked::default();
    let before = stored_hash_count(numbers.start);
    for n in numbers {
        let _ = stored_hashes_for_record_hash(n, Hash([0; 32]), &asked);
    }
    let stored: BTreeSet<u64> = asked.0.into_inner().into_iter().filter(|index| *index < before).collect();
    stored.into_iter().collect()
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
    ENTRIES.run(conn, records, bind).await
}

async fn insert_hashes(conn: &mut AnyConnection, hashes: BTreeMap<u64, Hash>) -> Result<()> {
    let row = |(index, hash): (u64, Hash)| Some((i64::try_from(index).ok()?, Base64::encode_string(&hash.0)));
    let rows: Option<Vec<(i64, String)>> = hashes.into_iter().map(row).collect();
    let rows = rows.ok_or_else(|| Error::broken("the tree is full"))?;
    HASHES.run(conn, &rows, |row, (index, hash)| row.bind(*index).bind(hash)).await
}

/// How many hashes [`read_hashes`] asks for with one statement; there are seldom more.
const HASHES_AT_ONCE: usize = 16;

async fn read_hashes(conn: &mut AnyConnection, indexes: &[u64]) -> Result<BTreeMap<u64, Hash>> {
    let mut known = BTreeMap::new();
    for some in indexes.chunks(HASHES_AT_ONCE) {
        let rows = sqlx::query_as(concat!(
            "SELECT idx, hash FROM tree_hash WHERE idx IN (",
            db::times!(16 "," "?"),
            ") LIMIT 16"
        ));
        let asked = some.iter().map(|index| i64::try_from(*index).unwrap_or(-1)).chain(iter::repeat(-1));
        let rows = asked.take(HASHES_AT_ONCE).fold(rows, |rows, index| rows.bind(index));
        let rows: Vec<(i64, String)> = rows.fetch_all(&mut *conn).await?;
        known.extend(
            rows.iter().filter_map(|(index, hash)| Some((u64::try_from(*index).ok()?, parse_hash(Some(hash))?))),
        );
    }
    match indexes.iter().find(|index| !known.contains_key(index)) {
        Some(index) => Err(Error::broken(format!("tree hash {index} is missing or damaged"))),
        None => Ok(known),
    }
}

/// Reads a stored hash.
pub(crate) fn parse_hash(text: Option<&str>) -> Option<Hash> {
    let mut bytes = [0; 32];
    (Base64::decode(text?, &mut bytes).ok()?.len() == 32).then_some(Hash(bytes))
}
