//! The key file on disk: made once, never overwritten, readable by nobody else.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use heliodesk_desk::keys::Keys;

use crate::failure::Failure;

/// Makes new keys in a new file that only its owner can read.
///
/// # Errors
/// When there is a file already, or it cannot be written.
pub fn create(path: &Path) -> Result<Keys, Failure> {
    let wrong = |why: String| Failure::setting(format!("HELIODESK_KEY_FILE {}: {why}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| wrong(e.to_string()))?;
    }
    let keys = Keys::generate();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| {
        wrong(match e.kind() {
            ErrorKind::AlreadyExists => "there is a file already, and keys are never overwritten".into(),
            _ => e.to_string(),
        })
    })?;
    file.write_all(keys.to_text().as_bytes()).and_then(|()| file.sync_all()).map_err(|e| wrong(e.to_string()))?;
    // Without this a crash could take the file away again, after something was sealed with it.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| wrong(e.to_string()))?;
    Ok(keys)
}

/// Reads the keys, and refuses a file that others can read.
///
/// # Errors
/// What is wrong with the file, without any of its content.
pub fn read(path: &Path) -> Result<Keys, Failure> {
    let wrong = |why: String| Failure::setting(format!("HELIODESK_KEY_FILE {}: {why}", path.display()));
    if path.exists() && !path.is_file() {
        return Err(wrong("is no file".into()));
    }
    let mut file = File::open(path).map_err(|e| {
        wrong(match e.kind() {
            ErrorKind::NotFound => "there is no such file; `heliodesk keys init` makes one".into(),
            _ => e.to_string(),
        })
    })?;
    // Of the very file that is read, whatever its path leads to a moment later.
    let about = file.metadata().map_err(|e| wrong(e.to_string()))?;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(wrong(format!("others can read it (mode {mode:04o}); chmod 0600 it")));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|e| wrong(e.to_string()))?;
    Keys::parse(&text).map_err(|why| wrong(why.into()))
}
