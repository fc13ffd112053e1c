//! Lighthouse on the sign-in page, a customer's page, the pipeline and the trail: `end2end/bench/lighthouse.bench.ts`.

use crate::{Result, folders, steps};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The categories as Lighthouse names them, and the fewest points a page must have.
const FLOORS: [(&str, u64); 3] = [("accessibility", 100), ("best-practices", 100), ("performance", 95)];

/// Serves `program` on a database of its own, signs in, runs Lighthouse and answers what it found per page.
///
/// # Errors
/// When the program does not serve or Lighthouse does not run.
pub fn run(program: &Path, customers: u64) -> Result<Value> {
    let file = folders::target().join("lighthouse.json");
    let mut tests = Command::new("npx");
    tests.args(["--no-install", "playwright", "test", "--config", "bench/playwright.config.ts"]);
    tests.current_dir(folders::root().join("end2end"));
    tests.env("HELIODESK_PROGRAM", program).env("HELIODESK_BENCH_REPORT", &file);
    steps::run(tests.env("HELIODESK_BENCH_CUSTOMERS", customers.to_string()))?;
    Ok(serde_json::from_str(&fs::read_to_string(&file)?)?)
}

/// Prints a table and answers a line for each score that is too low, with the faults behind it.
///
/// # Errors
/// When the pages are not what [`run`] answers.
pub fn judge(pages: &Value) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let heads: Vec<String> = FLOORS.iter().map(|(category, floor)| format!("{category} ≥ {floor}")).collect();
    println!("    {:<10} {}   of the run with the median performance", "page", heads.join("  "));
    for page in pages.as_array().ok_or("Lighthouse found no pages")? {
        let name = page["page"].as_str().unwrap_or_default();
        let mut cells = Vec::new();
        for ((category, floor), head) in FLOORS.iter().zip(&heads) {
            let score = page["scores"][category].as_u64().ok_or_else(|| format!("{name} has no {category}"))?;
            cells.push(format!("{score:>width$}", width = head.chars().count()));
            if score < *floor {
                found.push(format!("{name}: {category} is {score}, must be at least {floor}"));
            }
        }
        println!("    {name:<10} {}   {}", cells.join("  "), metrics(page));
        let faults = page["faults"].as_array().into_iter().flatten().filter_map(Value::as_str);
        found.extend(faults.map(|fault| format!("{name}: {fault}")));
    }
    Ok(found)
}

fn metrics(page: &Value) -> String {
    let metrics = page["metrics"].as_object().into_iter().flatten();
    metrics.map(|(name, value)| format!("{name} {}", value.as_str().unwrap_or("–"))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_a_floor_is_named_with_its_fault_and_others_are_not() {
        let page = |name: &str, accessibility: u64, performance: u64, faults: &[&str]| {
            serde_json::json!({
                "page": name,
                "scores": { "accessibility": accessibility, "best-practices": 100, "performance": performance },
                "metrics": { "LCP": "0.5 s" },
                "faults": faults,
            })
        };
        let pages = Value::Array(vec![page("trail", 100, 95, &[]), page("customer", 99, 94, &["label: no label"])]);
        let expected = [
            "customer: accessibility is 99, must be at least 100",
            "customer: performance is 94, must be at least 95",
            "customer: label: no label",
        ];
        assert_eq!(judge(&pages).unwrap(), expected);
        assert!(judge(&serde_json::json!([{ "page": "trail", "scores": {} }])).is_err());
    }
}
