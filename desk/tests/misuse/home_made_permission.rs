//! A permission cannot be made elsewhere.
//! Must fail with: E0277 the trait bound `Everything: access::sealed::Sealed` is not satisfied
use heliodesk_desk::access::{Permission, RevealField};

enum Everything {}

impl Permission for Everything {
    const NAME: &'static str = RevealField::NAME;
    const ROLES: &'static [heliodesk_wire::Role] = RevealField::ROLES;
}

fn main() {}
