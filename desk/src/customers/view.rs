//! A customer's page: masks, orders, notes, what happened, and who looked. Showing it is an entry.

use heliodesk_wire::{
    CustomerNo, Masked, OrderNo, PersonalField,
    customers::{CustomerOrder, CustomerRecord, Held, Section},
    notes::Body,
};
use sqlx::{AnyConnection, Row};

use super::{
    find,
    history::{self, Kind},
    notes, number, report,
    tries::{revealed_today, tries},
};
use crate::{
    access::{Actor, ViewCustomers},
    error::{Error, Result},
    snippets, step_up,
    trail::{CustomerViewed, Entry, Recorded},
    vault::{Stored, UNREADABLE, Vault},
};

/// How much of each kind of history the overview reads: neighbouring views become one line.
const SOME_DONE: usize = 8;
const SOME_LOOKED: usize = 40;
/// Notes on the overview.
const SOME_NOTES: usize = 4;
/// Notes, and things done, on a page of their own.
const PAGE: usize = 50;
/// Looks on a page of their own, before neighbouring views become one line.
const LOOKS: usize = 200;

/// Shows a customer, masked.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn view(actor: &Actor<ViewCustomers>, customer: &str, section: Section) -> Result<CustomerRecord> {
    let customer = number(customer)?;
    let desk = actor.desk();
    let now = desk.clock().now();
    let presence = actor.presence()?;
    let mut conn = desk.db().read().acquire().await?;
    let stored = find(&mut conn, &customer).await?.ok_or(Error::NotFound)?;
    let contact = contact(&mut conn, desk.vault(), &customer).await?;
    let orders = orders(&mut conn, &customer).await?;
    let (before, limit) = match section {
        Section::Overview => (None, SOME_NOTES),
        Section::Notes(before) => (before, PAGE),
        Section::Timeline(_) | Section::Access(_) => (None, 0),
    };
    let noted = notes::count(&mut conn, &customer).await?;
    let notes = notes::of(desk, &mut conn, &customer, &stored.data_key, before, limit).await?;
    let snippets = snippets::all(&mut conn).await?;
    let (done, looked) = match section {
        Section::Overview => ((None, SOME_DONE), (None, SOME_LOOKED)),
        Section::Notes(_) => ((None, 0), (None, 0)),
        Section::Timeline(before) => ((before, PAGE), (None, 0)),
        Section::Access(before) => ((None, 0), (before, LOOKS)),
    };
    let timeline = history::page(&mut conn, &customer, Kind::Done, done.0, done.1).await?;
    let access = history::page(&mut conn, &customer, Kind::Looked, looked.0, looked.1).await?;
    let tries = tries(Recorded::read(&mut conn), &customer, presence.session(), now).await?;
    let held = step_up::held(&mut conn, presence.session(), customer.as_str(), now).await?;
    let used = revealed_today(Recorded::read(&mut conn), presence.staff(), now, &desk.settings().time_zone).await?;
    drop(conn);
    let older_notes = notes.older;
    // From here on the notes are locked to the entry: no entry, no receipt, no note.
    let viewed = Entry::of(CustomerViewed { customer: customer.clone() }).subject(&customer);
    let notes = notes.open(actor.record(viewed).await?)?;
    let damaged = contact.iter().filter(|(_, mask)| mask.0 == UNREADABLE).map(|(field, _)| field.as_str());
    let note = notes.iter().find(|note| note.body == Body::Unreadable).map(|_| "note");
    report(actor, &customer, &damaged.chain(note).collect::<Vec<_>>()).await?;
    Ok(CustomerRecord {
        number: stored.number,
        account: stored.account,
        city: stored.city,
        country: stored.country,
        contact,
        contact_at: stored.contact_at,
        verified_at: tries.matched_at,
        held: held.and_then(|(reason, until)| {
            let why = reason.again()?;
            Some(Held { category: why.category, order: why.order, until })
        }),
        orders,
        notes,
        noted,
        older_notes,
        snippets,
        timeline,
        access,
        tries_left: tries.left,
        tries_wait: tries.wait,
        used,
        cap: desk.settings().reveal_cap,
        now,
    })
}

/// The five masks. A value whose sealed text or mask is not the one written for this customer and field is unreadable,
/// which its tag tells without opening it.
async fn contact(
    conn: &mut AnyConnection,
    vault: &Vault,
    customer: &CustomerNo,
) -> Result<Vec<(PersonalField, Masked)>> {
    let rows =
        sqlx::query("SELECT field, sealed, sealed_tag, mask, mask_tag FROM personal WHERE customer = ? LIMIT 10")
            .bind(customer.as_str())
            .fetch_all(conn)
            .await?;
    let mask = |field: PersonalField| {
        let row = rows.iter().find(|row| row.get::<String, _>(0) == field.as_str());
        let Some(row) = row else { return vault.checked(customer, field, None) };
        if !vault.ties(customer, field, "sealed", Stored { text: row.get(1), tag: row.get(2) }) {
            return Masked(UNREADABLE.to_owned());
        }
        vault.checked(customer, field, Stored::of(row.get(3), row.get(4)))
    };
    Ok(PersonalField::ALL.into_iter().map(|field| (field, mask(field))).collect())
}

async fn orders(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<Vec<CustomerOrder>> {
    let rows = sqlx::query(
        "SELECT number, stage, panels, watts, price_minor, currency, next_step, next_step_on, waiting_on \
         FROM customer_order WHERE customer = ? ORDER BY id DESC LIMIT 100",
    )
    .bind(customer.as_str())
    .fetch_all(conn)
    .await?;
    let order = |row: sqlx::any::AnyRow| {
        let number: OrderNo = row.get::<String, _>(0).parse().map_err(|_| Error::broken("an order has no number"))?;
        Ok(CustomerOrder {
            number,
            stage: row.get(1),
            panels: row.get(2),
            watts: row.get(3),
            price_minor: row.get(4),
            currency: row.get(5),
            next_step: row.get(6),
            next_step_on: row.get(7),
            waiting_on: row.get(8),
        })
    };
    rows.into_iter().map(order).collect()
}
