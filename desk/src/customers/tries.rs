//! How often something was done, counted from the trail itself: no second count can disagree with it.

use heliodesk_wire::CustomerNo;
use jiff::tz::TimeZone;
use sqlx::Row;

use crate::{
    clock::HOUR,
    error::{Error, Result},
    trail::{Action, CallerVerified, FieldRevealed, Outcome, Recorded, day_began},
};

/// Verify tries per customer and hour, over all agents.
pub(super) const TRIES: u32 = 3;

/// What was tried with a customer's callers in the past hour.
pub(super) struct Tries {
    /// How many are left.
    pub(super) left: u32,
    /// In how many seconds there is one more, where some are used.
    pub(super) wait: u64,
    /// When a caller last gave a right value to this session.
    pub(super) matched_at: Option<i64>,
}

/// The tries of the past hour with a customer's callers, over all agents.
pub(super) async fn tries(mut conn: Recorded<'_>, customer: &CustomerNo, session: &str, now: i64) -> Result<Tries> {
    let rows = sqlx::query(
        "SELECT at, session, outcome FROM trail WHERE subject = ? AND action = ? AND at > ? ORDER BY seq DESC LIMIT 3",
    )
    .bind(customer.as_str())
    .bind(CallerVerified::NAME)
    .bind(now - HOUR)
    .fetch_all(&mut *conn)
    .await?;
    let oldest = rows.iter().map(|row| row.get::<i64, _>(0)).min().unwrap_or(now);
    let matched = rows.iter().find(|row| {
        row.get::<Option<String>, _>(1).as_deref() == Some(session) && row.get::<String, _>(2) == Outcome::Ok.as_str()
    });
    Ok(Tries {
        left: TRIES.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX)),
        wait: u64::try_from((oldest + HOUR - now) / 1000 + 1).unwrap_or(1),
        matched_at: matched.map(|row| row.get(0)),
    })
}

/// The number of the first entry since a time.
pub(super) async fn first_since(conn: &mut Recorded<'_>, since: i64) -> Result<Option<i64>> {
    let first = sqlx::query_scalar("SELECT seq FROM trail WHERE at >= ? ORDER BY at, seq LIMIT 1");
    Ok(first.bind(since).fetch_optional(&mut **conn).await?)
}

/// Reveals of a person since the day began where the company is.
pub(super) async fn revealed_today(mut conn: Recorded<'_>, staff: &str, now: i64, zone: &TimeZone) -> Result<u32> {
    let since = day_began(now, zone).ok_or_else(|| Error::broken("the clock shows no real time"))?;
    let Some(first) = first_since(&mut conn, since).await? else { return Ok(0) };
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM trail WHERE actor = ? AND seq >= ? AND action = ? AND at >= ?")
            .bind(staff)
            .bind(first)
            .bind(FieldRevealed::NAME)
            .bind(since)
            .fetch_one(&mut *conn)
            .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
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
