//! What runs in the browser: few small islands in pages that read and work without them.

/// Called once by the boot script when the module is loaded; each island then starts by its own export.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
