//! What happened to an order.

use heliodesk_wire::orders::Past;
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{
    error::{Error, Result},
    trail::Change,
};

/// The newest changes of an order, as the trail has them.
pub(super) async fn history(conn: &mut AnyConnection, number: &str) -> Result<Vec<Past>> {
    let rows = sqlx::query(
        "SELECT t.seq, t.at, t.actor, s.name, t.reason, t.changes, t.action FROM trail t LEFT JOIN staff s ON s.id = t.actor \
         WHERE t.subject = ? AND t.action IN ('order.edited', 'order.moved', \
         'change_order.drafted', 'change_order.sent', 'change_order.signed', 'change_order.voided') AND t.outcome = 'ok' \
         ORDER BY t.seq DESC LIMIT 50",
    )
    .bind(number)
    .fetch_all(conn)
    .await?;
    let entry = |row: &AnyRow| {
        let changes: Option<String> = row.try_get(5)?;
        let changes: Vec<Change> = changes
            .map_or(Ok(Vec::new()), |text| serde_json::from_str(&text))
            .map_err(|_| Error::broken("an entry's changes are unreadable"))?;
        let who: Option<String> = row.try_get(3)?;
        Ok(Past {
            seq: row.try_get(0)?,
            action: row.try_get(6)?,
            at: row.try_get(1)?,
            who: who.map_or_else(|| row.try_get(2), Ok)?,
            reason: row.try_get(4)?,
            changes: changes.into_iter().map(|change| (change.field, change.old, change.new)).collect(),
        })
    };
    rows.iter().map(entry).collect()
}
