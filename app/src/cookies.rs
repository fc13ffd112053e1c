//! The cookies there are, all of them `__Host-`, Secure, HttpOnly and SameSite=Strict:
//!
//! | cookie | holds |
//! |---|---|
//! | `__Host-session` | the session, opaque; given out by the server's session layer |
//! | `__Host-ceremony` | the browser a passkey ceremony was begun in, opaque |
//! | `__Host-email` | the work e-mail that signed in here last |
//! | `__Host-flash` | which function a form has just done |
//! | `__Host-way` | the page somebody was going to when they were asked to sign in |

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use heliodesk_desk::sessions::TICKET;
use heliodesk_desk::sign_in::Browser;
use heliodesk_wire::sign_in::{BeginAsk, Email};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use crate::problem::Problem;
use crate::request::{extension, of_request};

/// The session.
const SESSION: &str = "__Host-session";
/// The browser of a ceremony.
const CEREMONY: &str = "__Host-ceremony";
/// The remembered work e-mail.
const EMAIL: &str = "__Host-email";
/// How long an address is remembered, in seconds: 400 days, the most a browser keeps.
const REMEMBERED: u32 = 34_560_000;
/// How long a browser's ceremonies may take together, in seconds.
const CEREMONIES: u32 = 3600;

/// A cookie's value.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Adds a cookie to the answer; `seconds` is how long it stays, 0 removes it.
pub(crate) fn write(name: &str, value: &str, seconds: u32) {
    if let Ok(line) = HeaderValue::from_str(&line(name, value, seconds)) {
        expect_context::<ResponseOptions>().append_header(SET_COOKIE, line);
    }
}

/// A cookie as an answer carries it; `seconds` is how long it stays.
pub(crate) fn line(name: &str, value: &str, seconds: u32) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}")
}

/// A cookie of the request being answered.
pub(crate) fn sent(name: &str) -> Option<String> {
    of_request(|parts| read(&parts.headers, name))?
}

/// The browser this request comes from, as ceremonies know it.
pub(crate) fn browser() -> Browser {
    Browser::of(sent(CEREMONY).as_deref())
}

/// Lets this browser be known again when it finishes what it has begun.
pub(crate) fn keep_browser(browser: &Browser) {
    write(CEREMONY, browser.cookie(), CEREMONIES);
}

/// The work e-mail that signed in on this device last.
pub(crate) fn remembered() -> Option<String> {
    let email = sent(EMAIL)?.parse::<Email>().ok()?;
    Some(email.as_str().to_owned())
}

/// A sign-in without an address is one of whoever is remembered on this device.
pub(crate) fn or_remembered(ask: BeginAsk) -> BeginAsk {
    if ask.email.is_empty() { BeginAsk { email: remembered().unwrap_or_default() } } else { ask }
}

/// Remembers a work e-mail on this device.
pub(crate) fn remember(email: &str) {
    write(EMAIL, email, REMEMBERED);
}

/// Forgets the work e-mail on this device.
pub(crate) fn forget() {
    write(EMAIL, "", 0);
}

/// Gives this session a new cookie with the answer, and the browser's old one up.
///
/// # Errors
/// `internal` where no layer hands out cookies; the session then stays without one, and dead.
pub(crate) async fn carry(session: &str) -> Result<(), Problem> {
    let broken = || Problem::new("internal");
    let cookie = extension::<Session>().ok_or_else(broken)?;
    cookie.cycle_id().await.map_err(|_| broken())?;
    cookie.insert(TICKET, session).await.map_err(|_| broken())
}

/// Removes the session's cookie and whatever the browser kept of what it saw.
pub(crate) fn leave() {
    write(SESSION, "", 0);
    expect_context::<ResponseOptions>().insert_header(
        axum::http::HeaderName::from_static("clear-site-data"),
        // Not "cookies": that would reach every sister host.
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
}
