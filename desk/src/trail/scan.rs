//! Going through entries along an index, newest first, and never through more than a budget of them at once.
//!
//! Filters combine freely, so no index holds every combination. The one filter that leaves the fewest entries decides which
//! index is read; the others only sift, by columns that stand in the same index. How many a filter leaves is known from the
//! running totals, and so is how far back a page reaches; where that is not far enough, it is read anew without that.

use heliodesk_wire::trail::OUTCOMES;
use sqlx::{
    Any, AnyConnection, FromRow, Row,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use super::{
    AccessDenied, Action,
    along::{BARS, COUNT, Column, DURING, FLOOR, PAGE, SPREAD},
    bounds::{Bounds, SLACK, WINDOW, is_left},
    choice::{candidates, choose, is_about_one, is_indexed, is_short, left},
    entry::Record,
    filter::Parsed,
    totals,
};
use crate::{clock::HOUR, error::Result};

/// Most entries that are looked at for one page or one step of an export.
pub(super) const BUDGET: i64 = 200_000;
/// Most entries that one chart looks at, where the totals do not know what is filtered.
pub(super) const CHART: i64 = 20_000;
/// Of more than that it looks at so many, at even distances, and so it does of refusals, where their own index is read for what
/// was attempted; so few of one day are looked at by time.
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

    /// The newest `limit` entries that match, and where to go on, when the window or the budget ended before the trail.
    pub(super) async fn newest(
        conn: &mut AnyConnection,
        filter: &Parsed,
        budget: i64,
        limit: usize,
    ) -> Result<(Vec<Record>, Option<i64>)> {
        if let Some(near) = Self::near(conn, filter, budget, limit).await? {
            let records = near.page(conn, filter, i64::MAX, limit).await?;
            if records.len() == limit {
                return Ok((records, None));
            }
        }
        let scan = Self::for_page(conn, filter, budget).await?;
        Ok((scan.page(conn, filter, i64::MAX, limit).await?, scan.rest()))
    }

    /// Where several indexes could be read: as far back as `limit` entries reach by the totals of whole hours, along the one that
    /// leaves the fewest there, and further by as much as a clock may have been wrong. Of all time that may be another one.
    async fn near(conn: &mut AnyConnection, filter: &Parsed, budget: i64, limit: usize) -> Result<Option<Self>> {
        if !totals::hold(filter) || candidates(filter).count() < 2 {
            return Ok(None);
        }
        let bounds = Bounds::of(conn, filter, filter.before).await?;
        let (first, last) = bounds.hours(conn).await?;
        let (from, to) = filter.times();
        let is_whole = filter.before == i64::MAX && to.is_none();
        let whole = (
            from.map_or(first, |from| from.saturating_add(HOUR - 1).div_euclid(HOUR).max(first)),
            if is_whole { last } else { last - 1 },
        );
        let count = i64::try_from(limit).unwrap_or(i64::MAX);
        let Some(since) = totals::newest(conn, filter, whole, count).await? else { return Ok(None) };
        let (column, values, _) = choose(conn, filter, Some((since, last)), i64::MAX).await?;
        if left(conn, filter, column, &values, (since - SLACK / HOUR, last)).await? > budget {
            return Ok(None);
        }
        let near = bounds.since(conn, since * HOUR - SLACK).await?;
        Ok(Some(Self { column, values, ..Self::of(near) }))
    }

    /// For one page. What one index answers is read without a budget, since a page is soon full; what is neither about one
    /// subject nor of one session or time, and has to be sifted, not further back than a window.
    async fn for_page(conn: &mut AnyConnection, filter: &Parsed, budget: i64) -> Result<Self> {
        let bounds = Bounds::of(conn, filter, filter.before).await?;
        if is_indexed(filter) {
            let all = Self::of(bounds);
            return Ok(match candidates(filter).next() {
                Some((column, values)) => Self { column, values, ..all },
                None => all.by_outcome(filter),
            });
        }
        if filter.times() != (None, None) || is_about_one(filter) {
            return Self::within(conn, filter, bounds, budget).await;
        }
        let window = bounds.back(conn, WINDOW).await?;
        let scan = Self::within(conn, filter, window, budget).await?;
        Ok(Self { cut: scan.floor > bounds.bottom, ..scan })
    }

    /// All entries within, by number.
    fn of(bounds: Bounds) -> Self {
        let Bounds { top, bottom } = bounds;
        Self { column: Column::Number, values: vec![String::new()], top, floor: bottom, cut: false }
    }

    /// The newest within, along the index that leaves the fewest.
    async fn within(conn: &mut AnyConnection, filter: &Parsed, bounds: Bounds, budget: i64) -> Result<Self> {
        let Bounds { top, bottom } = bounds;
        // Where the budget ends is found sooner than all hours of the trail are summed up, and there is no choice.
        let settled = is_about_one(filter) || (bottom == 0 && candidates(filter).count() < 2);
        let hours = if settled { None } else { Some(bounds.hours(conn).await?) };
        let (column, values, left) = choose(conn, filter, hours, top - 1 - bottom).await?;
        let share = budget / i64::try_from(values.len()).unwrap_or(1).max(1);
        let mut floor = bottom;
        if column == Column::Number {
            floor = bottom.max(top.saturating_sub(1).saturating_sub(budget));
        } else if left.is_none_or(|left| left > budget) {
            for value in &values {
                let ends = sqlx::query_scalar(FLOOR[column as usize]).bind(value).bind(top).bind(bottom).bind(share);
                floor = floor.max(ends.fetch_optional(&mut *conn).await?.unwrap_or(bottom));
            }
        }
        // Below the oldest entry that matches there is nothing to go on with.
        let cut = floor > bottom
            && match filter.times() {
                (Some(from), _) => is_left(conn, from, floor).await?,
                (None, _) => true,
            };
        Ok(Self { column, values, top, floor, cut }.by_outcome(filter))
    }

    /// Every entry has an outcome, and what sifts stands in that index: entries themselves are several times as long.
    fn by_outcome(self, filter: &Parsed) -> Self {
        let sifts = !filter.role.is_empty() || filter.hours.is_some() || filter.times() != (None, None);
        if self.column == Column::Number && sifts {
            return Self { column: Column::Outcome, values: OUTCOMES.map(str::to_owned).to_vec(), ..self };
        }
        self
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
        let mut part = (self.top.min(before), self.floor);
        let mut records: Vec<Record> = Vec::new();
        for value in &self.values {
            let query = bound(sqlx::query(PAGE[self.column as usize]).bind(value), part, filter);
            let rows = query.bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(&mut *conn).await?;
            records.extend(rows.iter().filter_map(|row| Record::from_row(row).ok()));
            records.sort_by_key(|record| std::cmp::Reverse(record.seq));
            records.truncate(limit);
            // A page that is full has no room for what is older.
            if let Some(last) = records.last().filter(|_| records.len() == limit) {
                part.1 = last.seq;
            }
        }
        Ok(records)
    }

    /// How many match.
    pub(super) async fn count(&self, conn: &mut AnyConnection, filter: &Parsed) -> Result<u64> {
        let mut sum = 0;
        for value in &self.values {
            let part = (self.top, self.floor);
            let query = bound(sqlx::query(COUNT[self.column as usize]).bind(value), part, filter);
            let count: i64 = query.fetch_one(&mut *conn).await?.get(0);
            sum += u64::try_from(count).unwrap_or(0);
        }
        Ok(sum)
    }

    /// How many match by time and outcome, in bars from `from` on, each `width` wide, and between the times of `listed`. Where
    /// there are too many to look at each, at some.
    pub(super) async fn bars(
        conn: &mut AnyConnection,
        filter: &Parsed,
        (from, width, count): (i64, i64, usize),
        listed: (i64, i64),
        budget: i64,
    ) -> Result<Counted> {
        let mut counted = Counted { bars: vec![[0; 3]; count], listed: Some([0; 3]), step: 1 };
        let binds = |sql| sqlx::query(sql).bind(from).bind(from).bind(width).bind(listed.0).bind(listed.1);
        let hours = (filter.from.div_euclid(HOUR), filter.to.saturating_sub(1).div_euclid(HOUR));
        let bounds = Bounds::around(conn, filter, i64::MAX).await?;
        let (mut scan, mut during) = (Self::of(bounds), None);
        if filter.times() == (None, None) || is_about_one(filter) {
            scan = Self::within(conn, filter, bounds, budget).await?;
        } else {
            let all = totals::sum(conn, &[], "", "", hours).await?;
            if all <= budget.min(SAMPLE) && is_short(filter) {
                during = Some(DURING);
            } else {
                let (column, values, left) = choose(conn, filter, Some(hours), all).await?;
                let cut = left.is_some_and(|left| left > budget);
                scan = Self { column, values, cut, ..scan }.by_outcome(filter);
            }
        }
        if scan.cut {
            let Bounds { top, bottom } = bounds.by_clock(conn, filter).await?;
            counted.step = (top - 1 - bottom).div_euclid(budget.min(SAMPLE)) + 1;
            let query = bound(binds(SPREAD).bind(top - 1).bind(counted.step), (top, bottom), filter);
            counted.add(&query.fetch_all(&mut *conn).await?, width);
            return Ok(counted);
        }
        for value in &scan.values {
            if value == AccessDenied::NAME && !filter.actions.attempts.is_empty() {
                // The last value. What was attempted stands in the entry, not in an index.
                let refused = totals::sum(conn, &[AccessDenied::NAME], &filter.actor, &filter.outcome, hours).await?;
                let most = budget.min(SAMPLE);
                counted.step = ((refused + most - 1) / most).max(1);
            }
            let query = binds(during.unwrap_or(BARS[scan.column as usize])).bind(value);
            let query = bound(query, (scan.top, scan.floor), filter).bind(counted.step);
            counted.add(&query.fetch_all(&mut *conn).await?, width);
        }
        Ok(counted)
    }
}

/// What a chart found.
pub(super) struct Counted {
    pub(super) bars: Vec<[u64; 3]>,
    /// Between the times of the list, where that was asked, too.
    pub(super) listed: Option<[u64; 3]>,
    /// Of so many entries one was looked at.
    pub(super) step: i64,
}

impl Counted {
    fn add(&mut self, rows: &[AnyRow], width: i64) {
        for row in rows {
            let (bar, outcome): (i64, &str) = (row.get::<i64, _>(0) / width, row.get(1));
            totals::raise(&mut self.bars, bar, outcome, row.get::<i64, _>(2) * self.step);
            totals::raise(self.listed.as_mut_slice(), 0, outcome, row.get::<i64, _>(3) * self.step);
        }
    }
}

/// Binds what every statement of [`along!`] needs after its first condition; `part` is between which numbers.
fn bound<'q>(
    query: Query<'q, Any, AnyArguments>,
    (top, floor): (i64, i64),
    filter: &'q Parsed,
) -> Query<'q, Any, AnyArguments> {
    let listed = |all: &mut dyn Iterator<Item = &&'static str>, sign: char| {
        all.fold(String::new(), |list, one| format!("{list}{sign}{one}{sign}"))
    };
    // One name is compared; looking through a list of them takes three times as long.
    let only = filter.actions.only();
    let names = if only.is_empty() { listed(&mut filter.actions.names.iter(), '|') } else { String::new() };
    let attempts = listed(&mut filter.actions.attempts.iter(), '"');
    // No name is no condition, unless it is about attempts alone.
    let names = if names.is_empty() && !attempts.is_empty() { "|".to_owned() } else { names };
    let mut query = query.bind(top).bind(floor).bind(filter.from).bind(filter.to);
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

#[cfg(test)]
mod tests;
