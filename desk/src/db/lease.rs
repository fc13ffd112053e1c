//! Connections of SQLite's own driver that only read, lent out in turn. The driver's pool asks each connection that comes back
//! whether it still answers, which takes as long as a small read. A file does not go away: here only those are asked of which a
//! read failed or was broken off.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{
    Connection as _, Executor as _, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow},
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{SQLITE, SQLITE_READS, TURN};

/// The connections; as many as there are permits. Each has a cache of its own, which every commit empties: the more of them,
/// the more often the same page is read again.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    most: u32,
    options: Arc<SqliteConnectOptions>,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Taken when it goes back.
    conn: Option<SqliteConnection>,
    /// A read began and has not ended well.
    asking: bool,
    readers: Readers,
    place: Option<OwnedSemaphorePermit>,
}

impl Readers {
    /// At most so many; none of them is opened yet.
    pub(super) fn new(options: SqliteConnectOptions, most: u32) -> Self {
        let places = Arc::new(Semaphore::new(most as usize));
        Self { most, options: Arc::new(options), places, idle: Arc::default() }
    }

    /// Waits for one that is free.
    pub(super) async fn lend(&self) -> sqlx::Result<Lease> {
        let place = timeout(TURN, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.connect().await?,
        };
        Ok(Lease { conn: Some(conn), asking: false, readers: self.clone(), place: Some(place) })
    }

    async fn connect(&self) -> sqlx::Result<SqliteConnection> {
        let mut conn = SqliteConnection::connect_with(&self.options).await?;
        conn.execute(sqlx::raw_sql(SQLITE)).await?;
        conn.execute(SQLITE_READS).await?;
        Ok(conn)
    }

    /// Closes all once they are free.
    pub(super) async fn close(&self) {
        let all = self.places.acquire_many(self.most).await;
        self.places.close();
        drop(all);
        let idle = mem::take(&mut *self.idle());
        for conn in idle {
            // It has written nothing.
            let _ = conn.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// All rows.
    pub(super) async fn rows(
        &mut self,
        query: Query<'static, Sqlite, SqliteArguments>,
    ) -> sqlx::Result<Vec<SqliteRow>> {
        self.ask(async |conn| query.fetch_all(conn).await).await
    }

    /// The first row.
    pub(super) async fn row(
        &mut self,
        query: Query<'static, Sqlite, SqliteArguments>,
    ) -> sqlx::Result<Option<SqliteRow>> {
        self.ask(async |conn| query.fetch_optional(conn).await).await
    }

    async fn ask<T>(&mut self, read: impl AsyncFnOnce(&mut SqliteConnection) -> sqlx::Result<T>) -> sqlx::Result<T> {
        self.asking = true;
        let answer = read(self.conn.as_mut().expect("it is taken when it is dropped")).await?;
        self.asking = false;
        Ok(answer)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        if !self.asking {
            self.readers.idle().push(conn);
            return;
        }
        // Its thread may still be at it. Until it answers, its place is taken; one that does not is closed.
        let (readers, place) = (self.readers.clone(), self.place.take());
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if conn.ping().await.is_ok() {
                    readers.idle().push(conn);
                }
                drop(place);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{str::FromStr as _, time::Duration};

    use super::*;

    const MOST: u32 = 2;
    const ENDLESS: &str =
        "WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more) SELECT n FROM more WHERE n > ?";

    #[tokio::test]
    async fn what_was_broken_off_or_failed_harms_nobody_who_comes_after() {
        let readers = Readers::new(SqliteConnectOptions::from_str("sqlite::memory:").expect("fits"), MOST);
        let one = || sqlx::query("SELECT ?").bind(1_i64);
        for _ in 0..2 * MOST {
            let mut lease = readers.lend().await.expect("is free");
            let rows = lease.rows(sqlx::query(ENDLESS).bind(1_i64));
            assert!(timeout(Duration::from_millis(20), rows).await.is_err());
            drop(lease);
            let mut lease = readers.lend().await.expect("is free");
            assert!(lease.row(sqlx::query("SELECT nothing")).await.is_err());
            assert!(lease.row(one()).await.expect("reads").is_some());
        }
        let mut all = Vec::new();
        for _ in 0..MOST {
            all.push(readers.lend().await.expect("is free"));
        }
        assert!(
            timeout(Duration::from_millis(20), readers.lend()).await.is_err(),
            "there is one more than there may be"
        );
        assert_eq!(all[0].rows(one()).await.expect("reads").len(), 1);
        drop(all);
        assert_eq!(readers.idle().len(), MOST as usize);
        readers.close().await;
        assert!(matches!(readers.lend().await, Err(sqlx::Error::PoolClosed)));
    }
}
