//! Whether a post comes from our own pages. Leptos asks nothing of the kind.

use axum::http::{HeaderMap, HeaderName, header::ORIGIN};

use crate::origin::Origin;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the browser says the post comes from our own pages: `Sec-Fetch-Site: same-origin`, or, from browsers
/// that send none, exactly our `Origin`. Neither: no. `same-site` is hostile, since on localhost other ports share cookies.
#[must_use]
pub fn is_ours(headers: &HeaderMap, origin: &Origin) -> bool {
    let site = only(headers, &SEC_FETCH_SITE);
    let from = only(headers, &ORIGIN);
    match (site, from) {
        (Some("same-origin"), None) => true,
        (Some("same-origin") | None, Some(from)) => from == origin.as_str(),
        (_, _) => false,
    }
}

/// The one value of a header; a header that is there twice or is no text counts as a wrong one.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(if values.next().is_some() { "" } else { first.to_str().unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_pages_post() {
        let origin = Origin::parse("http://localhost:3000").expect("an origin");
        let ask = |pairs: &[(HeaderName, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(name, HeaderValue::from_static(value));
            }
            is_ours(&headers, &origin)
        };
        let (site, from) = (SEC_FETCH_SITE, ORIGIN);
        assert!(ask(&[(site.clone(), "same-origin")]));
        assert!(ask(&[(from.clone(), "http://localhost:3000")]));
        assert!(ask(&[(site.clone(), "same-origin"), (from.clone(), "http://localhost:3000")]));
        for refused in [
            vec![],
            vec![(site.clone(), "same-site")],
            vec![(site.clone(), "cross-site")],
            vec![(site.clone(), "none")],
            vec![(site.clone(), "same-site"), (from.clone(), "http://localhost:3000")],
            vec![(site.clone(), "same-origin"), (from.clone(), "http://localhost:3001")],
            vec![(site.clone(), "same-origin"), (site.clone(), "cross-site")],
            vec![(from.clone(), "http://localhost:3000"), (from.clone(), "http://evil.example")],
            vec![(from.clone(), "null")],
            vec![(from.clone(), "http://localhost")],
            vec![(from.clone(), "http://localhost:3000.evil.example")],
            vec![(from.clone(), "https://localhost:3000")],
        ] {
            assert!(!ask(&refused), "{refused:?}");
        }
    }
}
