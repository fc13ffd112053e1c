//! `/healthz`: the process is alive. `/readyz`: it can serve.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};

use crate::stack::Stack;

/// Whether a path is one of the two. They are asked by address, so any `Host` will do.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Alive: 200 `ok`.
pub(crate) async fn alive() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], "ok")
}

/// Ready: 200 `ok` when the database answers and the trail agrees with the newest checkpoint, signed with our key, else 503.
pub(crate) async fn ready(State(stack): State<Arc<Stack>>) -> impl IntoResponse {
    let (status, text) = match stack.desk().check_against_checkpoint().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(code = error.code(), %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        }
    };
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}
