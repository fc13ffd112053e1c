//! The two floors, served beside the program and measured in turn with it.

use crate::wrk::{self, Measured};
use heliodesk_bench::Result;
use heliodesk_bench::http::Place;
use heliodesk_bench::served::{Desk, SERVER_CORE};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Their names: without and with a durable row for each view.
pub const NAMES: [&str; 2] = ["floor (a): read, print", "floor (b): read, print, durable row"];

/// A floor that serves until this is dropped.
#[derive(Debug)]
pub struct Floor {
    name: &'static str,
    place: Place,
    process: Child,
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts both, in the frame of `page`, on the records of `desk`.
///
/// # Errors
/// When one does not serve.
pub fn start(desk: &Desk, page: &str) -> Result<Vec<Floor>> {
    let frame = desk.folder.join("page.html");
    fs::write(&frame, page)?;
    let own = desk.folder.join("floor.db");
    [None, Some(own.as_path())].into_iter().zip(NAMES).map(|(durable, name)| one(desk, &frame, name, durable)).collect()
}

fn one(desk: &Desk, frame: &Path, name: &'static str, durable: Option<&Path>) -> Result<Floor> {
    let place = Place(TcpListener::bind("127.0.0.1:0")?.local_addr()?);
    let mut floor = Command::new("taskset");
    floor.args(["--cpu-list", SERVER_CORE]).arg(std::env::current_exe()?).arg("floor");
    floor.args(["--address", &place.0.to_string()]).arg("--database").arg(desk.database()).arg("--page").arg(frame);
    if let Some(file) = durable {
        floor.arg("--durable").arg(file);
    }
    let process = floor.stdin(Stdio::null()).spawn()?;
    let floor = Floor { name, place, process };
    let began = Instant::now();
    while floor.page().is_err() {
        if began.elapsed() > Duration::from_secs(20) {
            return Err(format!("{name} does not serve").into());
        }
        sleep(Duration::from_millis(5));
    }
    Ok(floor)
}

impl Floor {
    /// The page it answers.
    ///
    /// # Errors
    /// When it answers none.
    pub fn page(&self) -> Result<String> {
        let answer = self.place.send("GET", "/customers", &[], "")?;
        if answer.status == 200 { Ok(answer.text()) } else { Err(format!("{}: {}", self.name, answer.status).into()) }
    }

    /// Measures it as the program is measured.
    ///
    /// # Errors
    /// When wrk does not run.
    pub fn measure(&self, plan: &Path, connections: u32, seconds: u32) -> Result<Measured> {
        wrk::measure(self.name, &format!("http://{}", self.place.0), plan, connections, seconds)
    }
}

/// Whether the floors answer the page of the program, to the byte. A time in it may just have become another one.
///
/// # Errors
/// When they do not.
pub fn compare(floors: &[Floor], page: &str) -> Result<()> {
    for floor in floors {
        let theirs = floor.page()?;
        if let Some(at) = page.bytes().zip(theirs.bytes()).position(|(one, other)| one != other) {
            let shown =
                |text: &str| String::from_utf8_lossy(&text.as_bytes()[at..text.len().min(at + 80)]).into_owned();
            return Err(
                format!("{} answers another page: {} instead of {}", floor.name, shown(&theirs), shown(page)).into()
            );
        }
        if page.len() != theirs.len() {
            return Err(format!("{} answers {} bytes instead of {}", floor.name, theirs.len(), page.len()).into());
        }
    }
    Ok(())
}
