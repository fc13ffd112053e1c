//! `/healthz`: the process is alive. `/readyz`: it can serve.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use heliodesk_desk::clock::SECOND;
use tokio::sync::Mutex;

use crate::stack::Stack;

/// Whether a path is one of the two. They are asked by address, so any `Host` will do.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Alive: 200 `ok`.
pub(crate) async fn alive() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], "ok")
}

/// When somebody last looked whether the program can serve, UTC milliseconds, and whether it could.
pub(crate) type Looked = Mutex<Option<(i64, bool)>>;

/// How long one look is the answer for everybody who asks.
const FRESH: i64 = SECOND;

/// Ready: 200 `ok` when the database answers and the trail agrees with the newest checkpoint, signed with our key, else 503.
///
/// Anybody may ask, as often as they like, and a look waits for files and database: so there is one at a time, and its
/// answer holds for a moment.
pub(crate) async fn ready(State(stack): State<Arc<Stack>>) -> impl IntoResponse {
    let mut looked = stack.looked.lock().await;
    let now = stack.desk().clock().now();
    let ready = match *looked {
        Some((at, ready)) if (0..FRESH).contains(&(now - at)) => ready,
        _ => {
            let found = stack.desk().check_against_checkpoint().await;
            if let Err(error) = &found {
                tracing::error!(code = error.code(), %error, "not ready");
            }
            *looked = Some((now, found.is_ok()));
            found.is_ok()
        }
    };
    let (status, text) = if ready { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}
