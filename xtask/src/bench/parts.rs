//! The small parts that every view and write needs, measured by criterion. They are tests of their crates, which reach
//! private functions; without the variable they are only tried.

use crate::{Result, steps};

/// Measures them in the release profile and prints what criterion says.
///
/// # Errors
/// When they do not compile or run.
pub fn run() -> Result<()> {
    let mut cargo = steps::cargo();
    cargo.args([
        "test",
        "--release",
        "--package",
        "heliodesk-desk",
        "--package",
        "heliodesk-app",
        "--lib",
        "--",
        "measures",
    ]);
    steps::run(cargo.args(["--nocapture", "--test-threads", "1"]).env("HELIODESK_MEASURE", "yes"))
}
