//! What the trail says about a customer: who looked, and what happened to them and their orders.

use heliodesk_wire::{CustomerNo, customers::Happening};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{error::Result, trail::Change};

/// Entries about a customer and the customer's orders, newest first; `$these` says which actions.
macro_rules! entries {
    ($these:literal) => {
        concat!(
            "SELECT t.seq, t.at, t.actor, s.name, t.action, t.subject, t.outcome, t.reason, t.changes \
             FROM trail t LEFT JOIN staff s ON s.id = t.actor \
             WHERE t.subject IN (SELECT number FROM customer WHERE number = ? \
             UNION SELECT number FROM customer_order WHERE customer = ?) AND t.action ",
            $these,
            " ORDER BY t.seq DESC LIMIT 100"
        )
    };
}

/// What was done to the customer and the orders: everything but looking.
pub(super) async fn happenings(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<Vec<Happening>> {
    let rows = sqlx::query(entries!("NOT IN ('customer.viewed', 'order.viewed', 'access.denied')"))
        .bind(customer.as_str())
        .bind(customer.as_str())
        .fetch_all(conn)
        .await?;
    Ok(rows.iter().map(happening).collect())
}

/// Who looked at the customer or an order, tried to, or checked a caller.
pub(super) async fn accesses(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<Vec<Happening>> {
    let rows = sqlx::query(entries!(
        "IN ('customer.viewed', 'order.viewed', 'field.revealed', 'caller.verified', 'access.denied')"
    ))
    .bind(customer.as_str())
    .bind(customer.as_str())
    .fetch_all(conn)
    .await?;
    Ok(rows.iter().map(happening).collect())
}

fn happening(row: &AnyRow) -> Happening {
    let changes: Option<String> = row.get(8);
    let changes: Vec<Change> = changes.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let order = changes.iter().find(|change| change.field == "order").and_then(|change| change.new.as_deref());
    let actor: String = row.get(2);
    let name: Option<String> = row.get(3);
    Happening {
        seq: u64::try_from(row.get::<i64, _>(0)).unwrap_or(0),
        at: row.get(1),
        who: name.unwrap_or(if actor == "server" { "The company’s app".to_owned() } else { actor }),
        action: row.get(4),
        subject: row.get(5),
        outcome: row.get(6),
        reason: row.get(7),
        order: order.and_then(|order| order.parse().ok()),
        fields: changes.into_iter().map(|change| change.field).filter(|field| field != "order").collect(),
    }
}
