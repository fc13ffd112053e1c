//! How often something was done, counted from the trail itself: no second count can disagree with it.

use heliodesk_wire::CustomerNo;
use jiff::{Timestamp, tz::TimeZone};
use sqlx::{AnyConnection, Row};

use crate::{
    clock::HOUR,
    error::{Error, Result},
    trail::{Action, CallerVerified, FieldRevealed},
};

/// Verify tries per customer and hour, over all agents.
pub(super) const TRIES: u32 = 3;

/// Tries left in this hour, and in how many seconds there is another when none is.
pub(super) async fn tries_left(conn: &mut AnyConnection, customer: &CustomerNo, now: i64) -> Result<(u32, u64)> {
    let row =
        sqlx::query("SELECT COUNT(*), COALESCE(MIN(at), 0) FROM trail WHERE subject = ? AND action = ? AND at > ?")
            .bind(customer.as_str())
            .bind(CallerVerified::NAME)
            .bind(now - HOUR)
            .fetch_one(conn)
            .await?;
    let (tries, oldest): (i64, i64) = (row.get(0), row.get(1));
    let left = TRIES.saturating_sub(u32::try_from(tries).unwrap_or(u32::MAX));
    let wait = u64::try_from((oldest + HOUR - now) / 1000 + 1).unwrap_or(1);
    Ok((left, wait))
}

/// Reveals of a person since the day began where the company is.
pub(super) async fn revealed_today(conn: &mut AnyConnection, staff: &str, now: i64, zone: &TimeZone) -> Result<u32> {
    let since = day_began(now, zone)?;
    let first: Option<i64> = sqlx::query_scalar("SELECT seq FROM trail WHERE at >= ? ORDER BY at, seq LIMIT 1")
        .bind(since)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(first) = first else { return Ok(0) };
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM trail WHERE actor = ? AND seq >= ? AND action = ? AND at >= ?")
            .bind(staff)
            .bind(first)
            .bind(FieldRevealed::NAME)
            .bind(since)
            .fetch_one(conn)
            .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// When the day of `now` began in this zone; both UTC milliseconds.
fn day_began(now: i64, zone: &TimeZone) -> Result<i64> {
    let unreal = |_| Error::broken("the clock shows no real time");
    let day =
        Timestamp::from_millisecond(now).map_err(unreal)?.to_zoned(zone.clone()).start_of_day().map_err(unreal)?;
    Ok(day.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_where_the_company_is() {
        let now = 1_700_000_000_000; // 14 November 2023, 22:13:20 UTC
        assert_eq!(day_began(now, &TimeZone::UTC).expect("real"), 1_699_920_000_000);
        let berlin = TimeZone::get("Europe/Berlin").expect("known");
        assert_eq!(day_began(now, &berlin).expect("real"), 1_699_916_400_000);
        let phoenix = TimeZone::get("America/Phoenix").expect("known");
        assert_eq!(day_began(now, &phoenix).expect("real"), 1_699_945_200_000);
    }
}
