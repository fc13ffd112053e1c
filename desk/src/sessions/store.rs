//! The store behind the session cookie: it hands out cookies for sessions that exist, and can do nothing else.
//!
//! `tower-sessions` writes at the end of a request, by upsert, and not at all after a failure. So nothing depends on
//! what it writes: a session begins, is renewed and ends in the work that records it, and the cookie's hash is added
//! to its row only while that row waits for one. An ended session cannot be written back to life.

use async_trait::async_trait;
use sqlx::AnyConnection;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use crate::{desk::Desk, error::Result, passkeys::sha256};

/// The key under which a request hands over the session that waits for its cookie.
pub const TICKET: &str = "ticket";

/// Length of a cookie's value: 16 bytes, URL-safe base64 without padding.
const COOKIE: usize = 22;

/// The hash of a session cookie's value, for [`crate::access::Request`]; `None` for what was never such a value.
#[must_use]
pub fn secret(cookie: &str) -> Option<String> {
    let fits = cookie.len() == COOKIE && cookie.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| sha256(cookie.as_bytes()))
}

/// Cookies for the desk's sessions.
#[derive(Clone, Debug)]
pub struct Store(Desk);

impl Store {
    /// The store of this desk.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self(desk)
    }

    async fn attach(&self, ticket: &str, secret: &str) -> Result<bool> {
        let mut tx = self.0.db().scratch().await?;
        let attached = attach(&mut tx, ticket, secret).await?;
        tx.commit().await?;
        Ok(attached)
    }
}

async fn attach(conn: &mut AnyConnection, ticket: &str, secret: &str) -> Result<bool> {
    let attached = sqlx::query("UPDATE session SET secret = ? WHERE id = ? AND secret IS NULL AND ended_at IS NULL")
        .bind(secret)
        .bind(ticket)
        .execute(conn)
        .await?;
    Ok(attached.rows_affected() == 1)
}

fn backend(what: impl ToString) -> session_store::Error {
    session_store::Error::Backend(what.to_string())
}

#[async_trait]
impl SessionStore for Store {
    /// Gives the session named by the ticket its new cookie.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let ticket = record.data.get(TICKET).and_then(|ticket| ticket.as_str()).unwrap_or_default().to_owned();
        match self.attach(&ticket, &sha256(record.id.to_string().as_bytes())).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(backend("no session waits for a cookie")),
            Err(error) => Err(backend(error)),
        }
    }

    /// Nothing: what a session is stands in its row, and only works change that.
    async fn save(&self, _: &Record) -> session_store::Result<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let ends_at: Option<i64> =
            sqlx::query_scalar("SELECT ends_at FROM session WHERE secret = ? AND ended_at IS NULL")
                .bind(sha256(id.to_string().as_bytes()))
                .fetch_optional(self.0.db().read())
                .await
                .map_err(|error| backend(crate::Error::from(error)))?;
        let ends = |at: i64| OffsetDateTime::from_unix_timestamp(at / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(ends_at.map(|at| Record { id: *id, data: Default::default(), expiry_date: ends(at) }))
    }

    /// Nothing: a session ends in the work that records its end.
    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Ok(())
    }
}
