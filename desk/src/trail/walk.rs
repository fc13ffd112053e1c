//! Goes through entries in order, rebuilds the tree over them, and compares it with everything that was signed.

use std::collections::{BTreeMap, BTreeSet};

use tlog_tiles::{Hash, stored_hash_index, stored_hashes_for_record_hash, sub_tree_index, tree_hash};

use super::{
    append::Known,
    entry::Record,
    folder::{Fault, Folder, Signed, WIDTH},
    note::Checkpoint,
    report::{Finding, Report},
};

/// How many findings are kept; the rest are counted.
const KEPT: usize = 50;

/// What is stored as an entry's leaf hash.
#[derive(Clone, Copy)]
pub(super) enum Stored {
    /// This.
    Leaf(Hash),
    /// Nothing, though there should be something.
    Gone,
    /// Hashes are not part of what is verified.
    Unknown,
}

pub(super) struct Walk<'a> {
    folder: &'a Folder,
    checkpoints: Vec<Checkpoint>,
    /// The checkpoint whose tiles the folder holds: its own newest.
    tiles_of: Option<Checkpoint>,
    /// The first of `checkpoints` not yet reached.
    next_checkpoint: usize,
    /// How many entries there should have been so far.
    next: u64,
    read: u64,
    /// Hashes of the complete subtrees, as long as no entry is missing.
    tree: Option<BTreeMap<u64, Hash>>,
    /// The size of the last checkpoint that agreed; nothing is compared after the first that did not.
    agreed: u64,
    disagreed: bool,
    /// Signed leaf hashes of the tile in hand, and its first entry (from 0).
    leaves: Option<(u64, Vec<Hash>)>,
    tiles_told: bool,
    changed: BTreeSet<u64>,
    findings: Vec<Finding>,
    more: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(folder: &'a Folder, signed: Signed) -> Self {
        let tiles_of = signed.checkpoints.last().cloned();
        let findings = signed.refused.into_iter().map(|(name, why)| Finding::Refused { name, why }).collect();
        Self {
            folder,
            checkpoints: signed.checkpoints,
            tiles_of,
            next_checkpoint: 0,
            next: 0,
            read: 0,
            tree: Some(BTreeMap::new()),
            agreed: 0,
            disagreed: false,
            leaves: None,
            tiles_told: false,
            changed: BTreeSet::new(),
            findings,
            more: 0,
        }
    }

    /// Compares with a checkpoint from elsewhere, too.
    pub(super) fn compare_with(&mut self, checkpoint: Checkpoint) {
        let at = self.checkpoints.partition_point(|other| other.size <= checkpoint.size);
        self.checkpoints.insert(at, checkpoint);
    }

    /// How many entries the largest checkpoint covers.
    pub(super) fn signed(&self) -> u64 {
        self.checkpoints.last().map_or(0, Checkpoint::size)
    }

    /// Notes something wrong.
    pub(super) fn find(&mut self, finding: Finding) {
        if self.findings.len() < KEPT { self.findings.push(finding) } else { self.more += 1 }
    }

    /// The next entry. Answers the hashes that it completes, from its leaf up; none once an entry is missing.
    pub(super) fn entry(&mut self, record: &Record, stored: Stored) -> Vec<Hash> {
        self.read += 1;
        let Some(n) = u64::try_from(record.seq).ok().filter(|seq| *seq > self.next).map(|seq| seq - 1) else {
            self.tree = None;
            self.find(Finding::Misplaced { expected: self.next + 1, found: record.seq });
            return Vec::new();
        };
        self.missing(n);
        let leaf = record.leaf_hash();
        let finding = match (self.signed_leaf(n), stored) {
            (Some(signed), _) if signed != leaf => Some(Finding::NotSigned { seq: n + 1 }),
            (Some(_), Stored::Leaf(hash)) if hash != leaf => Some(Finding::Hash { seq: n + 1 }),
            (Some(_), Stored::Gone) => Some(Finding::Hash { seq: n + 1 }),
            (None, Stored::Leaf(hash)) if hash != leaf => Some(Finding::NotHashed { seq: n + 1 }),
            (None, Stored::Gone) => Some(Finding::NotHashed { seq: n + 1 }),
            _ => None,
        };
        if let Some(finding) = finding {
            self.changed.insert(n);
            self.find(finding);
        }
        self.next = n + 1;
        let hashes = self.grow(n, leaf);
        self.compare();
        hashes
    }

    /// Entries up to before number `n` (from 0) should have come by now.
    pub(super) fn missing(&mut self, n: u64) {
        if n > self.next {
            self.tree = None;
            self.find(Finding::Missing { first: self.next + 1, last: n });
            self.next = n;
        }
    }

    /// How many entries there should have been so far.
    pub(super) fn expected(&self) -> u64 {
        self.next
    }

    /// Whether the stored hash of a subtree is to be believed wrong: not when an entry beneath it is known to be.
    pub(super) fn node(&mut self, level: u8, n: u64) {
        let (first, last) = (n << level, ((n + 1) << level) - 1);
        if self.changed.range(first..=last).next().is_none() {
            self.find(Finding::Node { first: first + 1, last: last + 1 });
        }
    }

    /// The end: nothing comes any more.
    pub(super) fn finish(mut self) -> Report {
        let signed = self.signed();
        let cut = self.findings.iter_mut().find_map(|finding| match finding {
            Finding::Cut { signed, .. } => Some(signed),
            _ => None,
        });
        match cut {
            Some(known) => *known = signed.max(*known),
            None if signed > self.next => self.find(Finding::Cut { last: self.next, signed }),
            None => {}
        }
        self.findings.sort_by_key(|finding| finding.entry().unwrap_or(u64::MAX));
        Report { entries: self.read, signed: self.agreed, findings: self.findings, more: self.more, compared: None }
    }

    /// The hashes entry `n` completes; keeps what later ones need.
    fn grow(&mut self, n: u64, leaf: Hash) -> Vec<Hash> {
        let Some(tree) = &mut self.tree else { return Vec::new() };
        let Ok(hashes) = stored_hashes_for_record_hash(n, leaf, &Known(tree)) else { return Vec::new() };
        let first = stored_hash_index(0, n);
        tree.extend((first..).zip(hashes.iter().copied()));
        if tree.len() > 1024 {
            let needed: BTreeSet<u64> = sub_tree_index(0, n + 1, Vec::new()).into_iter().collect();
            tree.retain(|index, _| needed.contains(index));
        }
        hashes
    }

    /// Compares with the checkpoints of exactly this size.
    fn compare(&mut self) {
        while let Some(checkpoint) = self.checkpoints.get(self.next_checkpoint) {
            let (size, root) = (checkpoint.size, checkpoint.root);
            if size > self.next {
                return;
            }
            self.next_checkpoint += 1;
            let Some(tree) = self.tree.as_ref().filter(|_| !self.disagreed && size == self.next) else { continue };
            if size == 0 || tree_hash(size, &Known(tree)).is_ok_and(|computed| computed == root) {
                self.agreed = size;
                continue;
            }
            self.disagreed = true;
            if !self.findings.iter().any(|finding| finding.tells(self.agreed + 1, size)) {
                self.find(Finding::Between { agrees: self.agreed, differs: size });
            }
        }
    }

    /// The leaf hash of entry `n` as the newest checkpoint signs it, where its tile survives.
    fn signed_leaf(&mut self, n: u64) -> Option<Hash> {
        let first = n - n % WIDTH;
        if self.leaves.as_ref().is_none_or(|(of, _)| *of != first) {
            let newest = self.tiles_of.as_ref().filter(|newest| newest.size > first)?;
            let leaves = match self.folder.leaves(newest, first) {
                Ok(leaves) => leaves,
                Err(fault) => {
                    let last = newest.size.min(first + WIDTH);
                    self.tiles(fault, first + 1, last);
                    Vec::new()
                }
            };
            self.leaves = Some((first, leaves));
        }
        let (_, leaves) = self.leaves.as_ref()?;
        leaves.get(usize::try_from(n - first).ok()?).copied()
    }

    /// Tells once that tiles prove nothing.
    fn tiles(&mut self, fault: Fault, first: u64, last: u64) {
        if !std::mem::replace(&mut self.tiles_told, true) {
            self.find(match fault {
                Fault::Missing(path) => Finding::NoTile { path },
                Fault::Altered => Finding::Tiles { first, last },
            });
        }
    }
}
