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
        let left = left(conn, filter, column, &values, hours).await?;
        if left < best.2 || (left == best.2 && best.0 == Column::Number) {
            best = (column, values, left);
        }
    }
    Ok((best.0, best.1, Some(best.2)))
}

/// How many entries an index that the totals know leaves in these hours.
pub(super) async fn left(
    conn: &mut AnyConnection,
    filter: &Parsed,
    column: Column,
    values: &[String],
    hours: (i64, i64),
) -> Result<i64> {
    let names: Vec<&str> = values.iter().map(String::as_str).collect();
    match column {
        Column::Actor => totals::sum(conn, &[], &filter.actor, "", hours).await,
        Column::Action => totals::sum(conn, &names, "", "", hours).await,
        _ => totals::sum(conn, &[], "", &filter.outcome, hours).await,
    }
}
