//! Step-up: a touch for one action on one target; and one's own passkeys, which need one.

use heliodesk_wire::sign_in::{Ceremony, Done, FinishAsk, RemoveAsk, StepUpAsk};
use leptos::prelude::*;
use serde_json::Value;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::{cookies, request::actor};

/// Begins a step-up.
#[server(prefix = "/api", endpoint = "step-up/begin")]
pub async fn begin_step_up(ask: StepUpAsk) -> Result<Ceremony<Value>, Problem> {
    Ok(heliodesk_desk::step_up::begin(&actor().await?, &ask).await?)
}

/// Finishes a step-up: the touch is given, and the session gets a new cookie.
#[server(prefix = "/api", endpoint = "step-up/finish")]
pub async fn finish_step_up(ask: FinishAsk) -> Result<Done, Problem> {
    let renewed = heliodesk_desk::step_up::finish(&actor().await?, &ask).await?;
    cookies::carry(&renewed.session).await?;
    Ok(Done {})
}

/// Begins the creation of a further passkey.
#[server(prefix = "/api", endpoint = "passkeys/begin")]
pub async fn begin_passkey() -> Result<Ceremony<Value>, Problem> {
    Ok(heliodesk_desk::me::begin_passkey(&actor().await?).await?)
}

/// Adds the created passkey, with a touch for this ceremony.
#[server(prefix = "/api", endpoint = "passkeys/finish")]
pub async fn finish_passkey(ask: FinishAsk) -> Result<Done, Problem> {
    heliodesk_desk::me::finish_passkey(&actor().await?, &ask).await?;
    Ok(Done {})
}

/// Removes one of one's own passkeys, with a touch for it.
#[server(prefix = "/api", endpoint = "passkeys/remove")]
pub async fn remove_passkey(ask: RemoveAsk) -> Result<Done, Problem> {
    heliodesk_desk::me::remove_passkey(&actor().await?, &ask).await?;
    Ok(Done {})
}
