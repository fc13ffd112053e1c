//! Writing many rows with few statements: the same literal text for 128 rows, for 64 and so on down to one, so that any
//! number of rows takes as few trips to the connection as it has ones among its binary digits.

use sqlx::{Any, AnyConnection, any::AnyArguments, query::Query};

use crate::error::Result;

/// A statement that waits for the values of its next row.
pub(crate) type Row = Query<'static, Any, AnyArguments>;

/// An `INSERT` by how many rows it takes, most first; the last takes one.
#[derive(Debug)]
pub(crate) struct Insert(pub(crate) [(usize, &'static str); 8]);

/// One statement by how often it is there, most first; the last is there once.
#[derive(Debug)]
pub(crate) struct Each(pub(crate) [(usize, &'static str); 4]);

impl Insert {
    /// Writes `rows` in their order; `bind` binds the columns of one.
    pub(crate) async fn run<T>(
        &self,
        conn: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(Row, &T) -> Row,
    ) -> Result<()> {
        run(&self.0, conn, rows, bind).await.map(|_| ())
    }
}

impl Each {
    /// Runs the statement for each of `rows`, in their order; `bind` binds what it takes of one. Answers how many rows of
    /// the database all of them affected.
    pub(crate) async fn run<T>(
        &self,
        conn: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(Row, &T) -> Row,
    ) -> Result<u64> {
        // Only SQLite takes several statements with values at once.
        let sizes = if conn.backend_name() == "SQLite" { &self.0[..] } else { &self.0[self.0.len() - 1..] };
        run(sizes, conn, rows, bind).await
    }
}

async fn run<T>(
    sizes: &[(usize, &'static str)],
    conn: &mut AnyConnection,
    rows: &[T],
    bind: impl Fn(Row, &T) -> Row,
) -> Result<u64> {
    let (mut rest, mut affected) = (rows, 0);
    let mut next = || {
        let (sql, some, later) = sizes.iter().find_map(|(count, sql)| {
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
        affected += done?.rows_affected();
        bound = later;
    }
    Ok(affected)
}

/// `insert!("table (columns)", "(?, …)")`: an [`Insert`] into these columns, with the placeholders of one row.
macro_rules! insert {
    ($into:literal, $row:literal) => {
        $crate::db::Insert([
            (128, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(128 "," $row))),
            (64, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(64 "," $row))),
            (32, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(32 "," $row))),
            (16, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(16 "," $row))),
            (8, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(8 "," $row))),
            (4, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(4 "," $row))),
            (2, concat!("INSERT INTO ", $into, " VALUES ", $crate::db::times!(2 "," $row))),
            (1, concat!("INSERT INTO ", $into, " VALUES ", $row)),
        ])
    };
}

/// `each!("UPDATE …")`: an [`Each`] of this statement.
macro_rules! each {
    ($statement:literal) => {
        $crate::db::Each([
            (8, $crate::db::times!(8 ";" $statement)),
            (4, $crate::db::times!(4 ";" $statement)),
            (2, $crate::db::times!(2 ";" $statement)),
            (1, $statement),
        ])
    };
}

/// A text so many times, with another between.
macro_rules! times {
    (1 $between:literal $text:literal) => { $text };
    (2 $between:literal $text:literal) => { concat!($text, $between, $text) };
    (4 $between:literal $text:literal) => {
        concat!($crate::db::times!(2 $between $text), $between, $crate::db::times!(2 $between $text))
    };
    (8 $between:literal $text:literal) => {
        concat!($crate::db::times!(4 $between $text), $between, $crate::db::times!(4 $between $text))
    };
    (16 $between:literal $text:literal) => {
        concat!($crate::db::times!(8 $between $text), $between, $crate::db::times!(8 $between $text))
    };
    (32 $between:literal $text:literal) => {
        concat!($crate::db::times!(16 $between $text), $between, $crate::db::times!(16 $between $text))
    };
    (64 $between:literal $text:literal) => {
        concat!($crate::db::times!(32 $between $text), $between, $crate::db::times!(32 $between $text))
    };
    (128 $between:literal $text:literal) => {
        concat!($crate::db::times!(64 $between $text), $between, $crate::db::times!(64 $between $text))
    };
}

pub(crate) use {each, insert, times};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn any_number_of_rows_is_written_and_every_affected_one_counted() {
        const STAYS: Insert = insert!("stage_stay (stage, days, orders)", "(?, ?, 0)");
        const MORE: Each = each!("UPDATE stage_stay SET orders = orders + 1 WHERE stage = ? AND days = ?");
        for bed in testing::both().await {
            let mut tx = bed.desk.db().scratch().await.expect("begins");
            for count in [0, 1, 2, 3, 7, 8, 15, 129, 300] {
                let (stage, days) = (format!("of {count}"), (0..count).collect::<Vec<i64>>());
                let bind = |row: Row, day: &i64| row.bind(stage.clone()).bind(*day);
                STAYS.run(&mut tx, &days, bind).await.expect("inserts");
                let affected = MORE.run(&mut tx, &days, bind).await.expect("updates");
                let kept =
                    sqlx::query_scalar("SELECT days FROM stage_stay WHERE stage = ? AND orders = 1 ORDER BY days");
                let kept: Vec<i64> = kept.bind(&stage).fetch_all(&mut *tx).await.expect("reads");
                assert_eq!((kept, affected), (days, u64::try_from(count).expect("fits")));
            }
        }
    }
}
