//! Every address on one screen: each page with `GET` and, for its forms, `POST`; every function under `/api`.

use std::future::Future;
use std::mem;
use std::sync::PoisonError;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER, RETRY_AFTER};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use axum::response::{Html, IntoResponse};
use axum::routing::{MethodRouter, any, get};
use heliodesk_desk::Desk;
use heliodesk_desk::access::Request as Sender;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use leptos_axum::{ResponseOptions, ResponseParts};

use crate::assets::Assets;
use crate::forms::{Posted, posted};
use crate::pages::{self, Page};
use crate::problem::{Code, Problem};
use crate::request::{PathParams, TOLD, extension};
use crate::shell;

/// What every page and function is given.
#[derive(Clone, Debug)]
pub struct App {
    /// The back end.
    pub desk: Desk,
    /// Addresses of style sheet and scripts.
    pub assets: Assets,
}

/// All pages and functions. The layers that guard them (policy, session, headers, limits) stand in front.
///
/// They put into the request's extensions what pages need to know: [`Sender`] (id, address, cookie), the nonce of the
/// header, and the `Viewer` where somebody is signed in.
pub fn router(app: App) -> Router {
    // What the framework waits for runs on the runtime that serves; a second call finds it set and changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    Router::new()
        .route("/", page(pages::home::home))
        .route("/sign-in", page(pages::sign_in::sign_in))
        .route("/enroll/{token}", page(pages::enroll::enroll))
        .route("/me", page(pages::me::me))
        .route("/trail", page(pages::trail::trail))
        .route("/trail/{seq}", page(pages::entry::entry))
        .route("/trail/{seq}/proof", get(pages::entry::proof))
        .route("/trail/exports/{id}", get(pages::trail::export::file).head(only_get))
        .route("/orders", page(pages::orders::orders))
        .route("/orders/{id}", page(pages::order::order))
        .route("/pipeline", page(pages::pipeline::pipeline))
        .route("/customers", page(pages::customers::customers))
        .route("/customers/{id}", page(pages::customer::customer))
        .route("/api/{*function}", any(function))
        .fallback(unknown)
        .with_state(app)
}

/// A page's two methods: shown on `GET`, its forms answered on `POST`.
pub(crate) fn page<F, Fut>(show: F) -> MethodRouter<App>
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    let again = show.clone();
    get(move |State(app): State<App>, params: Params, request: Request<Body>| async move {
        render(&app, named(params, request), show).await
    })
    .post(move |State(app): State<App>, params: Params, request: Request<Body>| async move {
        match posted(named(params, request), app.clone()).await {
            Posted::Answer(answer) => answer,
            Posted::Again(request, status, headers) => {
                let mut answer = render(&app, *request, again).await;
                if answer.status() == StatusCode::OK {
                    *answer.status_mut() = status;
                }
                answer.headers_mut().extend(headers);
                answer
            }
            Posted::Refused(request, problem, headers) => {
                let mut answer = error_page(&app, *request, problem).await;
                answer.headers_mut().extend(headers);
                answer
            }
        }
    })
}

/// The named parts of the path; none when one of them is no text, which then names nothing there is.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// Keeps the named parts of the path where pages find them.
fn named(params: Params, mut request: Request<Body>) -> Request<Body> {
    let params = params.iter().flatten().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    request.extensions_mut().insert(PathParams(params));
    request
}

/// The page for a refusal, in the shell when somebody is signed in; with the problem's status.
///
/// For the layers in front too: `request` is the one being refused, its body is not read.
pub async fn error_page(app: &App, request: Request<Body>, problem: Problem) -> Response<Body> {
    let retry_after = problem.retry_after;
    let mut answer = render(app, request, move || std::future::ready(Err(problem.clone()))).await;
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The answer of a function to a refusal: `{"code":…,"incident":…,"fields":…}` with its status.
///
/// `incident` is the request's id.
pub fn error_json(mut problem: Problem, incident: impl Into<String>) -> Response<Body> {
    problem.incident = incident.into();
    let retry_after = problem.retry_after.take();
    let mut answer = Response::new(Body::from(serde_json::to_string(&problem).unwrap_or_default()));
    *answer.status_mut() = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// Renders one page completely before the first byte is sent, so that its status is true. Nothing on it waits once `show`
/// has answered: no page is sent bit by bit, so what the framework does for that is left out.
pub(crate) async fn render<Fut>(app: &App, request: Request<Body>, show: impl FnOnce() -> Fut) -> Response<Body>
where
    Fut: Future<Output = Result<Page, Problem>>,
{
    let (parts, _) = request.into_parts();
    let options = ResponseOptions::default();
    // It shares nothing with the browser: islands take no properties, and what was read stands in the page.
    let owner = Owner::default();
    let document = owner.with(|| {
        provide_context(parts);
        provide_context(options.clone());
        provide(app);
        ScopedFuture::new_untracked(async { shell::document(show().await) })
    });
    let document = document.await;
    let mut answer = Html(document).into_response();
    let ResponseParts { status, headers } = mem::take(&mut *options.0.write().unwrap_or_else(PoisonError::into_inner));
    *answer.status_mut() = status.unwrap_or_default();
    answer.headers_mut().extend(headers);
    answer
}

/// A function's own address.
async fn function(State(app): State<App>, request: Request<Body>) -> Response<Body> {
    let mut answer = call(&app, request).await;
    answer.headers_mut().remove(TOLD);
    answer
}

/// Calls a function and gives its refusals their status; whatever the caller accepts, the answer is JSON.
pub(crate) async fn call(app: &App, mut request: Request<Body>) -> Response<Body> {
    // With `text/html` here Leptos would send the browser to the Referer with the error's text in the address.
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().remove(REFERER);
    let incident = request.extensions().get::<Sender>().map(|sender| sender.id.clone()).unwrap_or_default();
    let code = request.extensions().get::<Code>().cloned().unwrap_or_default();
    let app = app.clone();
    let answer = leptos_axum::handle_server_fns_with_context(move || provide(&app), request).await.into_response();
    if answer.status().is_success() && !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return answer;
    }
    let refused = answer.headers().contains_key(SERVER_FN_ERROR_HEADER);
    let (parts, body) = answer.into_parts();
    let text = to_bytes(body, 64 * 1024).await.unwrap_or_default();
    let problem = match (refused, parts.status) {
        (true, _) => serde_json::from_slice(&text).unwrap_or_else(|_| Problem::new("internal")),
        (false, StatusCode::BAD_REQUEST) => Problem::new("not_found"),
        (false, _) => Problem::new("internal"),
    };
    code.set(&problem.code);
    let mut answer = error_json(problem, incident);
    for (name, value) in &parts.headers {
        if ![CONTENT_TYPE, CONTENT_LENGTH, LOCATION].contains(name) && name != SERVER_FN_ERROR_HEADER {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer
}

/// What a `HEAD` would use up without sending it.
async fn only_get() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")])
}

/// Any other address: the page that says so, or JSON under `/api`.
async fn unknown(State(app): State<App>, request: Request<Body>) -> Response<Body> {
    error_page(&app, request, Problem::new("not_found")).await
}

/// The context of every page and function.
fn provide(app: &App) {
    provide_context(app.desk.clone());
    provide_context(app.assets);
    if let Some(nonce) = extension::<Nonce>() {
        provide_context(nonce);
    }
}
