//! What readers of the trail keep and take away: saved views, exports.

use heliodesk_wire::trail::{ExportAsk, Exported, RemoveViewAsk, SaveViewAsk, SavedView};
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::request::actor;
#[cfg(feature = "ssr")]
use heliodesk_desk::trail::{export_selection, views};

/// Saves filters under a name.
#[server(prefix = "/api", endpoint = "views/save")]
pub async fn save_view(ask: SaveViewAsk) -> Result<SavedView, Problem> {
    Ok(views::save(&actor().await?, ask).await?)
}

/// Removes a saved view.
#[server(prefix = "/api", endpoint = "views/remove")]
pub async fn remove_view(ask: RemoveViewAsk) -> Result<SavedView, Problem> {
    Ok(views::remove(&actor().await?, ask).await?)
}

/// Exports the entries that filters leave: the file waits for its one download.
///
/// Wrong values 422, `step_up_required` 403 without a touch.
#[server(prefix = "/api", endpoint = "trail/export")]
pub async fn export_trail(ask: ExportAsk) -> Result<Exported, Problem> {
    Ok(export_selection(&actor().await?, ask).await?)
}
