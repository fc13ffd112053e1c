//! `cargo xtask test`: every test there is, the browser ones included.

use crate::{Result, folders, machine, secrets, site, steps, supply};
use heliodesk_testbed::MariaDb;
use std::path::PathBuf;
use std::process::Command;

/// The version of cargo-deny the checks are written for.
const DENY: &str = "0.20.2";

/// How often the fault tests kill the program in their long form.
const KILLS: &str = "200";

/// The README's pictures: their names there, and the pictures of the browser tests that they are.
const PICTURES: [(&str, &str); 6] = [
    ("customer-light", "customer-light-1280"),
    ("customer-revealed-dark", "customer-revealed-dark-1280"),
    ("order-light", "order-review-light-1280"),
    ("pipeline-light", "pipeline-light-1280"),
    ("trail-dark", "trail-dark-1280"),
    ("entry-light", "trail-entry-light-1280"),
];

/// Runs everything, the quick checks first.
///
/// # Errors
/// Names the first step that failed.
pub fn run() -> Result<()> {
    machine::ensure_for_tests()?;
    steps::timed("format", || steps::run(steps::cargo().args(["fmt", "--all", "--check"])))?;
    // What the browser tests load is what a release ships, to the byte.
    let site = site::build("wasm")?;
    site.print_sizes();
    site.within_budget()?;
    let cargo = || {
        let mut cargo = steps::cargo();
        cargo.env("HELIODESK_SITE", &site.folder);
        cargo
    };
    steps::timed("lints", || {
        steps::run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
    })?;
    steps::timed("supply", check_supply)?;
    // One server for all test programs; each test has its own database in it.
    let mariadb = MariaDb::start()?;
    steps::timed("tests on SQLite and MariaDB", || {
        let mut tests = cargo();
        tests.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
        steps::run(tests.env(heliodesk_testbed::SHARED, mariadb.address()))
    })?;
    steps::timed("browser tests", || {
        let mut tests = Command::new("npx");
        tests.args(["--no-install", "playwright", "test"]).current_dir(folders::root().join("end2end"));
        // The tests of the program have just built it.
        tests.env("HELIODESK_PROGRAM", folders::target().join("debug/heliodesk"));
        steps::run(tests.env(heliodesk_testbed::SHARED, mariadb.address()))
    })
}

/// Runs the fault tests in their long form, one after the other, telling how they get on.
///
/// # Errors
/// When one of them fails.
pub fn faults() -> Result<()> {
    machine::ensure_for_faults()?;
    steps::timed("fault tests", || {
        let mut tests = steps::cargo();
        tests.args(["test", "--workspace", "--locked", "--test", "faults", "--", "--nocapture", "--test-threads", "1"]);
        steps::run(tests.env("HELIODESK_FAULTS", KILLS))
    })
}

/// Puts the pictures that the browser tests have just taken into `docs/pictures`.
///
/// # Errors
/// When one was not taken.
pub fn renew_pictures() -> Result<()> {
    let (taken, shown) = (folders::root().join("end2end/results/pictures"), folders::root().join("docs/pictures"));
    for (name, picture) in PICTURES {
        let from = taken.join(format!("{picture}.png"));
        std::fs::copy(&from, shown.join(format!("{name}.png"))).map_err(|why| format!("{}: {why}", from.display()))?;
    }
    Ok(())
}

/// Known holes, the register and secrets by our own lists; licences, sources and banned crates by cargo-deny.
fn check_supply() -> Result<()> {
    let read = |file: &str| std::fs::read_to_string(folders::root().join(file));
    let mut found = supply::known_holes(&read("supply/advisories.toml")?, &supply::locked(&read("Cargo.lock")?)?)?;
    found.extend(supply::unregistered()?);
    found.extend(secrets::committed()?);
    if !found.is_empty() {
        return Err(found.join("\n").into());
    }
    let deny = cargo_deny()?;
    let check = |what: &[&str]| {
        let mut check = Command::new(&deny);
        check.current_dir(folders::root()).args(["--locked", "check", "--hide-inclusion-graph"]).args(what);
        check
    };
    steps::run(&mut check(&["bans", "licenses", "sources"]))?;
    let mut fetch = Command::new("timeout");
    if steps::works(fetch.arg("60").arg(&deny).args(["fetch", "db"]).current_dir(folders::root())) {
        return steps::run(&mut check(&["advisories"]));
    }
    println!("    the public advisory database cannot be reached from here; supply/advisories.toml is checked instead");
    Ok(())
}

/// cargo-deny of the wanted version, compiled once into the target folder.
fn cargo_deny() -> Result<PathBuf> {
    let tools = folders::target().join("tools");
    let deny = tools.join("bin/cargo-deny");
    if steps::read(Command::new(&deny).arg("--version")).is_ok_and(|version| version.ends_with(DENY)) {
        return Ok(deny);
    }
    steps::timed("cargo-deny, compiled once, takes some minutes", || {
        let mut install = steps::cargo();
        install.args(["install", "cargo-deny", "--version", DENY, "--locked", "--debug", "--force"]);
        install.arg("--root").arg(&tools).current_dir(std::env::temp_dir());
        // Its parts are never used again.
        let parts = tools.join("build");
        steps::run(install.env("CARGO_TARGET_DIR", &parts))?;
        std::fs::remove_dir_all(&parts)?;
        Ok(())
    })?;
    Ok(deny)
}
