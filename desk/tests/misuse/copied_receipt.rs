//! A receipt serves once.
//! Must fail with: E0308 mismatched types: expected `Receipt<A>`, found `&Receipt<A>`
//! Must fail with: E0382 use of moved value: `receipt`
use heliodesk_desk::{Receipt, trail::Action};

fn copy<A: Action>(receipt: Receipt<A>) -> [Receipt<A>; 2] {
    [receipt, receipt]
}

fn clone<A: Action>(receipt: &Receipt<A>) -> Receipt<A> {
    receipt.clone()
}

fn main() {}
