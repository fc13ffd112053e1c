//! The pages, islands and server functions of Heliodesk.
//!
//! On the server (`ssr`) every page is rendered whole before its first byte is sent. In the browser (`hydrate`) only
//! the islands run; everything else is plain HTML that needs no script.

// A page is one nested type, and a test build lays it out whole.
#![recursion_limit = "256"]

pub mod api;
pub mod assets;
pub mod components;
pub mod islands;
pub mod problem;

#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod way_back;

#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use assets::Assets;
pub use problem::Problem;
#[cfg(feature = "ssr")]
pub use routes::{App, error_json, error_page, router};
