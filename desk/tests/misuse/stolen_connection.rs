//! The database is the desk's alone.
//! Must fail with: E0624 method `db` is private
//! Must fail with: E0624 method `begin` is private
use heliodesk_desk::{Desk, access::{Actor, EditOrders}};

async fn steal(desk: &Desk, actor: &Actor<EditOrders>) {
    let _ = desk.db();
    let _ = actor.begin().await;
}

fn main() {}
