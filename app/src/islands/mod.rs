//! What runs in the browser: few small islands in pages that read and work without them.
#![allow(missing_docs, reason = "the structs that the macro makes of properties cannot carry any")]

pub mod contact;
pub mod keys;
pub mod passkey;
pub mod sign_in;

/// Called once by the boot script when the module is loaded; each island then starts by its own export.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Leaves the page for another one of this console.
pub(crate) fn leave_to(path: &str) {
    // A browser that refuses to go there stays where it is; there is nothing else to do.
    let _ = leptos::prelude::window().location().assign(path);
}
