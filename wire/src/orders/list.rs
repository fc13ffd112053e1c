//! The list of orders and its filters.

use serde::{Deserialize, Serialize};

use super::Owner;
use crate::{
    Masked, OrderNo,
    stage::{Stage, WaitingOn},
};

/// One row of the list of orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// The company's number.
    pub number: String,
    /// The customer's number.
    pub customer: String,
    /// The customer's name, masked.
    pub name: Masked,
    /// Where the customer lives.
    pub city: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// Whole days it has stood there.
    pub days: i64,
    /// How many times longer than usual in this company that is; 0 is fine.
    pub stale: i64,
    /// Name of the owner.
    pub owner: Option<String>,
    /// Watts of the whole system.
    pub watts: Option<i64>,
    /// The price in minor units.
    pub price_minor: i64,
    /// The price's currency.
    pub currency: String,
    /// What happens next.
    pub next_step: Option<String>,
    /// When it should.
    pub next_step_on: Option<String>,
    /// Whom it waits for.
    pub waiting_on: Option<WaitingOn>,
}

/// The list of orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderList {
    /// One page of rows, newest order first.
    pub rows: Vec<OrderRow>,
    /// Whom orders belong to, for the filter.
    pub owners: Vec<Owner>,
    /// How many fit the filters, counted up to [`OrderList::COUNTED`], of those that are looked at for one page.
    pub count: i64,
    /// Whether there are, or may be, more of them.
    pub more: bool,
    /// The last number of this page, or the last that was looked at, when there are more.
    pub after: Option<String>,
    /// How many orders were looked at, when the page ends for that and not because it is full.
    pub looked: Option<i64>,
    /// Now, UTC milliseconds.
    pub now: i64,
}

impl OrderList {
    /// Further than this nobody counts.
    pub const COUNTED: i64 = 1000;
}

/// Filters of the list of orders, as they stand in the address. What cannot be read filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Only this stage.
    pub stage: Option<Stage>,
    /// Only of this owner.
    pub owner: Option<OwnerFilter>,
    /// Only waiting for this.
    pub waiting_on: Option<WaitingOn>,
    /// Only in this city.
    pub city: Option<String>,
    /// Only after this order.
    pub after: Option<OrderNo>,
}

/// Whose orders to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerFilter {
    /// One's own.
    Mine,
    /// Nobody's.
    Nobody,
    /// Of the person with this work e-mail.
    Of(String),
}

impl std::fmt::Display for OwnerFilter {
    /// As it stands in the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mine => "mine",
            Self::Nobody => "none",
            Self::Of(email) => email,
        })
    }
}

impl OwnerFilter {
    /// Reads it from the address: `mine`, `none` or a work e-mail; empty is no filter.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text.trim() {
            "" => None,
            "mine" => Some(Self::Mine),
            "none" => Some(Self::Nobody),
            email => Some(Self::Of(email.to_lowercase())),
        }
    }
}
