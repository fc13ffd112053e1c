//! An invented company: people, customers and orders, the same at every run, so that one cut off is simply run again.
//!
//! Addresses are of reserved domains, phones of ranges that are kept for fiction where a country has one.

mod invent;
mod notes;

use heliodesk_wire::{CustomerNo, Role, notes::Snippet};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;
use sqlx::Row;

use crate::{
    access::{Actor, ServerCommand},
    clock::HOUR,
    customers,
    error::{Error, Result},
    import::{BATCH, Line},
    orders, snippets, staff,
    trail::{Change, CustomerImported, Entry},
};

/// The people of the invented company: name, e-mail, role. All are invited, none has a passkey.
#[rustfmt::skip]
pub const PEOPLE: [(&str, &str, Role); 16] = [
    ("Mia Torres",       "mia.torres@sunhaus.example",       Role::Support),
    ("Jan Kowal",        "jan.kowal@sunhaus.example",        Role::Support),
    ("Aisha Okafor",     "aisha.okafor@sunhaus.example",     Role::Support),
    ("Leo Brandt",       "leo.brandt@sunhaus.example",       Role::Sales),
    ("Priya Nair",       "priya.nair@sunhaus.example",       Role::Engineer),
    ("Tomás Silva",      "tomas.silva@sunhaus.example",      Role::Engineer),
    ("Hanna Virtanen",   "hanna.virtanen@sunhaus.example",   Role::Engineer),
    ("Marcus Reed",      "marcus.reed@sunhaus.example",      Role::Engineer),
    ("Yuki Tanaka",      "yuki.tanaka@sunhaus.example",      Role::Engineer),
    ("Elif Demir",       "elif.demir@sunhaus.example",       Role::Engineer),
    ("Oskar Nilsen",     "oskar.nilsen@sunhaus.example",     Role::Engineer),
    ("Chloé Laurent",    "chloe.laurent@sunhaus.example",    Role::Engineer),
    ("David Mensah",     "david.mensah@sunhaus.example",     Role::Engineer),
    ("Irina Popescu",    "irina.popescu@sunhaus.example",    Role::Engineer),
    ("Nora Lindqvist",   "nora.lindqvist@sunhaus.example",   Role::Admin),
    ("Samuel Whitaker",  "samuel.whitaker@sunhaus.example",  Role::Admin),
];

/// What the invented company often writes into notes.
const SNIPPETS: [(&str, &str); 3] = [
    ("no-answer", "Rang twice, no answer. Next try tomorrow between 9 and 11."),
    ("papers", "Sent the **list of papers** for the permit and told how to send them back."),
    ("visit", "Agreed on a site visit:\n- who will be there: \n- access to roof and meter: "),
];

/// Invites the people who are missing and writes the customers who are missing, each with an entry.
/// `progress` is told how many customers of how many are there.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(actor: &Actor<ServerCommand>, customers: u64, mut progress: impl FnMut(u64, u64)) -> Result<()> {
    for (name, email, role) in PEOPLE {
        if !is_known(actor, email).await? {
            // The link is not for now: `staff invite` makes a fresh one when somebody wants to sign in.
            drop(staff::invite(actor, email, name, role, false).await?);
        }
    }
    for (name, text) in SNIPPETS {
        snippets::keep(actor, Snippet { name: name.to_owned(), text: text.to_owned() }).await?;
    }
    let today = today(actor)?;
    let colleagues: Vec<String> =
        sqlx::query_scalar("SELECT id FROM staff WHERE role = 'support' ORDER BY email LIMIT 10")
            .fetch_all(actor.desk().db().read())
            .await?;
    let mut done = 0;
    while done < customers {
        let batch = customers.min(done + BATCH as u64);
        write(actor, done..batch, today, &colleagues).await?;
        done = batch;
        progress(done, customers);
    }
    Ok(())
}

/// Writes those of some customers who are not there yet, in one work.
async fn write(
    actor: &Actor<ServerCommand>,
    places: std::ops::Range<u64>,
    today: Date,
    colleagues: &[String],
) -> Result<()> {
    let desk = actor.desk();
    let mut work = actor.begin().await?;
    work.alone().await?;
    let at = work.at();
    let mut entries = Vec::new();
    for place in places {
        let number: CustomerNo =
            invent::number(place).parse().map_err(|_| Error::broken("an invented number does not fit"))?;
        if customers::find(work.conn(), &number).await?.is_some() {
            continue;
        }
        let invented = invent::customer(place, today);
        let name = invented.line.get("name").and_then(Value::as_str).unwrap_or_default();
        let notes = notes::notes(place, name, colleagues, at);
        let line = Line::read(desk.vault(), invented.line)
            .map_err(|wrong| Error::broken(format!("{number} was invented badly: {wrong:?}")))?;
        customers::write(work.conn(), desk.vault(), &line.customer, at).await?;
        for (order, way) in line.orders.iter().zip(invented.ways) {
            let customer = (&number, line.customer.city.as_deref());
            let before: Vec<_> = way.before.iter().map(|(stage, hours)| (*stage, at - hours * HOUR)).collect();
            orders::insert_after(work.conn(), desk.clock(), at - way.here * HOUR, &before, customer, order).await?;
        }
        let noted = (!notes.is_empty()).then(|| Change::of("notes", None, Some(notes.len().to_string())));
        customers::notes::bring(work.conn(), desk.vault(), &number, notes).await?;
        entries.push(Entry::of(CustomerImported {}).subject(&number).changes(noted.into_iter().collect()));
    }
    if !entries.is_empty() {
        work.commit_all(entries).await?;
    }
    Ok(())
}

async fn is_known(actor: &Actor<ServerCommand>, email: &str) -> Result<bool> {
    let row = sqlx::query("SELECT COUNT(*) FROM staff WHERE email = ?")
        .bind(email)
        .fetch_one(actor.desk().db().read())
        .await?;
    Ok(row.get::<i64, _>(0) > 0)
}

fn today(actor: &Actor<ServerCommand>) -> Result<Date> {
    let now = Timestamp::from_millisecond(actor.desk().clock().now());
    now.map(|now| now.to_zoned(TimeZone::UTC).date()).map_err(|_| Error::broken("the clock shows no real time"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_demo_is_whole_and_goes_on_where_it_was_cut_off() {
        for bed in testing::both().await {
            let actor = bed.desk.server_command();
            fill(&actor, 30, |_, _| {}).await.expect("fills");
            let mut told = Vec::new();
            fill(&actor, 120, |done, all| told.push((done, all))).await.expect("fills");
            fill(&actor, 120, |_, _| {}).await.expect("fills");
            assert_eq!(told, [(50, 120), (100, 120), (120, 120)]);
            let count = async |sql: &'static str| -> i64 {
                sqlx::query_scalar(sql).fetch_one(bed.desk.db().read()).await.expect("counts")
            };
            assert_eq!(count("SELECT COUNT(*) FROM customer").await, 120);
            assert_eq!(count("SELECT COUNT(*) FROM trail").await, 139);
            assert_eq!(count("SELECT COUNT(*) FROM staff").await, 16);
            assert!(count("SELECT COUNT(*) FROM customer_order").await > 100);
            assert!(count("SELECT COUNT(DISTINCT stage) FROM customer_order").await > 12);
            assert!(count("SELECT COUNT(*) FROM note").await > 100);
            assert_eq!(
                count("SELECT COUNT(*) FROM customer WHERE contact_at IS NOT NULL").await,
                count("SELECT COUNT(DISTINCT customer) FROM note").await
            );
        }
    }

    #[test]
    fn every_invented_customer_can_be_read_and_is_the_same_again() {
        let vault = crate::vault::Vault::new(&crate::keys::Keys::generate());
        let today = jiff::civil::date(2026, 11, 22);
        for place in 0..1000 {
            let invented = invent::customer(place, today);
            assert_eq!(invented.line, invent::customer(place, today).line);
            let line = Line::read(&vault, invented.line.clone());
            assert!(line.is_ok(), "{:?}: {:?}", invented.line, line.err());
        }
    }
}
