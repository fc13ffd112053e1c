//! Order edits by many at once, and how many of them share one durable commit: what is made durable is counted, and, in a
//! second part, takes at least three milliseconds each time, as on a slow disk.

use crate::plan::Plan;
use crate::request;
use crate::rounds::median;
use crate::wrk::{self, Measured};
use heliodesk_bench::served::Desk;
use heliodesk_bench::{Result, preload};
use serde_json::{Value, json};
use std::fs;

/// Writers at once.
const WRITERS: u32 = 32;
/// How often one and many are measured in turn.
const ROUNDS: usize = 5;
/// The slow disk, in microseconds.
const SLOW: &str = "3000";

/// One part: edits a second of one and of many in turn, and edits of many for each time something was made durable.
struct Part {
    one: Vec<f64>,
    many: Vec<f64>,
    shared: Vec<f64>,
    p99_ms: Vec<f64>,
}

/// Measures both parts, on a disk as it is and on a slow one.
///
/// # Errors
/// When something does not run.
pub fn run(desk: &Desk, plan: &Plan) -> Result<Value> {
    preload::compile(include_str!("fsync.c"), &desk.folder.join("fsync.so"))?;
    let (usual, slow) = (part(desk, plan, "0")?, part(desk, plan, SLOW)?);
    let (p99, times) = (median(&usual.p99_ms), slow.times());
    let shared = median(&usual.shared);
    let mut short = Vec::new();
    if shared < 8.0 {
        short.push(format!("order edits, {WRITERS} writers: {shared:.1} per durable commit, must be 8"));
    }
    if p99 >= 100.0 {
        short.push(format!("order edits, {WRITERS} writers: p99 {p99:.0} ms, must be below 100 ms"));
    }
    if median(&times) < 8.0 {
        short.push(format!(
            "order edits, {WRITERS} writers, 3 ms to make durable: {:.1} times one writer, must be 8",
            median(&times)
        ));
    }
    println!("    order edits: {}", usual.line());
    println!("    order edits, 3 ms to make durable: {}; {} times one writer", slow.line(), shown(&times, 1));
    Ok(json!({ "usual": usual.json(), "slow": slow.json(), "times": told(&times), "short": short }))
}

fn part(desk: &Desk, plan: &Plan, least: &str) -> Result<Part> {
    let (count, file) = (desk.folder.join("durable"), desk.folder.join("plan.lua"));
    fs::write(&count, [0; 8])?;
    let serving = desk.serve_with(|command| {
        command.env("LD_PRELOAD", desk.folder.join("fsync.so")).env("FSYNC_COUNT", &count).env("FSYNC_MICROS", least);
    })?;
    let durable = || -> Result<u64> {
        let bytes = fs::read(&count)?;
        Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| "the counter is gone")?))
    };
    let measure = |connections| -> Result<(Measured, u64)> {
        fs::write(&file, request::lua(&plan.requests("order edit")?))?;
        let before = durable()?;
        let measured = wrk::measure("order edit", &format!("http://{}", desk.place.0), &file, connections, 3)?;
        Ok((measured, durable()? - before))
    };
    let mut part = Part { one: Vec::new(), many: Vec::new(), shared: Vec::new(), p99_ms: Vec::new() };
    for _ in 0..ROUNDS {
        part.one.push(measure(1)?.0.requests_s);
        let (many, times) = measure(WRITERS)?;
        part.many.push(many.requests_s);
        part.p99_ms.push(many.p99_ms);
        part.shared.push(many.requests as f64 / times.max(1) as f64);
    }
    serving.stop()?;
    Ok(part)
}

impl Part {
    /// How many times as fast many are as one, round by round: the machine is not equally fast in the next.
    fn times(&self) -> Vec<f64> {
        self.many.iter().zip(&self.one).map(|(many, one)| many / one).collect()
    }

    fn line(&self) -> String {
        format!(
            "one writer {}/s, {WRITERS} writers {}/s, {} edits per durable commit, p99 {} ms",
            shown(&self.one, 0),
            shown(&self.many, 0),
            shown(&self.shared, 1),
            shown(&self.p99_ms, 1)
        )
    }

    fn json(&self) -> Value {
        json!({
            "one_s": told(&self.one),
            "many_s": told(&self.many),
            "per_commit": told(&self.shared),
            "p99_ms": told(&self.p99_ms),
        })
    }
}

fn shown(all: &[f64], digits: usize) -> String {
    format!("{:.digits$} ({:.digits$} to {:.digits$})", median(all), lowest(all), highest(all))
}

fn told(all: &[f64]) -> Value {
    json!({ "median": median(all), "lowest": lowest(all), "highest": highest(all) })
}

fn lowest(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::NAN, f64::min)
}

fn highest(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::NAN, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_by_its_middle_and_its_ends() {
        let part =
            Part { one: vec![3.0, 1.0, 2.0], many: vec![40.0], shared: vec![9.5, 11.0, 8.25], p99_ms: vec![12.0] };
        assert_eq!(
            part.line(),
            "one writer 2 (1 to 3)/s, 32 writers 40 (40 to 40)/s, 9.5 (8.2 to 11.0) edits per durable commit, \
             p99 12.0 (12.0 to 12.0) ms"
        );
        assert_eq!(part.times(), [40.0 / 3.0], "of the round in which both were measured");
        assert_eq!(part.json()["one_s"], json!({ "median": 2.0, "lowest": 1.0, "highest": 3.0 }));
    }
}
