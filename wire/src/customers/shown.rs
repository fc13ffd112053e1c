//! Customers as pages show them: masks, numbers and the trail's sentences, never a value.

use serde::{Deserialize, Serialize};

use super::Account;
use crate::{
    CustomerNo, Masked, OrderNo, PersonalField,
    notes::{Note, Snippet},
};

/// One line of a list of customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCard {
    /// The number.
    pub number: CustomerNo,
    /// Masked name.
    pub name: Masked,
    /// Masked postcode.
    pub postcode: Masked,
    /// City, when known.
    pub city: Option<String>,
    /// Country, when known.
    pub country: Option<String>,
    /// The account.
    pub account: Account,
    /// How many orders.
    pub orders: u32,
    /// Stage of the newest order.
    pub stage: Option<String>,
}

/// A list of customers, as filters or a kept search made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    /// The lines.
    pub cards: Vec<CustomerCard>,
    /// Where the next page begins, when there is one.
    pub next: Option<CustomerNo>,
    /// The kept search behind it, if one is.
    pub search: Option<KeptSearch>,
}

/// A kept search, without its term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSearch {
    /// What the term was taken for, as people read it.
    pub kind: String,
    /// How many fit; 101 for more than 100.
    pub hits: u32,
    /// Until when it is kept, UTC milliseconds.
    pub until: i64,
}

/// A customer's page. It is read on the server only: what must be made by the desk cannot come from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CustomerRecord {
    /// The number.
    pub number: CustomerNo,
    /// The account.
    pub account: Account,
    /// City, when known.
    pub city: Option<String>,
    /// Country, when known.
    pub country: Option<String>,
    /// Masked fields, all five, in their order.
    pub contact: Vec<(PersonalField, Masked)>,
    /// Orders, newest first.
    pub orders: Vec<CustomerOrder>,
    /// Notes, pinned ones first, then newest first.
    pub notes: Vec<Note>,
    /// The company's texts that a note may hold.
    pub snippets: Vec<Snippet>,
    /// What happened to the customer and the orders, newest first.
    pub timeline: Vec<Happening>,
    /// Who looked, newest first.
    pub access: Vec<Happening>,
    /// Verify tries left in this hour.
    pub tries_left: u32,
    /// Reveals of this person today.
    pub used: u32,
    /// Reveals allowed per day.
    pub cap: u32,
    /// When the page was made, UTC milliseconds.
    pub now: i64,
}

/// An order on its customer's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerOrder {
    /// The number.
    pub number: OrderNo,
    /// The stage's name.
    pub stage: String,
    /// Panels.
    pub panels: Option<i64>,
    /// Watts per panel.
    pub watts: Option<i64>,
    /// Price in minor units.
    pub price_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// What comes next.
    pub next_step: Option<String>,
}

/// One entry of the trail, as it concerns a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// The entry's number.
    pub seq: u64,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Who: a name, or `The company's app`.
    pub who: String,
    /// The action's name.
    pub action: String,
    /// The customer's or order's number.
    pub subject: String,
    /// Whether it was done, refused or failed.
    pub outcome: String,
    /// Why.
    pub reason: Option<String>,
    /// Names of the fields it was about.
    pub fields: Vec<String>,
    /// The order it was about, where that is not the subject.
    pub order: Option<OrderNo>,
}
