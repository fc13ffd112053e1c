//! Change orders of sold orders.

use heliodesk_wire::change_orders::{ChangeOrder, DraftAsk, StepAsk, VoidAsk};
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::request::actor;
#[cfg(feature = "ssr")]
use heliodesk_desk::orders::change_orders;

/// Writes a change order, or its draft anew.
#[server(prefix = "/api", endpoint = "change-orders/draft")]
pub async fn draft_change_order(ask: DraftAsk) -> Result<ChangeOrder, Problem> {
    Ok(change_orders::draft(&actor().await?, ask).await?)
}

/// Notes that the customer has a change order to sign.
#[server(prefix = "/api", endpoint = "change-orders/send")]
pub async fn send_change_order(ask: StepAsk) -> Result<ChangeOrder, Problem> {
    Ok(change_orders::send(&actor().await?, ask).await?)
}

/// Notes that a change order is signed, and changes the order by it.
#[server(prefix = "/api", endpoint = "change-orders/sign")]
pub async fn sign_change_order(ask: StepAsk) -> Result<ChangeOrder, Problem> {
    Ok(change_orders::sign(&actor().await?, ask).await?)
}

/// Gives a change order up.
#[server(prefix = "/api", endpoint = "change-orders/void")]
pub async fn void_change_order(ask: VoidAsk) -> Result<ChangeOrder, Problem> {
    Ok(change_orders::void(&actor().await?, ask).await?)
}
