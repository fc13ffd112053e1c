//! Classes that the pipeline is filtered by.

use std::str::FromStr;

/// A class of prices, in whole units of whatever currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Under 15,000.
    Low = 1,
    /// 15,000 to 25,000.
    Middle = 2,
    /// Over 25,000.
    High = 3,
}

impl Band {
    /// All classes, lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Middle, Self::High];

    /// Its name in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Low => ("under-15000", "Under 15k"),
            Self::Middle => ("15000-25000", "15k to 25k"),
            Self::High => ("over-25000", "Over 25k"),
        }
    }
}

impl FromStr for Band {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|band| band.as_str() == text).ok_or("unknown")
    }
}

/// How long orders have stood where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Longer than usual.
    Once = 1,
    /// Twice as long and more.
    Twice = 2,
}

impl Stale {
    /// Both, the milder first.
    pub const ALL: [Self; 2] = [Self::Once, Self::Twice];

    /// Its name in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Once => "yes",
            Self::Twice => "very",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Once => "Stale",
            Self::Twice => "Stale ×2 and more",
        }
    }
}

impl FromStr for Stale {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|stale| stale.as_str() == text).ok_or("unknown")
    }
}
