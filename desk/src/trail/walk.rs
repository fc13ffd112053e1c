//! Goes through entries in order, rebuilds the tree over them, and compares it with everything that was signed.

use std::collections::BTreeSet;

use tlog_tiles::{Hash, node_hash};

use super::{
    entry::Record,
    folder::{Fault, Folder, Signed, WIDTH},
    note::Checkpoint,
    report::{Finding, Report},
};

/// How many findings are kept; the rest are counted.
const KEPT: usize = 50;

/// The stored hashes that an entry completes, from its leaf up; a missing or damaged one is absent. None at all where hashes
/// are not part of what is verified.
pub(super) type Stored<'a> = Option<&'a [Option<Hash>]>;

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
    /// Hashes of the complete subtrees, largest first, as long as no entry is missing.
    tree: Option<Vec<Hash>>,
    /// The hashes that the entry in hand completes, from its leaf up.
    completed: Vec<Hash>,
    /// The bytes of its leaf.
    leaf: Vec<u8>,
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
            tree: Some(Vec::new()),
            completed: Vec::new(),
            leaf: Vec::new(),
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

    /// The next entry.
    pub(super) fn entry(&mut self, record: &Record<impl AsRef<str>>, stored: Stored<'_>) {
        self.read += 1;
        let Some(n) = u64::try_from(record.seq).ok().filter(|seq| *seq > self.next).map(|seq| seq - 1) else {
            self.tree = None;
            self.find(Finding::Misplaced { expected: self.next + 1, found: record.seq });
            return;
        };
        self.missing(n);
        let leaf = record.leaf_hash_in(&mut self.leaf);
        let differs = |stored: &[Option<Hash>]| stored.first() != Some(&Some(leaf));
        let finding = match self.signed_leaf(n) {
            Some(signed) if signed != leaf => Some(Finding::NotSigned { seq: n + 1 }),
            Some(_) if stored.is_some_and(differs) => Some(Finding::Hash { seq: n + 1 }),
            None if stored.is_some_and(differs) => Some(Finding::NotHashed { seq: n + 1 }),
            _ => None,
        };
        if let Some(finding) = finding {
            self.changed.insert(n);
            self.find(finding);
        }
        self.next = n + 1;
        self.grow(n, leaf);
        self.compare();
        if let Some(stored) = stored {
            self.nodes(n, stored);
        }
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

    /// Adds the leaf of entry `n` and every subtree that it completes; none once an entry is missing.
    fn grow(&mut self, n: u64, leaf: Hash) {
        self.completed.clear();
        let Some(tree) = &mut self.tree else { return };
        self.completed.push(leaf);
        let mut hash = leaf;
        // Each one at the end of the number is a subtree of that size that waits for this one beside it.
        for _ in 0..n.trailing_ones() {
            let Some(left) = tree.pop() else { break };
            hash = node_hash(left, hash);
            self.completed.push(hash);
        }
        tree.push(hash);
    }

    /// Compares the stored hashes of the subtrees that entry `n` completes.
    fn nodes(&mut self, n: u64, stored: &[Option<Hash>]) {
        let completed = std::mem::take(&mut self.completed);
        for (level, hash) in completed.iter().enumerate().skip(1) {
            let n = n >> level;
            let (first, last) = (n << level, ((n + 1) << level) - 1);
            // What stands above an entry that is known to be wrong says nothing new.
            if stored.get(level) != Some(&Some(*hash)) && self.changed.range(first..=last).next().is_none() {
                self.find(Finding::Node { first: first + 1, last: last + 1 });
            }
        }
        self.completed = completed;
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
            // The subtrees are joined from the smallest up.
            let computed = tree.iter().rev().copied().reduce(|right, left| node_hash(left, right));
            if computed == Some(root) {
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
