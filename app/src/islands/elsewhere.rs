//! Ceremonies where there is no browser: the server renders islands too, but never runs what they do.

use crate::problem::Problem;

pub(super) async fn enroll() -> Result<(), Problem> {
    Err(Problem::new("passkey_unsupported"))
}

pub(super) async fn add(_: impl Fn()) -> Result<(), Problem> {
    Err(Problem::new("passkey_unsupported"))
}
