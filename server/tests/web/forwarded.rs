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
    /// Whether a stranger who says every time to be somebody else is told to wait.
    async fn flood(world: &World, peer: &str, seen: &str) -> bool {
        for n in 0..2000 {
            let invented = format!("203.0.113.{}{seen}", n % 250);
            let post = request(Method::POST, "/api/sign-out", "", "");
            if world.send(over(post, peer, &[&invented])).await.status == 429 {
                return true;
            }
        }
        false
    }
    for world in World::both_with(&behind_proxies()).await {
        assert!(flood(&world, "10.0.0.7", ", 198.51.100.4").await);
        for seen in ["198.51.100.5", "198.51.100.4, 198.51.100.6", "198.51.100.4, 198.51.100.7, 10.0.0.9"] {
            let post = over(request(Method::POST, "/api/sign-out", "", ""), "10.0.0.7", &[seen]);
            assert_eq!(world.send(post).await.status, 401, "others behind the same proxy: {seen}");
        }
    }
    for world in World::both().await {
        assert!(flood(&world, "10.0.0.7", "").await, "nobody is believed where no proxy is listed");
        let post = over(request(Method::POST, "/api/sign-out", "", ""), "10.0.0.8", &["203.0.113.1"]);
        assert_eq!(world.send(post).await.status, 401);
    }
}
