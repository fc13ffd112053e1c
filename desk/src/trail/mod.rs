//! The audit trail: entries as leaves of an RFC 6962 Merkle tree, appended in the transaction of the action itself.

mod actions;
mod append;
mod entry;
mod folder;
mod hashes;
mod leaf;
mod note;
mod publish;
mod report;
mod verify;
mod walk;

pub use actions::Action;
pub use entry::{Change, Outcome};
pub use note::{Checkpoint, VerifierKey};
pub use report::{Finding, Report};

pub(crate) use actions::*;
pub(crate) use append::{append, lock};
pub(crate) use entry::{Entry, Record};

#[cfg(test)]
mod tampering;
#[cfg(test)]
mod tests;
