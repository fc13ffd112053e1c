//! The log of a SQLite file as an earlier process left it.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use sqlx::{AnyPool, Executor};

use crate::error::{Error, Result};

/// Bytes that are written at once; after a fill that was broken off the log has a gigabyte.
const PART: usize = 1 << 20;

/// Makes everything durable that the log holds.
///
/// After an `fsync` that failed, the system takes what it covered for written, although it may be in memory only. A process
/// that ends then leaves a log that reads as whole, the next one adds to it, and the `fsync` of what it adds does not cover
/// the gap: at the next power cut all behind it would be gone. Written once more, everything is covered.
pub(super) async fn secure(pool: &AnyPool) -> Result<()> {
    let mut conn = pool.acquire().await?;
    let file: String =
        sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'").fetch_one(&mut *conn).await?;
    // Whoever wants to write waits meanwhile, so nobody changes the log; whoever reads it finds the same bytes.
    match conn.execute("BEGIN IMMEDIATE").await.map_err(Error::from) {
        Ok(_) => {}
        // Somebody writes, and has done this before.
        Err(Error::Busy) => return Ok(()),
        Err(error) => return Err(error),
    }
    let written = write_again(Path::new(&format!("{file}-wal")));
    conn.execute("ROLLBACK").await?;
    written.map_err(|why| Error::broken(format!("the log of the database cannot be made durable: {why}")))
}

fn write_again(log: &Path) -> io::Result<()> {
    let mut log = match OpenOptions::new().read(true).write(true).open(log) {
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let (mut part, mut at) = (vec![0; PART], 0);
    loop {
        let read = log.read(&mut part)?;
        if read == 0 {
            return log.sync_all();
        }
        log.seek(SeekFrom::Start(at))?;
        log.write_all(&part[..read])?;
        at += u64::try_from(read).unwrap_or(0);
    }
}
