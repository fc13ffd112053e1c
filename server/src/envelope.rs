//! Around everything: an id and a nonce going in; headers and one line in the log going out, whatever happened inside.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER, request::Parts},
    middleware::Next,
    response::Response,
};
use futures::FutureExt as _;
use heliodesk_app::{Problem, error_json};
use heliodesk_desk::{access, policy};
use leptos::nonce::Nonce;
use tokio::{sync::SemaphorePermit, time::timeout};

use crate::{headers, probes, stack::Stack};

/// Gives a request its id and its nonce, and its answer the headers.
pub(crate) async fn wrap(State(stack): State<Arc<Stack>>, mut request: Request, next: Next) -> Response {
    let clock = stack.desk().clock();
    let (id, began) = (clock.id(), clock.now());
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    request.extensions_mut().insert(access::Request { id: id.clone(), ..access::Request::default() });
    let method = request.method().clone();
    // The path itself may hold what somebody typed; the table's pattern never does.
    let route = policy::find(request.uri().path()).map_or("other", |row| row.path);
    let is_probe = probes::is_probe(request.uri().path());
    let mut answer = match room(&stack, is_probe).await {
        Err(()) => {
            let mut answer = error_json(Problem::new("busy"), id.clone());
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            answer
        }
        Ok(_room) => AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(request = id, "a handler panicked");
            error_json(Problem::new("internal"), id.clone())
        }),
    };
    headers::put(answer.headers_mut(), &nonce.to_string(), stack.options.origin.is_https());
    let (status, ms) = (answer.status(), clock.now() - began);
    // A probe asks every few seconds and has nothing to tell when all is well.
    if !(is_probe && status == StatusCode::OK) {
        tracing::info!(request = id, %method, route, status = status.as_u16(), ms, "answered");
    }
    answer
}

/// The id of the request.
pub(crate) fn id(parts: &Parts) -> String {
    parts.extensions.get::<access::Request>().map(|sender| sender.id.clone()).unwrap_or_default()
}

/// A place among those being answered; probes need none.
async fn room(stack: &Stack, is_probe: bool) -> Result<Option<SemaphorePermit<'_>>, ()> {
    if is_probe {
        return Ok(None);
    }
    match timeout(stack.options.limits.queue, stack.room.acquire()).await {
        Ok(Ok(permit)) => Ok(Some(permit)),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}
