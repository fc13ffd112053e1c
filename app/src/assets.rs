//! Where the browser finds what belongs to every page.

/// Addresses of the files a page asks for, with content hashes in their names; absent where none were built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: Option<&'static str>,
    /// The product's mark, for the browser's tab.
    pub icon: Option<&'static str>,
    /// The small script that starts the islands.
    pub boot: Option<&'static str>,
    /// The JavaScript half of the islands.
    pub module: Option<&'static str>,
    /// The WebAssembly half of the islands.
    pub wasm: Option<&'static str>,
}
