//! The right edge of the tree: how many entries there are, and the roots of the largest whole trees over them, from which
//! all hashes of further entries are made. Of entries 0 to 12 those are the trees over 0–7, 8–11 and 12 (RFC 6962, section
//! 2.1).

use std::collections::BTreeMap;

use sqlx::AnyConnection;
use tlog_tiles::{Hash, stored_hash_count, stored_hash_index, stored_hashes_for_record_hash};

use super::{append::Known, hashes};
use crate::error::{Error, Result};

/// The edge of a tree that nobody else appends to.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    size: u64,
    roots: BTreeMap<u64, Hash>,
}

impl Edge {
    /// Of the tree over the first `size` entries, as far as `more` entries need it.
    pub(crate) async fn read(conn: &mut AnyConnection, size: i64, more: usize) -> Result<Self> {
        let size = u64::try_from(size).map_err(|_| Error::broken("the trail's size is negative"))?;
        let whole: Vec<u64> = whole(size, more).collect();
        Ok(Self { size, roots: hashes::stored(conn, &whole).await? })
    }

    /// How many entries there are.
    pub(crate) fn size(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX)
    }

    /// Where the next hash is stored.
    pub(super) fn next(&self) -> u64 {
        stored_hash_count(self.size)
    }

    /// Adds an entry by its hash; answers the hashes that are stored with it, from [`Edge::next`] on.
    ///
    /// # Errors
    /// When a hash that those are made from is missing or damaged.
    pub(super) fn add(&mut self, leaf: Hash) -> Result<Vec<Hash>> {
        let hashes = stored_hashes_for_record_hash(self.size, leaf, &Known(&self.roots));
        let hashes = hashes
            .map_err(|_| Error::broken(format!("a tree hash before entry {} is missing or damaged", self.size + 1)))?;
        // The last of them is over the smallest whole trees and the new entry.
        (0..self.size.trailing_ones()).for_each(|level| _ = self.roots.remove(&root(self.size, level)));
        self.roots.extend((self.next()..).zip(hashes.iter().copied()).last());
        self.size += 1;
        Ok(hashes)
    }
}

/// Where those roots of the largest whole trees over the first `size` entries are stored that become parts of larger ones with
/// `more` entries.
fn whole(size: u64, more: usize) -> impl Iterator<Item = u64> {
    let then = size.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
    let grows = move |level: u32| size >> level & 1 == 1 && then >> level >> 1 != size >> level >> 1;
    (0..u64::BITS).filter(move |level| grows(*level)).map(move |level| root(size, level))
}

/// Where the root of the last whole tree of this height over the first `size` entries is stored.
fn root(size: u64, level: u32) -> u64 {
    stored_hash_index(u8::try_from(level).unwrap_or(u8::MAX), (size >> level) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_of_every_size_is_what_is_stored_there() {
        let (mut edge, mut stored) = (Edge { size: 0, roots: BTreeMap::new() }, BTreeMap::new());
        for size in 0..300_u64 {
            let at_edge =
                |more| whole(size, more).map(|index| (index, stored[&index])).collect::<BTreeMap<u64, Hash>>();
            assert_eq!((edge.size, &edge.roots), (size, &at_edge(usize::MAX)));
            for more in 1..9 {
                let mut some = Edge { size, roots: at_edge(more) };
                (0..more).for_each(|_| _ = some.add(Hash([0; 32])).expect("what is needed is there"));
                let mut fewer = Edge { size, roots: at_edge(more) };
                if fewer.roots.pop_last().is_some() {
                    assert!((0..more).any(|_| fewer.add(Hash([0; 32])).is_err()), "nothing else is");
                }
            }
            let leaf = tlog_tiles::record_hash(&size.to_be_bytes());
            let hashes = stored_hashes_for_record_hash(size, leaf, &Known(&stored)).expect("all are there");
            let first = edge.next();
            assert_eq!(edge.add(leaf).expect("adds"), hashes);
            stored.extend((first..).zip(hashes));
        }
    }
}
