//! The program as its callers see it: requests in, answers out, entries on the trail.

mod coverage;
mod denials;
mod headers;
mod order_of_refusal;
mod orders;
mod policy;
mod posts;
mod sessions;
mod slow;
mod world;
