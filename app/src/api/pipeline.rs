//! Moving orders through the pipeline.

use heliodesk_wire::pipeline::{Card, MoveAsk};
use leptos::prelude::*;

use crate::Problem;

/// Moves an order and answers its card as it is then.
///
/// # Errors
/// Absent 404, `not_yours` and `not_presold` 403, wrong values 422, a stale version 409, a stage that does not follow 422.
#[server(prefix = "/api", endpoint = "pipeline/move")]
pub async fn move_order(ask: MoveAsk) -> Result<Card, Problem> {
    Ok(heliodesk_desk::pipeline::move_order(&crate::request::actor().await?, ask).await?)
}
