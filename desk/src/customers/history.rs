//! What the trail says about a customer: who looked, and what happened to them and their orders.
//!
//! A page of it is read subject by subject, each in the order of its own index, and put together here; so the newest page
//! costs the same however long the history is.

use heliodesk_wire::{
    CustomerNo,
    customers::{Happening, History},
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{error::Result, trail::Change};

/// Entries about one subject before a number, newest first; `$these` says which actions.
macro_rules! entries {
    ($these:literal) => {
        concat!(
            "SELECT t.seq, t.at, t.actor, s.name, t.action, t.subject, t.outcome, t.reason, t.changes \
             FROM trail t LEFT JOIN staff s ON s.id = t.actor WHERE t.subject = ? AND t.seq < ? AND t.action ",
            $these,
            " ORDER BY t.seq DESC LIMIT ?"
        )
    };
}

/// What was done to the customer and the orders: everything but looking. A touch is told by the reveal it was for.
const DONE: &str = entries!(
    "NOT IN ('customers.searched', 'customer.viewed', 'order.viewed', 'access.denied', 'step_up.begun', 'step_up.succeeded')"
);

/// Who looked at the customer or an order, found the customer, tried to, or checked a caller.
const LOOKED: &str = entries!(
    "IN ('customers.searched', 'customer.viewed', 'order.viewed', 'field.revealed', 'field.copied', 'caller.verified', \
     'access.denied')"
);

/// Entries about this customer and these orders.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// What was done.
    Done,
    /// Who looked.
    Looked,
}

/// So many entries before a number, newest first; none for a limit of 0.
pub(super) async fn page(
    conn: &mut AnyConnection,
    customer: &CustomerNo,
    kind: Kind,
    before: Option<u64>,
    limit: usize,
) -> Result<History> {
    if limit == 0 {
        return Ok(History::default());
    }
    let text = match kind {
        Kind::Done => DONE,
        Kind::Looked => LOOKED,
    };
    let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut entries = Vec::new();
    for subject in subjects(conn, customer).await? {
        let rows = sqlx::query(text).bind(subject).bind(before).bind(most).fetch_all(&mut *conn).await?;
        entries.extend(rows.iter().map(happening));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let older = entries.last().filter(|_| more).map(|entry| entry.seq);
    Ok(History { entries, older })
}

/// The customer's number and those of the orders.
async fn subjects(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<Vec<String>> {
    let orders: Vec<String> = sqlx::query_scalar("SELECT number FROM customer_order WHERE customer = ? LIMIT 1000")
        .bind(customer.as_str())
        .fetch_all(conn)
        .await?;
    Ok(std::iter::once(customer.to_string()).chain(orders).collect())
}

fn happening(row: &AnyRow) -> Happening {
    let changes: Option<String> = row.get(8);
    let changes: Vec<Change> = changes.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let order = changes.iter().find(|change| change.field == "order").and_then(|change| change.new.as_deref());
    let moved = changes.iter().find(|change| change.field == "stage");
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
        moved: moved.and_then(|change| Some((change.old.clone()?, change.new.clone()?))),
        fields: changes.into_iter().map(|change| change.field).filter(|field| field != "order").collect(),
    }
}
