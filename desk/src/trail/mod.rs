//! The audit trail: entries as leaves of an RFC 6962 Merkle tree, appended in the transaction of the action itself.

mod actions;
mod append;
mod entry;
mod leaf;

pub use actions::Action;
pub use entry::{Change, Outcome};

pub(crate) use actions::*;
pub(crate) use append::{append, lock};
pub(crate) use entry::{Entry, Record};
