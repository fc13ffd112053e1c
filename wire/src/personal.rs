//! Personal data as it may cross the wire: masked out, revealed out, typed in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The five personal fields of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalField {
    /// Whole name.
    Name,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// Street with number.
    Street,
    /// Postcode.
    Postcode,
}

impl PersonalField {
    /// All of them, in the order pages show them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Phone, Self::Street, Self::Postcode];

    /// The field's name in asks, the database and the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Street => "street",
            Self::Postcode => "postcode",
        }
    }

    /// The field as people read it in the middle of a sentence: `Reveal e-mail`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            other => other.as_str(),
        }
    }
}

impl fmt::Display for PersonalField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PersonalField {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or("unknown")
    }
}

/// What everybody sees instead of a personal value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Masked(pub String);

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The answer of a reveal: the only struct that carries a clear personal value to a browser.
/// `Debug` prints dots; there is no `Display` and no `Clone`.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    /// The clear value.
    pub value: String,
    /// When it masks itself again, UTC milliseconds.
    pub masks_at: i64,
    /// Reveals of this person today, this one included.
    pub used: u32,
    /// Reveals allowed per person and day.
    pub cap: u32,
    /// The entry on the trail that recorded it.
    pub seq: u64,
}

impl fmt::Debug for Revealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revealed(••• #{})", self.seq)
    }
}

/// A personal value that somebody typed: on its way in, never out again.
/// `Debug` prints dots; there is no `Display`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(pub String);

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl From<String> for Typed {
    fn from(text: String) -> Self {
        Self(text)
    }
}
