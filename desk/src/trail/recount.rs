//! The running totals of the trail, counted anew from its entries.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row};

use super::{
    entry::attempted,
    publish::Head,
    totals::{ALL, spans},
};
use crate::{error::Result, recount::Recount};

/// Entries that one statement counts.
const AT_ONCE: i64 = 100_000;

/// Action, actor, span and outcome.
type Key = (String, String, i64, String);

/// Compares the totals by the hour and the day with all entries.
pub(crate) async fn recount(conn: &mut AnyConnection, recount: &mut Recount) -> Result<()> {
    let size = Head::read(conn).await?.last;
    let mut counted: BTreeMap<Key, i64> = BTreeMap::new();
    let mut from = 0;
    while from < size {
        let rows = sqlx::query(concat!(
            "SELECT action, actor, at - at % 3600000 AS began, outcome, COUNT(*), CASE WHEN ",
            attempted!(),
            " THEN SUBSTR(changes, 25, INSTR(changes, '\"}') - 25) ELSE '' END AS attempt \
             FROM trail WHERE seq > ? AND seq <= ? GROUP BY action, actor, began, outcome, attempt LIMIT 100000"
        ));
        for row in rows.bind(from).bind(from + AT_ONCE).fetch_all(&mut *conn).await? {
            let (action, actor): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            let (began, outcome, entries): (i64, &str, i64) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
            let path: &str = row.try_get(5)?;
            for action in [action, ALL, path].into_iter().filter(|action| !action.is_empty()) {
                for (actor, span) in [actor, ALL].into_iter().flat_map(|actor| spans(began).map(|span| (actor, span))) {
                    let key = (action.to_owned(), actor.to_owned(), span, outcome.to_owned());
                    *counted.entry(key).or_default() += entries;
                }
            }
        }
        from += AT_ONCE;
    }
    let mut stands = BTreeMap::new();
    let mut last: Key = Key::default();
    loop {
        let rows = sqlx::query(
            "SELECT action, actor, span, outcome, entries FROM trail_total WHERE (action, actor, span, outcome) > (?, ?, ?, ?) \
             ORDER BY action, actor, span, outcome LIMIT 10000",
        );
        let rows = rows.bind(&last.0).bind(&last.1).bind(last.2).bind(&last.3).fetch_all(&mut *conn).await?;
        let keyed = |row: &sqlx::any::AnyRow| ((row.get(0), row.get(1), row.get(2), row.get(3)), row.get(4));
        stands.extend(rows.iter().map(keyed));
        match stands.last_key_value() {
            Some((newest, _)) if !rows.is_empty() => last.clone_from(newest),
            _ => break,
        }
    }
    recount.compare("trail_total", &stands, &counted);
    Ok(())
}
