//! An invented company: people, customers and orders, the same at every run, so that one cut off is simply run again.
//!
//! Addresses are of reserved domains, phones of ranges that are kept for fiction where a country has one.

mod doing;
mod invent;
mod many;
mod notes;
mod numbers;
mod past;
mod timeline;

use std::collections::BTreeMap;

use heliodesk_wire::{Role, notes::Snippet};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sqlx::{AnyConnection, Row};

use crate::{
    access::{Actor, ServerCommand},
    error::{Error, Result},
    snippets, staff,
};

use many::Company;
use timeline::Timeline;

/// The people of the invented company: name, e-mail, role. All are invited, none has a passkey.
#[rustfmt::skip]
pub const PEOPLE: [(&str, &str, Role); 16] = [
    ("Mia Torres",       "mia.torres@sunhaus.example",       Role::Support),
    ("Jan Kowal",        "jan.kowal@sunhaus.example",        Role::Support),
    ("Aisha Okafor",     "aisha.okafor@sunhaus.example",     Role::Support),
    ("Leo Brandt",       "leo.brandt@sunhaus.example",       Role::Sales),
    ("Priya Nair",       "priya.nair@sunhaus.example",       Role::Engineer),
    ("Tomás Silva",      "tomas.silva@sunhaus.example",      Role::Engineer),
    ("Hanna Virtanen",   "hanna.virtanen@sunhaus.example",   Role::Engineer),
    ("Marcus Reed",      "marcus.reed@sunhaus.example",      Role::Engineer),
    ("Yuki Tanaka",      "yuki.tanaka@sunhaus.example",      Role::Engineer),
    ("Elif Demir",       "elif.demir@sunhaus.example",       Role::Engineer),
    ("Oskar Nilsen",     "oskar.nilsen@sunhaus.example",     Role::Engineer),
    ("Chloé Laurent",    "chloe.laurent@sunhaus.example",    Role::Engineer),
    ("David Mensah",     "david.mensah@sunhaus.example",     Role::Engineer),
    ("Irina Popescu",    "irina.popescu@sunhaus.example",    Role::Engineer),
    ("Nora Lindqvist",   "nora.lindqvist@sunhaus.example",   Role::Admin),
    ("Samuel Whitaker",  "samuel.whitaker@sunhaus.example",  Role::Admin),
];

/// What the invented company often writes into notes.
const SNIPPETS: [(&str, &str); 3] = [
    ("no-answer", "Rang twice, no answer. Next try tomorrow between 9 and 11."),
    ("papers", "Sent the **list of papers** for the permit and told how to send them back."),
    ("visit", "Agreed on a site visit:\n- who will be there: \n- access to roof and meter: "),
];

/// How much there shall be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Customers.
    pub customers: u64,
    /// Entries on the trail, those of the customers' import included; 0 for no more than these.
    pub entries: u64,
}

/// Entries before that of the first customer.
const FIRST: u64 = (PEOPLE.len() + SNIPPETS.len()) as u64;
/// From so many customers on, the indexes of an empty database are made at the end.
const MANY: u64 = if cfg!(test) { 200 } else { 5_000 };
/// Customers written in one work; fewer where there are few, so that one hears how it goes on.
const AT_ONCE: std::ops::RangeInclusive<u64> = 50..=100_000;

/// Invites the people who are missing, writes the customers who are missing, each with an entry, and appends entries of a
/// past in which the people worked with them. A past is months long, so with entries the clock should be a set one: it is
/// moved to when each thing happened. `progress` is told of what how many of how many are there.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(
    actor: &Actor<ServerCommand>,
    wanted: Wanted,
    mut progress: impl FnMut(&'static str, u64, u64),
) -> Result<()> {
    let desk = actor.desk();
    desk.db().fill_up().await?;
    if wanted.customers >= MANY && is_empty(actor).await? {
        desk.db().put_off_indexes().await?;
    }
    let timeline = timeline(actor, wanted).await?;
    back_in_time(actor, timeline.as_ref(), 1);
    for (name, email, role) in PEOPLE {
        if !is_known(actor, email).await? {
            // The link is not for now: `staff invite` makes a fresh one when somebody wants to sign in.
            drop(staff::invite(actor, email, name, role, false).await?);
        }
    }
    for (name, text) in SNIPPETS {
        snippets::keep(actor, Snippet { name: name.to_owned(), text: text.to_owned() }).await?;
    }
    let now = timeline.as_ref().map_or_else(|| desk.clock().now(), |timeline| timeline.now);
    let (staff, support) = people(actor).await?;
    let company = Company { today: day(now)?, now, staff, support };
    let (mut done, at_once) = (0, (wanted.customers / 10).clamp(*AT_ONCE.start(), *AT_ONCE.end()));
    while done < wanted.customers {
        let until = wanted.customers.min(done + at_once);
        back_in_time(actor, timeline.as_ref(), FIRST + done + 1);
        many::write(actor, &company, done..until, |more| progress("customers", done + more, wanted.customers)).await?;
        done = until;
        progress("customers", done, wanted.customers);
    }
    if let Some(timeline) = timeline {
        past::fill(actor, timeline, wanted, |done, whole| progress("entries", done, whole)).await?;
    }
    index(actor, |done, whole| progress("indexes", done, whole)).await
}

/// Makes the indexes that [`fill`] put off, also in a run before this one that was cut off; there may be none. `progress`
/// is told how many of how many are there.
///
/// # Errors
/// When the database does not answer.
pub async fn index(actor: &Actor<ServerCommand>, progress: impl FnMut(u64, u64)) -> Result<()> {
    actor.desk().db().index(progress).await
}

/// When the past happened, where one is wanted.
async fn timeline(actor: &Actor<ServerCommand>, wanted: Wanted) -> Result<Option<Timeline>> {
    if wanted.entries == 0 {
        return Ok(None);
    }
    let first =
        sqlx::query_scalar("SELECT at FROM trail WHERE seq = 1").fetch_optional(actor.desk().db().read()).await?;
    let whole = i64::try_from(wanted.entries.max(FIRST + wanted.customers)).unwrap_or(i64::MAX);
    Ok(Some(Timeline::new(first, actor.desk().clock().now(), whole)))
}

/// Sets a clock that can be set to when this entry of the past was recorded.
fn back_in_time(actor: &Actor<ServerCommand>, timeline: Option<&Timeline>, seq: u64) {
    if let Some(timeline) = timeline {
        let clock = actor.desk().clock();
        clock.advance(timeline.at(i64::try_from(seq).unwrap_or(i64::MAX)) - clock.now());
    }
}

/// How many entries there are.
async fn size(conn: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT size FROM trail_head WHERE id = 1").fetch_one(conn).await?)
}

/// Staff ids by e-mail; and those of people who write notes, in the order of their e-mails.
async fn people(actor: &Actor<ServerCommand>) -> Result<(BTreeMap<String, String>, Vec<String>)> {
    let rows = sqlx::query("SELECT email, id, role FROM staff ORDER BY email LIMIT 1000")
        .fetch_all(actor.desk().db().read())
        .await?;
    let support = rows.iter().filter(|row| row.get::<&str, _>(2) == Role::Support.as_str());
    let support = support.take(10).map(|row| row.get(1)).collect();
    Ok((rows.iter().map(|row| (row.get(0), row.get(1))).collect(), support))
}

/// Whether there is nobody yet.
async fn is_empty(actor: &Actor<ServerCommand>) -> Result<bool> {
    let number: Option<String> = sqlx::query_scalar("SELECT number FROM customer ORDER BY number LIMIT 1")
        .fetch_optional(actor.desk().db().read())
        .await?;
    Ok(number.is_none())
}

async fn is_known(actor: &Actor<ServerCommand>, email: &str) -> Result<bool> {
    let row = sqlx::query("SELECT COUNT(*) FROM staff WHERE email = ?")
        .bind(email)
        .fetch_one(actor.desk().db().read())
        .await?;
    Ok(row.get::<i64, _>(0) > 0)
}

fn day(at: i64) -> Result<Date> {
    let at = Timestamp::from_millisecond(at);
    at.map(|at| at.to_zoned(TimeZone::UTC).date()).map_err(|_| Error::broken("the clock shows no real time"))
}

#[cfg(test)]
mod tests;
