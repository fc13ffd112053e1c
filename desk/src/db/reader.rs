//! Reading where rows are many or often read. The driver that speaks to both databases makes every row of SQLite a second
//! time, with the names and types of its columns; here SQLite is read with its own. The statements are the same.

use std::str::FromStr as _;

use sqlx::{
    Any, Decode, Encode, Row, Sqlite, Type,
    any::{AnyArguments, AnyRow},
    error::UnexpectedNullError,
    pool::PoolConnection,
    query,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow},
};

use super::{Db, lease::Lease};
use crate::error::Result;

/// Rows that may wait for whoever asked: as many as one statement answers with. With fewer, the connection's thread and the
/// reader's take turns every few rows.
const ROWS: usize = 2000;

/// A connection that cannot write.
#[derive(Debug)]
pub(crate) enum Reader {
    /// SQLite's own driver.
    Sqlite(Lease),
    /// The driver of both.
    MySql(PoolConnection<Any>),
}

/// A statement and the values bound to it so far.
pub(crate) enum Query<'c> {
    /// For SQLite.
    Sqlite(&'c mut Lease, query::Query<'static, Sqlite, SqliteArguments>),
    /// For MySQL.
    MySql(&'c mut PoolConnection<Any>, query::Query<'static, Any, AnyArguments>),
}

/// A row: its cells by the number of their column.
pub(crate) enum Cells {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of the driver of both.
    Any(AnyRow),
}

impl Db {
    /// A connection of the pool that cannot write.
    pub(crate) async fn reader(&self) -> Result<Reader> {
        self.lent(0).await
    }

    /// The same, for nothing but whose session it is: whoever asks is known however long others search.
    pub(crate) async fn reader_of_sessions(&self) -> Result<Reader> {
        self.lent(1).await
    }

    async fn lent(&self, which: usize) -> Result<Reader> {
        Ok(match &self.native {
            Some(readers) => Reader::Sqlite(readers[which].lend().await?),
            None => Reader::MySql(self.read.acquire().await?),
        })
    }
}

/// How SQLite's own driver connects.
pub(super) fn options(url: &str) -> sqlx::Result<SqliteConnectOptions> {
    Ok(SqliteConnectOptions::from_str(url)?.row_buffer_size(ROWS))
}

impl Reader {
    /// Asks this, once its values are bound.
    pub(crate) fn query(&mut self, sql: &'static str) -> Query<'_> {
        match self {
            Self::Sqlite(conn) => Query::Sqlite(conn, sqlx::query(sql)),
            Self::MySql(conn) => Query::MySql(conn, sqlx::query(sql)),
        }
    }
}

impl Query<'_> {
    /// Binds the next value.
    pub(crate) fn bind<'v, T>(self, value: T) -> Self
    where
        T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Any> + Type<Any>,
    {
        match self {
            Self::Sqlite(conn, query) => Self::Sqlite(conn, query.bind(value)),
            Self::MySql(conn, query) => Self::MySql(conn, query.bind(value)),
        }
    }

    /// All rows.
    pub(crate) async fn rows(self) -> Result<Vec<Cells>> {
        Ok(match self {
            Self::Sqlite(lease, query) => lease.rows(query).await?.into_iter().map(Cells::Sqlite).collect(),
            Self::MySql(conn, query) => query.fetch_all(&mut **conn).await?.into_iter().map(Cells::Any).collect(),
        })
    }

    /// The first row.
    pub(crate) async fn row(self) -> Result<Option<Cells>> {
        Ok(match self {
            Self::Sqlite(lease, query) => lease.row(query).await?.map(Cells::Sqlite),
            Self::MySql(conn, query) => query.fetch_optional(&mut **conn).await?.map(Cells::Any),
        })
    }
}

impl Cells {
    /// What stands in a column that is never empty.
    pub(crate) fn get<'r, T>(&'r self, column: usize) -> sqlx::Result<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Any> + Type<Any>,
    {
        // SQLite's driver takes nothing for an empty text, or zero.
        self.maybe(column)?.ok_or_else(|| sqlx::Error::Decode(UnexpectedNullError.into()))
    }

    /// What stands in a column that may be empty.
    pub(crate) fn maybe<'r, T>(&'r self, column: usize) -> sqlx::Result<Option<T>>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Any> + Type<Any>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Any(row) => row.try_get(column),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[tokio::test]
    async fn rows_read_the_same_on_both_and_nothing_is_neither_zero_nor_text() {
        for bed in testing::both().await {
            let mut reader = bed.desk.db().reader().await.expect("connects");
            let sql = "SELECT id, size, NULL FROM trail_head WHERE id = ? LIMIT 1";
            let row = reader.query(sql).bind(1_i64).row().await.expect("reads").expect("a head");
            assert_eq!((row.get::<i64>(0).ok(), row.maybe::<i64>(1).ok()), (Some(1), Some(Some(0))));
            assert!(row.get::<&str>(0).is_err(), "a number is no text");
            assert_eq!((row.maybe::<i64>(2).ok(), row.maybe::<&str>(2).ok()), (Some(None), Some(None)));
            assert!(row.get::<i64>(2).is_err() && row.get::<&str>(2).is_err() && row.get::<i64>(3).is_err());
            assert!(reader.query(sql).bind(2_i64).row().await.expect("reads").is_none());
            assert_eq!(reader.query(sql).bind(2_i64).rows().await.expect("reads").len(), 0);
        }
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        for bed in testing::both().await {
            let mut reader = bed.desk.db().reader().await.expect("connects");
            assert!(reader.query("UPDATE staff SET epoch = ?").bind(2_i64).rows().await.is_err());
        }
    }
}
