//! One entry: what a caller says was done, and the row it becomes.

use std::fmt;

use heliodesk_wire::Role;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::actions::{Action, ByTouch, Plain};

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It was refused.
    Denied,
    /// It was tried and did not succeed.
    Failed,
}

impl Outcome {
    /// The text in the column `outcome`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One changed field. Personal fields have a name and no values, ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field's name.
    pub field: String,
    /// The value before; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value after; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

impl Change {
    /// A field by name only.
    #[must_use]
    pub fn named(field: &str) -> Self {
        Self { field: field.to_owned(), old: None, new: None }
    }

    /// A field with its value before and after.
    #[must_use]
    pub fn of(field: &str, old: Option<String>, new: Option<String>) -> Self {
        Self { field: field.to_owned(), old, new }
    }
}

/// What was done, said by the aggregate that did it. Constructors stand beside the aggregates; only a work of the desk
/// records one.
#[derive(Debug)]
pub struct Entry<A: Action> {
    /// Private, so that an entry is made by [`Entry::of`] or [`Entry::by_touch`] and in no other way.
    action: A,
    pub(crate) subject: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    pub(crate) changes: Vec<Change>,
    /// Who did it, where no session says so: a ceremony of a known account.
    pub(crate) by: Option<(String, Role)>,
}

/// What proves that somebody has just touched their passkey for this.
pub(crate) trait Touched {}

impl<A: Plain> Entry<A> {
    /// An entry that ended well, about nothing in particular.
    pub fn of(action: A) -> Self {
        Self::new(action)
    }
}

impl<A: ByTouch> Entry<A> {
    /// As [`Entry::of`], for what nobody does without a fresh touch.
    pub(crate) fn by_touch(action: A, _: &impl Touched) -> Self {
        Self::new(action)
    }
}

impl<A: Action> Entry<A> {
    fn new(action: A) -> Self {
        Self { action, subject: None, outcome: Outcome::Ok, reason: None, changes: Vec::new(), by: None }
    }

    /// What was done, for its receipt.
    pub(crate) fn into_action(self) -> A {
        self.action
    }

    /// About this customer, order or member of staff.
    pub(crate) fn subject(mut self, subject: impl fmt::Display) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// With this outcome.
    pub(crate) fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// For this reason.
    pub(crate) fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// With these changes.
    pub(crate) fn changes(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }

    /// Done by this member of staff, whom no session names.
    pub(crate) fn by(mut self, staff: &str, role: Role) -> Self {
        self.by = Some((staff.to_owned(), role));
        self
    }
}

/// The columns of one row of `trail`, in the order the leaf is computed from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) role: Option<String>,
    pub(crate) grant_id: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) action: String,
    pub(crate) subject: Option<String>,
    pub(crate) outcome: String,
    pub(crate) reason: Option<String>,
    pub(crate) changes: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) request: Option<String>,
}

impl Record {
    /// The columns of text with their names, in the order the leaf is computed from.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 12] {
        [
            ("actor", Some(&self.actor)),
            ("role", self.role.as_deref()),
            ("grant_id", self.grant_id.as_deref()),
            ("session", self.session.as_deref()),
            ("action", Some(&self.action)),
            ("subject", self.subject.as_deref()),
            ("outcome", Some(&self.outcome)),
            ("reason", self.reason.as_deref()),
            ("changes", self.changes.as_deref()),
            ("address", self.address.as_deref()),
            ("agent", self.agent.as_deref()),
            ("request", self.request.as_deref()),
        ]
    }
}

/// The columns of [`Record`], for `SELECT`.
macro_rules! columns {
    () => {
        "seq, at, actor, role, grant_id, session, action, subject, outcome, reason, changes, address, agent, request"
    };
}
pub(crate) use columns;

impl<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> for Record {
    fn from_row(row: &'r sqlx::any::AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            actor: row.try_get("actor")?,
            role: row.try_get("role")?,
            grant_id: row.try_get("grant_id")?,
            session: row.try_get("session")?,
            action: row.try_get("action")?,
            subject: row.try_get("subject")?,
            outcome: row.try_get("outcome")?,
            reason: row.try_get("reason")?,
            changes: row.try_get("changes")?,
            address: row.try_get("address")?,
            agent: row.try_get("agent")?,
            request: row.try_get("request")?,
        })
    }
}
