//! Running other programs: every step is announced, and a failed one says which command it was.

use crate::Result;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Announces a step of the task.
pub fn announce(what: &str) {
    println!("==> {what}");
}

/// Runs a command with the terminal as its output.
///
/// # Errors
/// Names the command when it does not start or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().map_err(|why| format!("`{shown}` does not start: {why}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})").into()) }
}

/// Runs a command and answers what it printed, without the line end.
///
/// # Errors
/// Names the command and repeats what it said when it does not start or fails.
pub fn read(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().map_err(|why| format!("`{shown}` does not start: {why}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    Err(format!("`{shown}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim_end()).into())
}

/// Whether a command is there and succeeds; says nothing.
pub fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Does something long, announced before and timed after.
///
/// # Errors
/// Those of the work.
pub fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    announce(what);
    let started = Instant::now();
    let done = work()?;
    println!("    {what}: {:.1} s", started.elapsed().as_secs_f32());
    Ok(done)
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::folders::root());
    // Set for this process by `cargo run`; a nested cargo must not take them for its own package's.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME"] {
        cargo.env_remove(name);
    }
    cargo
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
