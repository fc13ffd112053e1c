//! An actor is of one permission; it is not turned into one of another.
//! Must fail with: E0277 the trait bound `Actor<RevealField>: From<Actor<ViewCustomers>>` is not satisfied
use heliodesk_desk::access::{Actor, RevealField, ViewCustomers};

fn promote(actor: Actor<ViewCustomers>) -> Actor<RevealField> {
    actor.into()
}

fn main() {}
