//! The list of what is inside a release, as a CycloneDX document.

use crate::{Result, folders, steps};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Writes the components of the program `heliodesk` and of the islands it embeds.
///
/// # Errors
/// When cargo does not answer or the file cannot be written.
pub fn write(to: &Path) -> Result<()> {
    let metadata = steps::read(steps::cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let lock = fs::read_to_string(folders::root().join("Cargo.lock"))?;
    let document = document(&serde_json::from_str(&metadata)?, &lock.parse()?)?;
    fs::write(to, serde_json::to_vec_pretty(&document)?)?;
    Ok(())
}

fn document(metadata: &Value, lock: &toml::Table) -> Result<Value> {
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).filter_map(|p| Some((p["id"].as_str()?, p))).collect();
    let root = packages.values().find(|package| package["name"] == "heliodesk-server").ok_or("no heliodesk-server")?;
    let shipped = shipped(metadata, root["id"].as_str().ok_or("a package without an id")?);
    let hashes = checksums(lock);
    let components = shipped.iter().filter_map(|id| packages.get(id)).filter(|package| package["id"] != root["id"]);
    let components: Vec<Value> = components.map(|package| component(package, &hashes)).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": { "type": "application", "bom-ref": "heliodesk", "name": "heliodesk", "version": root["version"] } },
        "components": components,
    }))
}

/// Everything reached from the program by ordinary dependencies; tests and build scripts are not in a release.
fn shipped<'a>(metadata: &'a Value, root: &'a str) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let dependencies = nodes.get(id).map(|node| list(&node["deps"])).into_iter().flatten();
        let ordinary =
            dependencies.filter(|dependency| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()));
        open.extend(ordinary.filter_map(|dependency| dependency["pkg"].as_str()));
    }
    seen
}

fn component(package: &Value, hashes: &BTreeMap<(&str, &str), &str>) -> Value {
    let (name, version) =
        (package["name"].as_str().unwrap_or_default(), package["version"].as_str().unwrap_or_default());
    let reference = format!("pkg:cargo/{name}@{version}");
    let mut component = json!({
        "type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference,
        "licenses": [{ "expression": package["license"].as_str().unwrap_or("NOASSERTION").replace('/', " OR ") }],
    });
    if let Some(hash) = hashes.get(&(name, version)) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": hash }]);
    }
    component
}

fn checksums(lock: &toml::Table) -> BTreeMap<(&str, &str), &str> {
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    packages
        .filter_map(|package| {
            Some((
                (package.get("name")?.as_str()?, package.get("version")?.as_str()?),
                package.get("checksum")?.as_str()?,
            ))
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_lists_what_it_ships_with_licence_and_checksum_and_nothing_used_only_by_tests() {
        let package = |name: &str| json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0" });
        let dependency = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [package("heliodesk-server"), package("axum"), package("trybuild")],
            "resolve": { "nodes": [
                { "id": "heliodesk-server", "deps": [dependency("axum", Value::Null), dependency("trybuild", json!("dev"))] },
                { "id": "axum", "deps": [] },
            ] },
        });
        let lock = "[[package]]\nname = \"axum\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n".parse().unwrap();
        let document = document(&metadata, &lock).unwrap();
        assert_eq!(document["components"].as_array().unwrap().len(), 1);
        assert_eq!(document["components"][0]["purl"], "pkg:cargo/axum@1.0.0");
        assert_eq!(document["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(document["components"][0]["hashes"][0]["content"], "ab");
    }
}
