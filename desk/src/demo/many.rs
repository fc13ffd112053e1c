//! Customers with their orders and entries, many in one work: the same rows as an import writes, in few statements where no row hangs on another.

use std::{collections::BTreeMap, ops::Range};

use heliodesk_wire::{CustomerNo, stage::Stage};
use jiff::civil::Date;
use serde_json::Value;
use sqlx::{AnyConnection, Row};
use tokio::task::spawn_blocking;

use super::{invent, notes, numbers};
use crate::{
    access::{Actor, ServerCommand},
    clock::HOUR,
    customers::{Fresh, Tokens},
    db::times,
    desk::Desk,
    error::{Error, Result},
    import::Line,
    orders::{self, Tally},
    trail::{Change, CustomerImported, Entry},
};

/// Customers that are prepared together.
const BATCH: usize = 2_500;

/// What one run writes from.
#[derive(Clone)]
pub(super) struct Company {
    /// What days are counted from.
    pub(super) today: Date,
    /// The same, in UTC milliseconds.
    pub(super) now: i64,
    /// Staff ids by e-mail.
    pub(super) staff: BTreeMap<String, String>,
    /// Staff ids of those who write notes.
    pub(super) support: Vec<String>,
}

/// Some customers, ready to be written.
#[derive(Default)]
struct Batch {
    customers: Fresh,
    orders: orders::Fresh,
    entries: Vec<Entry<CustomerImported>>,
}

/// Writes those of some customers who are not there yet, in one work. `progress` is told how many are prepared.
pub(super) async fn write(
    actor: &Actor<ServerCommand>,
    company: &Company,
    places: Range<u64>,
    mut progress: impl FnMut(u64),
) -> Result<()> {
    let desk = actor.desk();
    let missing = missing(desk, places.clone()).await?;
    let mut batches = missing.chunks(BATCH).map(<[u64]>::to_vec);
    let Some(first) = batches.next() else { return Ok(()) };
    let mut work = actor.begin_counting().await?;
    let at = work.at();
    let (mut tokens, mut tally, mut entries) = (Tokens::default(), Tally::default(), Vec::new());
    let mut next = Some(prepare(desk, company, first, at).await?);
    while let Some(batch) = next.take() {
        let write = async {
            tokens.extend(batch.customers.write_rows(work.conn()).await?);
            tally.extend(batch.orders.write_rows(work.conn()).await?);
            entries.extend(batch.entries);
            Ok::<_, Error>(())
        };
        // The next ones are sealed while the database writes these.
        let (written, prepared) = match batches.next() {
            Some(batch) => {
                let (written, prepared) = tokio::join!(write, prepare(desk, company, batch, at));
                (written, Some(prepared?))
            }
            None => (write.await, None),
        };
        written?;
        next = prepared;
        progress(entries.len() as u64);
    }
    tokens.write(work.conn()).await?;
    tally.write(work.conn()).await?;
    work.commit_all(entries).await?;
    Ok(())
}

/// Invents, reads and seals some customers, on a thread of its own.
async fn prepare(desk: &Desk, company: &Company, places: Vec<u64>, at: i64) -> Result<Batch> {
    let (desk, company) = (desk.clone(), company.clone());
    let prepared = spawn_blocking(move || {
        let mut batch = Batch::default();
        for place in places {
            batch.add(&desk, &company, place, at)?;
        }
        Ok(batch)
    });
    prepared.await.map_err(|_| Error::broken("nobody was invented"))?
}

impl Batch {
    fn add(&mut self, desk: &Desk, company: &Company, place: u64, at: i64) -> Result<()> {
        let number = number(place)?;
        let invented = invent::customer(place, company.today);
        let name = invented.line.get("name").and_then(Value::as_str).unwrap_or_default();
        let notes = notes::notes(place, name, &company.support, company.now);
        let line = Line::read(desk.vault(), invented.line)
            .map_err(|wrong| Error::broken(format!("{number} was invented badly: {wrong:?}")))?;
        let noted = (!notes.is_empty()).then(|| Change::of("notes", None, Some(notes.len().to_string())));
        self.customers.add(desk.vault(), &line.customer, notes, at)?;
        for (order, way) in line.orders.into_iter().zip(invented.ways) {
            let ago = |hours: i64| company.now - hours * HOUR;
            let before: Vec<(Stage, i64)> = way.before.iter().map(|(stage, hours)| (*stage, ago(*hours))).collect();
            let unknown = || Error::broken("an invented owner is nobody");
            let owner = order.owner().map(|email| company.staff.get(email).ok_or_else(unknown)).transpose()?;
            let mut order = order.order(desk.clock().id(), &number, ago(way.here));
            order.owner = owner.cloned();
            self.orders.add(order, line.customer.city.as_deref(), &before)?;
        }
        self.entries.push(Entry::of(CustomerImported {}).subject(&number).changes(noted.into_iter().collect()));
        Ok(())
    }
}

fn number(place: u64) -> Result<CustomerNo> {
    numbers::number(place).parse().map_err(|_| Error::broken("an invented number does not fit"))
}

/// The places whose customers are not there.
async fn missing(desk: &Desk, places: Range<u64>) -> Result<Vec<u64>> {
    let places: Vec<u64> = places.collect();
    let mut conn = desk.db().read().acquire().await?;
    let mut missing = Vec::new();
    for some in places.chunks(128) {
        let there = there(&mut conn, some).await?;
        missing.extend(some.iter().filter(|place| !there.contains(&numbers::number(**place))));
    }
    Ok(missing)
}

/// The numbers of those who are there, of at most 128.
async fn there(conn: &mut AnyConnection, places: &[u64]) -> Result<Vec<String>> {
    let mut query =
        sqlx::query(concat!("SELECT number FROM customer WHERE number IN (", times!(128 "," "?"), ") LIMIT 128"));
    for place in places.iter().chain(places.last().into_iter().cycle()).take(128) {
        query = query.bind(numbers::number(*place));
    }
    Ok(query.fetch_all(conn).await?.into_iter().map(|row| row.get(0)).collect())
}
