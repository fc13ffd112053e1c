//! Everything that can go wrong, as one enum. What leaves the machine is a code; details stay in the log.

use heliodesk_wire::Fields;
use sqlx::{error::DatabaseError, mysql::MySqlDatabaseError};

/// Short for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No live session: 401.
    #[error("signed out")]
    SignedOut,
    /// A ceremony that began a session did not succeed, for whatever reason: 401.
    #[error("sign-in failed")]
    SignInFailed,
    /// The person may not do this: 403.
    #[error("forbidden: {0}")]
    Forbidden(Refusal),
    /// Absent, or not for this person's eyes: 404.
    #[error("not found")]
    NotFound,
    /// Wrong values, by field: 422.
    #[error("invalid: {0:?}")]
    Invalid(Fields),
    /// Somebody changed it in between: 409.
    #[error("stale version")]
    Stale,
    /// Too often; try again after so many seconds: 429.
    #[error("throttled for {0} s")]
    Throttled(u64),
    /// Too much at once, or the database did not answer in time: 503.
    #[error("busy")]
    Busy,
    /// The database said no. Its text quotes values, so only its kind is ever shown or logged.
    #[error("database: {}", kind(.0))]
    Database(#[source] sqlx::Error),
    /// Something that must hold does not; the text names no value of a customer.
    #[error("broken: {0}")]
    Broken(String),
}

/// The reasons of a 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role lacks the permission.
    Permission,
    /// Another person's order.
    NotYours,
    /// The order is past the stages sales may move.
    NotPresold,
    /// The day's reveals are used up.
    RevealCap,
    /// A fresh passkey touch is needed.
    StepUpRequired,
}

impl Refusal {
    /// The code a browser receives.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permission => "forbidden",
            Self::NotYours => "not_yours",
            Self::NotPresold => "not_presold",
            Self::RevealCap => "reveal_cap",
            Self::StepUpRequired => "step_up_required",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Error {
    /// One wrong field.
    #[must_use]
    pub fn field(field: &str, code: &str) -> Self {
        Self::Invalid(Fields::one(field, code))
    }

    /// Something that must hold does not.
    pub fn broken(what: impl Into<String>) -> Self {
        Self::Broken(what.into())
    }

    /// The code a browser receives.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignInFailed => "sign_in_failed",
            Self::Forbidden(refusal) => refusal.code(),
            Self::NotFound => "not_found",
            Self::Invalid(_) => "invalid",
            Self::Stale => "stale_version",
            Self::Throttled(_) => "throttled",
            Self::Busy => "busy",
            Self::Database(_) | Self::Broken(_) => "internal",
        }
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::SignInFailed => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::Invalid(_) => 422,
            Self::Stale => 409,
            Self::Throttled(_) => 429,
            Self::Busy => 503,
            Self::Database(_) | Self::Broken(_) => 500,
        }
    }

    /// Whether a unique index refused the row.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// Codes that say *not now*: SQLite's BUSY and its kinds; by MySQL's own numbers, a lock waited for too long, a deadlock,
/// and a statement that took too long (MariaDB, MySQL).
const BUSY: &[&str] = &["5", "261", "517", "773", "1205", "1213", "1969", "3024"];

/// The database's own code. MySQL's SQLSTATE says next to nothing, so its number.
fn code(error: &dyn DatabaseError) -> String {
    match error.try_downcast_ref::<MySqlDatabaseError>() {
        Some(error) => error.number().to_string(),
        None => error.code().unwrap_or_default().into_owned(),
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(e) if BUSY.contains(&&*code(&*e)) => Self::Busy,
            other => Self::Database(other),
        }
    }
}

impl From<Fields> for Error {
    fn from(fields: Fields) -> Self {
        Self::Invalid(fields)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Forbidden(refusal)
    }
}

/// What kind of database error it was, without the driver's text.
fn kind(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(e) => format!("code {}", code(&**e)),
        sqlx::Error::Io(e) => format!("io {:?}", e.kind()),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => "pool".into(),
        sqlx::Error::RowNotFound => "row not found".into(),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "decode".into(),
        sqlx::Error::Protocol(_) => "protocol".into(),
        sqlx::Error::Tls(_) => "tls".into(),
        _ => "other".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{db::Kind, testing};

    #[tokio::test]
    async fn who_waited_too_long_hears_that_it_is_busy() {
        for bed in testing::both().await {
            let desk = &bed.desk;
            let mut holder = desk.db().scratch().await.expect("begins");
            sqlx::query("UPDATE trail_head SET size = size").execute(&mut *holder).await.expect("holds the lock");
            let waited = async {
                let mut work = desk.server_command().begin().await?;
                if desk.db().kind() == Kind::MySql {
                    sqlx::query("SET SESSION innodb_lock_wait_timeout = 1").execute(work.conn()).await?;
                }
                work.alone().await
            };
            assert!(matches!(waited.await, Err(Error::Busy)));
            drop(holder);
            desk.server_command().begin().await.expect("begins").alone().await.expect("is free");
        }
    }

    #[tokio::test]
    async fn a_statement_that_reads_too_long_is_broken_off() {
        let bed = testing::mariadb().await;
        let mut conn = bed.desk.db().read().acquire().await.expect("connects");
        let most: String = sqlx::query_scalar("SELECT CAST(@@SESSION.max_statement_time AS CHAR(20))")
            .fetch_one(&mut *conn)
            .await
            .expect("reads");
        assert!(most.starts_with("10"), "{most}");
        sqlx::query("SET SESSION max_statement_time = 0.2").execute(&mut *conn).await.expect("sets");
        let slow = "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, \
                    information_schema.COLUMNS c";
        let slow = sqlx::query_scalar::<_, i64>(slow).fetch_one(&mut *conn).await.map_err(Error::from);
        assert!(matches!(slow, Err(Error::Busy)), "{slow:?}");
    }
}
