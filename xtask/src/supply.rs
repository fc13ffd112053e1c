//! What comes from others: known holes in the lock file, and a register with a reason for every direct dependency.

use crate::{Result, folders};
use semver::{Version, VersionReq};
use std::collections::BTreeSet;
use std::fs;
use toml::{Table, Value};

/// One package of the lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The crate's name.
    pub name: String,
    /// Its exact version.
    pub version: Version,
}

/// The packages a lock file holds, our own included.
///
/// # Errors
/// When the text is no lock file.
pub fn locked(lock: &str) -> Result<Vec<Locked>> {
    let lock: Table = lock.parse()?;
    let packages = lock.get("package").and_then(Value::as_array).ok_or("the lock file holds no packages")?;
    packages
        .iter()
        .map(|package| Ok(Locked { name: text(package, "name")?, version: text(package, "version")?.parse()? }))
        .collect()
}

/// One line for each package with a hole that is neither fixed nor accepted.
///
/// # Errors
/// When a row of the list lacks something.
pub fn known_holes(advisories: &str, packages: &[Locked]) -> Result<Vec<String>> {
    let list: Table = advisories.parse()?;
    let mut found = Vec::new();
    for row in list.get("advisories").and_then(Value::as_array).ok_or("the list holds no advisories")? {
        let (id, name) = (text(row, "id")?, text(row, "crate")?);
        let (source, seen) = (text(row, "source")?, text(row, "seen")?);
        let mut safe = requirements(row, "fixed")?;
        safe.extend(requirements(row, "unaffected")?);
        for package in packages.iter().filter(|package| package.name == name) {
            if !safe.iter().any(|safe| safe.matches(&package.version)) && row.get("accepted").is_none() {
                let fixed = row.get("fixed").map(Value::to_string).unwrap_or_default();
                found.push(format!("{name} {} has {id} ({source}, seen {seen}); fixed in {fixed}", package.version));
            }
        }
    }
    Ok(found)
}

/// Direct dependencies without a row in the register, and rows without a dependency.
///
/// # Errors
/// When a manifest cannot be read.
pub fn unregistered() -> Result<Vec<String>> {
    let register = fs::read_to_string(folders::root().join("supply/THIRD-PARTY.md"))?;
    Ok(differences(&direct()?, &rows(&register)))
}

fn differences(direct: &BTreeSet<String>, rows: &BTreeSet<String>) -> Vec<String> {
    let missing = direct.difference(rows).map(|name| format!("{name} has no row in supply/THIRD-PARTY.md"));
    let left = rows.difference(direct).map(|name| format!("{name} has a row in supply/THIRD-PARTY.md but is not used"));
    missing.chain(left).collect()
}

/// The first cell of every row, which is a name in backticks.
fn rows(register: &str) -> BTreeSet<String> {
    let cells = register.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    cells.map(|(name, _)| name.to_owned()).collect()
}

/// The names every manifest of the repository asks for, Rust and Node alike.
fn direct() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let root = folders::root();
    let tops = fs::read_dir(root)?.map(|entry| entry.map(|entry| entry.path()));
    for folder in tops.chain([Ok(root.join("end2end/bench"))]) {
        let folder = folder?;
        if let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) {
            let manifest: Table = manifest.parse()?;
            for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
                names
                    .extend(manifest.get(section).and_then(Value::as_table).into_iter().flat_map(Table::keys).cloned());
            }
        }
        if let Ok(manifest) = fs::read_to_string(folder.join("package.json")) {
            let manifest: serde_json::Value = serde_json::from_str(&manifest)?;
            for section in ["dependencies", "devDependencies"] {
                names.extend(manifest[section].as_object().into_iter().flat_map(|section| section.keys().cloned()));
            }
        }
    }
    names.retain(|name| !name.starts_with("heliodesk-"));
    Ok(names)
}

fn text(row: &Value, key: &str) -> Result<String> {
    let value = row.get(key).and_then(Value::as_str);
    Ok(value.ok_or_else(|| format!("{row} has no {key}"))?.to_owned())
}

fn requirements(row: &Value, key: &str) -> Result<Vec<VersionReq>> {
    let list = row.get(key).and_then(Value::as_array).into_iter().flatten();
    list.map(|text| Ok(text.as_str().unwrap_or_default().parse()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisories() -> String {
        fs::read_to_string(folders::root().join("supply/advisories.toml")).unwrap()
    }

    #[test]
    fn no_locked_crate_has_a_known_hole() {
        let lock = fs::read_to_string(folders::root().join("Cargo.lock")).unwrap();
        assert_eq!(known_holes(&advisories(), &locked(&lock).unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_planted_bad_version_is_named_with_its_advisory() {
        let lock = "[[package]]\nname = \"ammonia\"\nversion = \"4.1.3\"\n[[package]]\nname = \"ammonia\"\nversion = \"4.2.4\"\n";
        let found = known_holes(&advisories(), &locked(lock).unwrap()).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("ammonia 4.1.3 has RUSTSEC-2026-0213 "), "{found:?}");
    }

    #[test]
    fn every_direct_dependency_has_a_row_in_the_register() {
        assert_eq!(unregistered().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_dependency_without_a_row_and_a_row_without_a_dependency_are_named() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let found = differences(&set(&["serde", "left-pad"]), &rows("| `serde` | text |\n| `gone` | text |\n"));
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("left-pad has no row") && found[1].starts_with("gone has a row"), "{found:?}");
        assert!(direct().unwrap().is_superset(&set(&["serde", "axum"])));
    }
}
