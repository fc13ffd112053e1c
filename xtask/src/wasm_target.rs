//! The standard library for `wasm32-unknown-unknown`: from rustup, or built from Debian's `rust-src` where rustup
//! reaches no server.

use crate::{Result, folders, steps};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target the islands are compiled for.
pub const NAME: &str = "wasm32-unknown-unknown";

/// Suites that may hold the sources of this compiler, the small indexes first.
const SUITES: [&str; 6] = ["trixie-backports", "bookworm-backports", "forky-backports", "trixie", "testing", "sid"];

/// Finds the target or installs it beside the compiler.
///
/// # Errors
/// When neither way works; says what was tried.
pub fn ensure() -> Result<()> {
    let sysroot = PathBuf::from(steps::read(Command::new("rustc").args(["--print", "sysroot"]))?);
    if has(&sysroot) {
        return Ok(());
    }
    steps::announce(&format!("the target {NAME} is missing: asking rustup"));
    // A closed network may swallow packets instead of refusing them.
    let rustup = steps::run(Command::new("timeout").args(["300", "rustup", "target", "add", NAME]));
    if has(&sysroot) {
        return Ok(());
    }
    let from_rustup = rustup.err().map_or_else(|| "it installed no library".to_owned(), |why| why.to_string());
    println!("    rustup has none ({from_rustup}): building it from Debian's rust-src");
    build_from_debian(&sysroot).map_err(|why| {
        format!("the target {NAME} is missing: install it with `rustup target add {NAME}` ({from_rustup}; from Debian: {why})").into()
    })
}

fn has(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(NAME).join("lib");
    fs::read_dir(libraries).is_ok_and(|files| {
        files.flatten().any(|file| {
            let name = file.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    })
}

/// Builds the target's library below `sysroot` from the Debian package that matches the compiler.
///
/// # Errors
/// When no suite holds these sources, or they do not compile.
pub fn build_from_debian(sysroot: &Path) -> Result<()> {
    let version = steps::read(Command::new("rustc").arg("--version"))?;
    let version = version.split_whitespace().nth(1).ok_or("rustc tells no version")?.to_owned();
    let folder = folders::target().join("rust-src");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let package = steps::timed(&format!("sources of rustc {version}"), || download(&version, &folder))?;
    steps::run(Command::new("dpkg").arg("-x").arg(&package).arg(folder.join("unpacked")))?;
    let library = find_library(&folder.join("unpacked/usr/src"))
        .or_else(|| find_library(&folder.join("unpacked/usr/lib/rustlib/src")))
        .ok_or("the package holds no library/sysroot")?;
    steps::timed("standard library for wasm32", || compile(&library, &folder.join("built")))?;

    let destination = sysroot.join("lib/rustlib").join(NAME).join("lib");
    fs::create_dir_all(&destination)?;
    for file in fs::read_dir(folder.join("built").join(NAME).join("release/deps"))? {
        let file = file?.path();
        if file.extension().is_some_and(|kind| kind == "rlib" || kind == "rmeta") {
            fs::copy(&file, destination.join(file.file_name().ok_or("a file without a name")?))?;
        }
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Downloads `rust-src` of exactly this version through an apt state of our own, so that the machine's stays as it is.
fn download(version: &str, folder: &Path) -> Result<PathBuf> {
    let mirrors =
        steps::read(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]))?;
    // Of the machine's own mirrors; security and third-party ones hold no other suites.
    let mirror = mirrors
        .lines()
        .find(|mirror| mirror.trim_end_matches('/').ends_with("/debian"))
        .ok_or("apt knows no Debian mirror")?;
    let state = folder.join("apt");
    for needed in ["lists/partial", "cache/archives/partial", "parts"] {
        fs::create_dir_all(state.join(needed))?;
    }
    let sources = state.join("sources.list");
    let apt = |program: &str| {
        let mut apt = Command::new(program);
        for (name, path) in [
            ("Etc::SourceList", "sources.list"),
            ("Etc::SourceParts", "parts"),
            ("State::Lists", "lists"),
            ("Cache", "cache"),
        ] {
            apt.arg("-o").arg(format!("Dir::{name}={}", state.join(path).display()));
        }
        for setting in [
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            "APT::Sandbox::User=root",
        ] {
            apt.args(["-o", setting]);
        }
        apt
    };
    for suite in SUITES {
        fs::write(
            &sources,
            format!("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} {suite} main\n"),
        )?;
        if !steps::works(apt("apt-get").args(["-qq", "update"])) {
            continue;
        }
        let held = steps::read(apt("apt-cache").args(["madison", "rust-src"])).unwrap_or_default();
        let Some(exact) = held
            .lines()
            .filter_map(|line| line.split('|').nth(1))
            .map(str::trim)
            .find(|held| held.strip_prefix(version).is_some_and(|rest| rest.starts_with(['+', '-', '~'])))
        else {
            continue;
        };
        println!("    rust-src {exact} from {suite}");
        steps::run(apt("apt-get").args(["-qq", "download", &format!("rust-src={exact}")]).current_dir(folder))?;
        let package = fs::read_dir(folder)?
            .flatten()
            .map(|file| file.path())
            .find(|file| file.extension().is_some_and(|kind| kind == "deb"));
        return package.ok_or_else(|| "apt-get download left no package".into());
    }
    Err(format!("no Debian suite holds rust-src {version}").into())
}

/// The folder `library` of the unpacked sources, wherever the package keeps it.
fn find_library(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("library");
    if library.join("sysroot/Cargo.toml").is_file() {
        return Some(library);
    }
    let deeper = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    deeper.filter(|path| path.is_dir() && !path.is_symlink()).find_map(|path| find_library(&path))
}

fn compile(library: &Path, into: &Path) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--target", NAME, "--features", "panic-unwind compiler-builtins-mem"]);
    cargo.arg("--manifest-path").arg(library.join("sysroot/Cargo.toml")).current_dir(library);
    // The library uses what is not stable; its own compiler accepts that only when told so.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes");
    cargo.env("CARGO_TARGET_DIR", into).env_remove("CARGO_ENCODED_RUSTFLAGS");
    steps::run(&mut cargo)
}
