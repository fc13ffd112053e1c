//! Which index a part of the trail is read along: of those that a filter has, the one that leaves the fewest entries.

use sqlx::AnyConnection;

use super::{AccessDenied, Action, along::Column, filter::Parsed, totals};
use crate::{clock::HOUR, error::Result};

/// The filters with an index and the values to read it for, those first that usually leave the fewest.
pub(super) fn candidates(filter: &Parsed) -> impl Iterator<Item = (Column, Vec<String>)> {
    let one = |text: &String| if text.is_empty() { Vec::new() } else { vec![text.clone()] };
    let mut actions: Vec<String> = filter.actions.names.iter().map(|name| (*name).to_owned()).collect();
    if !filter.actions.attempts.is_empty() {
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
pub(super) fn is_indexed(filter: &Parsed) -> bool {
    let (set, actions) = ([&filter.session, &filter.subject, &filter.actor, &filter.outcome], &filter.actions);
    set.iter().filter(|text| !text.is_empty()).count() + usize::from(!actions.names.is_empty()) < 2
        && filter.role.is_empty()
        && filter.hours.is_none()
        && actions.attempts.is_empty()
}

/// Whether a filter is about one subject or session: those have few entries, though nobody counted them.
pub(super) fn is_about_one(filter: &Parsed) -> bool {
    !filter.subject.is_empty() || !filter.session.is_empty()
}

/// Whether a filter is about a part of a day.
pub(super) fn is_short(filter: &Parsed) -> bool {
    filter.times().0.zip(filter.times().1).is_some_and(|(from, to)| to - from <= 24 * HOUR)
}

/// The index that is read, the values it is read for, and how many entries they leave in these hours, of which there are `all`.
/// Without hours it is the first one.
pub(super) async fn choose(
    conn: &mut AnyConnection,
    filter: &Parsed,
    hours: Option<(i64, i64)>,
    all: i64,
) -> Result<(Column, Vec<String>, Option<i64>)> {
    let mut best = (Column::Number, vec![String::new()], all);
    for (column, values) in candidates(filter) {
        let Some(hours) = hours else { return Ok((column, values, None)) };
        let names: Vec<&str> = values.iter().map(String::as_str).collect();
        let left = match column {
            Column::Actor => totals::sum(conn, &[], &filter.actor, "", hours).await?,
            Column::Action => totals::sum(conn, &names, "", "", hours).await?,
            _ => totals::sum(conn, &[], "", &filter.outcome, hours).await?,
        };
        if left < best.2 || (left == best.2 && best.0 == Column::Number) {
            best = (column, values, left);
        }
    }
    Ok((best.0, best.1, Some(best.2)))
}

/// The same for a page of `page` entries, newest first, which ends where it is full: what leaves the fewest entries as far back
/// as that is by the totals, and how many; more than `budget` is no choice.
pub(super) async fn choose_for_page(
    conn: &mut AnyConnection,
    filter: &Parsed,
    hours: (i64, i64),
    all: i64,
    (page, budget): (i64, i64),
) -> Result<(Column, Vec<String>, Option<i64>)> {
    if totals::hold(filter)
        && candidates(filter).count() > 1
        && let Some(since) = totals::newest(conn, filter, hours, page).await?
    {
        let chosen = choose(conn, filter, Some((since, hours.1)), i64::MAX).await?;
        if chosen.2 <= Some(budget) {
            return Ok(chosen);
        }
    }
    choose(conn, filter, Some(hours), all).await
}

#[cfg(test)]
mod tests {
    use heliodesk_wire::Role;

    use super::*;
    use crate::{
        access::SignedIn,
        people::Member,
        testing,
        trail::{
            CallerVerified, Entry,
            reading::{filter, reader},
            tests::record,
        },
    };

    #[tokio::test]
    async fn a_page_is_read_along_what_leaves_the_fewest_until_it_is_full() {
        for bed in testing::both().await {
            let (_, engineer) = reader(&bed).await;
            let verified = |count| (0..count).map(|_| Entry::of(CallerVerified {})).collect::<Vec<_>>();
            record(&bed.desk, 90).await;
            bed.desk.clock().advance(2 * HOUR);
            let mia = Member::join_as(&bed.desk, "mia@example.com", Role::Support).await;
            // Lately the server did little, and much of it was this; somebody else did more of it.
            let work = bed.desk.server_command().begin().await.unwrap();
            let _ = work.commit_all(verified(20)).await.unwrap();
            let work = mia.actor::<SignedIn>().await.unwrap().begin().await.unwrap();
            let _ = work.commit_all(verified(40)).await.unwrap();
            let asked = filter(&[("actor", "server"), ("action", "caller.verified"), ("since", "24h")]);
            let filter = Parsed::of(&engineer, &asked).await.unwrap();
            let mut conn = bed.desk.db().read().acquire().await.unwrap();
            let hours = (0, i64::MAX);
            let (in_all, _, left) = choose(&mut conn, &filter, Some(hours), i64::MAX).await.unwrap();
            assert_eq!((in_all, left), (Column::Action, Some(60)));
            for (page, budget, expected) in [
                (20, 30, (Column::Actor, true)),
                // Never full, and more than may be looked at.
                (21, 30, (Column::Action, false)),
                (20, 10, (Column::Action, false)),
            ] {
                let chosen = choose_for_page(&mut conn, &filter, hours, i64::MAX, (page, budget)).await.unwrap();
                assert_eq!((chosen.0, chosen.2 < Some(60)), expected, "{page} of {budget}");
            }
        }
    }
}
