//! Filling an empty SQLite file. Indexes that only finding needs are made at the end, each in one pass over sorted rows:
//! while rows come in the order of no index, each of them would be read and written again and again.

use sqlx::{AnyConnection, Executor, Row};

use super::{Db, Kind, MIGRATIONS, SQLITE_WRITES, Start};
use crate::error::{Error, Result};

/// The indexes that wait: those of the large tables that no write looks into.
const LATER: [&str; 20] = [
    "DROP INDEX customer_account",
    "DROP INDEX customer_country",
    "DROP INDEX search_token_customer",
    "DROP INDEX customer_order_customer",
    "DROP INDEX customer_order_stage",
    "DROP INDEX customer_order_stage_id",
    "DROP INDEX customer_order_owner",
    "DROP INDEX customer_order_waiting",
    "DROP INDEX customer_order_city",
    "DROP INDEX customer_order_stage_owner",
    "DROP INDEX customer_order_stage_city",
    "DROP INDEX customer_order_stage_waiting",
    "DROP INDEX customer_order_stage_month",
    "DROP INDEX customer_order_stage_band",
    "DROP INDEX trail_at",
    "DROP INDEX trail_actor",
    "DROP INDEX trail_action",
    "DROP INDEX trail_subject",
    "DROP INDEX trail_outcome",
    "DROP INDEX trail_session",
];

impl Db {
    /// Gives the writer a large share of memory for pages, until [`Db::index`] or the end. What a work may have to take back
    /// and what an index is sorted by goes to files: of a hundred thousand customers it is gigabytes.
    pub(crate) async fn fill_up(&self) -> Result<()> {
        if self.kind == Kind::Sqlite {
            let mut tx = self.begin(Start::Writing, None).await?;
            tx.execute("PRAGMA cache_size = -300000").await?;
            tx.execute("PRAGMA temp_store = FILE").await?;
        }
        Ok(())
    }

    /// Takes the indexes away that can wait until [`Db::index`].
    pub(crate) async fn put_off_indexes(&self) -> Result<()> {
        if self.kind == Kind::MySql {
            return Ok(());
        }
        let mut tx = self.begin(Start::Writing, None).await?;
        for drop in LATER {
            if is_there(&mut tx, name(drop)).await? {
                tx.execute(drop).await?;
            }
        }
        tx.commit().await
    }

    /// Makes the indexes that are missing, also those that a run before this one left to be made. `progress` is told how
    /// many of how many are there.
    pub(crate) async fn index(&self, mut progress: impl FnMut(u64, u64)) -> Result<()> {
        if self.kind == Kind::MySql {
            return Ok(());
        }
        for (done, drop) in (1..).zip(LATER) {
            if !is_there(&mut *self.read.acquire().await?, name(drop)).await? {
                let mut tx = self.begin(Start::Writing, None).await?;
                // Two threads sort, and each may fill as much memory as the cache.
                tx.execute("PRAGMA cache_size = -100000").await?;
                tx.execute("PRAGMA temp_store = FILE").await?;
                tx.execute("PRAGMA threads = 1").await?;
                tx.execute(create(name(drop))?).await?;
                tx.execute(sqlx::raw_sql(SQLITE_WRITES)).await?;
                tx.commit().await?;
                progress(done, LATER.len() as u64);
            }
        }
        Ok(())
    }
}

fn name(drop: &'static str) -> &'static str {
    drop.trim_start_matches("DROP INDEX ")
}

/// The statement of the newest migration that makes this index.
fn create(name: &str) -> Result<&'static str> {
    let statements = MIGRATIONS.iter().flat_map(|(_, _, sqlite, _)| sqlite.split_inclusive(';'));
    let starts = |sql: &'static str| sql.find("CREATE INDEX ").map(|from| &sql[from..]);
    let of_it = |sql: &&'static str| sql["CREATE INDEX ".len()..].split_whitespace().next() == Some(name);
    let newest = statements.filter_map(starts).rfind(of_it);
    newest.ok_or_else(|| Error::broken(format!("no migration makes the index {name}")))
}

async fn is_there(conn: &mut AnyConnection, name: &str) -> Result<bool> {
    let found = sqlx::query("SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name = ?").bind(name);
    Ok(found.fetch_one(conn).await?.get::<i64, _>(0) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    /// Where the writer keeps what it may have to take back and what it sorts: 1 in files, 2 in memory.
    async fn kept_in(db: &Db) -> i64 {
        let mut tx = db.scratch().await.expect("begins");
        sqlx::query_scalar("PRAGMA temp_store").fetch_one(&mut *tx).await.expect("is set")
    }

    #[tokio::test]
    async fn a_fill_keeps_in_files_what_is_too_much_for_memory() {
        let bed = testing::sqlite().await;
        let db = bed.desk.db();
        assert_eq!(kept_in(db).await, 2);
        db.fill_up().await.expect("is set");
        assert_eq!(kept_in(db).await, 1);
        db.put_off_indexes().await.expect("drops");
        db.index(|_, _| {}).await.expect("makes them");
        assert_eq!(kept_in(db).await, 2, "what serves afterwards makes no file for each turn");
    }

    #[tokio::test]
    async fn indexes_that_were_put_off_come_back_as_they_were() {
        let bed = testing::sqlite().await;
        let db = bed.desk.db();
        let indexes = async || -> Vec<(String, Option<String>)> {
            let rows = sqlx::query("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name");
            let rows = rows.fetch_all(db.read()).await.expect("a schema");
            rows.into_iter().map(|row| (row.get(0), row.get(1))).collect()
        };
        let before = indexes().await;
        db.put_off_indexes().await.expect("drops");
        db.put_off_indexes().await.expect("drops what is there");
        assert_eq!(indexes().await.len() + LATER.len(), before.len());
        db.index(|_, _| {}).await.expect("makes them");
        assert_eq!(indexes().await, before);
        let mut told = 0;
        db.index(|_, _| told += 1).await.expect("finds them");
        assert_eq!(told, 0);
    }
}
