//! Pinning a note above the others, and taking it down again.

use heliodesk_wire::{
    CustomerNo,
    notes::{Noted, PinAsk},
};
use sqlx::AnyConnection;

use super::{super::number, find, named};
use crate::{
    access::{Actor, WriteNotes},
    error::{Error, Result},
    trail::{Entry, NotePinned, NoteUnpinned},
};

/// Pins a note, or unpins it.
///
/// # Errors
/// [`Error::NotFound`]; the wrong field, also where it is so already.
pub async fn pin(actor: &Actor<WriteNotes>, ask: PinAsk) -> Result<Noted> {
    let customer = number(&ask.customer)?;
    let mut work = actor.begin_counting().await?;
    let (note, was) = find(work.conn(), &customer, &ask.note).await?;
    let pinned = ask.parse()?;
    if pinned == was {
        return Err(Error::field("pinned", "unchanged"));
    }
    update(work.conn(), &customer, note.number, pinned).await?;
    let changes = vec![named(note.number)];
    match pinned {
        true => work.commit(Entry::of(NotePinned {}).subject(&customer).changes(changes)).await?.seq(),
        false => work.commit(Entry::of(NoteUnpinned {}).subject(&customer).changes(changes)).await?.seq(),
    };
    Ok(Noted { note: u32::try_from(note.number).unwrap_or(0) })
}

async fn update(conn: &mut AnyConnection, customer: &CustomerNo, note: i64, pinned: bool) -> Result<()> {
    sqlx::query("UPDATE note SET pinned = ? WHERE customer = ? AND number = ?")
        .bind(i64::from(pinned))
        .bind(customer.as_str())
        .bind(note)
        .execute(conn)
        .await?;
    Ok(())
}
