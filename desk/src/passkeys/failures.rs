//! Failed ceremonies of known accounts: entries on the trail, at most 20 per account and hour, then one that counts the
//! rest, so that a stranger can neither hide in the trail nor fill it.

use sqlx::{AnyConnection, Row};

use crate::{
    access::{Actor, Anyone},
    clock::HOUR,
    desk::Desk,
    error::Result,
    staff,
    trail::{Action, Change, Entry, Outcome, SignInFailed},
};

/// How many failures of one account and hour get an entry of their own.
const RECORDED: i64 = 20;

/// Records one failed ceremony of `staff`, or counts it.
pub(crate) async fn record<P, A: Action>(actor: &Actor<P>, staff: &str, entry: Entry<A>) -> Result<()> {
    // Two failures at once must not both be the twentieth.
    let mut work = actor.begin_counting().await?;
    let hour = work.at() / HOUR;
    if count(work.conn(), staff, hour).await? <= RECORDED {
        return work.commit(entry.outcome(Outcome::Failed)).await.map(|_| ());
    }
    drop(work);
    let mut tx = actor.desk().db().scratch().await?;
    count(&mut tx, staff, hour).await?;
    tx.commit().await?;
    Ok(())
}

/// Does for an address that is nobody's what [`record`] does for an account's, and keeps none of it: neither what the
/// database is asked nor the wait for its turn tells the two apart.
pub(crate) async fn rehearse<P, A: Action>(actor: &Actor<P>, entry: Entry<A>) -> Result<()> {
    let mut work = actor.begin_counting().await?;
    let hour = work.at() / HOUR;
    count(work.conn(), staff::NOBODY, hour).await?;
    work.rehearse(entry.outcome(Outcome::Failed)).await
}

/// Counts one more failure; answers how many this hour has. As many statements for the first as for any other.
async fn count(conn: &mut AnyConnection, staff: &str, hour: i64) -> Result<i64> {
    let before: Option<i64> = sqlx::query_scalar("SELECT failures FROM failed_ceremony WHERE staff = ? AND hour = ?")
        .bind(staff)
        .bind(hour)
        .fetch_optional(&mut *conn)
        .await?;
    let one_more = match before {
        Some(_) => "UPDATE failed_ceremony SET failures = failures + 1 WHERE staff = ? AND hour = ?",
        None => "INSERT INTO failed_ceremony (staff, hour, failures) VALUES (?, ?, 1)",
    };
    sqlx::query(one_more).bind(staff).bind(hour).execute(conn).await?;
    Ok(before.unwrap_or(0) + 1)
}

/// Records, for hours that are over, how many failures had no entry of their own. Run it now and then.
///
/// # Errors
/// When the database does not answer.
pub async fn settle(actor: &Actor<Anyone>) -> Result<()> {
    let desk = actor.desk();
    let hour = desk.clock().now() / HOUR;
    for (staff, hour, failures) in over(desk, hour).await? {
        let mut work = actor.begin().await?;
        let person = staff::find(work.conn(), &staff).await?;
        let removed = sqlx::query("DELETE FROM failed_ceremony WHERE staff = ? AND hour = ?")
            .bind(&staff)
            .bind(hour)
            .execute(work.conn())
            .await?;
        let Some(person) = person.filter(|_| failures > RECORDED && removed.rows_affected() == 1) else {
            continue;
        };
        let rest = Change::of("failures", None, Some((failures - RECORDED).to_string()));
        let entry = Entry::of(SignInFailed {}).outcome(Outcome::Failed).by(&person.id, person.role).subject(&person.id);
        let _ = work.commit(entry.reason("more_in_one_hour").changes(vec![rest])).await?;
    }
    let mut tx = desk.db().scratch().await?;
    sqlx::query("DELETE FROM failed_ceremony WHERE hour < ? AND failures <= ?")
        .bind(hour)
        .bind(RECORDED)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    super::ceremony::prune(desk).await
}

/// Hours before this one with failures that have no entry.
async fn over(desk: &Desk, hour: i64) -> Result<Vec<(String, i64, i64)>> {
    let rows =
        sqlx::query("SELECT staff, hour, failures FROM failed_ceremony WHERE hour < ? AND failures > ? LIMIT 100")
            .bind(hour)
            .bind(RECORDED)
            .fetch_all(desk.db().read())
            .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}
