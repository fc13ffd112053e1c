//! One entry with its inclusion proof against the newest checkpoint. Showing it, and downloading its proof, are entries.

use heliodesk_wire::{
    orders::Owner,
    trail::{self as wire, Line, Proof},
};
use sqlx::{AnyConnection, FromRow};
use tlog_tiles::{Hash, check_record};

use super::{
    EntryViewed, ProofDownloaded,
    entry::{Entry, Record, columns},
    folder::WIDTH,
    hashes,
    lines::lines,
    note::Checkpoint,
    proof,
    publish::{Head, blocking},
};
use crate::{
    access::{Actor, ReadTrail},
    desk::Desk,
    error::{Error, Result},
};

/// One entry as the database holds it now, and what the newest checkpoint says of it. An entry that was recorded and is gone
/// has no line.
///
/// # Errors
/// [`Error::NotFound`] when there never was such an entry.
pub async fn view(actor: &Actor<ReadTrail>, seq: &str) -> Result<wire::Entry> {
    let desk = actor.desk();
    let seq = number(seq)?;
    let checkpoint = covering(desk, seq).await;
    let mut conn = desk.db().read().acquire().await?;
    let record = find(&mut conn, seq).await?;
    let recorded = Head::read(&mut conn).await?.size;
    let covered = matches!(&checkpoint, Ok(Some(checkpoint)) if checkpoint.size() >= seq.unsigned_abs());
    if record.is_none() && seq > recorded && !covered {
        return Err(Error::NotFound);
    }
    let proof = match (&record, checkpoint) {
        (_, Err(_)) => Proof::Contradicted,
        (None, _) => Proof::Altered,
        (Some(record), Ok(Some(checkpoint))) if covered => prove(desk, &mut conn, record, checkpoint).await?,
        (Some(_), Ok(_)) => Proof::Waiting,
    };
    let near = match record.as_ref().and_then(|record| record.session.as_deref()) {
        Some(session) => near(&mut conn, session, seq).await?,
        None => Vec::new(),
    };
    let near = lines(&mut conn, near).await?;
    let columns = record.as_ref().map(others).unwrap_or_default();
    let line = lines(&mut conn, record.into_iter().collect()).await?.pop();
    let (currency, owners) = match &line {
        Some(line) => (currency(&mut conn, line).await?, owners(&mut conn, line).await?),
        None => Default::default(),
    };
    drop(conn);
    let _ = actor.record(Entry::of(EntryViewed {}).subject(seq)).await?;
    Ok(wire::Entry { seq: seq.unsigned_abs(), line, columns, currency, owners, near, proof })
}

/// The proof of an entry as one file: leaf, path and the checkpoint's signed text. Of a changed entry it holds what the
/// database holds now, and proves nothing.
///
/// # Errors
/// [`Error::NotFound`] when there is no such entry or nothing signs it.
pub async fn proof_file(actor: &Actor<ReadTrail>, seq: &str) -> Result<String> {
    let desk = actor.desk();
    let seq = number(seq)?;
    let checkpoint = covering(desk, seq).await?.filter(|checkpoint| checkpoint.size() >= seq.unsigned_abs());
    let checkpoint = checkpoint.ok_or(Error::NotFound)?;
    let mut conn = desk.db().read().acquire().await?;
    let record = find(&mut conn, seq).await?.ok_or(Error::NotFound)?;
    let path = hashes::path(&mut conn, checkpoint.size(), seq.unsigned_abs() - 1).await?;
    drop(conn);
    let _ = actor.record(Entry::of(ProofDownloaded {}).subject(seq)).await?;
    Ok(proof::write(&record, &path, &checkpoint))
}

/// The published checkpoint; when it does not cover the entry yet, a new one that does. Whoever opens one entry after the
/// other waits a few seconds for the next.
async fn covering(desk: &Desk, seq: i64) -> Result<Option<Checkpoint>> {
    let published = desk.published_checkpoint().await?;
    let covers = published.as_ref().is_some_and(|published| published.size() >= seq.unsigned_abs());
    if covers || !desk.may_publish() { Ok(published) } else { desk.publish_now().await }
}

/// Whether the entry is in the tree that was signed, and if not, which of row and hashes was changed.
async fn prove(desk: &Desk, conn: &mut AnyConnection, record: &Record, checkpoint: Checkpoint) -> Result<Proof> {
    let (index, leaf) = (record.seq.unsigned_abs() - 1, record.leaf_hash());
    let path = match hashes::path(conn, checkpoint.size(), index).await {
        Ok(path) => path,
        // A missing or damaged hash: it proves nothing, and the tiles say the rest.
        Err(Error::Broken(_)) => Vec::new(),
        Err(other) => return Err(other),
    };
    if check_record(&path, checkpoint.size(), checkpoint.root, index, leaf).is_ok() {
        return Ok(Proof::Included {
            size: checkpoint.size(),
            leaf: leaf.to_string(),
            path: path.iter().map(Hash::to_string).collect(),
            checkpoint: checkpoint.text().to_owned(),
        });
    }
    let folder = desk.checkpoint_folder();
    let first = index - index % WIDTH;
    let leaves = blocking(move || Ok(folder.leaves(&checkpoint, first))).await?.unwrap_or_default();
    let signed = usize::try_from(index - first).ok().and_then(|place| leaves.get(place));
    Ok(if signed == Some(&leaf) { Proof::Hashes } else { Proof::Altered })
}

/// A number from an address.
fn number(text: &str) -> Result<i64> {
    let canonical = |seq: &i64| *seq > 0 && seq.to_string() == text;
    text.parse().ok().filter(canonical).ok_or(Error::NotFound)
}

/// The columns a sentence does not tell.
fn others(record: &Record) -> Vec<(&'static str, String)> {
    let told = ["actor", "action", "subject", "outcome", "changes"];
    let texts = record.texts().into_iter().filter(|(name, _)| !told.contains(name));
    texts.filter_map(|(name, text)| Some((name, text?.to_owned()))).collect()
}

async fn find(conn: &mut AnyConnection, seq: i64) -> Result<Option<Record>> {
    let row = sqlx::query(concat!("SELECT ", columns!(), " FROM trail WHERE seq = ?")).bind(seq);
    // A row that cannot be read is as good as gone.
    Ok(row.fetch_optional(conn).await?.and_then(|row| Record::from_row(&row).ok()))
}

/// What the order's price is counted in, when the entry tells a price.
async fn currency(conn: &mut AnyConnection, line: &Line) -> Result<Option<String>> {
    let subject = line.subject.as_ref().filter(|_| line.changes.iter().any(|change| change.field == "price_minor"));
    let Some(order) = subject else { return Ok(None) };
    let currency = sqlx::query_scalar("SELECT currency FROM orders WHERE number = ? LIMIT 1").bind(order.id.clone());
    Ok(currency.fetch_optional(conn).await?)
}

/// Names of the owners that the entry tells by their addresses.
async fn owners(conn: &mut AnyConnection, line: &Line) -> Result<Vec<Owner>> {
    let Some(change) = line.changes.iter().find(|change| change.field == "owner") else { return Ok(Vec::new()) };
    let owners = sqlx::query_as("SELECT email, name FROM staff WHERE email IN (?, ?) LIMIT 2");
    let owners: Vec<(String, String)> =
        owners.bind(change.old.clone()).bind(change.new.clone()).fetch_all(conn).await?;
    Ok(owners.into_iter().map(|(email, name)| Owner { email, name }).collect())
}

/// A few entries of the session before this one, and a few after it, oldest first.
async fn near(conn: &mut AnyConnection, session: &str, seq: i64) -> Result<Vec<Record>> {
    let before = concat!("SELECT ", columns!(), " FROM trail WHERE session = ? AND seq <= ? ORDER BY seq DESC LIMIT 4");
    let after = concat!("SELECT ", columns!(), " FROM trail WHERE session = ? AND seq > ? ORDER BY seq LIMIT 3");
    let mut rows = sqlx::query(before).bind(session).bind(seq).fetch_all(&mut *conn).await?;
    rows.reverse();
    rows.extend(sqlx::query(after).bind(session).bind(seq).fetch_all(conn).await?);
    Ok(rows.iter().filter_map(|row| Record::from_row(row).ok()).collect())
}
