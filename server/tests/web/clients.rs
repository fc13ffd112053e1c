//! Clients that take their time: with a head, a body, or the reading of their answers.

use std::{net::Ipv4Addr, time::Duration};

use heliodesk_server::{Limits, listener};
use heliodesk_wire::Role;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    time::timeout,
};

use crate::{
    slow::{EDIT, PATIENCE},
    tcp,
    world::{HOST, Setting, World},
};

async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("the connection ends by itself");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_head_is_dropped_and_others_are_served() {
    for world in World::both().await {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
        let address = socket.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(listener::serve_within(
            socket,
            world.app.clone(),
            async {
                let _ = stopped.await;
            },
            Duration::from_millis(300),
            PATIENCE,
        ));

        let mut slow = TcpStream::connect(address).await.expect("connects");
        slow.write_all(b"GET / HTTP/1.1\r\nHost: localhost:3000\r\nX-Slow: ").await.expect("writes");
        let mut quick = TcpStream::connect(address).await.expect("connects");
        let ask = format!("GET /readyz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
        quick.write_all(ask.as_bytes()).await.expect("writes");
        assert!(rest(&mut quick).await.starts_with("HTTP/1.1 200"));
        assert!(!rest(&mut slow).await.contains("200 OK"));

        // Heads without an end and without a limit are refused.
        let mut endless = TcpStream::connect(address).await.expect("connects");
        let head = format!("GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nX-Long: {}", "x".repeat(100_000));
        let _ = endless.write_all(head.as_bytes()).await;
        assert!(!rest(&mut endless).await.contains("200 OK"));

        stop.send(()).expect("listens");
        timeout(PATIENCE, served).await.expect("stops").expect("without a panic");
    }
}

#[tokio::test]
async fn a_client_that_reads_nothing_of_its_answers_is_dropped() {
    let [world, _] = World::both().await;
    // Small buffers, so that a few answers fill them.
    let (ours, theirs) = (TcpSocket::new_v4().expect("a socket"), TcpSocket::new_v4().expect("a socket"));
    ours.set_send_buffer_size(4096).expect("sets");
    theirs.set_recv_buffer_size(4096).expect("sets");
    ours.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("binds");
    let socket = ours.listen(8).expect("listens");
    let address = socket.local_addr().expect("an address");
    let (app, second) = (world.app.clone(), Duration::from_secs(1));
    let served = tokio::spawn(listener::serve_within(socket, app, std::future::pending(), PATIENCE, second));
    let mut deaf = theirs.connect(address).await.expect("connects");
    let ask = format!("GET /sign-in HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    let dropped = timeout(PATIENCE, async { while deaf.write_all(ask.as_bytes()).await.is_ok() {} }).await;
    assert!(dropped.is_ok(), "the connection ends by itself");
    served.abort();
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up_and_its_connection_with_it() {
    let limits = Limits { body: Duration::from_millis(200), ..Limits::default() };
    for world in World::both_with(&Setting { limits, ..Setting::default() }).await {
        let mut mia = world.join(Role::Support).await;
        let before = world.entries().await;
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
        let address = socket.local_addr().expect("an address");
        let served = tokio::spawn(listener::serve(socket, world.app.clone(), std::future::pending()));
        let mut slow = TcpStream::connect(address).await.expect("connects");
        let head = format!(
            "POST /api/orders/edit HTTP/1.1\r\nHost: {HOST}\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60\r\n\r\nask[order]=O-900001&",
            mia.cookies()
        );
        slow.write_all(head.as_bytes()).await.expect("writes");
        let answer = tcp::answer(&rest(&mut slow).await);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (408, Some("too_slow")));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        served.abort();
        assert_eq!(world.entries().await, before, "a slow body is no refusal by policy and no act");
        assert_eq!(mia.post("/api/orders/edit", &EDIT).await.status, 200, "whoever comes again is served");
    }
}

#[tokio::test]
async fn who_is_refused_while_still_sending_reads_why_and_may_go_on() {
    for world in World::both().await {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
        let address = socket.local_addr().expect("an address");
        let served = tokio::spawn(listener::serve(socket, world.app.clone(), std::future::pending()));
        let mut client = TcpStream::connect(address).await.expect("connects");
        let mut told = Vec::new();
        for (path, length, status) in [
            ("/api/nothing", 20, "404"),
            ("/api/customers/search", 20, "401"),
            ("/api/sign-in/begin", 3_000_000, "413"),
        ] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nSec-Fetch-Site: same-origin\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
            );
            client.write_all(head.as_bytes()).await.expect("writes");
            while !String::from_utf8_lossy(&told).contains(&format!("HTTP/1.1 {status}")) {
                let read = timeout(PATIENCE, client.read_buf(&mut told)).await.expect("in time").expect("reads");
                assert!(read > 0, "the connection ended before {status}");
            }
            client.write_all(&vec![b'x'; length]).await.expect("is still listened to");
        }
        let last = format!("GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
        client.write_all(last.as_bytes()).await.expect("writes");
        assert!(rest(&mut client).await.ends_with("ok"));
        served.abort();
    }
}
