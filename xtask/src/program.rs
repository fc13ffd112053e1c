//! The program `heliodesk`, with everything it serves inside it.

use crate::{Result, folders, machine, sbom, site, steps, transfer};
use std::fs;
use std::path::PathBuf;

/// Builds the release program into `dist/heliodesk` and answers its path.
///
/// # Errors
/// When something does not compile, or the browser would have to load more than the budget.
pub fn release() -> Result<PathBuf> {
    machine::ensure_for_builds()?;
    let site = site::build("wasm")?;
    let built = steps::timed("program, profile release", || compile("release", &site))?;
    let dist = folders::root().join("dist");
    fs::create_dir_all(&dist)?;
    let program = dist.join("heliodesk");
    // A running program cannot be written over, but its name can be given to another.
    let fresh = dist.join(".heliodesk");
    fs::copy(&built, &fresh)?;
    fs::rename(&fresh, &program)?;
    sbom::write(&dist.join("heliodesk.cdx.json"))?;
    site.print_sizes();
    println!("    {:>7.1} MB  {}", fs::metadata(&program)?.len() as f64 / 1024.0 / 1024.0, program.display());
    transfer::print(&program)?;
    site.within_budget()?;
    Ok(program)
}

/// Builds the program with a site inside it and answers its path.
///
/// # Errors
/// When it does not compile.
pub fn compile(profile: &str, site: &site::Site) -> Result<PathBuf> {
    let mut cargo = steps::cargo();
    cargo.args(["build", "--package", "heliodesk-server", "--bin", "heliodesk", "--profile", profile]);
    steps::run(cargo.env("HELIODESK_SITE", &site.folder))?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(folders::target().join(folder).join("heliodesk"))
}
