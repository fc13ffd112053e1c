//! Running totals of the trail: entries by the hour and by the day, per action or refused attempt, actor and outcome, counted in the
//! transaction that appends them. They draw charts and choose the index along which a list is read; what a list shows never hangs on them.

use std::collections::BTreeMap;

use heliodesk_wire::trail::OUTCOMES;
use sqlx::{AnyConnection, Row};

use super::{entry::Record, filter::Parsed};
use crate::{
    clock::{DAY, HOUR},
    db::{self, Each, each, times},
    error::Result,
    policy::POLICY,
};

/// All actions together, and all actors.
pub(super) const ALL: &str = "*";
/// Days stand in one column with hours, which are fewer than this until the year 3110.
const DAYS: i64 = 10_000_000;
/// Hours of a week.
const WEEK: i64 = 7 * 24;

/// Hour and day of a time in UTC milliseconds, both counted from 1 January 1970, as totals are kept under.
pub(super) fn spans(at: i64) -> [i64; 2] {
    [at.div_euclid(HOUR), DAYS + at.div_euclid(DAY)]
}

/// Counts entries that are being appended.
pub(super) async fn add(conn: &mut AnyConnection, records: &[&mut Record]) -> Result<()> {
    let mut counts: BTreeMap<Total<'_>, i64> = BTreeMap::new();
    for record in records {
        let (actor, spans, outcome) = (&*record.actor, spans(record.at), &*record.outcome);
        *counts.entry(([&*record.action, ALL], actor, spans, outcome)).or_default() += 1;
        if let Some(path) = record.attempt() {
            *counts.entry(([path, path], actor, spans, outcome)).or_default() += 1;
        }
    }
    let counts: Vec<(Total<'_>, i64)> = counts.into_iter().collect();
    if records.iter().all(|record| record.session.is_some()) {
        if raise_all(conn, &counts, 1).await? == counts.iter().map(|(total, _)| rows(total)).sum::<u64>() {
            return Ok(());
        }
        // Totals that are not there yet, as in the first minute of an hour: which ones, only each by itself can tell.
        raise_all(conn, &counts, -1).await?;
        for &(total, entries) in &counts {
            if raise_all(conn, &[(total, entries)], 1).await? < rows(&total) {
                begin(conn, total, entries).await?;
            }
        }
    } else {
        // Outside a session it asks the database the same whether the totals are there or not: an answer to a failed
        // sign-in must not take longer for some accounts.
        for &(total, entries) in &counts {
            begin(conn, total, 0).await?;
            raise_all(conn, &[(total, entries)], 1).await?;
        }
    }
    Ok(())
}

/// The totals of an action and of all actions, or twice of a path at which somebody was refused, for an actor and for all, with
/// an outcome, in an hour and in its day.
type Total<'a> = ([&'a str; 2], &'a str, [i64; 2], &'a str);

// Actions and paths stand in one column, as wide as this.
const _: () = {
    let mut at = 0;
    while at < POLICY.len() {
        assert!(POLICY[at].path.len() <= 40, "a path is too long to be counted");
        at += 1;
    }
};

/// How many rows those are.
fn rows((actions, ..): &Total<'_>) -> u64 {
    if actions[0] == actions[1] { 4 } else { 8 }
}

/// Begins those of the totals that are not there yet, at `entries`.
async fn begin(conn: &mut AnyConnection, (actions, actor, spans, outcome): Total<'_>, entries: i64) -> Result<()> {
    let [action, other] = actions;
    let mut query = sqlx::query(concat!(
        "INSERT INTO trail_total (action, actor, span, outcome, entries) ",
        times!(8 " UNION " "SELECT ?, ?, ?, ?, ? FROM trail_head WHERE NOT EXISTS \
         (SELECT 1 FROM trail_total WHERE action = ? AND actor = ? AND span = ? AND outcome = ?)")
    ));
    for (action, actor) in [(action, actor), (action, ALL), (other, actor), (other, ALL)] {
        for span in spans {
            query = query.bind(action).bind(actor).bind(span).bind(outcome).bind(entries);
            query = query.bind(action).bind(actor).bind(span).bind(outcome);
        }
    }
    query.execute(conn).await?;
    Ok(())
}

const RAISE: Each = each!(
    "UPDATE trail_total SET entries = entries + ? \
     WHERE action IN (?, ?) AND actor IN (?, '*') AND span IN (?, ?) AND outcome = ?"
);

/// Adds `sign` times so many entries to those of the totals of each that are there; answers how many that were.
async fn raise_all(conn: &mut AnyConnection, counts: &[(Total<'_>, i64)], sign: i64) -> Result<u64> {
    let bind = |row: db::Row, &(([action, other], actor, [hour, day], outcome), entries): &(Total<'_>, i64)| {
        let row = row.bind(sign * entries).bind(action.to_owned()).bind(other.to_owned()).bind(actor.to_owned());
        row.bind(hour).bind(day).bind(outcome.to_owned())
    };
    RAISE.run(conn, counts, bind).await
}

/// Whether the totals know all that is filtered, but for the time.
pub(super) fn hold(filter: &Parsed) -> bool {
    let others = [&filter.subject, &filter.session, &filter.role];
    others.iter().all(|text| text.is_empty()) && filter.hours.is_none()
}

/// How many entries of these actions (none: all), this actor and outcome (empty: any) there are from one hour to another,
/// the last one included.
pub(super) async fn sum(
    conn: &mut AnyConnection,
    actions: &[&str],
    actor: &str,
    outcome: &str,
    (first, last): (i64, i64),
) -> Result<i64> {
    let (first, end) = (first.max(0), last.clamp(-1, DAYS - 1) + 1);
    // Whole days between them, and the hours before and after those.
    let (day, last_day) = ((first + 23).div_euclid(24), end.div_euclid(24));
    let parts = match day < last_day {
        true => [(first, day * 24), (DAYS + day, DAYS + last_day), (last_day * 24, end)],
        false => [(first, end), (0, 0), (0, 0)],
    };
    let actor = if actor.is_empty() { ALL } else { actor };
    let mut sum = 0;
    for action in if actions.is_empty() { &[ALL] } else { actions } {
        let mut some = sqlx::query_scalar(concat!(
            "SELECT CAST(",
            times!(3 " + " "COALESCE((SELECT SUM(entries) FROM trail_total \
             WHERE action = ? AND actor = ? AND span >= ? AND span < ? AND (? = '' OR outcome = ?)), 0)"),
            " AS SIGNED)"
        ));
        for (from, to) in parts {
            some = some.bind(*action).bind(actor).bind(from).bind(to).bind(outcome).bind(outcome);
        }
        sum += some.fetch_one(&mut *conn).await.map(|some: i64| some)?;
    }
    Ok(sum)
}

/// The hour of these back to which there are `count` entries of a filter that [`hold`] knows; none where there are fewer within
/// a week.
pub(super) async fn newest(
    conn: &mut AnyConnection,
    filter: &Parsed,
    (first, last): (i64, i64),
    count: i64,
) -> Result<Option<i64>> {
    let actor = if filter.actor.is_empty() { ALL } else { &filter.actor };
    let last = last.min(DAYS - 1);
    let mut newest = None;
    for action in filter.actions.counted() {
        // Each of them counts one entry at least.
        let rows = sqlx::query_as(
            "SELECT span, entries FROM trail_total WHERE action = ? AND actor = ? AND span >= ? AND span <= ? \
             AND (? = '' OR outcome = ?) ORDER BY span DESC LIMIT ?",
        );
        let rows = rows.bind(action).bind(actor).bind(first.max(last - WEEK)).bind(last);
        let rows: Vec<(i64, i64)> =
            rows.bind(&filter.outcome).bind(&filter.outcome).bind(count).fetch_all(&mut *conn).await?;
        let mut left = count;
        let full = rows.into_iter().find(|(_, entries)| {
            left -= entries;
            left <= 0
        });
        newest = newest.max(full.map(|(span, _)| span));
    }
    Ok(newest)
}

/// How many entries match by time and outcome, in bars of whole hours from `from` on; for a filter that [`hold`] knows.
pub(super) async fn bars(
    conn: &mut AnyConnection,
    filter: &Parsed,
    (from, width, count): (i64, i64, usize),
) -> Result<Vec<[u64; 3]>> {
    let (unit, zero) = if from % DAY == 0 && width % DAY == 0 { (DAY, DAYS) } else { (HOUR, 0) };
    let (first, spans) = (zero + from.div_euclid(unit), width / unit);
    let end = first + spans * i64::try_from(count).unwrap_or(0);
    let mut bars = vec![[0; 3]; count];
    let actor = if filter.actor.is_empty() { ALL } else { &filter.actor };
    for action in filter.actions.counted() {
        let rows = sqlx::query(
            "SELECT CAST(span - ? - ((span - ?) % ?) AS SIGNED) AS bar, outcome, CAST(SUM(entries) AS SIGNED) FROM trail_total \
             WHERE action = ? AND actor = ? AND span >= ? AND span < ? AND (? = '' OR outcome = ?) \
             GROUP BY bar, outcome ORDER BY bar, outcome LIMIT 1000",
        );
        let rows = rows.bind(first).bind(first).bind(spans).bind(action).bind(actor).bind(first).bind(end);
        for row in rows.bind(&filter.outcome).bind(&filter.outcome).fetch_all(&mut *conn).await? {
            let (span, outcome, entries): (i64, String, i64) = (row.get(0), row.get(1), row.get(2));
            raise(&mut bars, span / spans, &outcome, entries);
        }
    }
    Ok(bars)
}

/// Adds entries of one outcome to a bar.
pub(super) fn raise(bars: &mut [[u64; 3]], bar: i64, outcome: &str, entries: i64) {
    let bar = usize::try_from(bar).ok().and_then(|bar| bars.get_mut(bar));
    if let (Some(bar), Some(kind)) = (bar, OUTCOMES.iter().position(|known| *known == outcome)) {
        bar[kind] += u64::try_from(entries).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests;
