//! What a verification found, in sentences.

use std::fmt;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Entries are not there.
    Missing {
        /// The first one.
        first: u64,
        /// The last one.
        last: u64,
    },
    /// Another entry stands where this one should.
    Misplaced {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: i64,
    },
    /// A row cannot be read as an entry.
    Unreadable {
        /// The last entry before it.
        after: u64,
    },
    /// The entry is not what was signed.
    NotSigned {
        /// Its number.
        seq: u64,
    },
    /// The entry is not what its stored hash was computed from, and no tile says which of the two was changed.
    NotHashed {
        /// Its number.
        seq: u64,
    },
    /// The entry is as it was signed, but its stored hash was changed or is gone.
    Hash {
        /// Its number.
        seq: u64,
    },
    /// A stored hash does not follow from the entries beneath it.
    Node {
        /// The first entry beneath it.
        first: u64,
        /// The last one.
        last: u64,
    },
    /// Something changed between two checkpoints; nothing that is left says where.
    Between {
        /// The size of the last checkpoint that agrees; 0 when none does.
        agrees: u64,
        /// The size of the first that does not.
        differs: u64,
    },
    /// The end is cut off.
    Cut {
        /// The last entry there is.
        last: u64,
        /// How many there must be.
        signed: u64,
    },
    /// The head row does not fit the entries.
    Head {
        /// What the head says.
        head: i64,
        /// The last entry there is.
        last: i64,
    },
    /// Entries that nothing signs, where everything must be signed.
    Unsigned {
        /// The first one.
        first: u64,
        /// The last one.
        last: u64,
    },
    /// A tile is not there.
    NoTile {
        /// Its path.
        path: String,
    },
    /// Tiles do not give the signed root.
    Tiles {
        /// The first entry they are of.
        first: u64,
        /// The last one.
        last: u64,
    },
    /// A file claims to be a checkpoint and is not.
    Refused {
        /// The file.
        name: String,
        /// Why.
        why: String,
    },
}

impl Finding {
    /// The first entry it is about, if it is about entries.
    #[must_use]
    pub fn entry(&self) -> Option<u64> {
        match *self {
            Self::Missing { first, .. } | Self::Unsigned { first, .. } => Some(first),
            Self::Misplaced { expected, .. } => Some(expected),
            Self::Unreadable { after: last } | Self::Cut { last, .. } => Some(last + 1),
            Self::NotSigned { seq } | Self::NotHashed { seq } => Some(seq),
            Self::Between { .. } | Self::Hash { .. } | Self::Node { .. } | Self::Head { .. } => None,
            Self::NoTile { .. } | Self::Tiles { .. } | Self::Refused { .. } => None,
        }
    }

    /// Whether a change of this entry is already told by this finding.
    pub(super) fn tells(&self, from: u64, to: u64) -> bool {
        self.entry().is_some_and(|entry| (from..=to).contains(&entry))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { first, last } if first == last => write!(f, "entry {first} is missing"),
            Self::Missing { first, last } => write!(f, "entries {first} to {last} are missing"),
            Self::Misplaced { expected, found } => write!(f, "where entry {expected} should stand, stands {found}"),
            Self::Unreadable { after } => write!(f, "what stands after entry {after} cannot be read as an entry"),
            Self::NotSigned { seq } => {
                write!(f, "entry {seq} is not what was signed: it was changed, or another was put there")
            }
            Self::NotHashed { seq } => write!(f, "entry {seq} does not fit its stored hash: one of them was changed"),
            Self::Hash { seq } => {
                write!(f, "the stored hash of entry {seq} was changed or removed; the entry is as signed")
            }
            Self::Node { first, last } => {
                write!(f, "the stored hash over entries {first} to {last} does not follow from them")
            }
            Self::Between { agrees, differs } => write!(
                f,
                "something changed between entry {} and entry {differs}: the checkpoint over {agrees} agrees, the one \
                 over {differs} does not",
                agrees + 1
            ),
            Self::Cut { last, signed } => {
                write!(f, "entries {} to {signed} are missing: the end is cut off or rolled back", last + 1)
            }
            Self::Head { head, last } => write!(f, "the head says {head} entries, the last one is {last}"),
            Self::Unsigned { first, last } => {
                write!(f, "entries {first} to {last} are not signed by any checkpoint given")
            }
            Self::NoTile { path } => write!(f, "{path} is missing"),
            Self::Tiles { first, last } => {
                write!(f, "the tiles of entries {first} to {last} do not give the signed root: they were changed")
            }
            Self::Refused { name, why } => write!(f, "{name} is no checkpoint of this trail: {why}"),
        }
    }
}

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many entries were read.
    pub entries: u64,
    /// The size of the largest checkpoint that agrees with them; 0 when there is none.
    pub signed: u64,
    /// What is wrong, entries first, in their order.
    pub findings: Vec<Finding>,
    /// How many findings there were beyond those kept.
    pub more: u64,
    /// For an export: whether a checkpoint from elsewhere, at least as new, was given to compare.
    pub compared: Option<bool>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// The first entry that disagrees, where one can be named.
    #[must_use]
    pub fn first_wrong(&self) -> Option<u64> {
        self.findings.iter().filter_map(Finding::entry).min()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_whole() {
            match self.first_wrong() {
                Some(seq) => writeln!(f, "WRONG: the first entry that disagrees is {seq}")?,
                None => writeln!(f, "WRONG")?,
            }
            for finding in &self.findings {
                writeln!(f, "- {finding}")?;
            }
            if self.more > 0 {
                writeln!(f, "- and {} more", self.more)?;
            }
            return write!(f, "{} read", entries(self.entries));
        }
        match self.compared {
            Some(true) => write!(f, "complete up to {}; the newer checkpoint given agrees", self.entries),
            Some(false) => write!(f, "complete up to {}; nothing newer was given to compare", self.entries),
            None if self.signed == 0 => {
                write!(f, "{}, all as recorded; no checkpoint is published yet", entries(self.entries))
            }
            None => {
                write!(f, "{}, all as recorded; the checkpoint over {} agrees", entries(self.entries), self.signed)
            }
        }
    }
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
