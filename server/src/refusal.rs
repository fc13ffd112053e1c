//! A refusal of the layers in front, and what it looks like to whom.

use axum::{
    body::Body,
    http::{
        HeaderValue, Method, Request, Response, StatusCode,
        header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE, TRANSFER_ENCODING},
        request::Parts,
    },
};
use heliodesk_app::{App, Problem, error_json, error_page, way_back};
use heliodesk_desk::{Error, access};

use crate::throttle::TooOften;

/// Why a request went no further.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// This code, with its status.
    Code(&'static str),
    /// Another method is wanted: 405 with `Allow`.
    Method(&'static str),
    /// Too often: 429 with `Retry-After`.
    TooOften(TooOften),
    /// A page for people who are signed in, asked for by somebody who is not: 303 to the sign-in page.
    SignIn,
    /// The back end could not say.
    Desk(&'static str, u16),
}

impl From<TooOften> for Refusal {
    fn from(often: TooOften) -> Self {
        Self::TooOften(often)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        if error.status() >= 500 {
            tracing::error!(code = error.code(), %error, "the desk did not answer");
        }
        Self::Desk(error.code(), error.status())
    }
}

impl Refusal {
    /// The code for the log and the trail.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code(code) | Self::Desk(code, _) => code,
            Self::Method(_) => "not_post",
            Self::TooOften(_) => "throttled",
            Self::SignIn => "signed_out",
        }
    }

    /// The answer: JSON for functions, a page for people.
    pub async fn answer(self, app: &App, parts: Parts) -> Response<Body> {
        if let Self::SignIn = self {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(LOCATION, HeaderValue::from_static("/sign-in"));
            if let Some(cookie) = way_back::cookie(parts.uri.path()) {
                answer.headers_mut().append(SET_COOKIE, cookie);
            }
            return answer;
        }
        let mut problem = Problem::new(self.code());
        if let Self::TooOften(TooOften(seconds)) = self {
            problem.retry_after = Some(seconds);
        }
        let mut answer = if parts.uri.path().starts_with("/api/") {
            let incident = parts.extensions.get::<access::Request>().map(|sender| sender.id.clone());
            error_json(problem, incident.unwrap_or_default())
        } else {
            error_page(app, as_page(parts), problem).await
        };
        if let Self::Method(allowed) = self {
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        }
        if let Self::Desk(_, status) = self {
            *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        }
        answer
    }
}

/// The refused request without its body: only the page that says so is shown.
fn as_page(mut parts: Parts) -> Request<Body> {
    parts.method = Method::GET;
    for name in [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
        parts.headers.remove(name);
    }
    Request::from_parts(parts, Body::empty())
}
