//! Whom an order waits for.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whom an order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    /// The company.
    Us,
    /// The customer.
    Customer,
    /// The authority that permits.
    Authority,
    /// The utility that connects.
    Utility,
}

impl WaitingOn {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Us, Self::Customer, Self::Authority, Self::Utility];

    /// The name in asks, the database and the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Customer => "customer",
            Self::Authority => "authority",
            Self::Utility => "utility",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Us => "Us",
            Self::Customer => "Customer",
            Self::Authority => "Authority",
            Self::Utility => "Utility",
        }
    }
}

impl FromStr for WaitingOn {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|who| who.as_str() == text).ok_or("unknown")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for who in WaitingOn::ALL {
            assert_eq!(who.as_str().parse(), Ok(who));
        }
    }
}
