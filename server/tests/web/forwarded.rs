//! Whom a request is believed to come from: what an entry says, and what is counted when there are too many.

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request},
};
use heliodesk_server::{address::Block, visit::Peer};
use heliodesk_wire::Role;

use crate::world::{Setting, World, request};

/// The same request over a connection from `peer`, with these `X-Forwarded-For` lines.
fn over(mut request: Request<Body>, peer: &str, forwarded: &[&str]) -> Request<Body> {
    request.extensions_mut().insert(Peer(peer.parse().expect("an address")));
    for line in forwarded {
        request.headers_mut().append("x-forwarded-for", HeaderValue::from_str(line).expect("a line"));
    }
    request
}

fn behind_proxies() -> Setting {
    Setting { proxies: vec![Block::parse("10.0.0.0/8").expect("a block")], ..Setting::default() }
}

#[tokio::test]
async fn an_entry_names_the_right_most_address_that_no_listed_proxy_has() {
    let behind: &[(&str, &[&str], &str)] = &[
        ("10.0.0.7", &["203.0.113.9, 198.51.100.4"], "198.51.100.4"),
        ("10.0.0.7", &["203.0.113.9, 198.51.100.4, 10.1.2.3"], "198.51.100.4"),
        ("10.0.0.7", &["203.0.113.9", "198.51.100.4"], "198.51.100.4"),
        ("10.0.0.7", &["198.51.100.4, made up"], "10.0.0.7"),
        ("10.0.0.7", &[], "10.0.0.7"),
        ("192.0.2.50", &["198.51.100.4"], "192.0.2.50"),
    ];
    let alone: &[(&str, &[&str], &str)] =
        &[("10.0.0.7", &["198.51.100.4"], "10.0.0.7"), ("127.0.0.1", &["198.51.100.4"], "127.0.0.1")];
    for (setting, cases) in [(behind_proxies(), behind), (Setting::default(), alone)] {
        for world in World::both_with(&setting).await {
            let sales = world.join(Role::Sales).await;
            let before = world.entries().await;
            for (peer, forwarded, _) in cases {
                let page = request(Method::GET, "/pipeline", &sales.cookies(), "");
                assert_eq!(world.send(over(page, peer, forwarded)).await.status, 200);
            }
            let trail = world.trail().await;
            let viewed = &trail[usize::try_from(before).expect("fits")..];
            assert_eq!(viewed.len(), cases.len());
            for ((peer, forwarded, address), entry) in cases.iter().zip(viewed) {
                assert_eq!(entry["address"].as_str(), Some(*address), "{peer} {forwarded:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_throttle_counts_the_same_address_whatever_the_client_writes_before_it() {
    /// Posts of a stranger who says every time to be somebody else; the last answer's status.
    async fn flood(world: &World, peer: &str, seen: &str) -> u16 {
        let mut status = 0;
        for n in 0..300 {
            let invented = format!("203.0.113.{}{seen}", n % 250);
            let post = request(Method::POST, "/api/sign-out", "", "");
            status = world.send(over(post, peer, &[&invented])).await.status;
        }
        status
    }
    for world in World::both_with(&behind_proxies()).await {
        assert_eq!(flood(&world, "10.0.0.7", ", 198.51.100.4").await, 429);
        for (seen, status) in [("198.51.100.4", 429), ("198.51.100.5", 401), ("198.51.100.4, 198.51.100.6", 401)] {
            let post = over(request(Method::POST, "/api/sign-out", "", ""), "10.0.0.7", &[seen]);
            assert_eq!(world.send(post).await.status, status, "{seen}");
        }
    }
    for world in World::both().await {
        assert_eq!(flood(&world, "10.0.0.7", "").await, 429, "nobody is believed where no proxy is listed");
        let post = over(request(Method::POST, "/api/sign-out", "", ""), "10.0.0.8", &["203.0.113.1"]);
        assert_eq!(world.send(post).await.status, 401);
    }
}
