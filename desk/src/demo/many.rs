//! Customers with their orders and entries, many in one work: the same rows as an import writes, in few statements where no row hangs on another.

use std::ops::Range;

use heliodesk_wire::{CustomerNo, stage::Stage};
use jiff::civil::Date;
use serde_json::Value;
use sqlx::{AnyConnection, Row};
use tokio::task::spawn_blocking;

use super::{invent, notes};
use crate::{
    access::{Actor, ServerCommand},
    clock::HOUR,
    customers::{self, Fresh, Tokens, notes::Brought},
    db::rows,
    desk::Desk,
    error::{Error, Result},
    import::Line,
    orders::{self, Imported},
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
    /// Staff ids of those who write notes.
    pub(super) support: Vec<String>,
}

/// Some customers, ready to be written.
struct Batch {
    notes: Vec<(CustomerNo, Vec<Brought>)>,
    fresh: Fresh,
    orders: Vec<NewOrder>,
}

/// An order, since when it stands where it stands, and since when in the stages before.
struct NewOrder {
    order: Imported,
    customer: CustomerNo,
    city: Option<String>,
    since: i64,
    before: Vec<(Stage, i64)>,
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
    let mut work = actor.begin().await?;
    work.alone().await?;
    let at = work.at();
    let (mut tokens, mut entries) = (Tokens::default(), Vec::new());
    let mut next = Some(prepare(desk, company, first, at).await?);
    while let Some(Batch { notes, fresh, orders }) = next.take() {
        let write = async {
            tokens.extend(fresh.write_rows(work.conn()).await?);
            for NewOrder { order, customer, city, since, before } in &orders {
                let customer = (customer, city.as_deref());
                orders::insert_after(work.conn(), desk.clock(), *since, before, customer, order).await?;
            }
            for (number, notes) in notes {
                let noted = (!notes.is_empty()).then(|| Change::of("notes", None, Some(notes.len().to_string())));
                if noted.is_some() {
                    customers::notes::bring(work.conn(), desk.vault(), &number, notes).await?;
                }
                entries.push(Entry::of(CustomerImported {}).subject(&number).changes(noted.into_iter().collect()));
            }
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
    work.commit_all(entries).await?;
    Ok(())
}

/// Invents, reads and seals some customers, on a thread of its own.
async fn prepare(desk: &Desk, company: &Company, places: Vec<u64>, at: i64) -> Result<Batch> {
    let (desk, company) = (desk.clone(), company.clone());
    let prepared = spawn_blocking(move || {
        let mut batch = Batch { notes: Vec::new(), fresh: Fresh::default(), orders: Vec::new() };
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
        self.fresh.add(desk.vault(), &line.customer, at);
        for (order, way) in line.orders.into_iter().zip(invented.ways) {
            let ago = |hours: i64| company.now - hours * HOUR;
            let before = way.before.iter().map(|(stage, hours)| (*stage, ago(*hours))).collect();
            let (customer, city) = (number.clone(), line.customer.city.clone());
            self.orders.push(NewOrder { order, customer, city, since: ago(way.here), before });
        }
        self.notes.push((number, notes));
        Ok(())
    }
}

fn number(place: u64) -> Result<CustomerNo> {
    invent::number(place).parse().map_err(|_| Error::broken("an invented number does not fit"))
}

/// The places whose customers are not there.
async fn missing(desk: &Desk, places: Range<u64>) -> Result<Vec<u64>> {
    let places: Vec<u64> = places.collect();
    let mut conn = desk.db().read().acquire().await?;
    let mut missing = Vec::new();
    for some in places.chunks(100) {
        let there = there(&mut conn, some).await?;
        missing.extend(some.iter().filter(|place| !there.contains(&invent::number(**place))));
    }
    Ok(missing)
}

/// The numbers of those who are there, of at most 100.
async fn there(conn: &mut AnyConnection, places: &[u64]) -> Result<Vec<String>> {
    let mut query =
        sqlx::query(concat!("SELECT number FROM customer WHERE number IN (", rows!(100 "?"), ") LIMIT 100"));
    for place in places.iter().chain(places.last().into_iter().cycle()).take(100) {
        query = query.bind(invent::number(*place));
    }
    Ok(query.fetch_all(conn).await?.into_iter().map(|row| row.get(0)).collect())
}
