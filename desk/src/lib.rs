//! The back end of Heliodesk: who may do what, personal data, orders, sessions and the audit trail.
//!
//! Imports point one way: aggregates (customers, orders, staff …) → [`access`] → `work` → [`trail`] → `db`, [`error`], [`clock`].

pub mod access;
pub mod clock;
pub mod customers;
mod db;
pub mod demo;
pub mod denials;
mod desk;
pub mod error;
mod free_text;
pub mod import;
pub mod keys;
pub mod me;
#[cfg(test)]
mod measures;
pub mod orders;
mod passkeys;
#[cfg(test)]
mod people;
pub mod pii;
pub mod pipeline;
pub mod policy;
pub mod recount;
pub mod sessions;
pub mod sign_in;
pub mod snippets;
pub mod staff;
#[cfg(test)]
mod statements;
pub mod step_up;
#[cfg(test)]
mod testing;
pub mod trail;
mod vault;
mod work;

pub use desk::{Desk, Settings};
pub use error::{Error, Refusal, Result};
pub use vault::Sealed;
pub use work::Receipt;
