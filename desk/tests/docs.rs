//! The threat model names tests; a name that no longer exists is a promise nobody keeps.

use std::{fs, path::Path};

#[test]
fn every_test_the_threat_model_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let text = fs::read_to_string(root.join("docs/THREAT-MODEL.md")).expect("the threat model");
    let named: Vec<(&str, &str)> = text.split('`').filter_map(|part| part.split_once(".rs::")).collect();
    assert!(named.len() > 40, "the table is read");
    let missing: Vec<String> = named
        .iter()
        .filter(|(file, name)| {
            let code = fs::read_to_string(root.join(format!("{file}.rs"))).unwrap_or_default();
            !code.contains(&format!("fn {name}("))
        })
        .map(|(file, name)| format!("{file}.rs::{name}"))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
