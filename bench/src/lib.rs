//! What drives the program as its people do, and what the customer list and the trail cost at least: small programs to
//! compare the product with. The load itself is the program of this package; fault tests drive the program the same way.

pub mod beside;
pub mod floor;
pub mod http;
pub mod people;
pub mod plain;
pub mod preload;
pub mod print;
pub mod served;

/// What went wrong, in words for the person at the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What a step answers.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
