//! Writing many rows with few statements: the same literal text for a hundred rows, for ten and for one.

use sqlx::{Any, AnyConnection, any::AnyArguments, query::Query};

use crate::error::Result;

/// A statement that waits for the values of its next row.
pub(crate) type Row = Query<'static, Any, AnyArguments>;

/// An `INSERT` by how many rows it takes, most first; the last takes one.
#[derive(Debug)]
pub(crate) struct Insert(pub(crate) [(usize, &'static str); 3]);

impl Insert {
    /// Writes `rows` in their order; `bind` binds the columns of one.
    pub(crate) async fn run<T>(
        &self,
        conn: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(Row, &T) -> Row,
    ) -> Result<()> {
        let mut rest = rows;
        let mut next = || {
            let (sql, some, later) = self.0.iter().find_map(|(count, sql)| {
                let (some, later) = rest.split_at_checked(*count)?;
                Some((*sql, some, later))
            })?;
            rest = later;
            Some(some.iter().fold(sqlx::query(sql), &bind))
        };
        let mut bound = next();
        while let Some(query) = bound {
            // The next statement is bound while the database is at this one.
            let (done, later) = tokio::join!(query.execute(&mut *conn), async { next() });
            done?;
            bound = later;
        }
        Ok(())
    }
}

/// `insert!("table (columns)", "(?, …)")`: an [`Insert`] into these columns, with the placeholders of one row.
macro_rules! insert {
    ($into:literal, $row:literal) => {
        $crate::db::Insert([
            (100, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::rows!(100 $row))),
            (10, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::rows!(10 $row))),
            (1, concat!("INSERT INTO ", $into, " VALUES ", $row)),
        ])
    };
}

/// The placeholders of several rows.
macro_rules! rows {
    (10 $row:literal) => {
        concat!($row, ",", $row, ",", $row, ",", $row, ",", $row, ",", $row, ",", $row, ",", $row, ",", $row, ",", $row)
    };
    (100 $row:literal) => {
        concat!(
            $crate::db::rows!(10 $row), ",", $crate::db::rows!(10 $row), ",", $crate::db::rows!(10 $row), ",",
            $crate::db::rows!(10 $row), ",", $crate::db::rows!(10 $row), ",", $crate::db::rows!(10 $row), ",",
            $crate::db::rows!(10 $row), ",", $crate::db::rows!(10 $row), ",", $crate::db::rows!(10 $row), ",",
            $crate::db::rows!(10 $row)
        )
    };
}

pub(crate) use {insert, rows};
