//! The numbers between which the entries of a filtered time stand.

use sqlx::AnyConnection;

use super::{choice::is_short, filter::Parsed};
use crate::{clock::HOUR, error::Result};

/// How far back one look goes where neither a time nor a subject nor a session says how far.
pub(super) const WINDOW: i64 = 7 * 24 * HOUR;
/// How wrong a clock may have been: entries this far out of the order of time are found all the same.
pub(super) const SLACK: i64 = 24 * HOUR;

/// Both exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) top: i64,
    pub(super) bottom: i64,
}

impl Bounds {
    /// Of the times of a filter, before an entry: up to the last one of those times, and down to where none of them can be.
    pub(super) async fn of(conn: &mut AnyConnection, filter: &Parsed, before: i64) -> Result<Self> {
        let all = Self::around(conn, filter, before).await?;
        let Some(to) = filter.times().1.filter(|_| !is_short(filter)) else { return Ok(all) };
        let top = all.top.min(last_before(conn, to).await?.unwrap_or(0) + 1);
        Ok(Self { top, bottom: all.bottom.min(top) })
    }

    /// The same, with what lies around those times as far as a clock may have been wrong: two look-ups, whereas how far it
    /// was wrong only a walk through a day of entries would tell. Of a part of a day that walk is short.
    pub(super) async fn around(conn: &mut AnyConnection, filter: &Parsed, before: i64) -> Result<Self> {
        let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM trail").fetch_one(&mut *conn).await?;
        let mut all = Self { top: before.clamp(1, last + 1), bottom: 0 };
        let (from, to) = filter.times();
        if is_short(filter) {
            let ends = sqlx::query_as("SELECT MIN(+seq), MAX(+seq) FROM trail WHERE at >= ? AND at < ?");
            let ends: (Option<i64>, Option<i64>) = ends.bind(filter.from).bind(filter.to).fetch_one(conn).await?;
            let top = ends.1.map_or(1, |last| all.top.min(last + 1));
            return Ok(Self { top, bottom: ends.0.map_or(top, |first| first - 1).min(top) });
        }
        if let Some(to) = to {
            all.top = all.top.min(since(conn, to.saturating_add(SLACK)).await?.unwrap_or(i64::MAX));
        }
        if let Some(from) = from {
            all.bottom = until(conn, from.saturating_sub(SLACK)).await?.unwrap_or(0).min(all.top);
        }
        Ok(all)
    }

    /// Where the times of a filter begin and end by the clock: good enough for an estimate.
    pub(super) async fn by_clock(self, conn: &mut AnyConnection, filter: &Parsed) -> Result<Self> {
        let (from, to) = filter.times();
        let top = if to.is_some() { until(conn, filter.to).await?.unwrap_or(0) + 1 } else { self.top };
        let first = if from.is_some() { since(conn, filter.from).await?.unwrap_or(top) } else { self.bottom + 1 };
        let top = top.min(self.top);
        Ok(Self { top, bottom: (first - 1).max(self.bottom).min(top) })
    }

    /// The same, not further back than this from its newest entry on.
    pub(super) async fn back(self, conn: &mut AnyConnection, length: i64) -> Result<Self> {
        let Some(newest) = at(conn, self.top).await? else { return Ok(self) };
        self.since(conn, newest.saturating_sub(length)).await
    }

    /// The same, not further back than its first entry since this time.
    pub(super) async fn since(self, conn: &mut AnyConnection, from: i64) -> Result<Self> {
        let first = since(conn, from).await?;
        Ok(Self { bottom: first.map_or(self.bottom, |first| self.bottom.max(first.min(self.top - 1) - 1)), ..self })
    }

    /// From which hour to which its entries are, as far as the clock was right.
    pub(super) async fn hours(self, conn: &mut AnyConnection) -> Result<(i64, i64)> {
        let hour = |at: Option<i64>| at.map(|at| at.div_euclid(HOUR));
        let last = hour(at(conn, self.top).await?);
        let first = if self.bottom == 0 { None } else { hour(at(conn, self.bottom + 2).await?) };
        Ok((first.unwrap_or(i64::MIN), last.unwrap_or(i64::MAX)))
    }
}

/// When the newest entry before this number was recorded.
async fn at(conn: &mut AnyConnection, before: i64) -> Result<Option<i64>> {
    let at = sqlx::query_scalar("SELECT at FROM trail WHERE seq < ? ORDER BY seq DESC LIMIT 1").bind(before);
    Ok(at.fetch_optional(conn).await?)
}

/// The first entry since this time, by time.
async fn since(conn: &mut AnyConnection, from: i64) -> Result<Option<i64>> {
    let first = sqlx::query_scalar("SELECT seq FROM trail WHERE at >= ? ORDER BY at, seq LIMIT 1").bind(from);
    Ok(first.fetch_optional(conn).await?)
}

/// The last entry before this time, by time.
async fn until(conn: &mut AnyConnection, to: i64) -> Result<Option<i64>> {
    let last = sqlx::query_scalar("SELECT seq FROM trail WHERE at < ? ORDER BY at DESC, seq DESC LIMIT 1").bind(to);
    Ok(last.fetch_optional(conn).await?)
}

/// The highest number of an entry before this time. The plus sign keeps the databases from going through all by number.
async fn last_before(conn: &mut AnyConnection, to: i64) -> Result<Option<i64>> {
    let last = sqlx::query_scalar("SELECT at FROM trail WHERE at < ? ORDER BY at DESC, seq DESC LIMIT 1").bind(to);
    let Some(at): Option<i64> = last.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let highest = sqlx::query_scalar("SELECT MAX(+seq) FROM trail WHERE at > ? AND at <= ?");
    Ok(highest.bind(at.saturating_sub(SLACK)).bind(at).fetch_one(conn).await?)
}

/// Whether an entry since this time has this number or a lower one.
pub(super) async fn is_left(conn: &mut AnyConnection, from: i64, seq: i64) -> Result<bool> {
    let first = sqlx::query_as("SELECT at, seq FROM trail WHERE at >= ? ORDER BY at, seq LIMIT 1").bind(from);
    let Some((at, first)): Option<(i64, i64)> = first.fetch_optional(&mut *conn).await? else { return Ok(false) };
    if first <= seq {
        return Ok(true);
    }
    let left = sqlx::query("SELECT seq FROM trail WHERE at >= ? AND at < ? AND +seq <= ? ORDER BY at LIMIT 1");
    Ok(left.bind(at).bind(at.saturating_add(SLACK)).bind(seq).fetch_optional(conn).await?.is_some())
}
