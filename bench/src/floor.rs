//! What the customer list page costs at least on this machine: the same fifty rows, read with the driver's own interface and
//! printed as the same bytes; without anybody signed in, without a trail. The second floor also makes one row durable for
//! each view, in commits that all who wait share.

use crate::Result;
use crate::print::{self, Card, Frame};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Executor as _, QueryBuilder};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Rows of one page, and one more that tells whether there is another page.
const ROWS: &str = "SELECT c.number, c.account, c.city, n.mask, p.mask, \
    (SELECT COUNT(*) FROM customer_order o WHERE o.customer = c.number), \
    (SELECT o.stage FROM customer_order o WHERE o.customer = c.number ORDER BY o.id DESC LIMIT 1), \
    c.contact_at, (SELECT COUNT(*) FROM note k WHERE k.customer = c.number AND k.pinned = 1) \
    FROM customer c \
    LEFT JOIN personal n ON n.customer = c.number AND n.field = 'name' \
    LEFT JOIN personal p ON p.customer = c.number AND p.field = 'postcode' \
    WHERE c.number > ? ORDER BY c.number LIMIT 51";
/// Customers on one page.
const PAGE: usize = 50;
/// Views that may wait for a commit, more than there are connections.
const WAITING: usize = 1024;

/// Connections that read.
const READERS: usize = 8;
/// Rows that may wait: those of a page, so that the connection's thread never does.
const BUFFERED: usize = 64;

struct Floor {
    readers: Readers,
    frame: Frame,
    views: Option<mpsc::Sender<oneshot::Sender<()>>>,
}

/// Serves the page of `database` in `frame` on `listener`; with `durable`, each view is a row in that file first.
///
/// # Errors
/// When a file cannot be opened, or the listener fails.
pub async fn serve(listener: TcpListener, database: &Path, frame: Frame, durable: Option<&Path>) -> Result<()> {
    let readers = Readers::open(database).await?;
    let views = match durable {
        Some(file) => Some(writer(file).await?),
        None => None,
    };
    let app = Router::new().route("/customers", get(page)).with_state(Arc::new(Floor { readers, frame, views }));
    Ok(axum::serve(listener, app).await?)
}

/// Connections that read, each lent to one view at a time. The driver's own pool would ask each one whether it still answers,
/// before and after, which takes as long as a small read.
pub struct Readers {
    places: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// Opens them.
    ///
    /// # Errors
    /// When `database` cannot be opened.
    pub async fn open(database: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(database).read_only(true).row_buffer_size(BUFFERED);
        let mut idle = Vec::new();
        for _ in 0..READERS {
            idle.push(SqliteConnection::connect_with(&options).await?);
        }
        Ok(Self { places: Semaphore::new(READERS), idle: Mutex::new(idle) })
    }

    /// The cards of the first page.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cards(&self) -> Result<Vec<Card>> {
        let _place = self.places.acquire().await?;
        let conn = self.idle.lock().map_err(|_| "a view panicked")?.pop().ok_or("a connection is gone")?;
        let mut lent = Lent { conn: Some(conn), idle: &self.idle };
        let conn = lent.conn.as_mut().ok_or("a connection is gone")?;
        let mut cards: Vec<Card> = sqlx::query_as(ROWS).bind("").fetch_all(conn).await?;
        cards.truncate(PAGE);
        Ok(cards)
    }
}

/// A connection that goes back even when whoever asked has gone away.
struct Lent<'a> {
    conn: Option<SqliteConnection>,
    idle: &'a Mutex<Vec<SqliteConnection>>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let (Ok(mut idle), Some(conn)) = (self.idle.lock(), self.conn.take()) {
            idle.push(conn);
        }
    }
}

async fn page(State(floor): State<Arc<Floor>>) -> Result<Html<String>, StatusCode> {
    let cards = floor.readers.cards().await.map_err(|_| FAILED)?;
    if let Some(views) = &floor.views {
        let (done, durable) = oneshot::channel();
        views.send(done).await.map_err(|_| FAILED)?;
        durable.await.map_err(|_| FAILED)?;
    }
    Ok(Html(print::page(&floor.frame, &cards, now())))
}

const FAILED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// The one connection that writes: whatever has come while the last commit was made goes into the next.
async fn writer(file: &Path) -> Result<mpsc::Sender<oneshot::Sender<()>>> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    conn.execute("CREATE TABLE view (seq INTEGER PRIMARY KEY, at BIGINT NOT NULL, shown BIGINT NOT NULL)").await?;
    let (views, mut asked) = mpsc::channel::<oneshot::Sender<()>>(WAITING);
    tokio::spawn(async move {
        let mut waiting = Vec::new();
        while asked.recv_many(&mut waiting, WAITING).await > 0 {
            if keep(&mut conn, waiting.len()).await.is_err() {
                return;
            }
            for done in waiting.drain(..) {
                // Whoever is gone needs no answer.
                let _ = done.send(());
            }
        }
    });
    Ok(views)
}

async fn keep(conn: &mut SqliteConnection, views: usize) -> sqlx::Result<()> {
    conn.execute("BEGIN IMMEDIATE").await?;
    let mut rows = QueryBuilder::new("INSERT INTO view (at, shown) ");
    rows.push_values(0..views, |mut row, _| {
        row.push_bind(now()).push_bind(50_i64);
    });
    rows.build().execute(&mut *conn).await?;
    conn.execute("COMMIT").await?;
    Ok(())
}

/// UTC milliseconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
