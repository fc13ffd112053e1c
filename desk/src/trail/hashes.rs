//! Reads stored tree hashes, and what follows from them: roots and inclusion paths.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row};
use tlog_tiles::{Hash, HashReader};

use super::append::{Asked, Known, parse_hash};
use crate::error::{Error, Result};

/// How many hashes one statement fetches.
const AT_ONCE: usize = 32;

/// The stored hashes at these indexes; one that is missing or damaged is absent.
pub(crate) async fn stored(conn: &mut AnyConnection, indexes: &[u64]) -> Result<BTreeMap<u64, Hash>> {
    let mut found = BTreeMap::new();
    for some in indexes.chunks(AT_ONCE) {
        let mut query = sqlx::query(
            "SELECT idx, hash FROM tree_hash WHERE idx IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
             ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) LIMIT 32",
        );
        for index in some.iter().chain(some.last().into_iter().cycle()).take(AT_ONCE) {
            query = query.bind(i64::try_from(*index).map_err(|_| Error::broken("the tree is full"))?);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let (Ok(index), Ok(text)) = (row.try_get::<i64, _>(0), row.try_get::<String, _>(1)) else { continue };
            if let (Ok(index), Some(hash)) = (u64::try_from(index), parse_hash(Some(&text))) {
                found.insert(index, hash);
            }
        }
    }
    Ok(found)
}

/// Runs a computation of `tlog_tiles` over stored hashes. Its reader is synchronous and asks once: first note what it
/// asks for, then fetch, then compute.
pub(crate) async fn compute<T>(
    conn: &mut AnyConnection,
    computation: impl Fn(&dyn HashReader) -> Result<T, tlog_tiles::Error>,
) -> Result<T> {
    let asked = Asked::default();
    let _ = computation(&asked);
    let wanted = asked.0.into_inner();
    let known = stored(conn, &wanted).await?;
    if let Some(index) = wanted.iter().find(|index| !known.contains_key(index)) {
        return Err(Error::broken(format!("tree hash {index} is missing or damaged")));
    }
    computation(&Known(&known)).map_err(|e| Error::broken(format!("tree: {e:?}")))
}

/// The reader's trait object, where `tlog_tiles` wants a sized one.
pub(crate) struct Through<'a>(pub(crate) &'a dyn HashReader);

impl HashReader for Through<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        self.0.read_hashes(indexes)
    }
}

/// The root over the first `size` entries.
pub(crate) async fn root(conn: &mut AnyConnection, size: u64) -> Result<Hash> {
    compute(conn, |reader| tlog_tiles::tree_hash(size, &Through(reader))).await
}

/// The path from entry number `index` (from 0) to the root over the first `size`.
pub(crate) async fn path(conn: &mut AnyConnection, size: u64, index: u64) -> Result<Vec<Hash>> {
    compute(conn, |reader| tlog_tiles::prove_record(size, index, &Through(reader))).await
}
