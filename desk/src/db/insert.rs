//! Writing with few trips to the connection: many rows by the same literal text for 128 rows, for 64, for 32 and for any
//! number up to 16; on SQLite also several statements at once.

use sqlx::{Any, AnyConnection, any::AnyArguments, query::Query};

use crate::error::Result;

/// A statement that waits for the values of its next row.
pub(crate) type Row = Query<'static, Any, AnyArguments>;

/// An `INSERT` by how many rows it takes, most first; the last takes one.
#[derive(Debug)]
pub(crate) struct Insert(pub(crate) [(usize, &'static str); 19]);

/// An `INSERT`, and the same with another statement after it, which only SQLite takes.
#[derive(Debug)]
pub(crate) struct InsertThen(pub(crate) [Insert; 2]);

/// One statement by how often it is there, most first; the last is there once.
#[derive(Debug)]
pub(crate) struct Each(pub(crate) [(usize, &'static str); 16]);

/// Two statements that belong together: both, the first, the second.
#[derive(Debug)]
pub(crate) struct Pair(pub(crate) [&'static str; 3]);

impl Insert {
    /// Writes `rows` in their order; `bind` binds the columns of one.
    pub(crate) async fn run<T>(
        &self,
        conn: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(Row, &T) -> Row,
    ) -> Result<()> {
        run(&self.0, &self.0, conn, rows, bind, |row| row).await.map(|_| ())
    }
}

impl InsertThen {
    /// Writes `rows` in their order; `bind` binds the columns of one.
    pub(crate) async fn run<T>(
        &self,
        conn: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(Row, &T) -> Row,
    ) -> Result<()> {
        self.0[0].run(conn, rows, bind).await
    }

    /// Writes `rows`, of which there is one at least, and then runs the other statement; `other` binds what that takes.
    pub(crate) async fn run_then<T>(
        &self,
        conn: &mut AnyConnection,
        rows: &[T],
        bind: impl Fn(Row, &T) -> Row,
        other: impl Fn(Row) -> Row,
    ) -> Result<()> {
        let [Insert(sizes), Insert(last)] = &self.0;
        run(sizes, last, conn, rows, bind, other).await.map(|_| ())
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
        let sizes = if takes_several(conn) { &self.0[..] } else { &self.0[self.0.len() - 1..] };
        run(sizes, sizes, conn, rows, bind, |row| row).await
    }
}

impl Pair {
    /// Runs both; `first` and `second` bind what they take. Answers how many rows of the database they affected together.
    pub(crate) async fn run(
        &self,
        conn: &mut AnyConnection,
        first: impl FnOnce(Row) -> Row,
        second: impl FnOnce(Row) -> Row,
    ) -> Result<u64> {
        let [both, one, other] = self.0;
        if takes_several(conn) {
            return Ok(second(first(sqlx::query(both))).execute(conn).await?.rows_affected());
        }
        let done = first(sqlx::query(one)).execute(&mut *conn).await?;
        Ok(done.rows_affected() + second(sqlx::query(other)).execute(conn).await?.rows_affected())
    }
}

/// Only SQLite takes several statements with values at once.
pub(crate) fn takes_several(conn: &AnyConnection) -> bool {
    conn.backend_name() == "SQLite"
}

/// Runs one of `sizes` after another, and at the end one of `last`, to which `other` binds what comes after the rows.
async fn run<T>(
    sizes: &[(usize, &'static str)],
    last: &[(usize, &'static str)],
    conn: &mut AnyConnection,
    rows: &[T],
    bind: impl Fn(Row, &T) -> Row,
    other: impl Fn(Row) -> Row,
) -> Result<u64> {
    let (mut rest, mut affected) = (rows, 0);
    let mut next = || {
        let (fits, some) = sizes.iter().enumerate().find_map(|(at, (count, _))| Some((at, rest.get(..*count)?)))?;
        rest = &rest[some.len()..];
        let bound = |sql| some.iter().fold(sqlx::query(sql), &bind);
        Some(if rest.is_empty() { other(bound(last[fits].1)) } else { bound(sizes[fits].1) })
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
    ($into:expr, $row:literal) => {
        $crate::db::insert!($into, $row, "")
    };
    ($into:expr, $row:literal, $end:literal) => {
        $crate::db::Insert($crate::db::sizes!([128 64 32 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1]
            concat!("INSERT INTO ", $into, " VALUES "), ",", $row, $end))
    };
}

/// `insert_then!("table (columns)", "(?, …)", "; UPDATE …")`: an [`InsertThen`].
macro_rules! insert_then {
    ($into:expr, $row:literal, $then:literal) => {
        $crate::db::InsertThen([$crate::db::insert!($into, $row), $crate::db::insert!($into, $row, $then)])
    };
}

/// `each!("UPDATE …")`: an [`Each`] of this statement.
macro_rules! each {
    ($statement:literal) => {
        $crate::db::Each($crate::db::sizes!([16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1] "", ";", $statement, ""))
    };
}

/// `pair!("UPDATE …", "INSERT …")`: a [`Pair`] of these statements.
macro_rules! pair {
    ($first:expr, $second:expr) => {
        $crate::db::Pair([concat!($first, ";", $second), $first, $second])
    };
}

/// A beginning, a text each of these times with another between, and an end.
macro_rules! sizes {
    ([$($times:tt)+] $begin:expr, $between:literal, $text:literal, $end:literal) => {
        [$(($times, concat!($begin, $crate::db::times!($times $between $text), $end))),+]
    };
}

/// A text so many times, with another between.
macro_rules! times {
    (1 $between:literal $text:literal) => { $text };
    (2 $between:literal $text:literal) => { $crate::db::times!(1 + 1 $between $text) };
    (3 $between:literal $text:literal) => { $crate::db::times!(2 + 1 $between $text) };
    (4 $between:literal $text:literal) => { $crate::db::times!(2 + 2 $between $text) };
    (5 $between:literal $text:literal) => { $crate::db::times!(3 + 2 $between $text) };
    (6 $between:literal $text:literal) => { $crate::db::times!(3 + 3 $between $text) };
    (7 $between:literal $text:literal) => { $crate::db::times!(4 + 3 $between $text) };
    (8 $between:literal $text:literal) => { $crate::db::times!(4 + 4 $between $text) };
    (9 $between:literal $text:literal) => { $crate::db::times!(5 + 4 $between $text) };
    (10 $between:literal $text:literal) => { $crate::db::times!(5 + 5 $between $text) };
    (11 $between:literal $text:literal) => { $crate::db::times!(6 + 5 $between $text) };
    (12 $between:literal $text:literal) => { $crate::db::times!(6 + 6 $between $text) };
    (13 $between:literal $text:literal) => { $crate::db::times!(7 + 6 $between $text) };
    (14 $between:literal $text:literal) => { $crate::db::times!(7 + 7 $between $text) };
    (15 $between:literal $text:literal) => { $crate::db::times!(8 + 7 $between $text) };
    (16 $between:literal $text:literal) => { $crate::db::times!(8 + 8 $between $text) };
    (32 $between:literal $text:literal) => { $crate::db::times!(16 + 16 $between $text) };
    (64 $between:literal $text:literal) => { $crate::db::times!(32 + 32 $between $text) };
    (128 $between:literal $text:literal) => { $crate::db::times!(64 + 64 $between $text) };
    ($one:tt + $more:tt $between:literal $text:literal) => {
        concat!($crate::db::times!($one $between $text), $between, $crate::db::times!($more $between $text))
    };
}

pub(crate) use {each, insert, insert_then, pair, sizes, times};

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
            for count in (0..40).chain([129, 300]) {
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
