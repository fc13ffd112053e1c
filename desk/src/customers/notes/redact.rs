//! Redacting: a part of a note, or all it says, is gone for good. The note's place stays, and the trail says why.

use heliodesk_wire::{
    CustomerNo,
    notes::{Noted, RedactAsk},
};
use sqlx::AnyConnection;

use super::{
    super::{find as find_customer, number, report},
    find, named,
};
use crate::{
    access::{Actor, WriteNotes},
    error::{Error, Result},
    free_text::FreeTexts,
    trail::{Entry, NoteRedacted},
    vault::Redacted,
};

/// Takes a part out of a note, or everything. The old text is overwritten: there is no second copy of it.
///
/// # Errors
/// [`Error::NotFound`]; the wrong fields: also a part that is not in the note, and a reason that names the customer.
pub async fn redact(actor: &Actor<WriteNotes>, ask: RedactAsk) -> Result<Noted> {
    let customer = number(&ask.customer)?;
    let parsed = ask.parse();
    let reason = parsed.iter().map(|(_, reason)| ("reason", reason.as_str()));
    let texts = FreeTexts::read(actor.desk().vault(), reason);
    // Of two redactions of one note at once, the second must not bring back what the first took out.
    let mut work = actor.begin_counting().await?;
    let stored = find_customer(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let (note, _) = find(work.conn(), &customer, &ask.note).await?;
    let (part, reason) = parsed?;
    let vault = actor.desk().vault();
    if note.text.is_none() {
        return Err(Error::field("note", "unchanged"));
    }
    let rest = match part {
        None => None,
        Some(part) => {
            let key = vault.unwrap(&customer, &stored.data_key);
            match key.map_or(Redacted::Unreadable, |key| key.redact(&customer, &note, &part)) {
                Redacted::Sealed(rest) => Some(rest),
                Redacted::NotInIt => return Err(Error::field("part", "not_in_note")),
                Redacted::Unreadable => {
                    drop(work);
                    report(actor, &customer, &["note"]).await?;
                    return Err(Error::field("part", "unreadable"));
                }
            }
        }
    };
    work = texts.name_nobody(work, &customer, &customer).await?;
    update(work.conn(), &customer, note.number, rest.as_deref()).await?;
    let entry = Entry::of(NoteRedacted {}).subject(&customer).reason(reason.as_str());
    let _ = work.commit(entry.changes(vec![named(note.number)])).await?;
    Ok(Noted { note: u32::try_from(note.number).unwrap_or(0) })
}

async fn update(conn: &mut AnyConnection, customer: &CustomerNo, note: i64, sealed: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE note SET sealed = ? WHERE customer = ? AND number = ?")
        .bind(sealed)
        .bind(customer.as_str())
        .bind(note)
        .execute(conn)
        .await?;
    Ok(())
}
