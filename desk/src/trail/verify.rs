//! Verifies the live database: every entry, every stored hash, the head, and everything published.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, FromRow, Row, any::AnyRow};
use tlog_tiles::{Hash, stored_hash_count, stored_hash_index};

use super::{
    append::parse_hash,
    entry::{Record, columns},
    publish::{Head, blocking},
    report::{Finding, Report},
    walk::{Stored, Walk},
};
use crate::{desk::Desk, error::Result};

/// Entries per batch.
const BATCH: u64 = 500;
/// How far beyond the head entries are looked at.
const BEYOND: i64 = 10_000;

impl Desk {
    /// Reads the whole trail once and says what is wrong with it. `progress` hears how many entries are done, of how many.
    /// Entries that come meanwhile are left for the next time.
    ///
    /// # Errors
    /// When the database or the folder cannot be read; what is wrong with their content is in the report.
    pub async fn verify_trail(&self, mut progress: impl FnMut(u64, u64) + Send) -> Result<Report> {
        let (key, folder) = (self.checkpoint_key()?, self.checkpoint_folder());
        // What is published first, the database after it: so an entry that is signed is there, or it is gone.
        let signed = blocking({
            let folder = folder.clone();
            move || folder.signed(&key)
        })
        .await?;
        let mut walk = Walk::new(&folder, signed);
        let mut conn = self.db().read().acquire().await?;
        let head = Head::read(&mut conn).await?;
        let end = u64::try_from(head.last.min(head.size.saturating_add(BEYOND))).unwrap_or(0);
        if head.first < 1 {
            walk.find(Finding::Misplaced { expected: 1, found: head.first });
        }
        if head.size != head.last {
            let size = u64::try_from(head.size).unwrap_or(0);
            walk.find(match size.checked_sub(end) {
                Some(1..) => Finding::Cut { last: end, signed: size },
                _ => Finding::Head { head: head.size, last: head.last },
            });
        }
        let mut from = 0;
        while from < end {
            let to = end.min(from + BATCH);
            batch(&mut conn, &mut walk, from, to).await?;
            progress(to, end);
            from = to;
        }
        if u64::try_from(head.hashes + 1).is_ok_and(|count| count > stored_hash_count(end)) && head.size == head.last {
            walk.find(Finding::Node { first: end + 1, last: end + 1 });
        }
        Ok(walk.finish())
    }
}

/// Entries `from + 1` to `to`.
async fn batch(conn: &mut AnyConnection, walk: &mut Walk<'_>, from: u64, to: u64) -> Result<()> {
    let rows = entries(conn, signed(from), signed(to)).await?;
    let hashes = hashes(conn, signed(stored_hash_count(from)), signed(stored_hash_count(to))).await?;
    for row in rows {
        let Ok(record) = Record::from_row(&row) else {
            walk.find(Finding::Unreadable { after: walk.expected() });
            continue;
        };
        let n = u64::try_from(record.seq).unwrap_or(0).saturating_sub(1);
        let first = stored_hash_index(0, n);
        let stored = hashes.get(&first).map_or(Stored::Gone, |hash| Stored::Leaf(*hash));
        let computed = walk.entry(&record, stored);
        for (level, hash) in (0..).zip(computed).skip(1) {
            if hashes.get(&(first + u64::from(level))) != Some(&hash) {
                walk.node(level, n >> level);
            }
        }
    }
    walk.missing(to);
    Ok(())
}

async fn entries(conn: &mut AnyConnection, from: i64, to: i64) -> Result<Vec<AnyRow>> {
    let rows =
        sqlx::query(concat!("SELECT ", columns!(), " FROM trail WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1000"))
            .bind(from)
            .bind(to);
    Ok(rows.fetch_all(conn).await?)
}

/// The stored hashes from one index to before another.
async fn hashes(conn: &mut AnyConnection, from: i64, to: i64) -> Result<BTreeMap<u64, Hash>> {
    let rows = sqlx::query("SELECT idx, hash FROM tree_hash WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT 2000")
        .bind(from)
        .bind(to)
        .fetch_all(conn)
        .await?;
    let read = |row: AnyRow| {
        let (index, text): (i64, String) = (row.try_get(0).ok()?, row.try_get(1).ok()?);
        Some((u64::try_from(index).ok()?, parse_hash(Some(&text))?))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A size or index as the database counts.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
