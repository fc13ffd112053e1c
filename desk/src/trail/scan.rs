//! Going through entries along an index, newest first, and never through more than a budget of them at once.
//!
//! Filters combine freely, so no index holds every combination. The one filter that leaves the fewest entries decides which
//! index is read; the others only sift. How far back the budget goes along each index is looked up first: the index on which
//! it goes back furthest belongs to that filter.

use heliodesk_wire::trail::OUTCOMES;
use sqlx::{Any, AnyConnection, FromRow, Row, any::AnyArguments, query::Query};

use super::{
    AccessDenied, Action,
    entry::{Record, columns},
    filter::Parsed,
};
use crate::{clock::HOUR, error::Result};

/// Most entries that are looked at for one page, one chart or one step of an export.
pub(super) const BUDGET: i64 = 50_000;
/// How wrong a clock may have been: entries this far out of the order of time are found all the same.
const SLACK: i64 = 24 * HOUR;
/// Most values of one filter that its index is read for.
const LEGS: usize = 8;

/// A filter that has an index. A role has none: there are too few of them to leave out much.
#[derive(Clone, Copy, Debug)]
enum Column {
    Session,
    Subject,
    Actor,
    Action,
    Outcome,
    /// None of them: entries by number.
    Number,
}

/// One statement for each [`Column`], in their order. The plus signs keep the databases from choosing the index on time.
macro_rules! along {
    ($select:expr, $rest:literal) => {
        [
            along!($select, "session = ?", $rest),
            along!($select, "subject = ?", $rest),
            along!($select, "actor = ?", $rest),
            along!($select, "action = ?", $rest),
            along!($select, "outcome = ?", $rest),
            along!($select, "? = ''", $rest),
        ]
    };
    ($select:expr, $driver:literal, $rest:literal) => {
        concat!(
            $select,
            " FROM trail WHERE ",
            $driver,
            " AND seq < ? AND seq > ? AND +at >= ? AND +at < ? AND (? = '' OR session = ?) AND (? = '' OR subject = ?) \
              AND (? = '' OR actor = ?) AND (? = '' OR outcome = ?) AND (? = '' OR role = ?) \
              AND (? = '' OR INSTR(?, CONCAT('|', action, '|')) > 0 OR (action = 'access.denied' \
              AND INSTR(?, SUBSTR(changes, 24, INSTR(changes, '\"}') - 23)) > 0)) \
              AND (? = 0 OR (at + CASE WHEN at >= ? THEN ? WHEN at >= ? THEN ? WHEN at >= ? THEN ? ELSE ? END) % 86400000 \
              NOT BETWEEN 21600000 AND 71999999) ",
            $rest
        )
    };
}

/// The entry at which the budget ends.
const FLOOR: [&str; 5] = [
    "SELECT seq FROM trail WHERE session = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE subject = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE actor = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE action = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE outcome = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
];
const PAGE: [&str; 6] = along!(concat!("SELECT ", columns!()), "ORDER BY seq DESC LIMIT ?");
const COUNT: [&str; 6] = along!("SELECT COUNT(*)", "LIMIT 1");
const BARS: [&str; 6] = along!(
    "SELECT CAST(at - ? - ((at - ?) % ?) AS SIGNED) AS bar, outcome, COUNT(*)",
    "GROUP BY bar, outcome ORDER BY bar, outcome LIMIT 1000"
);

/// A part of the trail, and the index along which it is read.
#[derive(Debug)]
pub(super) struct Scan {
    column: Column,
    values: Vec<String>,
    /// Entries before this number.
    top: i64,
    /// Entries after this number.
    floor: i64,
    /// Whether entries at or below `floor` may match, too.
    cut: bool,
}

impl Scan {
    /// As many entries as `budget` allows, before number `before`.
    pub(super) async fn plan(conn: &mut AnyConnection, filter: &Parsed, before: i64, budget: i64) -> Result<Self> {
        let (top, bottom) = bounds(conn, filter, before).await?;
        let mut best = Self {
            column: Column::Number,
            values: vec![String::new()],
            top,
            floor: bottom.max(top - 1 - budget).max(0),
            cut: false,
        };
        for (column, values) in candidates(filter) {
            let mut floor = bottom;
            for value in &values {
                let ends = sqlx::query_scalar(FLOOR[column as usize]).bind(value).bind(top).bind(bottom).bind(budget);
                floor = floor.max(ends.fetch_optional(&mut *conn).await?.unwrap_or(bottom));
            }
            let by_number = matches!(best.column, Column::Number);
            if floor < best.floor || (by_number && floor == best.floor) {
                best = Self { column, values, floor, ..best };
            }
            if best.floor == bottom {
                break;
            }
        }
        best.cut = best.floor > bottom;
        Ok(best)
    }

    /// Where to go on, when the budget was used up before the end.
    pub(super) fn rest(&self) -> Option<i64> {
        self.cut.then_some(self.floor + 1)
    }

    /// What matches before number `before`, newest first. A row that cannot be read stands for tampering; verification names
    /// it, this gives the others.
    pub(super) async fn page(
        &self,
        conn: &mut AnyConnection,
        filter: &Parsed,
        before: i64,
        limit: usize,
    ) -> Result<Vec<Record>> {
        let top = self.top.min(before);
        let mut records: Vec<Record> = Vec::new();
        for value in &self.values {
            let query = self.bound(sqlx::query(PAGE[self.column as usize]), value, top, filter);
            let rows = query.bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(&mut *conn).await?;
            records.extend(rows.iter().filter_map(|row| Record::from_row(row).ok()));
        }
        records.sort_by_key(|record| std::cmp::Reverse(record.seq));
        records.truncate(limit);
        Ok(records)
    }

    /// How many match.
    pub(super) async fn count(&self, conn: &mut AnyConnection, filter: &Parsed) -> Result<u64> {
        let mut sum = 0;
        for value in &self.values {
            let query = self.bound(sqlx::query(COUNT[self.column as usize]), value, self.top, filter);
            let count: i64 = query.fetch_one(&mut *conn).await?.get(0);
            sum += u64::try_from(count).unwrap_or(0);
        }
        Ok(sum)
    }

    /// How many match by time and outcome, in bars from `from` on, each `width` wide.
    pub(super) async fn bars(
        &self,
        conn: &mut AnyConnection,
        filter: &Parsed,
        (from, width, count): (i64, i64, usize),
    ) -> Result<Vec<[u64; 3]>> {
        let mut bars = vec![[0; 3]; count];
        for value in &self.values {
            let query = sqlx::query(BARS[self.column as usize]).bind(from).bind(from).bind(width);
            for row in self.bound(query, value, self.top, filter).fetch_all(&mut *conn).await? {
                let (at, outcome, count): (i64, String, i64) = (row.get(0), row.get(1), row.get(2));
                let bar = usize::try_from(at / width).ok().and_then(|bar| bars.get_mut(bar));
                if let (Some(bar), Some(kind)) = (bar, OUTCOMES.iter().position(|known| *known == outcome)) {
                    bar[kind] += u64::try_from(count).unwrap_or(0);
                }
            }
        }
        Ok(bars)
    }

    /// When the oldest entry looked at was recorded, when older ones were not.
    pub(super) async fn looked_since(&self, conn: &mut AnyConnection) -> Result<Option<i64>> {
        let Some(rest) = self.rest() else { return Ok(None) };
        Ok(sqlx::query_scalar("SELECT at FROM trail WHERE seq = ?").bind(rest).fetch_optional(conn).await?)
    }

    /// Binds what every statement of [`along!`] needs.
    fn bound<'q>(
        &self,
        query: Query<'q, Any, AnyArguments>,
        value: &'q str,
        top: i64,
        filter: &'q Parsed,
    ) -> Query<'q, Any, AnyArguments> {
        let listed = |all: &mut dyn Iterator<Item = &&'static str>, sign: char| {
            all.fold(String::new(), |list, one| format!("{list}{sign}{one}{sign}"))
        };
        let names = listed(&mut filter.actions.names.iter(), '|');
        let attempts = listed(&mut filter.actions.attempts.iter(), '"');
        let mut query = query.bind(value).bind(top).bind(self.floor).bind(filter.from).bind(filter.to);
        for text in [&filter.session, &filter.subject, &filter.actor, &filter.outcome, &filter.role] {
            query = query.bind(text).bind(text);
        }
        let mut query = query.bind(names.clone()).bind(names).bind(attempts).bind(i64::from(filter.hours.is_some()));
        for part in filter.hours.unwrap_or_default() {
            query = query.bind(part);
        }
        query
    }
}

/// The filters with an index and the values to read it for, those first that usually leave the fewest.
fn candidates(filter: &Parsed) -> impl Iterator<Item = (Column, Vec<String>)> {
    let one = |text: &String| if text.is_empty() { Vec::new() } else { vec![text.clone()] };
    let mut actions: Vec<String> = filter.actions.names.iter().map(|name| (*name).to_owned()).collect();
    if !filter.actions.attempts.is_empty() && !filter.actions.names.contains(AccessDenied::NAME) {
        actions.push(AccessDenied::NAME.to_owned());
    }
    let usual = filter.outcome == "ok";
    let all = [
        (Column::Session, one(&filter.session)),
        (Column::Subject, one(&filter.subject)),
        (Column::Actor, one(&filter.actor)),
        (Column::Action, actions),
        (Column::Outcome, if usual { Vec::new() } else { one(&filter.outcome) }),
    ];
    all.into_iter().filter(|(_, values)| (1..=LEGS).contains(&values.len()))
}

/// The numbers between which the entries of the filtered time stand, both exclusive.
async fn bounds(conn: &mut AnyConnection, filter: &Parsed, before: i64) -> Result<(i64, i64)> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM trail").fetch_one(&mut *conn).await?;
    let mut top = before.min(last + 1);
    let mut bottom = 0;
    let (from, to) = filter.times();
    if let Some(from) = from {
        // No entry that late: nothing to look at.
        bottom = first_since(conn, from.saturating_sub(SLACK)).await?.map_or(top, |first| first - 1);
    }
    if let Some(to) = to {
        top = top.min(first_since(conn, to.saturating_add(SLACK)).await?.unwrap_or(top));
    }
    Ok((top, bottom.min(top)))
}

async fn first_since(conn: &mut AnyConnection, at: i64) -> Result<Option<i64>> {
    let first = sqlx::query_scalar("SELECT seq FROM trail WHERE at >= ? ORDER BY at, seq LIMIT 1").bind(at);
    Ok(first.fetch_optional(conn).await?)
}
