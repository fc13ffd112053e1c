//! Customers as pages show them: masks, numbers and the trail's sentences, never a value.

use serde::{Deserialize, Serialize};

use super::{Account, Category};
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
    /// The account.
    pub account: Account,
    /// How many orders.
    pub orders: u32,
    /// Stage of the newest order.
    pub stage: Option<String>,
    /// When somebody last spoke with them, as far as the console knows: a caller was verified, a value was revealed because
    /// the caller asked, or a note was written. UTC milliseconds.
    pub contact_at: Option<i64>,
    /// Whether a note is pinned.
    pub pinned: bool,
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
    /// When somebody last spoke with them; see [`CustomerCard::contact_at`].
    pub contact_at: Option<i64>,
    /// When a caller gave this person, in this session and the past hour, a right value. UTC milliseconds.
    pub verified_at: Option<i64>,
    /// The reason that still covers further reveals.
    pub held: Option<Held>,
    /// Orders, newest first.
    pub orders: Vec<CustomerOrder>,
    /// Notes, pinned ones first, then newest first; as many as the section shows.
    pub notes: Vec<Note>,
    /// How many notes there are.
    pub noted: u64,
    /// Where the next page of notes begins: before this place.
    pub older_notes: Option<u64>,
    /// The company's texts that a note may hold.
    pub snippets: Vec<Snippet>,
    /// What happened to the customer and the orders, as far as the section shows it.
    pub timeline: History,
    /// Who looked, as far as the section shows it.
    pub access: History,
    /// Verify tries left in this hour.
    pub tries_left: u32,
    /// In how many seconds there is one more, where some are used.
    pub tries_wait: u64,
    /// Reveals of this person today.
    pub used: u32,
    /// Reveals allowed per day.
    pub cap: u32,
    /// When the page was made, UTC milliseconds.
    pub now: i64,
}

/// Which part of a customer's page is shown, and from where on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// Something of everything.
    #[default]
    Overview,
    /// Notes before a place.
    Notes(Option<u64>),
    /// What happened, before an entry.
    Timeline(Option<u64>),
    /// Who looked, before an entry.
    Access(Option<u64>),
}

/// A reason given with a touch that still holds: further fields need neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The category.
    pub category: Category,
    /// The order it is about.
    pub order: Option<OrderNo>,
    /// Until when, UTC milliseconds.
    pub until: i64,
}

/// Some of what the trail says about a customer and the orders, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct History {
    /// The entries.
    pub entries: Vec<Happening>,
    /// Where the next page begins: before this entry.
    pub older: Option<u64>,
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
    /// When, `YYYY-MM-DD`.
    pub next_step_on: Option<String>,
    /// Whom it waits on.
    pub waiting_on: Option<String>,
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
    /// From which stage to which, when an order moved.
    pub moved: Option<(String, String)>,
    /// The order it was about, where that is not the subject.
    pub order: Option<OrderNo>,
}
