//! The way to a running program: every answer of it passes here and is searched, head and body.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, Response, StatusCode, request::Parts},
};
use tokio::net::TcpSocket;

use crate::tcp;

use super::finder::{Finder, entities_decoded, percent_decoded};

/// Fields of functions that hold a personal value, or what shall be gone; they never come back.
const PERSONAL: [&str; 3] = ["ask[term]", "ask[value]", "ask[part]"];

/// One answer, as far as it is of interest later.
pub struct Answered {
    pub method: Method,
    /// The path without its query.
    pub path: String,
    /// The function that a form named.
    pub form: Option<String>,
    pub status: u16,
}

/// What came through.
#[derive(Default)]
pub struct Passed {
    pub answers: Vec<Answered>,
    /// Clear values where none may be.
    pub leaks: Vec<String>,
    /// How many reveals gave a clear value.
    pub revealed: usize,
    /// How often a value that somebody typed into a field that is not personal came back in that field.
    pub typed: usize,
    /// How many answers showed the city, which is no secret: they would have shown more.
    pub shown: usize,
}

/// The way to a program that listens at `address`.
pub struct Door {
    address: SocketAddr,
    finder: Finder,
    city: &'static str,
    count: AtomicU32,
    pub passed: Mutex<Passed>,
}

impl Door {
    pub fn new(address: &str, finder: Finder, city: &'static str) -> Arc<Self> {
        let address = address.parse().expect("an address");
        Arc::new(Self { address, finder, city, count: AtomicU32::new(0), passed: Mutex::default() })
    }

    /// The door as a program in this process.
    pub fn router(self: &Arc<Self>) -> Router {
        let door = self.clone();
        Router::new().fallback(move |request: Request<Body>| async move { door.pass(request).await })
    }

    /// What is found in something that is not an answer: a file, a log, rows.
    pub fn search(&self, place: &str, bytes: &[u8]) {
        let found = self.finder.find(bytes);
        self.passed.lock().expect("whole").leaks.extend(found.into_iter().map(|told| format!("{place}: {told}")));
    }

    async fn pass(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let socket = TcpSocket::new_v4().expect("a socket");
        // Each from another address of this machine: the walk is no flood, it only looks like one from a single place.
        let place = u8::try_from(self.count.fetch_add(1, Ordering::Relaxed) % 200).expect("fits") + 2;
        socket.bind((Ipv4Addr::new(127, 0, 0, place), 0).into()).expect("a place");
        let text = tcp::exchange(socket.connect(self.address).await.expect("connects"), &parts, &body).await;
        let answer = tcp::answer(&text);
        self.look(&parts, &body, answer.status, text);
        let mut response = Response::new(Body::from(answer.text));
        *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status");
        *response.headers_mut() = answer.headers;
        response
    }

    /// Searches an answer; what may be in it is taken out first, and nothing else.
    fn look(&self, parts: &Parts, body: &[u8], status: u16, mut text: String) {
        let mut passed = self.passed.lock().expect("whole");
        passed.shown += usize::from(text.contains(self.city));
        let query = parts.uri.query().unwrap_or_default();
        let form = query.split('&').find_map(|pair| pair.strip_prefix("do=")).map(str::to_owned);
        if parts.uri.path() == "/api/customers/reveal" && status == 200 {
            assert!(!self.finder.find(text.as_bytes()).is_empty(), "a reveal shows a value that is looked for");
            text = without_value(&text);
            passed.revealed += 1;
        }
        // What somebody types into a form or a filter, but for personal fields, is theirs to see again where they typed it.
        let typed = if form.is_some() { pairs(&String::from_utf8_lossy(body)) } else { pairs(query) };
        for (name, typed) in typed.iter().filter(|(name, _)| !PERSONAL.contains(&name.as_str())) {
            if let Some(rest) = without_typed(&text, name, typed) {
                passed.typed += usize::from(!self.finder.find(typed.as_bytes()).is_empty());
                text = rest;
            }
        }
        let what = format!("{} {} {}", parts.method, parts.uri, String::from_utf8_lossy(body));
        let found = self.finder.find(text.as_bytes()).into_iter().map(|told| format!("{status} {what}: {told}"));
        passed.leaks.extend(found);
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        passed.answers.push(Answered { method, path, form, status });
    }
}

/// The answer of a reveal without its `value`.
fn without_value(text: &str) -> String {
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let mut json: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert!(json.as_object_mut().expect("an object").remove("value").is_some());
    format!("{head}\r\n\r\n{json}")
}

/// The pairs of a form's body or of a query.
fn pairs(text: &str) -> Vec<(String, String)> {
    let decoded = |part: &str| String::from_utf8_lossy(&percent_decoded(part.as_bytes())).into_owned();
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// A page without what was typed into this field, wherever it stands in a field of that name; `None` where it does not.
fn without_typed(page: &str, name: &str, typed: &str) -> Option<String> {
    let name = format!("name=\"{name}\"");
    let held = page.match_indices(&name).filter_map(|(at, _)| value(page, at));
    let held: Vec<_> =
        held.filter(|held| !typed.is_empty() && entities_decoded(held.1.as_bytes()) == typed.as_bytes()).collect();
    let mut rest = page.to_owned();
    for (from, text) in held.iter().rev() {
        rest.replace_range(*from..from + text.len(), "");
    }
    (!held.is_empty()).then_some(rest)
}

/// What the field whose name stands at `at` holds, and where that begins.
fn value(page: &str, at: usize) -> Option<(usize, &str)> {
    let opened = page[..at].rfind('<')?;
    let closed = at + page[at..].find('>')?;
    let (from, length) = if page[opened..].starts_with("<textarea") {
        // The first line end is not part of what it holds.
        let from = closed + 1 + usize::from(page[closed + 1..].starts_with('\n'));
        (from, page[from..].find("</textarea>")?)
    } else if page[opened..].starts_with("<output") {
        (closed + 1, page[closed + 1..].find("</output>")?)
    } else {
        let from = opened + page[opened..closed].find(" value=\"")? + " value=\"".len();
        (from, page[from..].find('"')?)
    };
    Some((from, &page[from..from + length]))
}
