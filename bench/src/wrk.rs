//! wrk, the load generator: on the core that the server does not have.

use crate::host::Ticks;
use heliodesk_bench::Result;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

/// The core of the load.
const LOAD_CORE: &str = "1";
/// At how many connections everything is measured.
pub const CONNECTIONS: [u32; 3] = [1, 8, 32];

/// What a number of connections got.
#[derive(Clone, Debug)]
pub struct Measured {
    /// What was asked for.
    pub name: String,
    /// How many at once.
    pub connections: u32,
    /// Answers a second.
    pub requests_s: f64,
    /// Half were answered within so many milliseconds.
    pub p50_ms: f64,
    /// All but one in a hundred were.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Connections that broke, answers that did not come, statuses from 400 on.
    pub errors: u64,
    /// How many were answered.
    pub requests: u64,
    /// The part of all cores' time that the host gave to other machines meanwhile: nothing moves here then. No number where
    /// the system does not tell.
    pub stolen: f64,
}

impl Measured {
    /// As it stands in the report.
    pub fn json(&self) -> Value {
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        json!({
            "name": self.name,
            "connections": self.connections,
            "requests_s": rounded(self.requests_s),
            "p50_ms": rounded(self.p50_ms),
            "p99_ms": rounded(self.p99_ms),
            "max_ms": rounded(self.max_ms),
            "errors": self.errors,
            "stolen": rounded(self.stolen),
        })
    }

    /// As a line of the table.
    pub fn line(&self) -> String {
        let Self { name, connections, requests_s, p50_ms, p99_ms, max_ms, errors, .. } = self;
        let stolen = self.stolen * 100.0;
        format!(
            "    {name:<38} {connections:>3} {requests_s:>10.0} {p50_ms:>9.2} {p99_ms:>9.2} {max_ms:>9.2} {errors:>7} {stolen:>8.1}"
        )
    }

    /// The head of the table.
    pub fn head() -> String {
        format!(
            "    {:<38} {:>3} {:>10} {:>9} {:>9} {:>9} {:>7} {:>8}",
            "", "at", "requests/s", "p50 ms", "p99 ms", "max ms", "errors", "stolen %"
        )
    }
}

/// Sends the requests of `plan` to `url` for so many seconds.
///
/// # Errors
/// When wrk does not run, or measured nothing.
pub fn measure(name: &str, url: &str, plan: &Path, connections: u32, seconds: u32) -> Result<Measured> {
    let script = plan.with_file_name("load.lua");
    std::fs::write(&script, include_str!("load.lua"))?;
    let mut wrk = Command::new("taskset");
    wrk.args(["--cpu-list", LOAD_CORE, "wrk", "--threads", "1", "--timeout", "10s"]);
    wrk.arg(format!("--connections={connections}")).arg(format!("--duration={seconds}s"));
    wrk.arg("--script").arg(script).arg(url).arg("--").arg(plan).stdin(Stdio::null());
    let before = Ticks::now();
    let output = wrk.output().map_err(|why| format!("wrk does not start: {why}"))?;
    let stolen = Ticks::now().zip(before).map_or(f64::NAN, |(after, before)| after.stolen_since(&before));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find_map(|line| line.strip_prefix("measured "));
    let line =
        line.ok_or_else(|| format!("wrk measured nothing: {said}{}", String::from_utf8_lossy(&output.stderr).trim()))?;
    let measured = read(name, connections, stolen, &serde_json::from_str(line)?);
    measured.ok_or_else(|| "wrk measured nothing".into())
}

fn read(name: &str, connections: u32, stolen: f64, told: &Value) -> Option<Measured> {
    let number = |key: &str| told[key].as_f64();
    let requests = number("requests")?;
    Some(Measured {
        name: name.to_owned(),
        connections,
        requests_s: requests * 1_000_000.0 / number("micros").filter(|micros| *micros > 0.0)?,
        p50_ms: number("p50")? / 1000.0,
        p99_ms: number("p99")? / 1000.0,
        max_ms: number("max")? / 1000.0,
        errors: told["errors"].as_u64()?,
        requests: told["requests"].as_u64()?,
        stolen,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_tells_becomes_figures() {
        let told = json!({"requests": 300, "micros": 3_000_000, "p50": 1500, "p99": 9000, "max": 12_000, "errors": 2});
        let measured = read("x", 8, 0.02, &told).unwrap();
        let json = measured.json();
        assert_eq!(json["requests_s"], 100.0);
        assert_eq!((json["p50_ms"].as_f64(), json["errors"].as_u64()), (Some(1.5), Some(2)));
        assert_eq!(json["stolen"], 0.02);
        assert!(read("x", 8, 0.0, &json!({"requests": 1})).is_none());
    }
}
