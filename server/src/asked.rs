//! What a request asks for, by its head alone.

use axum::http::{
    Method,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST},
    request::Parts,
};
use heliodesk_desk::policy::{self, Row};

use crate::{body, origin::Origin, refusal::Refusal};

/// The row that decides: the path's own, or for a form posted to its page, the function's behind `?do=`.
pub(crate) fn row(parts: &Parts) -> Result<&'static Row, Refusal> {
    let row = policy::find(parts.uri.path()).ok_or(Refusal::Code("not_found"))?;
    match (row.method, &parts.method) {
        ("POST", &Method::POST) => Ok(row),
        ("POST", _) => Err(Refusal::Method("POST")),
        (_, &Method::GET | &Method::HEAD) => Ok(row),
        (_, &Method::POST) => {
            let query = parts.uri.query().unwrap_or_default();
            let text = |part: &str| body::decode(part.as_bytes()).unwrap_or_default();
            let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            let mut named = pairs.filter(|(key, _)| text(key) == "do").map(|(_, function)| text(function));
            match (named.next(), named.next()) {
                (None, _) => Err(Refusal::Method("GET, HEAD")),
                (Some(function), None) => {
                    let row = policy::find(&format!("/api/{function}")).filter(|row| row.method == "POST");
                    row.ok_or(Refusal::Code("not_found"))
                }
                (Some(_), Some(_)) => Err(Refusal::Code("not_found")),
            }
        }
        _ => Err(Refusal::Method("GET, HEAD, POST")),
    }
}

/// Whether a method only reads.
pub(crate) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The declared length of the body, in bytes.
pub(crate) fn declared(parts: &Parts) -> Option<usize> {
    parts
        .headers
        .get(CONTENT_LENGTH)
        .map(|length| length.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX))
}

/// Whether the request is meant for the host people browse.
pub(crate) fn is_our_host(parts: &Parts, origin: &Origin) -> bool {
    let ours = |host: &str| host.eq_ignore_ascii_case(origin.authority());
    let mut hosts = parts.headers.get_all(HOST).iter();
    let named = hosts.next().is_some_and(|host| host.to_str().is_ok_and(ours)) && hosts.next().is_none();
    named && parts.uri.authority().is_none_or(|authority| ours(authority.as_str()))
}

/// Whether the body says it is a form, in plain bytes.
pub(crate) fn is_form(parts: &Parts) -> bool {
    let mut types = parts.headers.get_all(CONTENT_TYPE).iter();
    let first = types.next().and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = first.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        && types.next().is_none()
        && !parts.headers.contains_key(CONTENT_ENCODING)
}
