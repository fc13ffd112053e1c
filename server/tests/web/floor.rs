//! What the bench compares the customer list with answers the same page.

use heliodesk_bench::{
    floor,
    print::{self, Frame},
};
use heliodesk_desk::demo;
use heliodesk_wire::Role;

use crate::world::World;

#[tokio::test]
async fn the_floor_of_the_bench_answers_the_bytes_of_the_customer_list() {
    let [world, _] = World::both().await;
    let wanted = demo::Wanted { customers: 120, entries: 0 };
    demo::fill(&world.desk.server_command(), wanted, |_, _, _| {}).await.expect("is filled");
    let mut mia = world.join(Role::Support).await;
    let page = mia.get("/customers").await;
    assert_eq!(page.status, 200);
    let readers = floor::Readers::open(&world.folder.path("desk.db")).await.expect("opens");
    let cards = readers.cards().await.expect("reads");
    assert_eq!(cards.len(), 50);
    let printed = print::page(&Frame::of(&page.text).expect("has a table"), &cards, world.desk.clock().now());
    assert_eq!(printed, page.text);
}
