//! What the customer list costs at least, and what reading the trail costs: small programs to compare the product with.
//! The load itself is the program of this package.

pub mod floor;
pub mod plain;
pub mod print;

/// What went wrong, in words for the person at the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What a step answers.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
