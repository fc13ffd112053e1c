//! Forms that work without a script: they post to their page's own address, `?do={area}/{verb}`.
//!
//! The function is called as `/api/{area}/{verb}` would call it. Done: 303, and a cookie that holds nothing but
//! which function it was, so that the next page can say so once. Refused: the same page again, with the refusal's
//! status, its messages in place and everything typed still there.
//!
//! A form of several steps adds `&step=review` (or `&step=edit`, the way back): then no function is called, and the
//! page is shown with what was typed. The guard has looked at such a post as at the function it names.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};

use crate::cookies::{sent, write};
use crate::problem::Problem;
use crate::request::{TOLD, extension, kept, pairs};
use crate::routes::call;

/// Larger bodies are cut off in front of here; this only bounds what one page keeps in memory, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// The cookie that says once what was done.
const FLASH: &str = "__Host-flash";

/// Fields that hold personal data of a customer, or what nobody should read again; they never come back in a page.
const PERSONAL: [&str; 3] = ["term", "value", "part"];

/// What a form posted and why it was refused, for the page that is shown again.
#[derive(Clone, Debug)]
pub struct Form {
    function: String,
    typed: Typed,
    problem: Option<Problem>,
    step: Option<&'static str>,
}

/// What was typed, by field name; its values are not for logs.
#[derive(Clone, Default)]
struct Typed(BTreeMap<String, String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl Form {
    /// The form for one function (`orders/edit`), with what was typed and refused when this page answers its post.
    pub fn of(function: &str) -> Self {
        extension::<Form>().filter(|form| form.function == function).unwrap_or_else(|| Self {
            function: function.to_owned(),
            typed: Typed::default(),
            problem: None,
            step: None,
        })
    }

    /// Which step this page answers, when no function was called: `review` or `edit`.
    pub fn step(&self) -> Option<&'static str> {
        self.step
    }

    /// The address this form posts to.
    pub fn action(&self) -> String {
        crate::request::form_action(&self.function)
    }

    /// The refusal this page answers with, when it is this form's.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// True when this form was posted and refused just now.
    pub fn refused(&self) -> bool {
        self.problem.is_some()
    }

    /// What was typed into a field; absent when this is not a refused post. Personal fields are always blank.
    pub fn typed(&self, field: &str) -> Option<String> {
        self.typed.0.get(field).filter(|_| !PERSONAL.contains(&field)).cloned()
    }

    /// What was typed into a field, or else its stored value.
    pub fn value(&self, field: &str, stored: impl Into<String>) -> String {
        self.typed(field).unwrap_or_else(|| stored.into())
    }

    /// What to tell at a field: its own mistake, or that a personal value was not kept.
    pub fn error(&self, field: &str) -> Option<String> {
        let problem = self.problem.as_ref()?;
        let blanked = PERSONAL.contains(&field) && self.typed.0.get(field).is_some_and(|value| !value.is_empty());
        match (problem.field(field), blanked) {
            (Some(sentence), true) => Some(format!("{sentence}. Type it again")),
            (Some(sentence), false) => Some(sentence.to_owned()),
            (None, true) => Some("Type it again".to_owned()),
            (None, false) => None,
        }
    }
}

/// Which function a form of the page before has just done, such as `orders/edit`, or the outcome it told
/// (see [`crate::request::tell`]); told once.
pub fn flash() -> Option<String> {
    let done = sent(FLASH).filter(|name| is_function(name))?;
    write(FLASH, "", 0);
    Some(done)
}

/// The function of the form whose typed values this page shows again, none of them saved yet.
pub(crate) fn unsaved() -> Option<String> {
    extension::<Form>().map(|form| form.function)
}

/// True for `area/verb` and for the one path of a single word; anything else never reaches a function.
fn is_function(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    name.len() <= 64 && name.split('/').count() <= 2 && name.split('/').all(word)
}

/// True for functions of the policy; no other can be named by a form.
fn listed(name: &str) -> bool {
    heliodesk_desk::policy::find(&format!("/api/{name}")).is_some_and(|row| row.method == "POST")
}

/// The outcome of a form's post: an answer to send, or the request to show its page with.
pub(crate) enum Posted {
    /// Send this.
    Answer(Response<Body>),
    /// Show the page again with this status, after these headers of the function's answer.
    Again(Box<Request<Body>>, StatusCode, HeaderMap),
    /// Show the refusal instead of the page.
    Refused(Box<Request<Body>>, Problem, HeaderMap),
}

/// Calls the function a form names and decides what its browser gets.
pub(crate) async fn posted(request: Request<Body>, context: crate::routes::App) -> Posted {
    let (mut parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let function = pairs(&query).into_iter().find(|(key, _)| key == "do").map(|(_, value)| value);
    let Some(function) = function.filter(|name| is_function(name) && listed(name)) else {
        return Posted::Refused(as_page(parts), Problem::new("not_found"), HeaderMap::new());
    };
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Posted::Refused(as_page(parts), Problem::new("too_large"), HeaderMap::new());
    };
    if let Some(step) = pairs(&query).iter().find_map(|(key, value)| step(key, value)) {
        parts.extensions.insert(Form { function, typed: typed(&body), problem: None, step: Some(step) });
        return Posted::Again(as_page(parts), StatusCode::OK, HeaderMap::new());
    }
    let (sent, body) = crate::pages::order::as_sent(&function, body);
    let answer = call(&context, as_call(&parts, &function, sent)).await;
    let mut headers = answer.headers().clone();
    headers.remove(CONTENT_LENGTH);
    headers.remove(CONTENT_TYPE);
    if answer.status().is_success() {
        return Posted::Answer(done(&parts.uri, &function, headers));
    }
    let status = answer.status();
    let text = to_bytes(answer.into_body(), BODY_LIMIT).await.unwrap_or_default();
    let problem = serde_json::from_slice(&text).unwrap_or_else(|_| Problem::new("internal"));
    if matches!(status.as_u16(), 401 | 404 | 500..) {
        return Posted::Refused(as_page(parts), problem, headers);
    }
    parts.extensions.insert(Form { function, typed: typed(&body), problem: Some(problem), step: None });
    Posted::Again(as_page(parts), status, headers)
}

/// The step a pair of the query names.
fn step(key: &str, value: &str) -> Option<&'static str> {
    ["review", "edit"].into_iter().find(|step| key == "step" && value == *step)
}

/// The fields of a form's body.
fn typed(body: &[u8]) -> Typed {
    let field = |key: String| key.strip_prefix("ask[").and_then(|rest| rest.strip_suffix(']')).map(str::to_owned);
    let pairs = pairs(&String::from_utf8_lossy(body)).into_iter();
    Typed(pairs.filter_map(|(key, value)| Some((field(key)?, value))).collect())
}

/// The same request, as the function's own address would receive it.
fn as_call(parts: &Parts, function: &str, body: Bytes) -> Request<Body> {
    let mut parts = parts.clone();
    parts.uri = Uri::try_from(format!("/api/{function}")).unwrap_or_default();
    parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(REFERER);
    if let Some(sender) = parts.extensions.get_mut::<heliodesk_desk::access::Request>() {
        sender.form = true;
    }
    Request::from_parts(parts, Body::from(body))
}

/// The same request, asking only to see the page.
fn as_page(mut parts: Parts) -> Box<Request<Body>> {
    parts.method = Method::GET;
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    Box::new(Request::from_parts(parts, Body::empty()))
}

/// 303 to where the function said, or back to the form's page; the cookie tells it what was done.
fn done(uri: &Uri, function: &str, mut headers: HeaderMap) -> Response<Body> {
    if !headers.contains_key(LOCATION) {
        let kept: Vec<&str> = kept(uri.query().unwrap_or_default()).collect();
        let back = if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) };
        if let Ok(back) = HeaderValue::from_str(&back) {
            headers.insert(LOCATION, back);
        }
    }
    let told = headers.remove(TOLD);
    let told = told.as_ref().and_then(|code| code.to_str().ok()).filter(|code| is_function(code)).unwrap_or(function);
    let flash = format!("{FLASH}={told}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60");
    if let Ok(flash) = HeaderValue::from_str(&flash) {
        headers.append(SET_COOKIE, flash);
    }
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    *answer.headers_mut() = headers;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shape_of_a_function_is_called() {
        for good in ["orders/edit", "sign-out", "customers/search"] {
            assert!(is_function(good), "{good}");
        }
        for bad in ["", "/", "orders/", "a/b/c", "../x", "orders/edit?x", "Orders/edit", "orders%2fedit"] {
            assert!(!is_function(bad), "{bad}");
        }
    }

    #[test]
    fn done_leads_back_to_the_page_with_its_filters() {
        let uri = Uri::from_static("/orders?do=orders/edit&stage=lead");
        let answer = done(&uri, "orders/edit", HeaderMap::new());
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[LOCATION], "/orders?stage=lead");
        assert!(answer.headers()[SET_COOKIE].to_str().unwrap().starts_with("__Host-flash=orders/edit;"));
    }

    #[test]
    fn an_outcome_that_was_told_takes_the_place_of_the_function_and_stays_a_code() {
        let told = |code: &'static str| HeaderMap::from_iter([(TOLD.parse().unwrap(), HeaderValue::from_static(code))]);
        let cookie = |headers| done(&Uri::from_static("/x"), "customers/verify", headers).headers()[SET_COOKIE].clone();
        assert!(
            cookie(told("customers/verify-match"))
                .to_str()
                .unwrap()
                .starts_with("__Host-flash=customers/verify-match;")
        );
        assert!(cookie(told("a b;c")).to_str().unwrap().starts_with("__Host-flash=customers/verify;"));
    }

    #[test]
    fn personal_values_come_back_blank_and_say_so() {
        let typed = [("value", "+1 520 555 0142"), ("field", "phone")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let form = Form {
            function: "customers/replace".into(),
            typed: Typed(typed.into()),
            problem: Some(Problem::invalid([("value", "not_a_phone")])),
            step: None,
        };
        assert_eq!(form.typed("value"), None);
        assert_eq!(form.typed("field").as_deref(), Some("phone"));
        assert_eq!(form.error("value").as_deref(), Some("This is not a phone number. Type it again"));
        assert!(!format!("{form:?}").contains("555"));
    }
}
