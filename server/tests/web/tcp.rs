//! A request over a connection of its own, for programs that are served by another process.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Request, request::Parts},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::world::Answer;

/// Sends a request and reads the answer whole.
pub async fn send(address: &str, request: Request<Body>) -> Answer {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    answer(&exchange(TcpStream::connect(address).await.expect("connects"), &parts, &body).await)
}

/// What comes back for a request. The old version of the protocol ends both with the connection.
pub async fn exchange(mut stream: TcpStream, parts: &Parts, body: &[u8]) -> String {
    let mut bytes = format!("{} {} HTTP/1.0\r\n", parts.method, parts.uri).into_bytes();
    for (name, value) in &parts.headers {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    stream.write_all(&bytes).await.expect("writes");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("reads");
    text
}

/// An answer as its bytes say it.
pub fn answer(text: &str) -> Answer {
    let (head, text) = text.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        headers.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    Answer { status: status.expect("a status"), headers, text: text.to_owned() }
}
