//! Faults: the real program is killed, its disk fails or is full, its database is held or goes away, its clients are slow,
//! while several people work with it. Afterwards nothing that was acknowledged is lost, and nothing is half done.
//!
//! Run by `cargo test`, each fault is made once or a few times; `cargo xtask test --faults` makes the long form.
//!
//! ```text
//! company    a program with its database, customers, orders and people
//! crowd      the people, who work until they are told to stop
//! worker     what one of them does, and what they were told
//! ledger     what was told, beside the trail and the tables
//! faulty     files of the database that fail, and what a power cut leaves of them
//! ```

// Whoever runs the long form wants to hear how it gets on.
#![allow(clippy::print_stdout)]

mod chance;
mod clients;
mod company;
mod crowd;
mod disk;
mod faulty;
mod full;
mod kill;
mod ledger;
mod locked;
mod mariadb;
mod power;
mod worker;
