//! Whether a request comes from our own pages. Leptos asks nothing of the kind.

use axum::http::{HeaderMap, HeaderName, header::ORIGIN};

use crate::origin::Origin;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

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

/// Whether the browser says that another site asks for something of ours to put into its own page, or behind its back: a
/// picture, a frame, a fetch. Another port of our host counts as the same site and sends our cookie, so what it asks for
/// would be recorded as seen by whoever is signed in. A link that is followed is fine.
#[must_use]
pub fn is_embedded(headers: &HeaderMap) -> bool {
    let site = only(headers, &SEC_FETCH_SITE);
    let followed =
        only(headers, &SEC_FETCH_MODE) == Some("navigate") && only(headers, &SEC_FETCH_DEST) == Some("document");
    !matches!(site, None | Some("same-origin" | "none")) && !followed
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
    fn other_sites_may_link_to_pages_and_not_embed_them() {
        for (site, mode, dest, embedded) in [
            ("same-origin", "cors", "empty", false),
            ("none", "navigate", "document", false),
            ("same-site", "navigate", "document", false),
            ("cross-site", "navigate", "document", false),
            ("same-site", "no-cors", "image", true),
            ("cross-site", "navigate", "iframe", true),
            ("same-site", "cors", "empty", true),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(SEC_FETCH_SITE, site), (SEC_FETCH_MODE, mode), (SEC_FETCH_DEST, dest)] {
                headers.append(name, HeaderValue::from_static(value));
            }
            assert_eq!(is_embedded(&headers), embedded, "{site} {mode} {dest}");
        }
        assert!(!is_embedded(&HeaderMap::new()), "browsers and programs that say nothing");
    }

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
