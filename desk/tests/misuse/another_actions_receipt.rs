//! A value opens to the receipt of a reveal; that a page was viewed opens nothing.
//! Must fail with: E0308 mismatched types: expected `Receipt<FieldRevealed>`, found `Receipt<CustomerViewed>`
use heliodesk_desk::{Receipt, Sealed, trail::CustomerViewed};

fn open(sealed: Sealed, receipt: Receipt<CustomerViewed>) {
    let _ = sealed.open(receipt);
}

fn main() {}
