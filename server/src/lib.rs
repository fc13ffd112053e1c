//! The program `heliodesk`: web server and command line.

pub mod address;
mod asked;
pub mod assets;
pub mod body;
pub mod commands;
pub mod cross_site;
mod denied;
mod envelope;
pub mod failure;
pub mod headers;
mod identity;
pub mod key_file;
pub mod listener;
pub mod opening;
pub mod origin;
mod probes;
pub mod progress;
mod refusal;
pub mod settings;
pub mod stack;
pub mod telemetry;
pub mod throttle;
pub mod visit;

pub use stack::{Limits, Options, app};
