//! Customers and orders from the company's app: JSON Lines, one customer a line, repeatable by number.
//!
//! The file is read twice: first every line is checked, then written. One bad line, and nothing of the file is written.
//! It is written in small works, each with its entries, so that the console goes on working beside it; an import that was
//! cut off is simply run again.

mod line;

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, BufRead, Read, Seek},
};

use heliodesk_wire::{CustomerNo, Fields};
use sqlx::{AnyConnection, Row};

use crate::{
    access::{Actor, ServerCommand},
    customers::{self, Written},
    error::Error,
    orders,
    trail::{Change, CustomerImported, Entry},
};

pub(crate) use line::Line;

/// Longest line, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// Customers written in one work.
const BATCH: usize = 50;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Customers that were not there before.
    pub new: u64,
    /// Customers or orders of theirs that were different.
    pub changed: u64,
    /// Customers that were so already.
    pub unchanged: u64,
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A line is wrong; nothing of the file is written.
    #[error("{0}")]
    BadLine(BadLine),
    /// The file cannot be read.
    #[error("the file cannot be read: {}", .0.kind())]
    Read(#[from] io::Error),
    /// The database said no; customers before this one are written.
    #[error("{0}")]
    Desk(#[from] Error),
}

/// A wrong line, by number and field; its values are not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The line's number, from 1.
    pub line: u64,
    /// Which fields, and why: `email`, `orders[0].stage`.
    pub fields: Fields,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<String> = self.fields.0.iter().map(|(field, code)| format!("{field} ({code})")).collect();
        write!(f, "line {}: {}; nothing of the file is written", self.line, fields.join(", "))
    }
}

/// Imports a file. `progress` is told how many bytes of how many are done, both readings counted.
///
/// # Errors
/// The first bad line; what could not be read or written.
pub async fn run<R: BufRead + Seek>(
    actor: &Actor<ServerCommand>,
    mut reader: R,
    mut progress: impl FnMut(u64, u64),
) -> Result<Counts, Failure> {
    let length = reader.seek(io::SeekFrom::End(0))?;
    let total = length * 2;
    reader.rewind()?;
    let mut check = Check::begin(actor).await?;
    let mut lines = Lines::of(&mut reader);
    while let Some((number, text)) = lines.next()? {
        let bad = |fields| Failure::BadLine(BadLine { line: number, fields });
        let line = Line::parse(actor.desk().vault(), &text).map_err(bad)?;
        check.line(&line).await?.map_err(bad)?;
        progress(lines.read, total);
    }
    drop(check);
    reader.rewind()?;
    let mut counts = Counts::default();
    let mut lines = Lines::of(&mut reader);
    let mut batch = Vec::with_capacity(BATCH);
    while let Some((number, text)) = lines.next()? {
        let bad = |fields| Failure::BadLine(BadLine { line: number, fields });
        batch.push(Line::parse(actor.desk().vault(), &text).map_err(bad)?);
        if batch.len() == BATCH {
            write(actor, &batch, &mut counts).await?;
            batch.clear();
            progress(length + lines.read, total);
        }
    }
    write(actor, &batch, &mut counts).await?;
    progress(total, total);
    Ok(counts)
}

/// Writes some customers with their orders in one work, one entry for each that is new or different.
async fn write(actor: &Actor<ServerCommand>, lines: &[Line], counts: &mut Counts) -> Result<(), Error> {
    let desk = actor.desk();
    let mut work = actor.begin_counting().await?;
    let at = work.at();
    let mut entries = Vec::with_capacity(lines.len());
    for line in lines {
        let written = customers::write(work.conn(), desk.vault(), &line.customer, at).await?;
        let is_new = written == Written::New;
        let mut changes = match written {
            Written::Changed(changes) => changes,
            Written::New | Written::Unchanged => Vec::new(),
        };
        let customer = (&line.customer.number, line.customer.city.as_deref());
        for order in &line.orders {
            if is_new {
                orders::insert(work.conn(), desk.clock(), at, customer, order).await?;
            } else {
                changes.extend(order_changes(work.conn(), actor, at, customer, order).await?);
            }
        }
        if changes.iter().any(|change| change.field == "city") {
            orders::keep_city(work.conn(), customer.0, customer.1).await?;
        }
        match (is_new, changes.is_empty()) {
            (true, _) => counts.new += 1,
            (false, true) => counts.unchanged += 1,
            (false, false) => counts.changed += 1,
        }
        if is_new || !changes.is_empty() {
            entries.push(Entry::of(CustomerImported {}).subject(&line.customer.number).changes(changes));
        }
    }
    if !entries.is_empty() {
        work.commit_all(entries).await?;
    }
    Ok(())
}

/// What was different about one order of a known customer, each field with the order's number before it.
async fn order_changes(
    conn: &mut AnyConnection,
    actor: &Actor<ServerCommand>,
    at: i64,
    customer: (&CustomerNo, Option<&str>),
    order: &orders::Imported,
) -> Result<Vec<Change>, Error> {
    let known = order_owner(conn, order.number.as_str()).await?.is_some();
    let changes = orders::upsert(conn, actor.desk().clock(), at, customer, order).await?;
    if !known {
        return Ok(vec![Change::of("order", None, Some(order.number.to_string()))]);
    }
    let named = |change: Change| Change { field: format!("{} {}", order.number, change.field), ..change };
    Ok(changes.into_iter().map(named).collect())
}

/// What must hold between lines, and between the file and the database.
struct Check<'a> {
    actor: &'a Actor<ServerCommand>,
    staff: BTreeSet<String>,
    customers: BTreeSet<String>,
    orders: BTreeSet<String>,
}

impl<'a> Check<'a> {
    async fn begin(actor: &'a Actor<ServerCommand>) -> Result<Self, Error> {
        let rows = sqlx::query("SELECT email FROM staff LIMIT 100000").fetch_all(actor.desk().db().read()).await?;
        let staff = rows.into_iter().map(|row| row.get::<String, _>(0).to_lowercase()).collect();
        Ok(Self { actor, staff, customers: BTreeSet::new(), orders: BTreeSet::new() })
    }

    async fn line(&mut self, line: &Line) -> Result<Result<(), Fields>, Error> {
        let mut fields = Fields::new();
        if !self.customers.insert(line.customer.number.to_string()) {
            fields.add("number", "repeated");
        }
        let mut conn = self.actor.desk().db().read().acquire().await?;
        for (place, order) in line.orders.iter().enumerate() {
            let number = order.number.to_string();
            let owner = order_owner(&mut conn, &number).await?;
            if owner.is_some_and(|owner| owner != line.customer.number.as_str()) {
                fields.add(&format!("orders[{place}].number"), "taken");
            }
            if !self.orders.insert(number) {
                fields.add(&format!("orders[{place}].number"), "repeated");
            }
            if line.owners[place].as_ref().is_some_and(|email| !self.staff.contains(&email.to_lowercase())) {
                fields.add(&format!("orders[{place}].owner"), "unknown");
            }
        }
        Ok(fields.into_result(Some(())))
    }
}

async fn order_owner(conn: &mut AnyConnection, order: &str) -> Result<Option<String>, Error> {
    let owner = sqlx::query_scalar("SELECT customer FROM customer_order WHERE number = ?")
        .bind(order)
        .fetch_optional(conn)
        .await?;
    Ok(owner)
}

/// The lines of a file that are not empty, with their numbers.
struct Lines<'a, R> {
    reader: &'a mut R,
    number: u64,
    read: u64,
}

impl<'a, R: BufRead> Lines<'a, R> {
    fn of(reader: &'a mut R) -> Self {
        Self { reader, number: 0, read: 0 }
    }

    fn next(&mut self) -> Result<Option<(u64, String)>, Failure> {
        loop {
            let mut bytes = Vec::new();
            let read = (&mut *self.reader).take(LONGEST + 1).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.read += u64::try_from(read).unwrap_or(0);
            let bad = |code| Failure::BadLine(BadLine { line: self.number, fields: Fields::one("line", code) });
            if self.read > 0 && u64::try_from(read).unwrap_or(u64::MAX) > LONGEST {
                return Err(bad("too_long"));
            }
            let text = String::from_utf8(bytes).map_err(|_| bad("not_utf8"))?;
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                return Ok(Some((self.number, text.to_owned())));
            }
        }
    }
}

#[cfg(test)]
mod tests;
