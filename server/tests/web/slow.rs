//! Connections that take their time.

use std::{net::Ipv4Addr, time::Duration};

use heliodesk_server::listener;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use crate::world::{HOST, World};

const PATIENCE: Duration = Duration::from_secs(20);

async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("the connection ends by itself");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_head_is_dropped_and_others_are_served() {
    let world = World::new().await;
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
    ));

    let mut slow = TcpStream::connect(address).await.expect("connects");
    slow.write_all(b"GET / HTTP/1.1\r\nHost: localhost:3000\r\nX-Slow: ").await.expect("writes");
    let mut quick = TcpStream::connect(address).await.expect("connects");
    let ask = format!("GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
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
