//! What verifying the trail costs at least: the same columns read in the same order through the same driver, and the hashes
//! computed; nothing compared.

use crate::Result;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions as _, Row as _};
use std::path::Path;

/// Entries read at once.
const BATCH: i64 = 500;
/// Rows that may wait for whoever asked: all of a batch, or the driver's thread and this one take turns every few rows.
const ROWS: usize = 2000;
/// Columns of an entry after `seq` and `at`.
const TEXTS: usize = 12;

/// Reads and hashes every entry and reads every stored hash; answers how many entries there are, and a digest of it all,
/// so that nothing of it can be left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(database: &Path) -> Result<(u64, String)> {
    let mut conn = connect(database).await?;
    let (mut read, mut from, mut hash_from, mut all) = (0, 0, 0, Sha256::new());
    let mut leaf = Vec::new();
    loop {
        let rows = entries(&mut conn, from).await?;
        if rows.is_empty() {
            return Ok((read, all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()));
        }
        for row in &rows {
            write_leaf(row, &mut leaf)?;
            let hash = Sha256::digest(&leaf);
            // An entry completes one node beside its leaf, on average.
            let mut node = Sha256::new();
            node.update([1]);
            node.update(hash);
            node.update(hash);
            all.update(node.finalize());
        }
        read += u64::try_from(rows.len())?;
        from += BATCH;
        let hashes = hashes(&mut conn, hash_from, 2 * from).await?;
        for column in [0, 1] {
            all.update(hashes.try_get::<Option<&str>, _>(column)?.unwrap_or_default());
        }
        hash_from = 2 * from;
    }
}

/// How many entries there are.
///
/// # Errors
/// When the database cannot be read.
pub async fn size(database: &Path) -> Result<u64> {
    let size: i64 = sqlx::query_scalar("SELECT size FROM trail_head").fetch_one(&mut connect(database).await?).await?;
    Ok(u64::try_from(size)?)
}

async fn connect(database: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(database).read_only(true).row_buffer_size(ROWS);
    Ok(options.connect().await?)
}

async fn entries(conn: &mut SqliteConnection, from: i64) -> Result<Vec<SqliteRow>> {
    let rows = sqlx::query(
        "SELECT seq, at, actor, role, grant_id, session, action, subject, outcome, reason, changes, address, agent, request \
         FROM trail WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1000",
    );
    Ok(rows.bind(from).bind(from + BATCH).fetch_all(conn).await?)
}

/// In one row, as the product reads them: a row for each hash would cost as much again as the entries.
async fn hashes(conn: &mut SqliteConnection, from: i64, to: i64) -> Result<SqliteRow> {
    let rows = sqlx::query("SELECT GROUP_CONCAT(idx), GROUP_CONCAT(hash) FROM tree_hash WHERE idx >= ? AND idx < ?");
    Ok(rows.bind(from).bind(to).fetch_one(conn).await?)
}

/// What is hashed, as docs/TRAIL-FORMAT.md has it, in place of what the bytes were before.
fn write_leaf(row: &SqliteRow, leaf: &mut Vec<u8>) -> Result<()> {
    leaf.clear();
    leaf.extend([0, 1]);
    leaf.extend(row.try_get::<i64, _>(0)?.to_be_bytes());
    leaf.extend(row.try_get::<i64, _>(1)?.to_be_bytes());
    for column in 2..2 + TEXTS {
        match row.try_get::<Option<&str>, _>(column)? {
            None => leaf.extend(u32::MAX.to_be_bytes()),
            Some(text) => {
                leaf.extend(u32::try_from(text.len())?.to_be_bytes());
                leaf.extend(text.as_bytes());
            }
        }
    }
    Ok(())
}
