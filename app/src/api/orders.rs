//! Changing orders.

use heliodesk_wire::order_edit::EditAsk;
use heliodesk_wire::orders::{Order, Presence, PresenceAsk};
use leptos::prelude::*;

use crate::Problem;

/// Changes an order and answers it as it is then.
///
/// # Errors
/// Absent 404, wrong values 422, a stale version 409, a stage that does not follow 422.
#[server(prefix = "/api", endpoint = "orders/edit")]
pub async fn edit_order(ask: EditAsk) -> Result<Order, Problem> {
    Ok(heliodesk_desk::orders::edit(&crate::request::actor().await?, ask).await?)
}

/// Says that an order's page is still open, and who else has it open.
#[server(prefix = "/api", endpoint = "orders/presence")]
pub async fn order_presence(ask: PresenceAsk) -> Result<Presence, Problem> {
    Ok(heliodesk_desk::orders::presence(&crate::request::actor().await?, ask).await?)
}
