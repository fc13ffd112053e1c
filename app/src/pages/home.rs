//! `/`: where each role's work begins.

use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;

use super::Page;
use crate::problem::Problem;
use crate::request::{extension, query};
use crate::way_back;

/// Where this page goes on to what somebody was going to before they signed in.
pub(super) const RESUME: &str = "/?resume=1";

/// Sends a person to the page their role works on, or back on their way.
pub async fn home() -> Result<Page, Problem> {
    let viewer = extension::<Viewer>().ok_or_else(|| Problem::new("signed_out"))?;
    if let Some(path) = query("resume").and_then(|_| way_back::take(viewer.role)) {
        return Ok(Page::go(path));
    }
    Ok(Page::go(match viewer.role {
        Role::Support => "/customers",
        Role::Sales => "/pipeline",
        Role::Engineer | Role::Admin => "/trail",
    }))
}
