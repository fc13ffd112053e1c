//! The measurements under load, one after the other.

use crate::Measure;
use crate::edits;
use crate::floors::{self, Floor};
use crate::host::Patience;
use crate::plan::Plan;
use crate::rounds::{self, Times};
use crate::side::{Side, entries};
use crate::wrk::{CONNECTIONS, Measured};
use heliodesk_bench::served::{Desk, SERVER_CORE};
use heliodesk_bench::{Failure, Result, beside};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// In this order: a touch for a reveal holds five minutes, a session that nobody uses fifteen, and searches, of which a person
/// has few, come between others.
const MEASUREMENTS: [&str; 14] = [
    REVEAL,
    LIST,
    "search by e-mail",
    "customer page",
    "trail",
    "search by phone",
    EDIT,
    "trail, one action of a week",
    "search by order number",
    "trail, actor and outcome",
    "search by name beginning",
    "trail, actor, action, outcome, month",
    REFUSALS,
    "trail, customer and action",
];
/// What a touch has to hold for.
const REVEAL: &str = "reveal";
/// What is compared with the floors, and at how many connections.
const LIST: &str = "customer list";
/// Judged by its slowest answer alone: of few entries there are few lines of it, of many a page.
pub const REFUSALS: &str = "trail, refused reveals of a week by one";
/// What is measured again to tell how many share a commit.
pub const EDIT: &str = "order edit";
const JUDGED: u32 = 8;
/// How often, in turn with the floors.
const FLOOR_ROUNDS: usize = 9;
/// How often everything else, in turn with a smaller company.
const ROUNDS: usize = 5;
/// How long such a round takes, in seconds: people have a limit of searches an hour, and sessions end when nobody uses them.
const ROUND: u32 = 1;
/// How long a comparison waits for quiet moments in all: its limits are for a machine of one's own.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
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
    let mut patience = Patience::new(if sides.len() > 1 { PATIENCE } else { Duration::ZERO });
    let (parts, times) = measure(&mut sides, &floors, asked, &mut patience)?;
    let (most, by) = sides[0].append.clone();
    let mut sides = sides.into_iter().map(|side| side.results);
    let (mut results, others) = (sides.next().unwrap_or_default(), sides.next().unwrap_or_default());
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
    let mut short = short(&results, &parts, starts[STARTS / 2], mega(after));
    short.extend(others.iter().filter_map(failed).map(|line| format!("{line}, of the smaller one")));
    short.extend(times.iter().flat_map(Times::short));
    let of_edits = edits["short"].take();
    short.extend(of_edits.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    Ok(json!({
        "order_edits": edits,
        "beside": small.as_ref().map(|small| json!({
            "customers": small.customers,
            "results": others.iter().map(Measured::json).collect::<Vec<_>>(),
            "times": times.iter().map(Times::json).collect::<Vec<_>>(),
            "waited_s": patience.waited().as_secs(),
        })),
        "append": { "entries_s": most, "by": by },
        "database": { "bytes": bytes, "entries": entries },
        "start_ms": starts[STARTS / 2],
        "memory_mb": { "before": mega(before), "after": mega(after) },
        "first_load_bytes": transfer,
        "results": results.iter().map(Measured::json).collect::<Vec<_>>(),
        "floors": floors.iter().map(Measured::json).collect::<Vec<_>>(),
        "ratios": parts,
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
fn short(results: &[Measured], parts: &Value, start_ms: f64, memory_mb: f64) -> Vec<String> {
    let mut short = Vec::new();
    for (floor, least) in LEAST {
        let part = parts[floor].as_f64().unwrap_or_default();
        if part < least {
            short.push(format!("{LIST}: {:.1} % of {floor}, must be {:.0} %", part * 100.0, least * 100.0));
        }
    }
    for result in results {
        let Measured { name, connections, p99_ms, max_ms, stolen, .. } = result;
        let most = match (name.as_str(), connections) {
            (LIST | EDIT, 32) => Some((p99_ms, 100.0)),
            ("search by name beginning", 1) => Some((p99_ms, 30.0)),
            (name, 1) if name.starts_with("search") => Some((p99_ms, 10.0)),
            (name, 1) if name.starts_with("trail, ") => Some((max_ms, 150.0)),
            _ => None,
        };
        if let Some((took, most)) = most.filter(|(took, most)| *took >= most) {
            short.push(format!(
                "{name} at {connections}: {took:.1} ms, must be below {most} ms ({:.1} % of the machine's time were stolen)",
                stolen * 100.0
            ));
        }
        short.extend(failed(result));
    }
    if start_ms >= 300.0 {
        short.push(format!("start-up: {start_ms:.0} ms, must be below 300 ms"));
    }
    if memory_mb >= 150.0 {
        short.push(format!("memory: {memory_mb:.1} MB, must be below 150 MB"));
    }
    short
}

/// A line for what was not answered as it should be, which is worth no comparison.
fn failed(Measured { name, connections, errors, .. }: &Measured) -> Option<String> {
    (*errors > 0).then(|| format!("{name} at {connections}: {errors} errors"))
}

/// Requests a second of the customer list, as parts of those of each floor.
fn parts(list: &[Measured], floors: &[Vec<Measured>]) -> Value {
    let part = |((floor, least), rounds): ((&str, f64), &Vec<Measured>)| {
        let parts = rounds::times(list, rounds, |measured| measured.requests_s);
        let middle = (rounds::median(&parts) * 1000.0).round() / 1000.0;
        println!(
            "    {LIST} at {JUDGED} connections, the middle of {} rounds: {:.1} % of {floor}, must be at least {:.0} % ({})",
            parts.len(),
            middle * 100.0,
            least * 100.0,
            parts.iter().map(|part| format!("{:.1}", part * 100.0)).collect::<Vec<_>>().join(", ")
        );
        (floor.to_owned(), json!(middle))
    };
    Value::Object(LEAST.into_iter().zip(floors).map(part).collect())
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

/// Measures everything of all sides in turn, and the floors beside the first one's list; answers its list as parts of the
/// floors, and how many times worse than a smaller company it is.
fn measure(
    sides: &mut [Side<'_>],
    floors: &[Floor],
    asked: &Measure,
    patience: &mut Patience,
) -> Result<(Value, Vec<Times>)> {
    let (mut compared, mut times, mut stolen) = (Value::Null, Vec::new(), 0.0);
    println!("{}", Measured::head());
    let wanted = |name: &&str| asked.name.as_ref().is_none_or(|only| only == name);
    for name in MEASUREMENTS.into_iter().filter(wanted) {
        for connections in CONNECTIONS {
            let floors = if name == LIST { floors } else { &[] };
            let judged = name == LIST && connections == JUDGED;
            let (rounds, seconds) = match sides.len() {
                _ if judged => (FLOOR_ROUNDS, asked.seconds),
                1 => (1, asked.seconds),
                _ => (ROUNDS, ROUND),
            };
            if name != REVEAL {
                patience.after(std::mem::take(&mut stolen));
            }
            for side in &mut *sides {
                side.prepare(name, connections)?;
            }
            let file = sides[0].file();
            for floor in floors {
                floor.measure(&file, connections, 1)?;
            }
            let mut all = vec![Vec::new(); floors.len() + sides.len()];
            for round in 0..rounds {
                if round > 0 && name != REVEAL {
                    patience.after(std::mem::take(&mut stolen));
                }
                // Every other round backwards: who comes first has the quiet moment for itself.
                let forwards = (0..all.len()).collect::<Vec<_>>();
                let backwards = forwards.iter().rev().copied().collect();
                for at in if round % 2 == 0 { forwards } else { backwards } {
                    let measured = match at.checked_sub(1) {
                        None => sides[0].measure(name, connections, seconds),
                        Some(at) if at < floors.len() => floors[at].measure(&file, connections, seconds),
                        Some(_) => sides[1].measure(name, connections, seconds),
                    }?;
                    stolen = measured.stolen.max(stolen);
                    all[at].push(measured);
                }
            }
            for (number, rounds) in all.iter().enumerate() {
                let measured = rounds::middle(rounds);
                let smaller = number > floors.len();
                println!("{}{}", measured.line(), if smaller { "  of the smaller one" } else { "" });
                sides[usize::from(smaller)].results.push(measured);
            }
            if judged {
                compared = parts(&all[0], &all[1..]);
            }
            if sides.len() > 1 && name != REFUSALS {
                times.push(Times::of(&all[0], &all[all.len() - 1]));
                println!("{}", times[times.len() - 1].line());
            }
        }
    }
    if sides.len() > 1 {
        println!("    waited {} s for quiet moments", patience.waited().as_secs());
    }
    let (most, by) = &sides[0].append;
    println!("    trail append: {most} durable entries/s, by {by} connections, which appended most");
    Ok((compared, times))
}

fn mega(bytes: u64) -> f64 {
    (bytes as f64 / 100_000.0).round() / 10.0
}
