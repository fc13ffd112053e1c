//! Every server function: the public interface, `POST /api/{area}/{verb}`. Each is one call into the desk.
//!
//! ```text
//! #[server(prefix = "/api", endpoint = "customers/reveal")]
//! pub async fn reveal_field(ask: RevealAsk) -> Result<Revealed, Problem> {
//!     Ok(heliodesk_desk::customers::reveal(&actor().await?, ask).await?)
//! }
//! ```
#![allow(missing_docs, reason = "the structs that the macro makes of arguments cannot carry any")]

pub mod accounts;
pub mod change_orders;
pub mod customers;
pub mod notes;
pub mod orders;
pub mod pipeline;
pub mod preferences;
pub mod sessions;
pub mod sign_in;
pub mod step_up;
pub mod trail;
