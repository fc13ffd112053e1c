//! The measurements under load, one after the other.

use crate::Measure;
use crate::edits;
use crate::floors::{self, Floor};
use crate::plan::Plan;
use crate::side::{Side, entries};
use crate::wrk::{CONNECTIONS, Measured};
use heliodesk_bench::served::{Desk, SERVER_CORE};
use heliodesk_bench::{Failure, Result, beside};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// In this order: a touch for a reveal holds five minutes, and searches, of which a person has few, come between others.
const MEASUREMENTS: [&str; 13] = [
    "reveal",
    LIST,
    "search by e-mail",
    "customer page",
    "search by phone",
    EDIT,
    "search by order number",
    "trail",
    "trail, one action of a week",
    "search by name beginning",
    "trail, actor and outcome",
    "trail, actor, action, outcome, week",
    "trail, customer and action",
];
/// What is compared with the floors, and at how many connections.
const LIST: &str = "customer list";
/// What is measured again to tell how many share a commit.
pub const EDIT: &str = "order edit";
const JUDGED: u32 = 8;
/// How often, in turn, where they are compared: no machine that others share is equally fast for long.
const ROUNDS: usize = 9;
/// Which part of each floor's requests a second the list must have.
const LEAST: [(&str, f64); 2] = [("floor_a", 0.35), ("floor_b", 0.5)];
/// How often the program is started to tell how long that takes.
const STARTS: usize = 5;
/// Starts the program, signs everybody in, measures, and answers what was found.
///
/// # Errors
/// When something does not run or is refused.
pub fn run(desk: &Desk, asked: &Measure) -> Result<Value> {
    let (bytes, entries) = (fs::metadata(desk.database())?.len(), entries(desk)?);
    println!("    the database: {:.1} MB, {entries} entries", mega(bytes));
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let serving = desk.serve()?;
        starts.push(serving.started_in.as_secs_f64() * 1000.0);
        serving.stop()?;
    }
    starts.sort_by(f64::total_cmp);
    println!("    start-up to the first page: {:.0} ms, the median of {STARTS}", starts[STARTS / 2]);
    let serving = desk.serve()?;
    let began = Instant::now();
    let plan = Plan::new(desk, asked.customers, asked.people)?;
    println!("    {} people signed in: {:.1} s", asked.people, began.elapsed().as_secs_f32());
    let before = serving.memory()?;
    let transfer = json!({ "sign-in": first_load(desk, "/sign-in", &[])?, LIST: plan.first_load()? });
    println!("    first load, bytes over the wire: {transfer}");
    let page = plan.list_page()?;
    let floors = floors::start(desk, &page)?;
    floors::compare(&floors, &page)?;
    let small = asked.beside.as_deref().map(|folder| Beside::new(&asked.program, folder)).transpose()?;
    let _serving = small.as_ref().map(|small| small.desk.serve()).transpose()?;
    let other = small.as_ref().map(|small| Plan::new(&small.desk, small.customers, asked.people)).transpose()?;
    let mut sides = vec![Side::new(desk, &plan)];
    sides.extend(small.as_ref().zip(other.as_ref()).map(|(small, plan)| Side::new(&small.desk, plan)));
    let (append, ratios) = measure(&mut sides, &floors, asked)?;
    let mut sides = sides.into_iter().map(|side| side.results);
    let mut results = sides.next().unwrap_or_default();
    drop(floors);
    let after = serving.memory()?;
    println!("    memory: {:.1} MB before the load, {:.1} MB after it", mega(before), mega(after));
    serving.stop()?;
    if asked.name.as_ref().is_some_and(|name| name != EDIT) {
        return Ok(json!({ "results": results.iter().map(Measured::json).collect::<Vec<_>>() }));
    }
    let mut edits = edits::run(desk, &plan)?;
    if asked.name.is_some() {
        return Ok(json!({ "order_edits": edits }));
    }
    let floors = results.extract_if(.., |result| floors::NAMES.contains(&&*result.name)).collect::<Vec<_>>();
    let mut short = short(&results, &ratios, starts[STARTS / 2], mega(after));
    let others = edits["short"].take();
    short.extend(others.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    Ok(json!({
        "order_edits": edits,
        "beside": small.as_ref().zip(sides.next()).map(|(small, results)| json!({
            "customers": small.customers,
            "results": results.iter().map(Measured::json).collect::<Vec<_>>(),
        })),
        "append": append,
        "database": { "bytes": bytes, "entries": entries },
        "start_ms": starts[STARTS / 2],
        "memory_mb": { "before": mega(before), "after": mega(after) },
        "first_load_bytes": transfer,
        "results": results.iter().map(Measured::json).collect::<Vec<_>>(),
        "floors": floors.iter().map(Measured::json).collect::<Vec<_>>(),
        "ratios": ratios,
        "short": short,
    }))
}

/// Bytes that come over the wire, compressed, heads included, when a browser that has nothing loads this page: its files
/// are named in quotation marks.
///
/// # Errors
/// When one of them is not served.
pub fn first_load(desk: &Desk, path: &str, headers: &[(&str, &str)]) -> Result<usize> {
    let get = |path: &str, encoding: &str| {
        let headers: Vec<_> = headers.iter().copied().chain([("Accept-Encoding", encoding)]).collect();
        let answer = desk.place.send("GET", path, &headers, "")?;
        if answer.status == 200 { Ok(answer) } else { Err(Failure::from(format!("{path}: {}", answer.status))) }
    };
    let page = get(path, "identity")?.text();
    let files: BTreeSet<&str> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
    files.into_iter().chain([path]).try_fold(0, |sum, file| Ok(sum + get(file, "br")?.bytes))
}

/// What is worse than it must be, a line each.
fn short(results: &[Measured], ratios: &Value, start_ms: f64, memory_mb: f64) -> Vec<String> {
    let mut short = Vec::new();
    for (floor, least) in LEAST {
        let part = ratios[floor].as_f64().unwrap_or_default();
        if part < least {
            short.push(format!("{LIST}: {:.1} % of {floor}, must be {:.0} %", part * 100.0, least * 100.0));
        }
    }
    for result in results {
        let Measured { name, connections, p99_ms, max_ms, errors, .. } = result;
        let most = match (name.as_str(), connections) {
            (LIST | EDIT, 32) => Some((p99_ms, 100.0)),
            ("search by name beginning", 1) => Some((p99_ms, 30.0)),
            (name, 1) if name.starts_with("search") => Some((p99_ms, 10.0)),
            (name, 1) if name.starts_with("trail, ") => Some((max_ms, 150.0)),
            _ => None,
        };
        if let Some((took, most)) = most.filter(|(took, most)| *took >= most) {
            short.push(format!("{name} at {connections}: {took:.1} ms, must be below {most} ms"));
        }
        if *errors > 0 {
            short.push(format!("{name} at {connections}: {errors} errors"));
        }
    }
    if start_ms >= 300.0 {
        short.push(format!("start-up: {start_ms:.0} ms, must be below 300 ms"));
    }
    if memory_mb >= 150.0 {
        short.push(format!("memory: {memory_mb:.1} MB, must be below 150 MB"));
    }
    short
}

/// Requests a second of the customer list, as parts of those of each floor. What is compared was measured in the same round,
/// one right after the other, since the machine is not equally fast in the next; of all rounds the middle is told.
fn ratios(rounds: &[Vec<Measured>]) -> Value {
    let part = |((floor, least), own): ((&str, f64), &Vec<Measured>)| {
        let mut parts: Vec<f64> =
            rounds[0].iter().zip(own).map(|(list, own)| list.requests_s / own.requests_s).collect();
        parts.sort_by(f64::total_cmp);
        let told: Vec<String> = parts.iter().map(|part| format!("{:.1}", part * 100.0)).collect();
        let middle = (parts[parts.len() / 2] * 1000.0).round() / 1000.0;
        println!(
            "    {LIST} at {JUDGED} connections, the middle of {ROUNDS} rounds: {:.1} % of {floor}, must be at least {:.0} % ({})",
            middle * 100.0,
            least * 100.0,
            told.join(", ")
        );
        (floor.to_owned(), json!(middle))
    };
    Value::Object(LEAST.into_iter().zip(&rounds[1..]).map(part).collect())
}

/// The smaller company beside the one that is measured: nothing may become much slower by what there is more of.
struct Beside {
    desk: Desk,
    customers: u64,
}

impl Beside {
    fn new(program: &Path, folder: &Path) -> Result<Self> {
        let desk = Desk::new(program, folder.to_owned())?.on_core(SERVER_CORE);
        let count = beside::rows(&desk.database(), "SELECT COUNT(*) FROM customer", 0)?;
        let customers = count.into_iter().flatten().next().ok_or("there is no count")?.parse()?;
        Ok(Self { desk, customers })
    }
}

/// Measures everything of all sides in turn, and the floors beside the first one's list; answers how fast that one appended
/// entries, by what appended most, and its list as parts of the floors.
fn measure(sides: &mut [Side<'_>], floors: &[Floor], asked: &Measure) -> Result<(Value, Value)> {
    let (mut most, mut by, mut parts) = (0.0, String::new(), Value::Null);
    println!("{}", Measured::head());
    let (seconds, wanted) = (asked.seconds, |name: &&str| asked.name.as_ref().is_none_or(|only| only == name));
    for name in MEASUREMENTS.into_iter().filter(wanted) {
        for connections in CONNECTIONS {
            for (number, side) in sides.iter_mut().enumerate() {
                let (measured, appended) = side.measure(name, connections, seconds)?;
                println!("{}{}", measured.line(), if number == 0 { "" } else { "  of the smaller one" });
                if number > 0 {
                    side.results.push(measured);
                    continue;
                }
                if appended > most {
                    (most, by) = (appended.round(), format!("{name} at {connections}"));
                }
                if name == LIST {
                    let rounds = if connections == JUDGED { ROUNDS } else { 1 };
                    let again = || side.again(name, connections, seconds);
                    let floor = |floor: &Floor| floor.measure(&side.file(), connections, seconds);
                    let all = in_turn(measured, rounds, again, floors, floor)?;
                    if connections == JUDGED {
                        parts = ratios(&all);
                    }
                    side.results.extend(all.into_iter().map(middle));
                } else {
                    side.results.push(measured);
                }
            }
        }
    }
    println!("    trail append: {most} durable entries/s, by {by} connections, which appended most");
    Ok((json!({ "entries_s": most, "by": by }), parts))
}

/// Measures the list and the floors in turn, the list's first time being done; answers the rounds of each.
fn in_turn(
    first: Measured,
    rounds: usize,
    again: impl Fn() -> Result<Measured>,
    floors: &[Floor],
    floor: impl Fn(&Floor) -> Result<Measured>,
) -> Result<Vec<Vec<Measured>>> {
    let told = |measured: Measured| {
        println!("{}", measured.line());
        measured
    };
    let mut all = vec![vec![first]];
    all.extend(floors.iter().map(|_| Vec::new()));
    for round in 0..rounds {
        if round > 0 {
            all[0].push(told(again()?));
        }
        for (one, own) in floors.iter().zip(&mut all[1..]) {
            own.push(told(floor(one)?));
        }
    }
    Ok(all)
}

/// The round in the middle, by requests a second.
fn middle(mut rounds: Vec<Measured>) -> Measured {
    rounds.sort_by(|one, other| one.requests_s.total_cmp(&other.requests_s));
    rounds.swap_remove(rounds.len() / 2)
}

fn mega(bytes: u64) -> f64 {
    (bytes as f64 / 100_000.0).round() / 10.0
}
