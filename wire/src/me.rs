//! What a signed-in person sees of themselves.

use serde::{Deserialize, Serialize};

use crate::Role;

/// The person a page is rendered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Opaque staff id.
    pub staff: String,
    /// Full name.
    pub name: String,
    /// Work e-mail address.
    pub email: String,
    /// Base role.
    pub role: Role,
}
