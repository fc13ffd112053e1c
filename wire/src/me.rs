//! What a signed-in person sees of themselves.

mod preferences;

use serde::{Deserialize, Serialize};

use crate::Role;

pub use preferences::{Preferences, PreferencesAsk, Theme};

/// The person a page is rendered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Opaque staff id.
    pub staff: String,
    /// Full name.
    pub name: String,
    /// Work e-mail address.
    pub email: String,
    /// Base role.
    pub role: Role,
    /// How they want their pages.
    pub preferences: Preferences,
}

/// Everything `/me` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The person.
    pub viewer: Viewer,
    /// Passkeys that were not removed, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Live sessions, newest first.
    pub sessions: Vec<Session>,
    /// What this person did last, newest first.
    pub activity: Vec<Activity>,
}

/// One passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Opaque id.
    pub id: String,
    /// A name to tell it from the others.
    pub name: String,
    /// When it was added, UTC milliseconds.
    pub added_at: i64,
    /// When it was last used, UTC milliseconds.
    pub used_at: Option<i64>,
    /// Whether it no longer signs in, because its counter went backwards.
    pub suspended: bool,
}

/// One live session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Opaque public id; neither the cookie nor its hash.
    pub id: String,
    /// When it began, UTC milliseconds.
    pub started_at: i64,
    /// When it was last used, UTC milliseconds.
    pub seen_at: i64,
    /// The address it began from.
    pub address: Option<String>,
    /// The browser it began in, as it names itself.
    pub agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// One entry of the trail, as its own actor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The entry's number.
    pub seq: i64,
    /// When, UTC milliseconds.
    pub at: i64,
    /// What was done.
    pub action: String,
    /// About whom or what.
    pub subject: Option<String>,
    /// How it ended.
    pub outcome: String,
}

/// `sessions/end`: one of one's own sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndAsk {
    /// Its opaque public id.
    pub session: String,
}

/// How long the session that asks still has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Whose session it is, as an opaque staff id.
    pub staff: String,
    /// Seconds until it ends for want of a request.
    pub idle: i64,
    /// Seconds until it ends whatever happens in it.
    pub end: i64,
}
