//! The program `heliodesk`: web server and command line.

pub mod address;
pub mod assets;
pub mod commands;
pub mod failure;
pub mod key_file;
pub mod origin;
pub mod settings;
