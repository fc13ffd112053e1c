//! Only a commit gives a receipt.
//! Must fail with: E0451 fields `seq`, `at` and `action` of struct `Receipt` are private
use heliodesk_desk::{Receipt, trail::Action};

fn forge<A: Action>(action: A) -> Receipt<A> {
    Receipt { seq: 1, at: 0, action }
}

fn main() {}
