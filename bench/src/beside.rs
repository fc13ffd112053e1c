//! The database's file as another program on the same machine sees it: reads it, or holds it.

use crate::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Executor as _, Row as _};
use std::path::Path;
use tokio::runtime::{Builder, Runtime};

/// Reads rows as text; what is absent is `NULL`. `from` stands for the one `?` of the statement, if it has one.
///
/// # Errors
/// When the database cannot be read.
pub fn rows(database: &Path, sql: &'static str, from: i64) -> Result<Vec<Vec<String>>> {
    runtime()?.block_on(async {
        let mut conn = opened(database, true).await?;
        let mut query = sqlx::query(sql);
        if sql.contains('?') {
            query = query.bind(from);
        }
        let text = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
        let read = |row: sqlx::sqlite::SqliteRow| {
            // Numbers are read as text, too: the database converts them.
            (0..row.len()).map(|at| row.try_get_unchecked(at).map(text)).collect::<sqlx::Result<Vec<_>>>()
        };
        Ok(query.fetch_all(&mut conn).await?.into_iter().map(read).collect::<sqlx::Result<_>>()?)
    })
}

/// Holds the file against everybody else who wants to write, while `meanwhile` runs.
///
/// # Errors
/// When it cannot be held.
pub fn held<T>(database: &Path, meanwhile: impl FnOnce() -> T) -> Result<T> {
    let runtime = runtime()?;
    let mut conn = runtime.block_on(opened(database, false))?;
    runtime.block_on(conn.execute("BEGIN IMMEDIATE"))?;
    let done = meanwhile();
    runtime.block_on(conn.execute("ROLLBACK"))?;
    Ok(done)
}

async fn opened(database: &Path, read_only: bool) -> Result<SqliteConnection> {
    Ok(SqliteConnectOptions::new().filename(database).read_only(read_only).connect().await?)
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}
