//! The list of entries with its filters, the histogram over time, and how the whole trail stands. Showing it is an entry.

use heliodesk_wire::trail::{Counts, Filter, Histogram, Listing, Next, Seal};
use sqlx::AnyConnection;

use super::{
    Action, Entry, FieldRevealed, SelectionExported, TrailViewed,
    filter::Parsed,
    lines::lines,
    publish::{Head, blocking},
    scan::{BUDGET, CHART, Scan},
    times::{since, time, written},
    totals, views,
    words::Actions,
};
use crate::{
    access::{Actor, ReadTrail},
    clock::{HOUR, MINUTE},
    desk::Desk,
    error::Result,
};

/// Entries on a page.
const PAGE: usize = 50;
/// What the built-in views hold is counted so far.
const COUNTED: i64 = 1001;
/// Staff whose names are offered.
const PEOPLE: usize = 100;
/// Most bars of a histogram.
const BARS: i64 = 48;
/// Widths a bar may have, milliseconds.
const WIDTHS: [i64; 12] = [
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
    7 * 24 * HOUR,
    30 * 24 * HOUR,
    365 * 24 * HOUR,
];

/// One page of the trail, newest first.
///
/// # Errors
/// [`crate::Error::Invalid`] with all wrong filters.
pub async fn list(actor: &Actor<ReadTrail>, filter: &Filter) -> Result<Listing> {
    list_within(actor, filter, BUDGET, CHART).await
}

/// As [`list`], looking at so many entries for the page, and so many for the chart.
pub(super) async fn list_within(actor: &Actor<ReadTrail>, filter: &Filter, budget: i64, chart: i64) -> Result<Listing> {
    let desk = actor.desk();
    let parsed = Parsed::of(actor, filter).await?;
    let mut conn = desk.db().read().acquire().await?;
    let scan = Scan::for_page(&mut conn, &parsed, budget).await?;
    // One more than a page holds, so that the next page is known.
    let mut records = scan.page(&mut conn, &parsed, i64::MAX, PAGE + 1).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let next = match records.last() {
        Some(last) if more => u64::try_from(last.seq).ok().map(Next::Older),
        _ => scan.rest().and_then(|rest| u64::try_from(rest).ok()).map(Next::Continue),
    };
    let lines = lines(&mut conn, records).await?;
    let histogram = histogram(&mut conn, &parsed, desk.clock().now(), chart).await?;
    let views = views::visible(&mut conn, actor).await?;
    let counts = counts(&mut conn, desk).await?;
    let people = people(&mut conn).await?;
    drop(conn);
    let seal = desk.trail_seal().await?;
    let entry = Entry::of(TrailViewed {}).changes(parsed.recorded());
    let _ = actor.begin().await?.commit(entry).await?;
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
    let action = |name| Parsed { actions: Actions::of(name).unwrap_or_default(), ..Parsed::default() };
    let outcome = |outcome: &str| Parsed { outcome: outcome.to_owned(), ..Parsed::default() };
    let mut counted = [0; 4];
    let filters = [
        Parsed { from: today, outcome: "ok".to_owned(), ..action(FieldRevealed::NAME) },
        outcome("denied"),
        outcome("failed"),
        action(SelectionExported::NAME),
    ];
    for (count, filter) in counted.iter_mut().zip(&filters) {
        *count = Scan::plan(conn, filter, i64::MAX, COUNTED).await?.count(conn, filter).await?;
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

/// Counts over the filtered time, or the day before its end, in at most [`BARS`] bars: from the totals where they know what
/// is filtered, else of each entry or, of more than `budget`, of some. Of a span back from now all is counted, and the part
/// that is listed is picked.
async fn histogram(conn: &mut AnyConnection, filter: &Parsed, now: i64, budget: i64) -> Result<Histogram> {
    let (from, to) = filter.times();
    let picked = filter
        .since
        .filter(|since| to.is_some() || from != Some(*since))
        .map(|since| (from.unwrap_or(since), to.unwrap_or(now)));
    let (from, to, width) = match filter.since {
        Some(since) => span(Some(since), None, now),
        None => span(from, to, now),
    };
    let counted = filter.during(from, to);
    let bars = (from, width, usize::try_from((to - from).div_euclid(width)).unwrap_or(0));
    let (bars, step) = if width % HOUR == 0 && totals::hold(&counted) {
        (totals::bars(conn, &counted, bars).await?, 1)
    } else {
        Scan::bars(conn, &counted, bars, budget).await?
    };
    let sampled = u64::try_from(step).ok().filter(|step| *step > 1);
    Ok(Histogram { from, to, width, bars, picked, sampled })
}

/// From, to and the width of a bar: bars begin at whole widths, and the last one holds the end.
fn span(from: Option<i64>, to: Option<i64>, now: i64) -> (i64, i64, i64) {
    // Entries of this very moment belong to the last bar; there are none of the future.
    let to = to.unwrap_or(i64::MAX).min(now + 1);
    let from = from.unwrap_or(to.saturating_sub(24 * HOUR)).max(0);
    let to = to.max(from + 1);
    let length = to - from;
    let width = WIDTHS.into_iter().find(|width| length.div_euclid(*width) < BARS).unwrap_or(WIDTHS[WIDTHS.len() - 1]);
    let first = from.div_euclid(width) * width;
    let last = (to + width - 1).div_euclid(width) * width;
    // A span of many centuries would have too many bars of any width; its end is what counts.
    (first.max(last - (BARS + 2) * width), last, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_has_few_bars_of_round_width() {
        let now = 1_700_000_000_000;
        let (from, to, width) = span(None, None, now);
        assert_eq!((width, (to - from) / width), (HOUR, 25));
        assert!(from <= now - 24 * HOUR && to > now);
        for (from, to) in [
            (Some(0), None),
            (Some(now - MINUTE), None),
            (Some(i64::MIN), Some(i64::MAX)),
            (None, Some(now - 1)),
            (Some(now + HOUR), None),
            (Some(now - 40 * 24 * HOUR), Some(now)),
        ] {
            let (from, to, width) = span(from, to, now);
            assert!(from <= to && (to - from) / width <= BARS + 2, "{from} {to} {width}");
        }
    }
}
