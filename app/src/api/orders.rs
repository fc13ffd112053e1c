//! Changing orders.

use heliodesk_wire::order_edit::EditAsk;
use heliodesk_wire::orders::Order;
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
