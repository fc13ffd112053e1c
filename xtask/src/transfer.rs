//! What a browser transfers to show the sign-in page, measured at a running program.

use crate::{Result, folders, steps};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The most that the sign-in page with everything it loads may weigh, in bytes.
const BUDGET: usize = 160_000;

/// A program that serves until this is dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `program` on an empty database, asks for the sign-in page and all it names, compressed, and prints the sum of
/// the answers, their heads included.
///
/// # Errors
/// When the program does not serve, or the page weighs more than it may.
pub fn print(program: &Path) -> Result<()> {
    let folder = folders::target().join("transfer");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    // A free port, taken and given back: the program is told which.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let heliodesk = |command: &[&str]| {
        let mut heliodesk = Command::new(program);
        heliodesk.env("HELIODESK_DATABASE_URL", format!("sqlite:{}", folder.join("heliodesk.db").display()));
        heliodesk.env("HELIODESK_KEY_FILE", folder.join("keys"));
        heliodesk.env("HELIODESK_CHECKPOINT_DIR", folder.join("checkpoints"));
        heliodesk.env("HELIODESK_ORIGIN", format!("http://localhost:{}", address.port()));
        heliodesk.env("HELIODESK_ADDR", address.to_string()).env("HELIODESK_LOG", "warn").args(command);
        heliodesk
    };
    steps::read(&mut heliodesk(&["keys", "init"]))?;
    let _served = Served(heliodesk(&["serve"]).stdout(Stdio::null()).spawn()?);
    await_start(address)?;

    let page = String::from_utf8(get(address, "/sign-in", "identity")?)?;
    // Names of files stand in quotes: in links, scripts, and what the scripts are told to load.
    let files: BTreeSet<&str> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
    if files.len() < 2 {
        return Err("the sign-in page names no files".into());
    }
    let mut bytes = get(address, "/sign-in", "br")?.len();
    for file in &files {
        bytes += get(address, file, "br")?.len();
    }
    let (all, budget) = (bytes as f64 / 1000.0, BUDGET / 1000);
    println!("    {all:>7.1} KB  the sign-in page with its {} files, of {budget} KB", files.len());
    if bytes > BUDGET { Err(format!("the sign-in page weighs {bytes} bytes").into()) } else { Ok(()) }
}

fn await_start(address: SocketAddr) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect(address).is_err() {
        if started.elapsed() > Duration::from_secs(30) {
            return Err("the program does not serve".into());
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// An answer as it comes over the wire, head and body.
fn get(address: SocketAddr, path: &str, encoding: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    let port = address.port();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.starts_with(b"HTTP/1.1 200 ") { Ok(answer) } else { Err(format!("{path} is not served").into()) }
}
