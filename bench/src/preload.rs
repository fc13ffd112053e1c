//! Small libraries in C that are loaded into a program which is measured or tested, in front of the system's own.

use crate::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Compiles a library to load with `LD_PRELOAD`; its source lies beside it.
///
/// # Errors
/// When there is no compiler, or it refuses.
pub fn compile(source: &str, library: &Path) -> Result<()> {
    let file = library.with_extension("c");
    fs::write(&file, source)?;
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-O2", "-o"]).arg(library).arg(&file).arg("-ldl");
    let why = |why| format!("`cc` does not start, install it with `apt-get install gcc libc6-dev`: {why}");
    if compile.status().map_err(why)?.success() {
        return Ok(());
    }
    Err(format!("{} does not compile", file.display()).into())
}
