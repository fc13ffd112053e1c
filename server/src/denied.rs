//! Refusals of people who are signed in go to the trail before they are answered; all others to the log and a counter.
//!
//! It stands behind every answer, so no page or function can forget it.

use std::sync::atomic::Ordering;

use axum::{http::StatusCode, response::Response};
pub use heliodesk_app::problem::Code;
use heliodesk_app::{Problem, error_json};
use heliodesk_desk::denials::Denial;

use crate::{stack::Stack, throttle::TooOften, visit::Visit};

/// Records the refusal in `answer`, if it is one; the answer goes out only once that is durable.
pub(crate) async fn record(stack: &Stack, visit: &mut Visit, code: &Code, answer: Response) -> Response {
    let status = answer.status();
    if status.is_success() || status.is_redirection() {
        return answer;
    }
    let code =
        code.get().unwrap_or_else(|| if status == StatusCode::NOT_FOUND { "not_found" } else { "refused" }.into());
    let counts = matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
    let written = match visit.presence(stack.desk()).await.map(|presence| presence.cloned()) {
        Ok(Some(presence)) if counts => {
            // Some refusals come before every other limit; without one, a script could fill the trail with them.
            if let Err(TooOften(seconds)) = stack.throttle.refusal(presence.staff()) {
                let problem = Problem { retry_after: Some(seconds), ..Problem::new("throttled") };
                return error_json(problem, visit.sender.id.clone());
            }
            let denial = Denial { code, path: visit.row.map(|row| row.path), subject: visit.subject.clone() };
            stack.options.denials.record(&presence, &visit.sender, denial).await
        }
        Ok(Some(_)) => Ok(()),
        Ok(None) => {
            let total = stack.refused.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::info!(
                request = visit.sender.id,
                status = status.as_u16(),
                code = &*code,
                address = %visit.address,
                total,
                "refused to somebody not signed in"
            );
            Ok(())
        }
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => answer,
        Err(error) => {
            tracing::error!(request = visit.sender.id, code = error.code(), %error, "a refusal could not be recorded");
            error_json(Problem::new("busy"), visit.sender.id.clone())
        }
    }
}
