//! Going through entries along an index, newest first, and never through more than a budget of them at once.
//!
//! Filters combine freely, so no index holds every combination. The one filter that leaves the fewest entries decides which
//! index is read; the others only sift, by columns that stand in the same index. How many a filter leaves is known from the
//! running totals.

use heliodesk_wire::trail::OUTCOMES;
use sqlx::{Any, AnyConnection, FromRow, Row, any::AnyArguments, query::Query};

use super::{
    AccessDenied, Action,
    along::{BARS, COUNT, Column, DURING, FLOOR, PAGE, SPREAD},
    bounds::{Bounds, WINDOW},
    entry::Record,
    filter::Parsed,
    totals,
};
use crate::{clock::HOUR, error::Result};

/// Most entries that are looked at for one page or one step of an export.
pub(super) const BUDGET: i64 = 200_000;
/// Most entries that one chart looks at, where the totals do not know what is filtered.
pub(super) const CHART: i64 = 20_000;
/// Of more than that it looks at so many, at even distances; so few of one day are looked at by time.
const SAMPLE: i64 = 2_000;

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
        let bounds = Bounds::of(conn, filter, before).await?;
        Self::within(conn, filter, bounds, budget).await
    }

    /// For one page. What one index answers is read without a budget, since a page is soon full; what is neither about one
    /// subject nor of one session or time, and has to be sifted, not further back than a window.
    pub(super) async fn for_page(conn: &mut AnyConnection, filter: &Parsed, budget: i64) -> Result<Self> {
        let bounds = Bounds::of(conn, filter, filter.before).await?;
        if is_indexed(filter) {
            let all = Self::of(bounds);
            return Ok(match candidates(filter).next() {
                Some((column, values)) => Self { column, values, ..all },
                None => all,
            });
        }
        let open = filter.times() == (None, None) && filter.subject.is_empty() && filter.session.is_empty();
        let end = bounds.bottom;
        let bounds = if open { bounds.back(conn, WINDOW).await? } else { bounds };
        let scan = Self::within(conn, filter, bounds, budget).await?;
        Ok(Self { cut: scan.floor > end, ..scan })
    }

    /// All entries within, by number.
    fn of(bounds: Bounds) -> Self {
        let Bounds { top, bottom } = bounds;
        Self { column: Column::Number, values: vec![String::new()], top, floor: bottom, cut: false }
    }

    async fn within(conn: &mut AnyConnection, filter: &Parsed, bounds: Bounds, budget: i64) -> Result<Self> {
        let Bounds { top, bottom } = bounds;
        let (mut column, mut values, left) = choose(conn, filter, bounds).await?;
        let share = budget / i64::try_from(values.len()).unwrap_or(1).max(1);
        let mut floor = bottom;
        if column == Column::Number {
            floor = bottom.max(top.saturating_sub(1).saturating_sub(budget));
            // Every entry has an outcome, and what sifts stands in that index: entries themselves are several times as long.
            if !filter.role.is_empty() || filter.hours.is_some() {
                (column, values) = (Column::Outcome, OUTCOMES.map(str::to_owned).to_vec());
            }
        } else if left.is_none_or(|left| left > budget) {
            for value in &values {
                let ends = sqlx::query_scalar(FLOOR[column as usize]).bind(value).bind(top).bind(bottom).bind(share);
                floor = floor.max(ends.fetch_optional(&mut *conn).await?.unwrap_or(bottom));
            }
        }
        Ok(Self { column, values, top, floor, cut: floor > bottom })
    }

    /// Where to go on, when the window or the budget ended before the trail.
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
            let query = self.bound(sqlx::query(PAGE[self.column as usize]).bind(value), top, filter);
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
            let query = self.bound(sqlx::query(COUNT[self.column as usize]).bind(value), self.top, filter);
            let count: i64 = query.fetch_one(&mut *conn).await?.get(0);
            sum += u64::try_from(count).unwrap_or(0);
        }
        Ok(sum)
    }

    /// How many match by time and outcome, in bars from `from` on, each `width` wide; and of how many entries one was looked
    /// at, when there are too many to look at each.
    pub(super) async fn bars(
        conn: &mut AnyConnection,
        filter: &Parsed,
        (from, width, count): (i64, i64, usize),
        budget: i64,
    ) -> Result<(Vec<[u64; 3]>, i64)> {
        let mut bars = vec![[0; 3]; count];
        let few = few(conn, filter, budget.min(SAMPLE)).await?;
        let bounds = if few { Bounds::ALL } else { Bounds::of(conn, filter, i64::MAX).await? };
        let scan = if few { Self::of(bounds) } else { Self::within(conn, filter, bounds, budget).await? };
        if !scan.cut {
            let statement = if few { DURING } else { BARS[scan.column as usize] };
            for value in &scan.values {
                let query = sqlx::query(statement).bind(from).bind(from).bind(width).bind(value);
                for row in scan.bound(query, scan.top, filter).fetch_all(&mut *conn).await? {
                    totals::raise(&mut bars, row.get::<i64, _>(0) / width, row.get(1), row.get(2));
                }
            }
            return Ok((bars, 1));
        }
        let all = Self { floor: bounds.bottom, ..scan };
        let last = bounds.top - 1;
        let step = (last - bounds.bottom).div_euclid(budget.min(SAMPLE)) + 1;
        let query = sqlx::query(SPREAD).bind(from).bind(from).bind(width).bind(last).bind(step);
        for row in all.bound(query, all.top, filter).fetch_all(&mut *conn).await? {
            totals::raise(&mut bars, row.get::<i64, _>(0) / width, row.get(1), row.get::<i64, _>(2) * step);
        }
        Ok((bars, step))
    }

    /// Binds what every statement of [`along!`] needs after its first condition.
    fn bound<'q>(
        &self,
        query: Query<'q, Any, AnyArguments>,
        top: i64,
        filter: &'q Parsed,
    ) -> Query<'q, Any, AnyArguments> {
        let listed = |all: &mut dyn Iterator<Item = &&'static str>, sign: char| {
            all.fold(String::new(), |list, one| format!("{list}{sign}{one}{sign}"))
        };
        // One name is compared; looking through a list of them takes three times as long.
        let only = filter.actions.only();
        let names = if only.is_empty() { listed(&mut filter.actions.names.iter(), '|') } else { String::new() };
        let attempts = listed(&mut filter.actions.attempts.iter(), '"');
        let mut query = query.bind(top).bind(self.floor).bind(filter.from).bind(filter.to);
        for text in [&filter.session, &filter.subject, &filter.actor, &filter.outcome, &filter.role] {
            query = query.bind(text).bind(text);
        }
        let query = query.bind(only).bind(only).bind(names.clone()).bind(names).bind(attempts);
        let mut query = query.bind(i64::from(filter.hours.is_some()));
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
    let all = [
        (Column::Session, one(&filter.session)),
        (Column::Subject, one(&filter.subject)),
        (Column::Actor, one(&filter.actor)),
        (Column::Action, actions),
        (Column::Outcome, one(&filter.outcome)),
    ];
    all.into_iter().filter(|(_, values)| !values.is_empty())
}

/// Whether the index of the one filter there is finds just what matches; the same of no filter and the number.
fn is_indexed(filter: &Parsed) -> bool {
    let (set, actions) = ([&filter.session, &filter.subject, &filter.actor, &filter.outcome], &filter.actions);
    set.iter().filter(|text| !text.is_empty()).count() + usize::from(!actions.names.is_empty()) < 2
        && filter.role.is_empty()
        && filter.hours.is_none()
        && actions.attempts.is_empty()
}

/// Whether a filter is about a part of a day with at most so many entries, and about none of those that leave few anyway:
/// then they are nearer by time than the numbers between which that time lies.
async fn few(conn: &mut AnyConnection, filter: &Parsed, most: i64) -> Result<bool> {
    let (Some(from), Some(to)) = filter.times() else { return Ok(false) };
    if to - from > 24 * HOUR || !filter.subject.is_empty() || !filter.session.is_empty() {
        return Ok(false);
    }
    let hours = (from.div_euclid(HOUR), to.div_euclid(HOUR));
    Ok(totals::sum(conn, &[], "", "", hours).await? <= most)
}

/// The index that is read, the values it is read for, and how many entries they leave, where that is known: of a session or
/// a subject it is not, but they are few.
async fn choose(
    conn: &mut AnyConnection,
    filter: &Parsed,
    bounds: Bounds,
) -> Result<(Column, Vec<String>, Option<i64>)> {
    let all: Vec<_> = candidates(filter).collect();
    match &all[..] {
        [(column @ (Column::Session | Column::Subject), values), ..] => return Ok((*column, values.clone(), None)),
        // Where the budget ends is found sooner than all hours of the trail are summed up, and there is no choice.
        [(column, values)] if bounds.bottom == 0 => return Ok((*column, values.clone(), None)),
        _ => {}
    }
    let mut best = (Column::Number, vec![String::new()], Some(bounds.top - 1 - bounds.bottom));
    let hours = bounds.hours(conn).await?;
    for (column, values) in all {
        let names: Vec<&str> = values.iter().map(String::as_str).collect();
        let left = match column {
            Column::Actor => totals::sum(conn, &[], &filter.actor, "", hours).await?,
            Column::Action => totals::sum(conn, &names, "", "", hours).await?,
            _ => totals::sum(conn, &[], "", &filter.outcome, hours).await?,
        };
        if best.2.is_some_and(|least| left < least || (left == least && best.0 == Column::Number)) {
            best = (column, values, Some(left));
        }
    }
    Ok(best)
}
