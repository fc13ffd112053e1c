//! Customers: found while masked, verified without being seen, revealed one field at a time, replaced blindly.
//!
//! Looking is an action: every list and every page ends in an entry.

mod account;
mod copied;
mod fresh;
mod history;
mod list;
pub mod notes;
mod replace;
mod reveal;
mod search;
mod tokens;
mod tries;
mod verify;
mod view;
mod write;

pub use account::change_account;
pub use copied::copied;
pub(crate) use fresh::{Fresh, Tokens};
pub use list::list;
pub use replace::replace;
pub use reveal::reveal;
pub use search::{Found, search};
pub use verify::verify;
pub use view::view;
pub(crate) use write::{NewCustomer, Written, write};

use heliodesk_wire::{CustomerNo, customers::Account};
use sqlx::{AnyConnection, Row};

use crate::{
    access::Actor,
    error::{Error, Result},
    trail::{Change, Entry, FieldUnreadable, Outcome},
};

/// What a verb needs to know of a customer before anything else.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) number: CustomerNo,
    pub(crate) account: Account,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    /// The wrapped data key.
    pub(crate) data_key: String,
    /// When somebody last spoke with them.
    pub(crate) contact_at: Option<i64>,
}

/// The customer of this number.
pub(crate) async fn find(conn: &mut AnyConnection, number: &CustomerNo) -> Result<Option<Customer>> {
    let row = sqlx::query("SELECT account, city, country, data_key, contact_at FROM customer WHERE number = ?")
        .bind(number.as_str())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Customer {
        number: number.clone(),
        account: account(&row.get::<String, _>(0))?,
        city: row.get(1),
        country: row.get(2),
        data_key: row.get(3),
        contact_at: row.get(4),
    }))
}

/// Reads a stored account.
fn account(text: &str) -> Result<Account> {
    text.parse().map_err(|_| Error::broken("an account is unknown"))
}

/// A number that cannot be one belongs to nobody.
fn number(text: &str) -> Result<CustomerNo> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Notes that somebody has just spoken with the customer.
async fn spoke(conn: &mut AnyConnection, customer: &CustomerNo, at: i64) -> Result<()> {
    sqlx::query("UPDATE customer SET contact_at = ? WHERE number = ?")
        .bind(at)
        .bind(customer.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Reports values that are damaged or stand where they do not belong: in the log, and on the trail by name.
async fn report<P>(actor: &Actor<P>, customer: &CustomerNo, fields: &[&str]) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    for field in fields {
        tracing::error!(%customer, field, "a personal value is damaged or not where it was written");
    }
    let named = fields.iter().map(|field| Change::named(field)).collect();
    let entry = Entry::of(FieldUnreadable {}).subject(customer).outcome(Outcome::Failed).changes(named);
    actor.record(entry).await.map(|_| ())
}

#[cfg(test)]
mod tests;
