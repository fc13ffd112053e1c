//! Step-up: a fresh passkey ceremony inside a session, for one action on one target, and the touch it leaves behind.

mod ceremony;
mod touch;

pub use ceremony::{Renewed, begin, finish};
pub use touch::{FRESH, Touch};
pub(crate) use touch::{FirstReason, held};

#[cfg(test)]
mod tests;
