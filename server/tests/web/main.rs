//! The program as its callers see it: requests in, answers out, entries on the trail.

mod addresses;
mod change_orders;
mod clients;
mod coverage;
mod customers;
mod denials;
mod everywhere;
mod floor;
#[path = "../folder/mod.rs"]
mod folder;
mod forwarded;
mod headers;
mod leaks;
mod notes;
mod order_of_refusal;
mod orders;
mod person;
mod pipeline;
mod policy;
mod posts;
mod processes;
mod selection;
mod sessions;
mod slow;
mod tcp;
mod trail;
mod world;
