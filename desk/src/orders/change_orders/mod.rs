//! Change orders: the only way the commercial fields of a sold order change. A draft is written, sent to the customer, and
//! signed, which changes the order in the same work; or given up. An order has at most one that is open.

mod draft;
mod rows;
mod steps;
#[cfg(test)]
mod tests;

pub use draft::draft;
pub use steps::{send, sign, void};

pub(super) use rows::list;

use super::order::Order;
use crate::{
    error::{Error, Result},
    trail::Change,
};

/// Only a sold order has change orders; before the signature the order itself is changed.
fn sold(order: &Order) -> Result<()> {
    if order.is_sold() { Ok(()) } else { Err(Error::field("order", "not_sold")) }
}

/// Which change order an entry is about.
fn named(number: i64) -> Change {
    Change::of("change_order", None, Some(number.to_string()))
}
