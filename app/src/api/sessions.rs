//! One's own sessions: how long they last, and ending them from anywhere or from here.

use heliodesk_wire::me::{EndAsk, Left};
use heliodesk_wire::sign_in::Done;
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::{
    cookies,
    request::{actor, go},
};

/// Ends one of one's own sessions.
#[server(prefix = "/api", endpoint = "sessions/end")]
pub async fn end_session(ask: EndAsk) -> Result<Done, Problem> {
    heliodesk_desk::me::end_session(&actor().await?, &ask).await?;
    Ok(Done {})
}

/// Ends the session that asks.
#[server(prefix = "/api", endpoint = "sign-out")]
pub async fn sign_out() -> Result<Done, Problem> {
    heliodesk_desk::me::sign_out(&actor().await?).await?;
    cookies::leave();
    go("/sign-in")?;
    Ok(Done {})
}

/// How long the session that asks still has; asking does not lengthen it.
#[server(prefix = "/api", endpoint = "sessions/left")]
pub async fn session_left() -> Result<Left, Problem> {
    Ok(heliodesk_desk::me::left(&actor().await?).await?)
}
