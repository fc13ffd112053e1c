//! The list of entries with its filters, the histogram over time, and how the whole trail stands. Showing it is an entry.

use heliodesk_wire::trail::{Filter, Histogram, Listing, OUTCOMES, Seal};
use sqlx::{AnyConnection, FromRow};

use super::{
    Entry, TrailViewed,
    entry::{Record, columns},
    filter::{Parsed, minute},
    lines::lines,
    publish::{Head, blocking},
};
use crate::{
    access::{Actor, ReadTrail},
    clock::{HOUR, MINUTE},
    desk::Desk,
    error::Result,
};

/// Entries on a page.
const PAGE: usize = 50;
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
    let desk = actor.desk();
    let parsed = Parsed::of(desk.db(), filter).await?;
    let mut conn = desk.db().read().acquire().await?;
    let mut records = page(&mut conn, &parsed).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let before = records.last().filter(|_| more).and_then(|last| u64::try_from(last.seq).ok());
    let found = !records.is_empty();
    let lines = lines(&mut conn, records).await?;
    let histogram = histogram(&mut conn, &parsed, desk.clock().now()).await?;
    drop(conn);
    let seal = desk.trail_seal().await?;
    let entry = Entry::of(TrailViewed {}).changes(parsed.recorded(found));
    let _ = actor.begin().await?.commit(entry).await?;
    let filter = Filter {
        from: parsed.from.map(minute).unwrap_or_default(),
        to: parsed.to.map(minute).unwrap_or_default(),
        ..filter.clone()
    };
    Ok(Listing { filter, lines, before, histogram, seal })
}

impl Desk {
    /// How the trail stands against the newest checkpoint: what start-up checks, at this moment.
    pub(super) async fn trail_seal(&self) -> Result<Seal> {
        let folder = self.checkpoint_folder();
        let published_at = blocking(move || folder.published_at()).await?;
        let newest = self.newest_checkpoint().await;
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

/// The driving filter is the one that leaves the fewest entries; it decides the index. The others only sift.
macro_rules! sifted {
    ($select:expr, $driver:literal, $rest:literal) => {
        concat!(
            $select,
            " FROM trail WHERE ",
            $driver,
            " AND at >= ? AND at < ? AND seq < ? AND (? = '' OR subject IN (?, ?)) AND (? = '' OR actor = ?) \
              AND (? = '' OR action = ?) AND (? = '' OR outcome = ?) ",
            $rest
        )
    };
}

macro_rules! listing {
    ($driver:literal) => {
        sifted!(concat!("SELECT ", columns!()), $driver, "ORDER BY seq DESC LIMIT 51")
    };
}

/// One more entry than a page holds, so that the next page is known.
async fn page(conn: &mut AnyConnection, filter: &Parsed) -> Result<Vec<Record>> {
    let upper = filter.subject.to_ascii_uppercase();
    let empty = String::new();
    let (sql, driver) = if !filter.subject.is_empty() {
        (listing!("subject IN (?, ?)"), [&filter.subject, &upper])
    } else if !filter.actor.is_empty() {
        (listing!("actor = ? AND ? = ''"), [&filter.actor, &empty])
    } else if !filter.action.is_empty() {
        (listing!("action = ? AND ? = ''"), [&filter.action, &empty])
    } else if filter.outcome.is_empty() || filter.outcome == "ok" {
        (listing!("? = ?"), [&empty, &empty])
    } else {
        (listing!("outcome = ? AND ? = ''"), [&filter.outcome, &empty])
    };
    let query = sqlx::query(sql).bind(driver[0]).bind(driver[1]);
    let query = query.bind(filter.from.unwrap_or(i64::MIN)).bind(filter.to.unwrap_or(i64::MAX)).bind(filter.before);
    let query = query.bind(&filter.subject).bind(&filter.subject).bind(&upper);
    let query = query.bind(&filter.actor).bind(&filter.actor).bind(&filter.action).bind(&filter.action);
    let rows = query.bind(&filter.outcome).bind(&filter.outcome).fetch_all(conn).await?;
    // A row that cannot be read stands for tampering; verification names it, the list shows the others.
    Ok(rows.iter().filter_map(|row| Record::from_row(row).ok()).collect())
}

/// Counts over the filtered time, or the day before its end, in at most [`BARS`] bars.
async fn histogram(conn: &mut AnyConnection, filter: &Parsed, now: i64) -> Result<Histogram> {
    let (from, to, width) = span(filter.from, filter.to, now);
    let upper = filter.subject.to_ascii_uppercase();
    let query = sqlx::query_as::<_, (i64, String, i64)>(sifted!(
        "SELECT CAST(at - ? - ((at - ?) % ?) AS SIGNED) AS bar, outcome, COUNT(*)",
        "? = ?",
        "GROUP BY bar, outcome ORDER BY bar, outcome LIMIT 1000"
    ));
    let query = query.bind(from).bind(from).bind(width).bind("").bind("").bind(from).bind(to).bind(i64::MAX);
    let query = query.bind(&filter.subject).bind(&filter.subject).bind(&upper);
    let query = query.bind(&filter.actor).bind(&filter.actor).bind(&filter.action).bind(&filter.action);
    let counts = query.bind(&filter.outcome).bind(&filter.outcome).fetch_all(conn).await?;
    let mut bars = vec![[0; 3]; usize::try_from((to - from).div_euclid(width)).unwrap_or(0)];
    for (at, outcome, count) in counts {
        let bar = usize::try_from(at / width).ok().and_then(|bar| bars.get_mut(bar));
        let kind = OUTCOMES.iter().position(|known| *known == outcome);
        if let (Some(bar), Some(kind)) = (bar, kind) {
            bar[kind] += u64::try_from(count).unwrap_or(0);
        }
    }
    Ok(Histogram { from, to, width, bars })
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
