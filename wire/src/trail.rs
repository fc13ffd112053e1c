//! What a reader of the trail sees: the list with its filters, one entry with its proof.

mod asks;
mod text;

pub use asks::{ExportAsk, Exported, Format, RemoveViewAsk, SaveViewAsk, SavedView, Sharing};
pub use text::Mistake;

use crate::orders::Owner;

/// How a person ended up doing something: the outcomes in the order they are shown.
pub const OUTCOMES: [&str; 3] = ["ok", "denied", "failed"];

/// Filters as they stand in the address; empty means any. Times are UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who: a work e-mail, a first or whole name, a staff id, `me`, `server` or `nobody`.
    pub actor: String,
    /// What was done: the whole name (`field.revealed`), or a word that actions and functions are found by (`reveal`).
    pub action: String,
    /// About whom or what.
    pub subject: String,
    /// `ok`, `denied` or `failed`.
    pub outcome: String,
    /// In which role.
    pub role: String,
    /// In which session.
    pub session: String,
    /// `after`: after hours, where the company is.
    pub hours: String,
    /// Back from now: `24h`; `7d` or `2w`, from the beginning of that hour; or `today`.
    pub since: String,
    /// Not before: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`.
    pub from: String,
    /// Before: the same; a day alone counts whole.
    pub to: String,
    /// Entries before this number: the next page.
    pub before: String,
}

impl Filter {
    /// The filters by name, without the page.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 10] {
        [
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
            ("outcome", &self.outcome),
            ("role", &self.role),
            ("session", &self.session),
            ("hours", &self.hours),
            ("since", &self.since),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    /// The filter of a name, to be set.
    pub fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "actor" => &mut self.actor,
            "action" => &mut self.action,
            "subject" => &mut self.subject,
            "outcome" => &mut self.outcome,
            "role" => &mut self.role,
            "session" => &mut self.session,
            "hours" => &mut self.hours,
            "since" => &mut self.since,
            "from" => &mut self.from,
            "to" => &mut self.to,
            _ => return None,
        })
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
    /// The part of this time that is listed, when that is not all of it.
    pub picked: Option<(i64, i64)>,
    /// An estimate from one entry in so many: there are too many to count them.
    pub sampled: Option<u64>,
    /// How many are listed in all: `ok`, `denied`, `failed`.
    pub selected: [u64; 3],
    /// Whether that is an estimate, too.
    pub estimated: bool,
}

/// How the list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is a further page: entries before this number.
    Older(u64),
    /// Only so many entries are looked through at once; this goes on from there.
    Continue(u64),
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Opaque.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who saved it, by name; absent for the viewer's own.
    pub owner: Option<String>,
    /// Who sees it.
    pub sharing: Sharing,
    /// Its filters as text.
    pub text: String,
    /// Whether the viewer may remove it.
    pub removable: bool,
}

/// How many entries the built-in views hold; more than 1,000 are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reveals since the day began where the company is.
    pub reveals_today: u64,
    /// Denied.
    pub denied: u64,
    /// Failed.
    pub failed: u64,
    /// Exports.
    pub exports: u64,
}

/// A page of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The filters, times written as a form holds them.
    pub filter: Filter,
    /// False when subject or session are asked for and no entry has them: they may be anything that was typed.
    pub known: bool,
    /// Newest first.
    pub lines: Vec<Line>,
    /// How it goes on, if it does.
    pub next: Option<Next>,
    /// Over the filtered time, else the past day.
    pub histogram: Histogram,
    /// How the whole trail stands.
    pub seal: Seal,
    /// Saved views, by name.
    pub views: Vec<View>,
    /// What the built-in views hold.
    pub counts: Counts,
    /// Some of the staff: e-mail and name.
    pub people: Vec<(String, String)>,
}

/// What stands around the list, and stays where a filter was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// How the whole trail stands.
    pub seal: Seal,
    /// Saved views, by name.
    pub views: Vec<View>,
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
    /// The order's currency, when the entry holds a price.
    pub currency: Option<String>,
    /// Names of the owners an order goes from and to.
    pub owners: Vec<Owner>,
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
