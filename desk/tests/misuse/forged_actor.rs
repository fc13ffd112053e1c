//! Only the desk makes an actor.
//! Must fail with: E0451 fields `desk`, `who`, `request` and `permission` of struct `Actor` are private
use std::marker::PhantomData;

use heliodesk_desk::{Desk, access::{Actor, Request, RevealField}};

fn forge(desk: Desk, request: Request) -> Actor<RevealField> {
    Actor { desk, who: unreachable!(), request, permission: PhantomData }
}

fn main() {}
