//! Everything the browser loads, in one folder: names with content hashes, each file also compressed.
//!
//! `HELIODESK_SITE` hands the folder to `server/build.rs`, which embeds it.

use crate::{Result, browser, css, folders, steps};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What WebAssembly and JavaScript together may weigh, in bytes of brotli: 180 KB of 1,000 bytes each.
pub const BUDGET: usize = 180_000;

/// A finished site.
pub struct Site {
    /// Where its files lie.
    pub folder: PathBuf,
    /// Name and compressed size in bytes of each file.
    sizes: BTreeMap<String, usize>,
}

impl Site {
    /// The compressed size of WebAssembly and JavaScript together, in bytes.
    pub fn program_size(&self) -> usize {
        self.sizes
            .iter()
            .filter(|(name, _)| name.ends_with(".wasm") || name.ends_with(".js"))
            .map(|(_, size)| size)
            .sum()
    }

    /// Prints what a browser has to load.
    pub fn print_sizes(&self) {
        println!("    what a browser loads, brotli:");
        for (name, size) in &self.sizes {
            println!("    {:>7.1} KB  {name}", *size as f64 / 1000.0);
        }
        let (program, budget) = (self.program_size() as f64 / 1000.0, BUDGET / 1000);
        println!("    {program:>7.1} KB  WebAssembly and JavaScript together, of {budget} KB");
    }

    /// Fails when WebAssembly and JavaScript weigh more than they may.
    ///
    /// # Errors
    /// Says by how much.
    pub fn within_budget(&self) -> Result<()> {
        let size = self.program_size();
        if size <= BUDGET {
            return Ok(());
        }
        Err(format!("WebAssembly and JavaScript weigh {size} bytes in brotli, {} more than they may", size - BUDGET)
            .into())
    }
}

/// Builds the site with a wasm profile; files that did not change are not made again.
///
/// # Errors
/// When a part does not compile, bundle or fit in its place.
pub fn build(profile: &str) -> Result<Site> {
    let raw = steps::timed(&format!("islands for the browser, profile {profile}"), || browser::compile(profile))?;
    let folder = folders::site(profile);
    fs::create_dir_all(&folder)?;
    let root = folders::root();
    let sheet = css::bundle(&root.join("style/main.css"))?;
    let boot = fs::read(root.join("app/boot.js"))?;
    let icon = fs::read(root.join("app/icon.svg"))?;

    // The whole work depends on these only, so they tell whether the folder is still right.
    let mut seal = Sha256::new();
    for file in [&raw, &std::env::current_exe()?] {
        let made = fs::metadata(file)?;
        seal.update(format!("{} {:?}\n", made.len(), made.modified()?));
    }
    for part in [sheet.as_bytes(), &boot[..], &icon[..]] {
        seal.update(Sha256::digest(part));
    }
    let seal = hex(&seal.finalize());
    if fs::read_to_string(folder.join("seal")).is_ok_and(|old| old == seal) {
        return open(folder);
    }

    steps::announce("site: hashed names, compressed");
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;
    let program = browser::connect(&raw)?;
    put(&folder, "heliodesk", "css", sheet.as_bytes())?;
    put(&folder, "heliodesk", "wasm", &program.wasm)?;
    put(&folder, "heliodesk", "js", program.module.as_bytes())?;
    put(&folder, "boot", "js", &boot)?;
    put(&folder, "icon", "svg", &icon)?;
    fs::write(folder.join("seal"), seal)?;
    open(folder)
}

/// Writes one file under a name that changes with its content, and its compressed twin.
fn put(folder: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<()> {
    let hash = hex(&Sha256::digest(content));
    let name = format!("{stem}.{}.{extension}", &hash[..16]);
    fs::write(folder.join(&name), content)?;
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut packed, &parameters)?;
    fs::write(folder.join(format!("{name}.br")), packed)?;
    Ok(())
}

fn open(folder: PathBuf) -> Result<Site> {
    let mut sizes = BTreeMap::new();
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_string_lossy().strip_suffix(".br") {
            sizes.insert(name.to_owned(), usize::try_from(entry.metadata()?.len())?);
        }
    }
    Ok(Site { folder, sizes })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
