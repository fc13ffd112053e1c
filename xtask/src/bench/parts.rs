//! The small parts that every view and write needs, measured by criterion. They are tests of their crates, which reach
//! private functions; without the variable they are only tried.

use crate::{Result, folders, steps};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Measures them in the release profile, prints what criterion says, and answers it.
///
/// # Errors
/// When they do not compile or run, or criterion wrote something else than it does.
pub fn run() -> Result<Value> {
    let folder = folders::target().join("criterion");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut cargo = steps::cargo();
    cargo.args([
        "test",
        "--release",
        "--package",
        "heliodesk-desk",
        "--package",
        "heliodesk-app",
        "--lib",
        "--",
        "measures",
    ]);
    cargo.env("CRITERION_HOME", &folder).env("HELIODESK_MEASURE", "yes");
    steps::run(cargo.args(["--nocapture", "--test-threads", "1"]))?;
    read(&folder)
}

/// What criterion wrote of each part: nanoseconds of one time, and between which the median surely is.
fn read(folder: &Path) -> Result<Value> {
    let mut parts = Vec::new();
    for part in fs::read_dir(folder)? {
        let part = part?.path().join("new");
        // A summary of all parts is none.
        if !part.join("benchmark.json").exists() {
            continue;
        }
        let file = |name: &str| -> Result<Value> { Ok(serde_json::from_str(&fs::read_to_string(part.join(name))?)?) };
        let (told, median) = (file("benchmark.json")?, file("estimates.json")?["median"].take());
        let (name, bounds) = (&told["full_id"], &median["confidence_interval"]);
        let figures = [&median["point_estimate"], &bounds["lower_bound"], &bounds["upper_bound"]];
        if !name.is_string() || figures.iter().any(|figure| !figure.is_number()) {
            return Err(format!("{}: criterion wrote something else than expected", part.display()).into());
        }
        parts.push(json!({ "name": name, "median_ns": figures[0], "from_ns": figures[1], "to_ns": figures[2] }));
    }
    parts.sort_by_key(|part| part["name"].to_string());
    if parts.is_empty() { Err("criterion measured nothing".into()) } else { Ok(Value::Array(parts)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_criterion_wrote_is_read_and_anything_else_is_refused() {
        let folder = std::env::temp_dir().join(format!("heliodesk-parts-{}", std::process::id()));
        let write = |part: &str, file: &str, text: &str| {
            let folder = folder.join(part).join("new");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(file), text).unwrap();
        };
        for (part, median) in [("b", 20.5), ("a", 7.0)] {
            write(part, "benchmark.json", &json!({ "full_id": format!("part {part}") }).to_string());
            let interval = json!({ "lower_bound": 1.5, "upper_bound": 30.0 });
            let estimates = json!({ "median": { "point_estimate": median, "confidence_interval": interval } });
            write(part, "estimates.json", &estimates.to_string());
        }
        let read_now = read(&folder);
        write("c", "benchmark.json", "{}");
        write("c", "estimates.json", "{}");
        let refused = read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let part = |name, median| json!({ "name": name, "median_ns": median, "from_ns": 1.5, "to_ns": 30.0 });
        assert_eq!(read_now.unwrap(), json!([part("part a", 7.0), part("part b", 20.5)]));
        assert!(refused.unwrap_err().to_string().contains("something else"));
    }
}
