//! What a reader of the trail sees: the list with its filters, one entry with its proof.

/// How a person ended up doing something: the outcomes in the order they are shown.
pub const OUTCOMES: [&str; 3] = ["ok", "denied", "failed"];

/// Filters as they stand in the address; empty means any. Times are UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not before: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`.
    pub from: String,
    /// Before: the same; a day alone counts whole.
    pub to: String,
    /// Who: a work e-mail, a staff id, `server` or `nobody`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// `ok`, `denied` or `failed`.
    pub outcome: String,
    /// About whom or what.
    pub subject: String,
    /// Entries before this number: the next page.
    pub before: String,
}

impl Filter {
    /// The filters by name, without the page.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("from", &self.from),
            ("to", &self.to),
            ("actor", &self.actor),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("subject", &self.subject),
        ]
    }

    /// Whether nothing is filtered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.is_empty())
    }
}

/// Somebody or something by id, with the name of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As recorded.
    pub id: String,
    /// The name, when the id is a member of staff.
    pub name: Option<String>,
}

/// One entry in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub seq: u64,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Who.
    pub actor: Named,
    /// In which role.
    pub role: Option<String>,
    /// What.
    pub action: String,
    /// About whom or what.
    pub subject: Option<Named>,
    /// `ok`, `denied` or `failed`.
    pub outcome: String,
    /// Why.
    pub reason: Option<String>,
    /// The changed fields; personal ones by name only.
    pub changes: Vec<Change>,
    /// Whether it no longer fits its stored hash.
    pub altered: bool,
}

/// A changed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub field: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// How the whole trail stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// How many entries there are.
    pub entries: u64,
    /// How many the newest checkpoint covers; 0 without one.
    pub published: u64,
    /// When it was published, UTC milliseconds.
    pub published_at: Option<i64>,
    /// Whether the tree contradicts the checkpoint, or itself.
    pub wrong: bool,
}

/// How many entries there were over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// From, UTC milliseconds.
    pub from: i64,
    /// To, UTC milliseconds.
    pub to: i64,
    /// Width of a bar, milliseconds.
    pub width: i64,
    /// By time, without a gap: how many `ok`, `denied`, `failed`.
    pub bars: Vec<[u64; 3]>,
}

/// A page of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The filters, times written as a form holds them.
    pub filter: Filter,
    /// Newest first.
    pub lines: Vec<Line>,
    /// Where the next page begins, when there is one.
    pub before: Option<u64>,
    /// Over the filtered time, else the past day.
    pub histogram: Histogram,
    /// How the whole trail stands.
    pub seal: Seal,
}

/// One entry as recorded, and whether it can be proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: u64,
    /// The entry; absent when it is gone from the database though it was recorded.
    pub line: Option<Line>,
    /// The other columns by name: session, grant, address, agent, request.
    pub columns: Vec<(&'static str, String)>,
    /// Entries of the same session around it, oldest first.
    pub near: Vec<Line>,
    /// Whether it can be proven.
    pub proof: Proof,
}

/// What the newest checkpoint says of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is in the tree that was signed.
    Included {
        /// How many entries the checkpoint covers.
        size: u64,
        /// The leaf's hash, base64.
        leaf: String,
        /// The path to the root, base64.
        path: Vec<String>,
        /// The signed text.
        checkpoint: String,
    },
    /// What the database holds now is not what was signed.
    Altered,
    /// The entry is as it was signed, but stored hashes were changed.
    Hashes,
    /// Nothing signs it yet.
    Waiting,
    /// The database contradicts what was published, so nothing new is signed.
    Contradicted,
}
