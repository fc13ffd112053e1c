//! The four base roles.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A staff member's base role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers customers.
    Support,
    /// Watches and moves the pipeline.
    Sales,
    /// Reviews who did what.
    Engineer,
    /// Manages staff; reviews like an engineer.
    Admin,
}

impl Role {
    /// All roles, in the order of the policy table.
    pub const ALL: [Self; 4] = [Self::Support, Self::Sales, Self::Engineer, Self::Admin];

    /// The role's name in the database, the policy and the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Sales => "sales",
            Self::Engineer => "engineer",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or("unknown")
    }
}
