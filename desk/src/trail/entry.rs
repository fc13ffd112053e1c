//! One entry: what a caller says was done, and the row it becomes.

use std::fmt;

use heliodesk_wire::Role;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::actions::{AccessDenied, Action, ByTouch, Plain};
use crate::db::Cells;

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
pub(crate) struct Record<T = String> {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: T,
    pub(crate) role: Option<T>,
    pub(crate) grant_id: Option<T>,
    pub(crate) session: Option<T>,
    pub(crate) action: T,
    pub(crate) subject: Option<T>,
    pub(crate) outcome: T,
    pub(crate) reason: Option<T>,
    pub(crate) changes: Option<T>,
    pub(crate) address: Option<T>,
    pub(crate) agent: Option<T>,
    pub(crate) request: Option<T>,
}

impl<T: AsRef<str>> Record<T> {
    /// The path of the policy at which somebody was refused, where the entry says so. In SQL it begins at character 25 of the
    /// changes of what is [`attempted`].
    pub(super) fn attempt(&self) -> Option<&str> {
        let changes = self.changes.as_ref().filter(|_| self.action.as_ref() == AccessDenied::NAME)?;
        let (path, _) = changes.as_ref().strip_prefix(r#"[{"field":"path","new":""#)?.split_once(r#""}"#)?;
        path.starts_with('/').then_some(path)
    }

    /// The columns of text with their names, in the order the leaf is computed from.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 12] {
        fn maybe<T: AsRef<str>>(text: &Option<T>) -> Option<&str> {
            text.as_ref().map(AsRef::as_ref)
        }
        [
            ("actor", Some(self.actor.as_ref())),
            ("role", maybe(&self.role)),
            ("grant_id", maybe(&self.grant_id)),
            ("session", maybe(&self.session)),
            ("action", Some(self.action.as_ref())),
            ("subject", maybe(&self.subject)),
            ("outcome", Some(self.outcome.as_ref())),
            ("reason", maybe(&self.reason)),
            ("changes", maybe(&self.changes)),
            ("address", maybe(&self.address)),
            ("agent", maybe(&self.agent)),
            ("request", maybe(&self.request)),
        ]
    }
}

/// What an entry with an [`Record::attempt`] is, for `WHERE`; MariaDB takes texts that begin later for any.
macro_rules! attempted {
    () => {
        "action = 'access.denied' AND changes LIKE '[{\"field\":\"path\",\"new\":\"/%'"
    };
}
pub(super) use attempted;

/// The columns of [`Record`], for `SELECT`.
macro_rules! columns {
    () => {
        "seq, at, actor, role, grant_id, session, action, subject, outcome, reason, changes, address, agent, request"
    };
}
pub(crate) use columns;

impl<T> Record<T> {
    /// Reads the columns of [`columns`] by their numbers.
    fn read<E>(
        number: impl Fn(usize) -> Result<i64, E>,
        text: impl Fn(usize) -> Result<T, E>,
        maybe: impl Fn(usize) -> Result<Option<T>, E>,
    ) -> Result<Self, E> {
        Ok(Self {
            seq: number(0)?,
            at: number(1)?,
            actor: text(2)?,
            role: maybe(3)?,
            grant_id: maybe(4)?,
            session: maybe(5)?,
            action: text(6)?,
            subject: maybe(7)?,
            outcome: text(8)?,
            reason: maybe(9)?,
            changes: maybe(10)?,
            address: maybe(11)?,
            agent: maybe(12)?,
            request: maybe(13)?,
        })
    }
}

impl<'r> Record<&'r str> {
    /// The entry of a row that has just these columns, without copies of its texts.
    pub(super) fn of(row: &'r Cells) -> sqlx::Result<Self> {
        Self::read(|at| row.get(at), |at| row.get(at), |at| row.maybe(at))
    }
}

impl<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> for Record {
    fn from_row(row: &'r sqlx::any::AnyRow) -> sqlx::Result<Self> {
        Self::read(|at| row.try_get(at), |at| row.try_get(at), |at| row.try_get(at))
    }
}
