//! Everything that can go wrong, as one enum. What leaves the machine is a code; details stay in the log.

use heliodesk_wire::Fields;

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

/// Codes that say *not now*: SQLite's BUSY and its kinds, MySQL's lock wait timeout and deadlock (SQLSTATE and number).
const BUSY: &[&str] = &["5", "261", "517", "773", "40001", "1205", "1213"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(e) if e.code().is_some_and(|code| BUSY.contains(&&*code)) => Self::Busy,
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
        sqlx::Error::Database(e) => format!("code {}", e.code().unwrap_or_default()),
        sqlx::Error::Io(e) => format!("io {:?}", e.kind()),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => "pool".into(),
        sqlx::Error::RowNotFound => "row not found".into(),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "decode".into(),
        sqlx::Error::Protocol(_) => "protocol".into(),
        sqlx::Error::Tls(_) => "tls".into(),
        _ => "other".into(),
    }
}
