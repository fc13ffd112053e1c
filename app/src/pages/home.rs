//! `/`: where each role's work begins.

use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;

use super::Page;
use crate::problem::Problem;
use crate::request::extension;

/// Sends a person to the page their role works on.
pub async fn home() -> Result<Page, Problem> {
    let viewer = extension::<Viewer>().ok_or_else(|| Problem::new("signed_out"))?;
    Ok(Page::go(match viewer.role {
        Role::Support => "/customers",
        Role::Sales => "/pipeline",
        Role::Engineer | Role::Admin => "/trail",
    }))
}
