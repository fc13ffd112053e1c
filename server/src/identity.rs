//! The session cookie: who a request says it is from, and how a browser comes by it.

use axum::http::{HeaderMap, header::COOKIE};
use heliodesk_desk::{
    Desk,
    sessions::{self, Store},
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

/// The cookie's name; the prefix makes browsers insist on `Secure`, `Path=/` and this very host.
pub const SESSION: &str = "__Host-session";

/// The layer that gives a browser its cookie once a session waits for one. What the cookie stands for is read by
/// [`secret`] and the desk, on every request anew.
pub(crate) fn cookies(desk: &Desk) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store::new(desk.clone()))
        .with_name(SESSION)
        .with_path("/")
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_expiry(Expiry::OnSessionEnd)
}

/// The hash under which the session is stored. A cookie that is there twice was tampered with: none counts.
pub(crate) fn secret(headers: &HeaderMap) -> Option<String> {
    cookie(headers, SESSION).and_then(sessions::secret)
}

/// The address remembered on this device, which an empty one in a sign-in stands for.
pub(crate) fn remembered(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, "__Host-email")
}

/// The value of a cookie that is there once.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    let first = values.next()?;
    if values.next().is_some() { None } else { Some(first) }
}
