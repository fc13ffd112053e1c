//! The chart over the list: the time that the list covers in bars, and how many entries the filters leave in all.

use heliodesk_wire::trail::Histogram;
use sqlx::AnyConnection;

use super::{
    filter::Parsed,
    scan::{Counted, Scan},
    totals,
};
use crate::{
    clock::{DAY, HOUR, MINUTE},
    error::Result,
};

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
    DAY,
    7 * DAY,
    30 * DAY,
    365 * DAY,
];

/// Counts over the time that is listed, in at most [`BARS`] bars: from the totals where they know what is filtered, else of
/// each entry or, of more than `budget`, of some. Of a span back from now all is counted, and the part that is listed is
/// picked.
pub(super) async fn histogram(conn: &mut AnyConnection, filter: &Parsed, now: i64, budget: i64) -> Result<Histogram> {
    let (from, to) = filter.times();
    let picked = filter
        .since
        .filter(|since| to.is_some() || from != Some(*since))
        .map(|since| (from.unwrap_or(since), to.unwrap_or(now)));
    let begin = sqlx::query_scalar("SELECT at FROM trail ORDER BY at, seq LIMIT 1");
    let begin: Option<i64> = begin.fetch_optional(&mut *conn).await?;
    // Before the first entry there is nothing to show; a day is shown in any case.
    let begin = begin.unwrap_or(now).min(now - DAY);
    let whole = from.is_none() && to.is_none();
    let (listed, end) = (from.unwrap_or(begin).max(begin), to.unwrap_or(i64::MAX));
    let (from, to, width) = match filter.since {
        Some(since) => span(since.max(begin), i64::MAX, now),
        None => span(listed, end, now),
    };
    let chart = (from, width, usize::try_from((to - from).div_euclid(width)).unwrap_or(0));
    let listed = (listed, end.min(now + 1));
    let counted = counted(conn, filter, chart, listed, (begin, now), budget).await?;
    let sampled = u64::try_from(counted.step).ok().filter(|step| *step > 1);
    let exact_enough = counted.listed.filter(|_| sampled.is_none() || (picked.is_none() && !totals::hold(filter)));
    let (selected, estimated) = match exact_enough {
        // The bars hold all there is.
        _ if whole => (sum(&counted.bars), sampled.is_some()),
        Some(some) => (some, sampled.is_some()),
        None => selected(conn, filter, listed, (begin, now), budget).await?,
    };
    Ok(Histogram { from, to, width, bars: counted.bars, picked, sampled, selected, estimated })
}

/// How many match by time and outcome, in bars, and, unless the totals know the bars, between the times of `listed`. There is
/// nothing before `begin` and nothing after `now`, so nobody has to look which entries are.
async fn counted(
    conn: &mut AnyConnection,
    filter: &Parsed,
    (from, width, count): (i64, i64, usize),
    listed: (i64, i64),
    (begin, now): (i64, i64),
    budget: i64,
) -> Result<Counted> {
    if from % HOUR == 0 && width % HOUR == 0 && totals::hold(filter) {
        let bars = totals::bars(conn, filter, (from, width, count)).await?;
        return Ok(Counted { bars, listed: None, step: 1 });
    }
    let to = from + width * i64::try_from(count).unwrap_or(0);
    let filter = filter.during(if from <= begin { i64::MIN } else { from }, if to > now { i64::MAX } else { to });
    Scan::bars(conn, &filter, (from, width, count), listed, budget).await
}

/// How many match by outcome from one time to another, and whether that is an estimate. Of whole days and hours the totals
/// know it; after now there is nothing, so the hour that is not over yet counts as one.
async fn selected(
    conn: &mut AnyConnection,
    filter: &Parsed,
    (from, to): (i64, i64),
    (begin, now): (i64, i64),
    budget: i64,
) -> Result<([u64; 3], bool)> {
    let (first, last) = ((from + HOUR - 1).div_euclid(HOUR) * HOUR, to.div_euclid(HOUR) * HOUR);
    let last = if to > now { last + HOUR } else { last };
    let days = ((first + DAY - 1).div_euclid(DAY) * DAY, last.div_euclid(DAY) * DAY);
    let ends = match totals::hold(filter) {
        true if days.0 < days.1 => &[from, first, days.0, days.1, last, to][..],
        true if first < last => &[from, first, last, to],
        _ => &[from, to],
    };
    let (mut selected, mut estimated) = ([0; 3], false);
    for (from, to) in ends.iter().copied().zip(ends.iter().copied().skip(1)).filter(|(from, to)| from < to) {
        let counted = counted(conn, filter, (from, to - from, 1), (from, to), (begin, now), budget).await?;
        estimated |= counted.step > 1;
        selected = sum(&[selected, sum(&counted.bars)]);
    }
    Ok((selected, estimated))
}

/// All bars together.
fn sum(bars: &[[u64; 3]]) -> [u64; 3] {
    bars.iter().fold([0; 3], |sum, bar| [sum[0] + bar[0], sum[1] + bar[1], sum[2] + bar[2]])
}

/// From, to and the width of a bar: bars begin at whole widths, and the last one holds the end.
fn span(from: i64, to: i64, now: i64) -> (i64, i64, i64) {
    // Entries of this very moment belong to the last bar; there are none of the future.
    let (from, to) = (from.max(0), to.min(now + 1));
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
        let (from, to, width) = span(now - DAY, i64::MAX, now);
        assert_eq!((width, (to - from) / width), (HOUR, 25));
        assert!(from <= now - DAY && to > now);
        for (from, to) in [
            (0, i64::MAX),
            (now - MINUTE, i64::MAX),
            (i64::MIN, i64::MAX),
            (i64::MIN, now - 1),
            (now + HOUR, i64::MAX),
            (now - 40 * DAY, now),
        ] {
            let (from, to, width) = span(from, to, now);
            assert!(from <= to && (to - from) / width <= BARS + 2, "{from} {to} {width}");
        }
    }
}
