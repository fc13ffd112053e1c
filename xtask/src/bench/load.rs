//! A load on the release program as its people would cause it: the package `bench/`.

use crate::{Result, folders, steps};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the records of a measurement are: they are changed by it.
fn folder() -> PathBuf {
    folders::target().join("bench")
}

/// What the load is put on.
pub struct Seed<'a> {
    /// Customers there are, or shall be.
    pub customers: u64,
    /// Entries the trail has, or shall have.
    pub entries: u64,
    /// A folder with `heliodesk.db`, `keys` and `checkpoints` of such a company. It is left as it is.
    pub folder: Option<&'a Path>,
    /// The same of a smaller company, which is measured in turn with this one.
    pub beside: Option<&'a Path>,
}

/// Seeds a database or copies the given one, loads `program` with it and answers what was measured; `only` one part of it.
///
/// # Errors
/// When something does not run or is refused.
pub fn run(program: &Path, seed: &Seed, seconds: u32, only: Option<&str>) -> Result<Value> {
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::DirBuilder::new().mode(0o700).recursive(true).create(&folder)?;
    match seed.folder {
        Some(given) => steps::timed("a copy of the records", || copy(given, &folder))?,
        None => steps::timed("invented records", || fill(program, &folder, seed))?,
    }
    let beside = folder.join("beside");
    if let Some(given) = seed.beside {
        fs::DirBuilder::new().mode(0o700).create(&beside)?;
        copy(given, &beside)?;
    }
    let mut cargo = steps::cargo();
    steps::timed("the load's program", || {
        steps::run(cargo.args(["build", "--package", "heliodesk-bench", "--profile", "release"]))
    })?;
    let file = folders::target().join("load.json");
    let mut bench = Command::new(folders::target().join("release/heliodesk-bench"));
    bench.arg("measure").arg("--program").arg(program).arg("--folder").arg(&folder).arg("--json").arg(&file);
    bench.args(["--customers", &seed.customers.to_string(), "--seconds", &seconds.to_string()]);
    if seed.beside.is_some() {
        bench.arg("--beside").arg(&beside);
    }
    if let Some(only) = only {
        bench.args(["--only", only]);
    }
    steps::timed("load", || steps::run(&mut bench))?;
    fs::remove_dir_all(&folder)?;
    Ok(serde_json::from_str(&fs::read_to_string(&file)?)?)
}

/// The files of one company, without those of a process that still uses them.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut copy = Command::new("cp");
    copy.args(["--recursive", "--reflink=auto"])
        .args(["heliodesk.db", "keys", "checkpoints"].map(|name| from.join(name)));
    if from.join("heliodesk.db-wal").exists() {
        copy.arg(from.join("heliodesk.db-wal"));
    }
    steps::run(copy.arg(to))
}

fn fill(program: &Path, folder: &Path, seed: &Seed) -> Result<()> {
    let heliodesk = |words: &[&str]| {
        let mut heliodesk = Command::new(program);
        heliodesk.env("HELIODESK_DATABASE_URL", format!("sqlite:{}", folder.join("heliodesk.db").display()));
        heliodesk.env("HELIODESK_KEY_FILE", folder.join("keys"));
        heliodesk.env("HELIODESK_CHECKPOINT_DIR", folder.join("checkpoints"));
        heliodesk.env("HELIODESK_ORIGIN", "http://localhost:3000").env("HELIODESK_LOG", "warn").args(words);
        heliodesk
    };
    steps::run(&mut heliodesk(&["keys", "init"]))?;
    let (customers, entries) = (seed.customers.to_string(), seed.entries.to_string());
    steps::run(&mut heliodesk(&["demo", "--customers", &customers, "--entries", &entries]))
}
