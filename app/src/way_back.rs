//! Where somebody was going when they were asked to sign in. It is kept in a cookie of their own browser, so no address can
//! lead anybody anywhere, and it is one of this console's pages by the policy, never a query and never a form's post.

use axum::http::HeaderValue;
use heliodesk_desk::{denials, policy};
use heliodesk_wire::Role;

use crate::cookies::{self, line, write};

/// The page somebody was going to.
const WAY: &str = "__Host-way";
/// How long it is kept, in seconds.
const KEPT: u32 = 600;

/// The cookie that keeps the way to a page, for the answer that sends somebody to the sign-in page.
#[must_use]
pub fn cookie(path: &str) -> Option<HeaderValue> {
    page(path)?;
    HeaderValue::from_str(&line(WAY, path, KEPT)).ok()
}

/// Whether a way is kept.
pub(crate) fn is_kept() -> bool {
    sent().is_some()
}

/// The kept way, once, where this role may go it.
pub(crate) fn take(role: Role) -> Option<String> {
    let path = sent()?;
    write(WAY, "", 0);
    page(&path)?.allows(role).then_some(path)
}

fn sent() -> Option<String> {
    cookies::sent(WAY).filter(|path| page(path).is_some())
}

/// The page of the policy at this path, if one can come back to it: one that is read signed in, and is named by the
/// company's numbers or those of entries alone. Anything else in a path may be what somebody has typed there.
fn page(path: &str) -> Option<&'static policy::Row> {
    let row = policy::find(path).filter(|row| row.method == "GET" && !row.is_open() && row.path != "/")?;
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()) || denials::subject(part).is_some();
    let named = row.path.split('/').zip(path.split('/')).filter(|(pattern, _)| pattern.starts_with('{'));
    // A file is no page to come back to.
    let is_page = !row.path.ends_with("/proof") && !row.path.starts_with("/trail/exports");
    (is_page && path.len() <= 60 && named.into_iter().all(|(_, part)| is_number(part))).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_console_are_ways_back() {
        for path in ["/orders", "/orders/O-900001", "/customers/C-900001", "/trail/3297", "/pipeline", "/me"] {
            assert!(
                cookie(path).is_some_and(|line| line.to_str().unwrap().starts_with(&format!("__Host-way={path};")))
            );
        }
        for path in [
            "",
            "/",
            "orders",
            "//evil.example",
            "//evil.example/orders",
            "/\\evil.example",
            "https://evil.example/orders",
            "https:/orders",
            "/orders/..//evil.example",
            "/orders/%2F%2Fevil.example",
            "/orders?city=Denver",
            "/orders/Amelia",
            "/customers/amelia@example.com",
            "/customers/C-900001; Domain=evil.example",
            "/customers/C-900001\r\nSet-Cookie: a=b",
            "/trail/7/proof",
            "/trail/exports/01KY9TBJ20VW8RWDWC19BNBCXJ",
            "/sign-in",
            "/enroll/abc",
            "/api/sign-out",
            "/nowhere",
        ] {
            assert_eq!(cookie(path), None, "{path}");
        }
    }
}
