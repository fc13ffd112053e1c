//! Embeds the site that `cargo xtask` made, so that the program needs no folder beside it.
//!
//! `HELIODESK_SITE` names the folder. Without it nothing is embedded: pages then come without style and islands, which
//! is enough for `cargo check` and for tests of the server.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=HELIODESK_SITE");
    let mut table = String::from("&[\n");
    if let Some(site) = env::var_os("HELIODESK_SITE").filter(|site| !site.is_empty()) {
        let site = PathBuf::from(site);
        println!("cargo::rerun-if-changed={}", site.display());
        let mut files = fs::read_dir(&site)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
        files.sort();
        for file in files.iter().filter(|file| kind(file).is_some()) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let packed = site.join(format!("{name}.br"));
            let (raw, packed, kind) =
                (file.display().to_string(), packed.display().to_string(), kind(file).unwrap_or_default());
            let row = format!(
                "    Asset {{ address: {:?}, kind: {kind:?}, raw: include_bytes!({raw:?}), brotli: include_bytes!({packed:?}) }},",
                format!("/assets/{name}")
            );
            writeln!(table, "{row}").map_err(io::Error::other)?;
        }
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?);
    fs::write(out.join("assets.rs"), table)
}

/// The content type of what a browser loads; `None` for everything else in the folder.
fn kind(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}
