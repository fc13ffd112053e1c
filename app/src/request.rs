//! What a page or function may know about the request it answers; everything comes from layers in front of Leptos.

use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use heliodesk_desk::Desk;
use heliodesk_desk::access::{Actor, Anyone, Permission, Request};
use leptos::prelude::{expect_context, use_context};
use leptos::reactive::owner::with_context;
use leptos_axum::ResponseOptions;

use crate::problem::Problem;

/// The named parts of the path, such as `id` in `/customers/{id}`.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathParams(pub(crate) Vec<(String, String)>);

/// Reads the request being answered where it is: a copy would be one of all its headers and extensions.
pub(crate) fn of_request<T>(read: impl FnOnce(&Parts) -> T) -> Option<T> {
    with_context(read)
}

/// Something a layer put into the request's extensions.
pub fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    of_request(|parts| parts.extensions.get::<T>().cloned())?
}

/// A named part of the path; empty when the route has none of that name.
pub fn param(name: &str) -> String {
    let params = extension::<PathParams>().unwrap_or_default();
    params.0.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// The first value of that name in the query, when there is one and it is not empty.
pub fn query(name: &str) -> Option<String> {
    let pairs = of_request(|parts| parts.uri.query().map(pairs))??;
    pairs.into_iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value)
}

/// The path of the page being shown, without its query.
pub fn path() -> String {
    of_request(|parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// The address of the page being shown, with its filters but without what a form has just posted to it.
pub(crate) fn shown() -> String {
    let shown = of_request(|parts| {
        let kept = parts.uri.query().unwrap_or_default().split('&');
        let kept: Vec<_> = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("do=")).collect();
        if kept.is_empty() { parts.uri.path().to_owned() } else { format!("{}?{}", parts.uri.path(), kept.join("&")) }
    });
    shown.unwrap_or_else(|| "/".to_owned())
}

/// The address a form of this page posts to: the page's own, with what is to be done.
///
/// Filters in the query stay, so that the page comes back as it was.
pub fn form_action(function: &str) -> String {
    let address = of_request(|parts| {
        let mut address = format!("{}?do={function}", parts.uri.path());
        for pair in kept(parts.uri.query().unwrap_or_default()) {
            address.push('&');
            address.push_str(pair);
        }
        address
    });
    address.unwrap_or_else(|| format!("?do={function}"))
}

/// The pairs of a query that say what a page shows; those that say what is being done there are left out.
pub(crate) fn kept(query: &str) -> impl Iterator<Item = &str> {
    let once = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        // Two underscores begin what Leptos would read a message from.
        name.starts_with("__") || ["do", "step", "undo", "move", "change"].contains(&name)
    };
    query.split('&').filter(move |pair| !pair.is_empty() && !once(pair))
}

/// The id of this request, as told to people.
pub fn request_id() -> String {
    extension::<Request>().map(|request| request.id).unwrap_or_default()
}

/// The back end.
pub fn desk() -> Desk {
    expect_context::<Desk>()
}

/// Proof that whoever sent this request may do what the callee asks for; the permission is inferred from it.
///
/// # Errors
/// `signed_out` without a live session, `forbidden` when the role lacks the permission.
pub async fn actor<P: Permission>() -> Result<Actor<P>, Problem> {
    let request = extension::<Request>().unwrap_or_default();
    Ok(desk().actor(&request).await?)
}

/// Whoever sent this request, for what needs no session.
pub fn anyone() -> Actor<Anyone> {
    desk().anyone(&extension::<Request>().unwrap_or_default())
}

/// Now, in UTC milliseconds, to say how long ago something was.
pub fn now() -> i64 {
    desk().clock().now()
}

/// Sets the status of the answer.
pub(crate) fn set_status(status: u16) {
    if let (Some(answer), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        answer.set_status(status);
    }
}

/// Answers with 303 and another address on this host.
pub(crate) fn see_other(path: &str) {
    if go(path).is_ok() {
        set_status(303);
    }
}

/// Says where the browser goes when a function called by a form has succeeded (instead of back to the form's page).
///
/// # Errors
/// A path that is not on this host, or that cannot stand in a header, is refused: it was built wrongly.
pub fn go(path: &str) -> Result<(), Problem> {
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    let value = HeaderValue::from_str(path).ok().filter(|_| local).ok_or_else(|| Problem::new("failed"))?;
    expect_context::<ResponseOptions>().insert_header(LOCATION, value);
    Ok(())
}

/// The header in which a function hands its outcome to the form that called it; it never leaves the server.
pub(crate) const TOLD: &str = "x-told";

/// Says what the next page tells once, when a function was called by a form without a script: `customers/verify-match`
/// instead of the function's own name. A code, never text; its words stand in `components/flash.rs`.
pub fn tell(code: &'static str) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.insert_header(HeaderName::from_static(TOLD), HeaderValue::from_static(code));
    }
}

/// The pairs of a query or form body, percent-decoded.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

/// Percent-decoding with `+` as blank; a broken escape stays as it is written.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let byte =
            escape.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, bytes[at]) {
            (Some(byte), _) => {
                out.push(byte);
                at += 2;
            }
            (None, b'+') => out.push(b' '),
            (None, other) => out.push(other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_bodies_are_decoded_whole() {
        let body = "ask%5Bterm%5D=Am%C3%A9lie+R.&ask[kind]=name&broken=%zz%";
        assert_eq!(
            pairs(body),
            [("ask[term]", "Amélie R."), ("ask[kind]", "name"), ("broken", "%zz%")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }
}
