//! What staff may do to a customer's account: lock, unlock and close it, each for a reason.

use serde::{Deserialize, Serialize};

use crate::{Fields, customers::Account, reason::Reason};

impl Account {
    /// What staff may make of an account: the whole table. Nobody opens a closed one again, and an erasure has its own way.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Active => &[Self::Locked, Self::Closed],
            Self::Locked => &[Self::Active, Self::Closed],
            Self::Closed | Self::Erased => &[],
        }
    }
}

/// `accounts/change`: from what the account was seen as, to what it shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountAsk {
    /// The customer's number.
    pub customer: String,
    /// The [`Account`] the change was made from; another one now is a conflict.
    pub from: String,
    /// The [`Account`] it shall be.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// A parsed [`AccountAsk`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// What it was.
    pub from: Account,
    /// What it shall be.
    pub to: Account,
    /// Why.
    pub reason: Reason,
}

impl AccountAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["customer", "from", "to", "reason"];

    /// Reads both states and the reason.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn parse(&self) -> Result<AccountChange, Fields> {
        let mut fields = Fields::new();
        let from = fields.take("from", self.from.parse());
        let to = fields.take("to", self.to.parse());
        let reason = fields.take("reason", Reason::required(&self.reason));
        let change = from.zip(to).zip(reason).map(|((from, to), reason)| AccountChange { from, to, reason });
        fields.into_result(change)
    }
}

/// The answer of `accounts/change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// What the account is now.
    pub account: Account,
}

#[cfg(test)]
mod tests {
    use Account::{Active, Closed, Erased, Locked};

    use super::*;

    #[test]
    fn accounts_are_locked_unlocked_and_closed_and_nothing_else() {
        let table = [
            (Active, [false, true, true, false]),
            (Locked, [true, false, true, false]),
            (Closed, [false; 4]),
            (Erased, [false; 4]),
        ];
        for (from, allowed) in table {
            for (to, allowed) in Account::ALL.into_iter().zip(allowed) {
                assert_eq!(from.next().contains(&to), allowed, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn every_wrong_field_of_a_change_is_named_at_once() {
        let wrong = AccountAsk { from: "open".into(), reason: " ".into(), ..AccountAsk::default() };
        let fields = wrong.parse().expect_err("wrong");
        assert_eq!(fields.code("from"), Some("not_offered"));
        assert_eq!(fields.code("to"), Some("not_offered"));
        assert_eq!(fields.code("reason"), Some("missing"));
    }
}
