//! Copying: a page reports that it has put a value on the clipboard. Nobody can check that, so the entry says no more.

use heliodesk_wire::{
    CustomerNo, Fields, PersonalField,
    customers::{Copied, CopiedAsk, personal},
};

use super::{find, number, reveal::SHOWN, tries::first_since};
use crate::{
    access::{Actor, RevealField},
    clock::SECOND,
    error::{Error, Result},
    trail::{Action, Change, Entry, FieldCopied, FieldRevealed, Recorded},
};

/// What a report may take to arrive after the value has masked itself.
const LATE: i64 = 5 * SECOND;

/// Records that a page has copied a value it was shown.
///
/// # Errors
/// [`Error::NotFound`]; the wrong fields: also one that this session was not shown within the past minute.
pub async fn copied(actor: &Actor<RevealField>, ask: CopiedAsk) -> Result<Copied> {
    let customer = number(&ask.customer)?;
    let mut work = actor.begin_counting().await?;
    find(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let mut fields = Fields::new();
    let field = fields.take("field", personal(&ask.field));
    let field = fields.into_result(field)?;
    let (session, since) = (work.presence()?.session().to_owned(), work.at() - SHOWN - LATE);
    if !was_shown(work.trail()?, &session, &customer, field, since).await? {
        return Err(Error::field("field", "not_shown"));
    }
    let entry = Entry::of(FieldCopied {}).subject(&customer).changes(vec![Change::named(field.as_str())]);
    Ok(Copied { seq: work.commit(entry).await?.seq() })
}

/// Whether this session revealed this field of this customer since then.
async fn was_shown(
    mut conn: Recorded<'_>,
    session: &str,
    customer: &CustomerNo,
    field: PersonalField,
    since: i64,
) -> Result<bool> {
    let Some(first) = first_since(&mut conn, since).await? else { return Ok(false) };
    let changes: Vec<String> = sqlx::query_scalar(
        "SELECT changes FROM trail WHERE session = ? AND seq >= ? AND action = ? AND subject = ? AND at >= ? \
         ORDER BY seq DESC LIMIT 100",
    )
    .bind(session)
    .bind(first)
    .bind(FieldRevealed::NAME)
    .bind(customer.as_str())
    .bind(since)
    .fetch_all(&mut *conn)
    .await?;
    let is_it = |changes: &String| {
        let changes: Vec<Change> = serde_json::from_str(changes).unwrap_or_default();
        changes.first().is_some_and(|change| change.field == field.as_str())
    };
    Ok(changes.iter().any(is_it))
}
