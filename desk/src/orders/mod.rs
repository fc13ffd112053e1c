//! Orders: from lead to permission to operate.
//!
//! Every change is one entry with the values before and after, made from a version that is still the present one.

mod import;
mod order;
mod rows;

pub use import::ImportedOrder;

pub(crate) use import::{Imported, insert, upsert};
