//! Step-up: a fresh passkey ceremony inside a session, for one action on one target, and the touch it leaves behind.

mod touch;

pub use touch::{FRESH, Touch};
pub(crate) use touch::FirstReason;
