//! The list of entries with its filters, the histogram over time, and how the whole trail stands. Showing it is an entry.

use heliodesk_wire::trail::{Counts, Filter, Listing, Next, Seal};
use sqlx::AnyConnection;

use super::{
    Action, Entry, FieldRevealed, SelectionExported, TrailViewed,
    chart::histogram,
    filter::Parsed,
    lines::lines,
    publish::{Head, blocking},
    scan::{BUDGET, CHART, Scan},
    times::{since, time, written},
    views,
};
use crate::{
    access::{Actor, ReadTrail},
    desk::Desk,
    error::Result,
};

/// Entries on a page.
const PAGE: usize = 50;
/// Staff whose names are offered.
const PEOPLE: usize = 100;
/// One page of the trail, newest first.
///
/// # Errors
/// [`crate::Error::Invalid`] with all wrong filters.
pub async fn list(actor: &Actor<ReadTrail>, filter: &Filter) -> Result<Listing> {
    list_within(actor, filter, BUDGET, CHART).await
}

/// As [`list`], looking at so many entries for the page, and so many for the chart.
pub(crate) async fn list_within(actor: &Actor<ReadTrail>, filter: &Filter, budget: i64, chart: i64) -> Result<Listing> {
    let desk = actor.desk();
    let parsed = Parsed::of(actor, filter).await?;
    let mut conn = desk.db().read().acquire().await?;
    // One more than a page holds, so that the next page is known.
    let (mut records, rest) = Scan::newest(&mut conn, &parsed, budget, PAGE + 1).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let next = match records.last() {
        Some(last) if more => u64::try_from(last.seq).ok().map(Next::Older),
        _ => rest.and_then(|rest| u64::try_from(rest).ok()).map(Next::Continue),
    };
    let lines = lines(&mut conn, records).await?;
    let histogram = histogram(&mut conn, &parsed, desk.clock().now(), chart).await?;
    let views = views::visible(&mut conn, actor).await?;
    let counts = counts(&mut conn, desk).await?;
    let people = people(&mut conn).await?;
    drop(conn);
    let seal = desk.trail_seal().await?;
    let entry = Entry::of(TrailViewed {}).changes(parsed.recorded());
    let _ = actor.record(entry).await?;
    let form = |text, end| time(text, end).ok().flatten().map(written).unwrap_or_default();
    let mut filter = Filter { from: form(&filter.from, false), to: form(&filter.to, true), ..filter.clone() };
    // No entry has such a number, so it may be anything that was typed, even a phone's.
    if u64::try_from(parsed.before).is_ok_and(|before| before > seal.entries + 1) {
        filter.before.clear();
    }
    Ok(Listing { filter, known: parsed.known, lines, next, histogram, seal, views, counts, people })
}

/// What the built-in views hold, as far as it is worth counting.
async fn counts(conn: &mut AnyConnection, desk: &Desk) -> Result<Counts> {
    let today = since("today", desk.clock().now(), &desk.settings().time_zone).ok().flatten().unwrap_or(i64::MIN);
    // Both indexes hold all that is asked of them here.
    let of_action = "SELECT COUNT(*) FROM (SELECT at, outcome FROM trail /*! FORCE INDEX (trail_action) */ \
                     WHERE action = ? ORDER BY seq DESC LIMIT 1001) newest WHERE at >= ? AND outcome = 'ok'";
    let of_outcome = "SELECT COUNT(*) FROM (SELECT seq FROM trail /*! FORCE INDEX (trail_outcome) */ \
                      WHERE outcome = ? LIMIT 1001) some";
    let mut counted = [0; 4];
    let queries = [
        sqlx::query_scalar(of_action).bind(FieldRevealed::NAME).bind(today),
        sqlx::query_scalar(of_outcome).bind("denied"),
        sqlx::query_scalar(of_outcome).bind("failed"),
        sqlx::query_scalar(of_action).bind(SelectionExported::NAME).bind(i64::MIN),
    ];
    for (count, query) in counted.iter_mut().zip(queries) {
        let known: i64 = query.fetch_one(&mut *conn).await?;
        *count = u64::try_from(known).unwrap_or(0);
    }
    let [reveals_today, denied, failed, exports] = counted;
    Ok(Counts { reveals_today, denied, failed, exports })
}

/// Some of the staff, to choose an actor from.
async fn people(conn: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    let people = sqlx::query_as("SELECT email, name FROM staff ORDER BY name LIMIT ?");
    Ok(people.bind(i64::try_from(PEOPLE).unwrap_or(i64::MAX)).fetch_all(conn).await?)
}

impl Desk {
    /// How the trail stands against the newest checkpoint: what start-up checks, at this moment.
    pub(super) async fn trail_seal(&self) -> Result<Seal> {
        let (key, folder) = (self.checkpoint_key()?, self.checkpoint_folder());
        let (newest, published_at) = blocking(move || Ok((folder.published(&key)?, folder.published_at()?))).await?;
        let newest = self.believed(newest);
        let mut conn = self.db().read().acquire().await?;
        let head = Head::read(&mut conn).await?;
        let agrees = match &newest {
            Ok(newest) => super::publish::agrees_now(&mut conn, head, newest.as_ref()).await,
            Err(error) => Err(crate::Error::broken(error.to_string())),
        };
        if let Err(error) = &agrees {
            tracing::error!(%error, "the trail contradicts what was published");
        }
        Ok(Seal {
            entries: u64::try_from(head.last).unwrap_or(0),
            published: newest.ok().flatten().map_or(0, |newest| newest.size()),
            published_at,
            wrong: agrees.is_err(),
        })
    }
}
