//! Running totals of the trail: entries by the hour, per action, actor and outcome, counted in the transaction that appends
//! them. They draw charts and choose the index along which a list is read; what a list shows never hangs on them.

use std::collections::BTreeMap;

use heliodesk_wire::trail::OUTCOMES;
use sqlx::{AnyConnection, Row};

use super::{entry::Record, filter::Parsed};
use crate::{
    clock::HOUR,
    db::{self, Each, each},
    error::Result,
};

/// All actions together, and all actors.
pub(super) const ALL: &str = "*";

/// Counts entries that are being appended.
pub(super) async fn add(conn: &mut AnyConnection, records: &[&mut Record]) -> Result<()> {
    let mut counts: BTreeMap<Total<'_>, i64> = BTreeMap::new();
    for record in records {
        let total = (&*record.action, &*record.actor, record.at.div_euclid(HOUR), &*record.outcome);
        *counts.entry(total).or_default() += 1;
    }
    let counts: Vec<(Total<'_>, i64)> = counts.into_iter().collect();
    if records.iter().all(|record| record.session.is_some()) {
        if raise_all(conn, &counts, 1).await? == TOTALS * counts.len() as u64 {
            return Ok(());
        }
        // Totals that are not there yet, as in the first minute of an hour: which ones, only each by itself can tell.
        raise_all(conn, &counts, -1).await?;
        for &(total, entries) in &counts {
            if raise_all(conn, &[(total, entries)], 1).await? < TOTALS {
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

/// An hour's total of an action, an actor and an outcome.
type Total<'a> = (&'a str, &'a str, i64, &'a str);

/// How many totals an entry counts in: of its action and actor, of each alone, and of all together.
const TOTALS: u64 = 4;

/// A total that is not there yet.
macro_rules! begun {
    () => {
        "SELECT ?, ?, ?, ?, ? FROM trail_head WHERE NOT EXISTS \
         (SELECT 1 FROM trail_hour WHERE action = ? AND actor = ? AND hour = ? AND outcome = ?)"
    };
}

/// Begins those of the four totals that are not there yet, at `entries`.
async fn begin(conn: &mut AnyConnection, (action, actor, hour, outcome): Total<'_>, entries: i64) -> Result<()> {
    let mut query = sqlx::query(concat!(
        "INSERT INTO trail_hour (action, actor, hour, outcome, entries) ",
        begun!(),
        " UNION ALL ",
        begun!(),
        " UNION ALL ",
        begun!(),
        " UNION ALL ",
        begun!()
    ));
    for (action, actor) in [(action, actor), (action, ALL), (ALL, actor), (ALL, ALL)] {
        query = query.bind(action).bind(actor).bind(hour).bind(outcome).bind(entries);
        query = query.bind(action).bind(actor).bind(hour).bind(outcome);
    }
    query.execute(conn).await?;
    Ok(())
}

const RAISE: Each = each!(
    "UPDATE trail_hour SET entries = entries + ? \
     WHERE action IN (?, '*') AND actor IN (?, '*') AND hour = ? AND outcome = ?"
);

/// Adds `sign` times so many entries to those of the four totals of each that are there; answers how many that were.
async fn raise_all(conn: &mut AnyConnection, counts: &[(Total<'_>, i64)], sign: i64) -> Result<u64> {
    let bind = |row: db::Row, &((action, actor, hour, outcome), entries): &(Total<'_>, i64)| {
        row.bind(sign * entries).bind(action.to_owned()).bind(actor.to_owned()).bind(hour).bind(outcome.to_owned())
    };
    RAISE.run(conn, counts, bind).await
}

/// Whether the totals know all that is filtered, but for the time.
pub(super) fn hold(filter: &Parsed) -> bool {
    let others = [&filter.subject, &filter.session, &filter.role];
    others.iter().all(|text| text.is_empty()) && filter.hours.is_none() && filter.actions.attempts.is_empty()
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
    let mut sum = 0;
    for action in if actions.is_empty() { &[ALL] } else { actions } {
        let some = sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(entries), 0) AS SIGNED) FROM trail_hour \
             WHERE action = ? AND actor = ? AND hour >= ? AND hour <= ? AND (? = '' OR outcome = ?)",
        );
        let actor = if actor.is_empty() { ALL } else { actor };
        let some = some.bind(*action).bind(actor).bind(first).bind(last).bind(outcome).bind(outcome);
        sum += some.fetch_one(&mut *conn).await.map(|some: i64| some)?;
    }
    Ok(sum)
}

/// How many entries match by time and outcome, in bars of whole hours from `from` on; for a filter that [`hold`] knows.
pub(super) async fn bars(
    conn: &mut AnyConnection,
    filter: &Parsed,
    (from, width, count): (i64, i64, usize),
) -> Result<Vec<[u64; 3]>> {
    let (first, hours) = (from.div_euclid(HOUR), width / HOUR);
    let end = first + hours * i64::try_from(count).unwrap_or(0);
    let mut bars = vec![[0; 3]; count];
    let all = [ALL].into_iter().filter(|_| filter.actions.names.is_empty());
    let actor = if filter.actor.is_empty() { ALL } else { &filter.actor };
    for action in all.chain(filter.actions.names.iter().copied()) {
        let rows = sqlx::query(
            "SELECT CAST(hour - ? - ((hour - ?) % ?) AS SIGNED) AS bar, outcome, CAST(SUM(entries) AS SIGNED) FROM trail_hour \
             WHERE action = ? AND actor = ? AND hour >= ? AND hour < ? AND (? = '' OR outcome = ?) \
             GROUP BY bar, outcome ORDER BY bar, outcome LIMIT 1000",
        );
        let rows = rows.bind(first).bind(first).bind(hours).bind(action).bind(actor).bind(first).bind(end);
        for row in rows.bind(&filter.outcome).bind(&filter.outcome).fetch_all(&mut *conn).await? {
            let (hour, outcome, entries): (i64, String, i64) = (row.get(0), row.get(1), row.get(2));
            raise(&mut bars, hour / hours, &outcome, entries);
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
