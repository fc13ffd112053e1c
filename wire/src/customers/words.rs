//! The words asks about customers are made of.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The customer's login in the company's app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Can sign in.
    Active,
    /// Kept out for now.
    Locked,
    /// Ended by the customer.
    Closed,
    /// Personal data is gone.
    Erased,
}

impl Account {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Active, Self::Locked, Self::Closed, Self::Erased];

    /// The name in the database, filters and imports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Closed => "closed",
            Self::Erased => "erased",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Account {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|account| account.as_str() == text).ok_or("not_offered")
    }
}

/// What a search term is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// A customer number.
    Customer,
    /// An order number.
    Order,
    /// An e-mail address.
    Email,
    /// A whole phone number or its last 4 digits.
    Phone,
    /// Words of a name, or their beginnings.
    Name,
    /// A postcode.
    Postcode,
}

impl SearchKind {
    /// All of them, in the order pages offer them.
    pub const ALL: [Self; 6] = [Self::Customer, Self::Order, Self::Email, Self::Phone, Self::Name, Self::Postcode];

    /// The name in asks.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Order => "order",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Postcode => "postcode",
        }
    }

    /// The kind as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Customer => "customer number",
            Self::Order => "order number",
            Self::Email => "e-mail",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Postcode => "postcode",
        }
    }
}

impl FromStr for SearchKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or("not_offered")
    }
}

/// Why somebody needs to see a personal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The customer asked.
    CallerAsked,
    /// To arrange a visit.
    Scheduling,
    /// For delivery papers.
    DeliveryPapers,
    /// About a complaint.
    Complaint,
    /// Something else, told in the details.
    Other,
}

impl Category {
    /// All of them, in the order dialogs offer them.
    pub const ALL: [Self; 5] =
        [Self::CallerAsked, Self::Scheduling, Self::DeliveryPapers, Self::Complaint, Self::Other];

    /// The name in asks and on the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallerAsked => "caller_asked",
            Self::Scheduling => "scheduling",
            Self::DeliveryPapers => "delivery_papers",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }

    /// The category as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CallerAsked => "Caller asked",
            Self::Scheduling => "Scheduling",
            Self::DeliveryPapers => "Delivery papers",
            Self::Complaint => "Complaint",
            Self::Other => "Other",
        }
    }
}

impl FromStr for Category {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("missing");
        }
        Self::ALL.into_iter().find(|category| category.as_str() == text).ok_or("not_offered")
    }
}
