//! The audit trail: entries as leaves of an RFC 6962 Merkle tree, appended in the transaction of the action itself.

mod actions;
mod along;
mod append;
mod bounds;
mod chart;
mod choice;
mod edge;
mod entry;
mod export;
mod filter;
mod folder;
mod hashes;
mod leaf;
mod lines;
mod list;
mod note;
mod proof;
mod publish;
mod recount;
mod report;
mod rows;
mod scan;
mod selection;
mod times;
mod totals;
mod verify;
mod verify_export;
mod view;
pub mod views;
mod walk;
mod words;

pub use actions::{ACTIONS, Action, CustomerViewed, FieldRevealed, PasskeyRemoved};
pub use entry::{Change, Entry, Outcome};
pub use export::{Exported, export};
pub use list::list;
pub use note::{Checkpoint, VerifierKey};
pub use proof::{Proven, verify_proof};
pub use report::{Finding, Report};
pub use selection::{Download, download, export_selection};
pub use verify_export::verify_export;
pub use view::{proof_file, view};
pub use views::around;

pub(crate) use actions::*;
pub(crate) use append::{Recorded, Then, append, edge, how_many, lock, size};
pub(crate) use edge::Edge;
pub(crate) use entry::{Record, Touched};
#[cfg(test)]
pub(crate) use list::list_within;
pub(crate) use recount::recount;
pub(crate) use times::day_began;

#[cfg(test)]
mod counting;
#[cfg(test)]
mod exporting;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod tests;
