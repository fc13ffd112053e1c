//! Orders: from lead to permission to operate.
//!
//! Every change is one entry with the values before and after, made from a version that is still the present one.

pub mod change_orders;
mod edit;
mod fresh;
mod history;
mod import;
mod joined;
mod list;
mod order;
mod presence;
mod recount;
mod rows;
mod save;
mod standing;
mod tally;
#[cfg(test)]
pub(crate) mod tests;
mod usual;
mod view;

pub use edit::{consider, edit};
pub use import::ImportedOrder;
pub use list::list;
pub use order::is_undo;
pub use presence::presence;
pub use view::view;

pub(crate) use fresh::Fresh;
pub(crate) use import::{Imported, insert, keep_city, upsert};
pub(crate) use joined::{Joined, find, original, owners};
pub(crate) use list::{city_told, owner_told, whose};
pub(crate) use order::Order;
pub(crate) use recount::recount;
pub(crate) use rows::past;
pub(crate) use save::Saved;
pub(crate) use standing::{Slice, Sum, arrivals, cards, cities, newest_change, places, risen, sums, totals};
pub(crate) use tally::{Tally, month};
pub(crate) use usual::Usual;
