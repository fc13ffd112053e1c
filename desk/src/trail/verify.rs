//! Verifies the live database: every entry, every stored hash, the head, and everything published.

use tlog_tiles::{Hash, stored_hash_count, stored_hash_index};

use super::{
    append::parse_hash,
    entry::{Record, columns},
    publish::{Head, blocking},
    report::{Finding, Report},
    walk::Walk,
};
use crate::{
    db::{Cells, Reader},
    desk::Desk,
    error::Result,
};

/// Entries per batch.
const BATCH: u64 = 500;
/// Stored hashes in one row: a row for each of them costs as much again as the entries.
const TOGETHER: &str =
    "SELECT COUNT(*), GROUP_CONCAT(idx), GROUP_CONCAT(hash) FROM tree_hash WHERE idx >= ? AND idx < ?";
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
        let head = Head::read(&mut *self.db().read().acquire().await?).await?;
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
        let (mut reader, mut from) = (self.db().reader().await?, 0);
        while from < end {
            let to = end.min(from + BATCH);
            batch(&mut reader, &mut walk, from, to).await?;
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
async fn batch(reader: &mut Reader, walk: &mut Walk<'_>, from: u64, to: u64) -> Result<()> {
    let rows = entries(reader, signed(from), signed(to)).await?;
    let first = stored_hash_count(from);
    let hashes = hashes(reader, first, stored_hash_count(to)).await?;
    for row in &rows {
        let Ok(record) = Record::of(row) else {
            walk.find(Finding::Unreadable { after: walk.expected() });
            continue;
        };
        let n = u64::try_from(record.seq).unwrap_or(0).saturating_sub(1);
        let own = usize::try_from(stored_hash_index(0, n).saturating_sub(first)).unwrap_or(usize::MAX);
        walk.entry(&record, Some(hashes.get(own..).unwrap_or_default()));
    }
    walk.missing(to);
    Ok(())
}

async fn entries(reader: &mut Reader, from: i64, to: i64) -> Result<Vec<Cells>> {
    let sql = concat!("SELECT ", columns!(), " FROM trail WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1000");
    reader.query(sql).bind(from).bind(to).rows().await
}

/// The stored hashes from one index to before another, in their order; a missing or damaged one is absent.
async fn hashes(reader: &mut Reader, from: u64, to: u64) -> Result<Vec<Option<Hash>>> {
    let mut hashes = vec![None; usize::try_from(to - from).unwrap_or(0)];
    let mut put = |index: i64, text: Option<&str>| {
        if let Some(place) = usize::try_from(index - signed(from)).ok().and_then(|place| hashes.get_mut(place)) {
            *place = parse_hash(text);
        }
    };
    let row = reader.query(TOGETHER).bind(signed(from)).bind(signed(to)).row().await?;
    if let Some((indexes, texts)) = row.as_ref().and_then(together) {
        for (index, text) in indexes.into_iter().zip(texts) {
            put(index, Some(text));
        }
        return Ok(hashes);
    }
    let sql = "SELECT idx, hash FROM tree_hash WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT 2000";
    for row in reader.query(sql).bind(signed(from)).bind(signed(to)).rows().await? {
        if let Ok(index) = row.get(0) {
            put(index, row.get(1).ok());
        }
    }
    Ok(hashes)
}

/// Indexes and hashes that stand in one row, unless it cannot be told what belongs to which: a changed hash may be a list
/// itself, and long lists may be cut off.
fn together(row: &Cells) -> Option<(Vec<i64>, Vec<&str>)> {
    let (count, indexes, texts): (i64, &str, &str) = (row.get(0).ok()?, row.get(1).ok()?, row.get(2).ok()?);
    let indexes: Vec<i64> = indexes.split(',').map(|index| index.parse().ok()).collect::<Option<_>>()?;
    let texts: Vec<&str> = texts.split(',').collect();
    let count = usize::try_from(count).ok()?;
    (indexes.len() == count && texts.len() == count).then_some((indexes, texts))
}

/// A size or index as the database counts.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing, trail::tests::record};

    #[tokio::test]
    async fn hashes_are_read_together_unless_it_cannot_be_told_which_is_which() {
        for bed in testing::both().await {
            record(&bed.desk, 5).await;
            let mut reader = bed.desk.db().reader().await.unwrap();
            let row = reader.query(TOGETHER).bind(0_i64).bind(8_i64).row().await.unwrap().unwrap();
            let (indexes, texts) = together(&row).unwrap();
            assert_eq!((indexes, texts.len()), ((0..8).collect(), 8));
            for listed in [
                "SELECT 1, '0', 'a,b' FROM tree_hash WHERE idx = ?",
                "SELECT 2, '0,1', 'a' FROM tree_hash WHERE idx = ?",
                "SELECT 2, '0,', 'a,b' FROM tree_hash WHERE idx = ?",
                "SELECT 0, NULL, NULL FROM tree_hash WHERE idx = ?",
            ] {
                let row = reader.query(listed).bind(0_i64).row().await.unwrap().unwrap();
                assert!(together(&row).is_none(), "{listed}");
            }
            let read = hashes(&mut reader, 0, 9).await.unwrap();
            assert_eq!(read.iter().map(Option::is_some).collect::<Vec<_>>(), [[true; 8].as_slice(), &[false]].concat());
        }
    }
}
