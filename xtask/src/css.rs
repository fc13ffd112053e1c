//! One style sheet out of `style/main.css` and what it imports.

use crate::Result;
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use std::path::Path;

/// Bundles and minifies. No browser targets are given on purpose: layers, nesting and `light-dark()` stay as written,
/// since staff use current browsers and a lowered `light-dark()` would not follow the browser's own choice of a theme.
///
/// # Errors
/// The file, line and reason of what does not parse.
pub fn bundle(main: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(|why| format!("the style sheet does not bundle: {why}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|why| format!("the style sheet does not minify: {why}"))?;
    let options = PrinterOptions { minify: true, ..PrinterOptions::default() };
    Ok(sheet.to_css(options).map_err(|why| format!("the style sheet does not print: {why}"))?.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_nesting_and_light_dark_survive_bundling() {
        let folder = std::env::temp_dir().join(format!("heliodesk-css-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("main.css"), "@layer tokens, base;\n@import 'base.css';\n@import 'tokens.css';")
            .unwrap();
        std::fs::write(folder.join("base.css"), "@layer base { a { &:hover { color: var(--ink); } } }").unwrap();
        std::fs::write(folder.join("tokens.css"), "@layer tokens { :root { --ink: light-dark(#000, #fff); } }")
            .unwrap();
        let css = bundle(&folder.join("main.css")).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        // The statement may go when the blocks already stand in its order.
        assert!(css.find("@layer tokens").unwrap() < css.find("@layer base").unwrap(), "{css}");
        assert!(css.contains("light-dark(#000,#fff)"), "{css}");
        assert!(css.contains("&:hover"), "{css}");
        assert!(!css.contains("@import"), "{css}");
    }
}
