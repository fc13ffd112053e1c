//! How fast the trail is verified, beside reading and hashing the same.

use heliodesk_bench::Result;
use heliodesk_bench::served::{Desk, SERVER_CORE};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How often both are run in turn; once where that takes minutes.
const ROUNDS: usize = 3;
const MANY: u64 = 1_000_000;

/// Verifies the trail of `desk`, and reads and hashes it, in turn on one core.
///
/// # Errors
/// When something is wrong with the trail, or does not run.
pub fn run(desk: &Desk) -> Result<Value> {
    let (mut verify, mut plain, mut entries) = (Vec::new(), Vec::new(), 0);
    while verify.len() < if entries < MANY { ROUNDS } else { 1 } {
        let mut read = Command::new("taskset");
        read.args(["--cpu-list", SERVER_CORE]).arg(std::env::current_exe()?).arg("plain");
        let began = Instant::now();
        let said = read.arg("--database").arg(desk.database()).stdin(Stdio::null()).output()?;
        plain.push(began.elapsed().as_secs_f64());
        entries = String::from_utf8_lossy(&said.stdout).split(' ').next().unwrap_or_default().parse()?;
        let began = Instant::now();
        let said = desk.run(&["trail", "verify"])?;
        verify.push(began.elapsed().as_secs_f64());
        if !said.contains(&entries.to_string()) {
            return Err(format!("{entries} entries were read, but verified were: {said}").into());
        }
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let (verify, plain) = (median(&mut verify), median(&mut plain));
    let rate = |seconds: f64| (entries as f64 / seconds).round();
    let times = (verify / plain * 100.0).round() / 100.0;
    println!(
        "    trail verify: {} entries/s; reading and hashing: {} entries/s; {times} times",
        rate(verify),
        rate(plain)
    );
    let mut short = Vec::new();
    if rate(verify) < 100_000.0 {
        short.push(format!("trail verify: {} entries/s, must be 100000", rate(verify)));
    }
    if times > 1.5 {
        short.push(format!("trail verify: {times} times reading and hashing, must be 1.5"));
    }
    Ok(json!({ "short": short, "entries": entries, "verify_s": rate(verify), "plain_s": rate(plain), "times": times }))
}
