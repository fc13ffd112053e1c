//! Change orders: how the commercial fields of a sold order change. Drafted, sent to the customer, signed or void.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::order_field::Field;

mod ask;

pub use ask::{Draft, DraftAsk, Seen, Step, StepAsk, VoidAsk};

/// Where a change order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft,
    /// The customer has it to sign.
    Sent,
    /// Signed: the order has its values.
    Signed,
    /// Given up.
    Void,
}

/// What is done with a change order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Its draft is written anew.
    Write,
    /// It goes to the customer.
    Send,
    /// The customer has signed it.
    Sign,
    /// It is given up.
    Void,
}

impl State {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Sent, Self::Signed, Self::Void];

    /// What an act makes of it; none where it cannot be done. This is the whole table.
    #[must_use]
    pub const fn after(self, act: Act) -> Option<Self> {
        match (self, act) {
            (Self::Draft, Act::Write) => Some(Self::Draft),
            (Self::Draft, Act::Send) => Some(Self::Sent),
            (Self::Sent, Act::Sign) => Some(Self::Signed),
            (Self::Draft | Self::Sent, Act::Void) => Some(Self::Void),
            _ => None,
        }
    }

    /// Whether it is still on its way. An order has at most one such change order.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Sent)
    }

    /// The state's name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Signed => "signed",
            Self::Void => "void",
        }
    }

    /// The state as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Sent => "Sent",
            Self::Signed => "Signed",
            Self::Void => "Void",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or("unknown")
    }
}

/// A change order as support sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeOrder {
    /// Its number among the order's, from 1.
    pub number: i64,
    /// Where it stands.
    pub state: State,
    /// Rises with everything done with it.
    pub revision: i64,
    /// Field, old and new value as text.
    pub changes: Vec<(Field, Option<String>, Option<String>)>,
    /// Why.
    pub reason: String,
    /// Who wrote it last, by name.
    pub who: String,
    /// When it came to where it stands, UTC milliseconds.
    pub at: i64,
    /// Why it was given up.
    pub void_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_order_is_drafted_sent_and_signed_or_void_and_nothing_else() {
        use State::{Draft, Sent, Signed, Void};
        let acts = [Act::Write, Act::Send, Act::Sign, Act::Void];
        for (from, to) in [
            (Draft, [Some(Draft), Some(Sent), None, Some(Void)]),
            (Sent, [None, None, Some(Signed), Some(Void)]),
            (Signed, [None; 4]),
            (Void, [None; 4]),
        ] {
            assert_eq!(acts.map(|act| from.after(act)), to, "{from}");
            assert_eq!(from.is_open(), to.iter().any(Option::is_some), "{from}: what is open can go on");
            assert_eq!(from.as_str().parse(), Ok(from));
        }
    }
}
