//! Every value a browser can receive from Heliodesk or send to it.
//!
//! What crosses the wire towards the server is text: each `…Ask` struct holds strings, and one pure function
//! `ask.parse()` names every wrong field at once. The same parser runs in the browser and on the server.

pub mod accounts;
pub mod change_orders;
pub mod customers;
pub mod fields;
pub mod ids;
pub mod me;
pub mod merge;
pub mod money;
pub mod notes;
pub mod order_edit;
pub mod order_field;
pub mod orders;
pub mod personal;
pub mod pipeline;
pub mod reason;
pub mod role;
pub mod sign_in;
pub mod stage;
pub mod trail;

pub use fields::{Fields, present};
pub use ids::{CustomerNo, OrderNo};
pub use personal::{Masked, PersonalField, Revealed, Typed};
pub use role::Role;
