//! What a fresh Debian machine lacks: found, and installed when run as root.

use crate::{Result, folders, steps};
use std::path::Path;
use std::process::Command;

/// A Debian package and a program by which it is known to be there.
struct Package {
    name: &'static str,
    program: &'static str,
}

const CHROMIUM: Package = Package { name: "chromium", program: "chromium" };
const MARIADB: Package = Package { name: "mariadb-server", program: "mariadbd" };
const SQLITE: Package = Package { name: "sqlite3", program: "sqlite3" };
const NODE: Package = Package { name: "nodejs", program: "node" };
const NPM: Package = Package { name: "npm", program: "npm" };
const WRK: Package = Package { name: "wrk", program: "wrk" };
const COMPILER: Package = Package { name: "build-essential", program: "cc" };

/// Everything the tests need beyond Rust: a C compiler, MariaDB, the SQLite shell, Chromium, and Node with its packages.
///
/// # Errors
/// One line with what to install, when this is not root.
pub fn ensure_for_tests() -> Result<()> {
    debian(&[COMPILER, MARIADB, SQLITE, CHROMIUM, NODE, NPM])?;
    node_packages("end2end")
}

/// What the fault tests need: a C compiler and MariaDB.
///
/// # Errors
/// One line with what to install, when this is not root.
pub fn ensure_for_faults() -> Result<()> {
    debian(&[COMPILER, MARIADB])
}

/// What measuring needs: a C compiler, Chromium, wrk, and Node with its packages, Lighthouse's in a folder of their own.
///
/// # Errors
/// One line with what to install, when this is not root.
pub fn ensure_for_bench() -> Result<()> {
    debian(&[COMPILER, CHROMIUM, WRK, NODE, NPM])?;
    node_packages("end2end")?;
    node_packages("end2end/bench")
}

/// The processor, how many of it, and the memory, as figures are told with.
pub fn described() -> String {
    let field = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'))?;
        Some(line.trim().to_owned())
    };
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown memory".to_owned());
    format!("{cores} × {processor}, {memory}")
}

/// What a build needs: a C compiler, for SQLite and ring.
///
/// # Errors
/// One line with what to install, when this is not root.
pub fn ensure_for_builds() -> Result<()> {
    debian(&[COMPILER])
}

fn debian(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> =
        packages.iter().filter(|package| !found(package.program)).map(|package| package.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let is_root = steps::read(Command::new("id").arg("-u"))? == "0";
    if !is_root || !found("apt-get") {
        return Err(format!(
            "missing on this machine: install it with `apt-get install --no-install-recommends {names}`"
        )
        .into());
    }
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    steps::timed(&format!("Debian packages: {names}"), || {
        steps::run(apt().arg("update"))?;
        // A test's server is started by the test; Debian would start one for everybody.
        steps::run(apt().env("RUNLEVEL", "1").args(["install", "--yes", "--no-install-recommends"]).args(&missing))
    })
}

fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).collect::<Vec<_>>();
    folders.extend(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.iter().any(|folder| folder.join(program).is_file())
}

/// The packages of a folder, exactly as locked; again only when the lock file changed.
fn node_packages(folder: &str) -> Result<()> {
    let folder = folders::root().join(folder);
    let (lock, installed) = (folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json"));
    let made = |file: &Path| std::fs::metadata(file).and_then(|file| file.modified()).ok();
    if made(&installed).is_some_and(|installed| Some(installed) >= made(&lock)) {
        return Ok(());
    }
    steps::timed(&format!("Node packages of {}", folder.display()), || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
        // The tests drive Debian's Chromium.
        steps::run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
    })
}
