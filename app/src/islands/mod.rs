//! What runs in the browser: few small islands in pages that read and work without them.
//!
//! An island takes no properties: what it needs stands in the page around it, which the server has written. Properties
//! would bring a decoder of JSON into the browser, which alone is a fifth of what may be loaded.
#![allow(missing_docs, reason = "the structs that the macro makes of properties cannot carry any")]

#[cfg(feature = "hydrate")]
mod ask;
pub mod board;
pub mod contact;
pub mod everywhere;
pub mod keys;
#[cfg(feature = "hydrate")]
mod nearby;
#[cfg(feature = "hydrate")]
mod passkey;
pub mod presence;
pub mod sign_in;
pub mod trail;

/// Id of the command palette.
pub const PALETTE: &str = "palette";
/// Id of the sheet of shortcuts.
pub const SHEET: &str = "shortcuts";
/// Id of the dialog that says a session ends soon.
pub const SOON: &str = "soon";
/// Id of the dialog that says a session has ended.
pub const SIGN_IN_AGAIN: &str = "sign-in-again";

/// The event by which the page learns that its session has ended.
#[cfg(feature = "hydrate")]
const LOCKED: &str = "heliodesk-locked";

/// Called once by the boot script when the module is loaded; each island then starts by its own export.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Leaves the page for another one of this console.
#[cfg(feature = "hydrate")]
pub(crate) fn leave_to(path: &str) {
    // A browser that refuses to go there stays where it is; there is nothing else to do.
    let _ = leptos::prelude::window().location().assign(path);
}
