//! One's own preferences.

use heliodesk_wire::me::{Preferences, PreferencesAsk};
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::request::actor;

/// Changes what it names of one's own preferences.
#[server(prefix = "/api", endpoint = "preferences/save")]
pub async fn save_preferences(#[server(default)] ask: PreferencesAsk) -> Result<Preferences, Problem> {
    Ok(heliodesk_desk::me::save_preferences(&actor().await?, &ask).await?)
}
