//! Writing a note.

use std::collections::{BTreeMap, btree_map};

use heliodesk_wire::{
    CustomerNo,
    customers::Account,
    notes::{Noted, WriteAsk},
};
use sqlx::AnyConnection;

use super::{
    super::{find as find_customer, number, spoke},
    named,
    prose::{rendered, sanitised},
};
use crate::{
    access::{Actor, WriteNotes},
    db::{Insert, Row, insert},
    error::{Error, Result},
    free_text::FreeTexts,
    pii::Pii,
    snippets,
    trail::{Entry, NoteWritten},
    vault::{DataKey, SealedNote, seen},
};

const NOTES: Insert = insert!("note (customer, number, author, written_at, pinned, sealed)", "(?, ?, ?, ?, ?, ?)");

/// Longest HTML of a note, in bytes; markup in markup can be longer than what was typed.
const LONGEST_HTML: usize = 32_000;

/// Seals a new note.
///
/// # Errors
/// [`Error::NotFound`]; the wrong fields, also where the text names the customer.
pub async fn write(actor: &Actor<WriteNotes>, ask: WriteAsk) -> Result<Noted> {
    let customer = number(&ask.customer)?;
    let mut conn = actor.desk().db().read().acquire().await?;
    let known = snippets::all(&mut conn).await?;
    drop(conn);
    let parsed = ask.parse(&known).map_err(Error::from).and_then(|(text, pinned)| Ok((html(&text)?, pinned)));
    let seen = parsed.as_ref().ok().map(|(html, _)| seen(html.expose()));
    let texts = FreeTexts::read(actor.desk().vault(), seen.iter().map(|seen| ("text", seen.as_str())));
    // Notes are numbered: of two at once each must see the other's.
    let mut work = actor.begin_counting().await?;
    let stored = find_customer(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let (html, pinned) = parsed?;
    if stored.account == Account::Erased {
        return Err(Error::field("customer", "erased"));
    }
    let vault = actor.desk().vault();
    work = texts.name_nobody(work, &customer, &customer).await?;
    let key = vault.unwrap(&customer, &stored.data_key).ok_or_else(|| Error::broken("a data key is damaged"))?;
    let author = work.presence()?.staff().to_owned();
    let note = SealedNote { number: next(work.conn(), &customer).await?, author, at: work.at(), text: None };
    let (number, at) = (note.number, note.at);
    insert(work.conn(), &[NewNote::sealed(&key, &customer, note, &html, pinned)]).await?;
    spoke(work.conn(), &customer, at).await?;
    let _ = work.commit(Entry::of(NoteWritten {}).subject(&customer).changes(vec![named(number)])).await?;
    Ok(Noted { note: u32::try_from(number).unwrap_or(0) })
}

/// A note that was written before its customer came here.
pub(crate) struct Brought {
    /// Who wrote it.
    pub(crate) author: String,
    /// When, UTC milliseconds.
    pub(crate) at: i64,
    pub(crate) markdown: &'static str,
    pub(crate) pinned: bool,
}

/// A note that waits to be written.
#[derive(Debug)]
pub(crate) struct NewNote {
    customer: CustomerNo,
    note: SealedNote,
    pinned: bool,
}

impl NewNote {
    fn sealed(key: &DataKey, customer: &CustomerNo, note: SealedNote, html: &Pii<String>, pinned: bool) -> Self {
        let text = Some(key.seal_note(customer, &note, html));
        Self { customer: customer.clone(), note: SealedNote { text, ..note }, pinned }
    }

    /// When it was written, UTC milliseconds.
    pub(crate) fn at(&self) -> i64 {
        self.note.at
    }
}

/// Seals the notes that come with a new customer, oldest first. The entry that brings the customer tells of them. `known`
/// keeps the HTML of what many say alike.
pub(crate) fn bring(
    key: &DataKey,
    customer: &CustomerNo,
    notes: Vec<Brought>,
    known: &mut BTreeMap<&'static str, Pii<String>>,
) -> Result<Vec<NewNote>> {
    let sealed = (1..).zip(notes).map(|(number, Brought { author, at, markdown, pinned })| {
        let note = SealedNote { number, author, at, text: None };
        let html = match known.entry(markdown) {
            btree_map::Entry::Occupied(html) => html.into_mut(),
            btree_map::Entry::Vacant(missing) => missing.insert(html(markdown)?),
        };
        Ok(NewNote::sealed(key, customer, note, html, pinned))
    });
    sealed.collect()
}

/// The sanitised HTML of what was typed.
fn html(markdown: &str) -> Result<Pii<String>> {
    let rendered = Pii::new(rendered(markdown));
    if rendered.expose().len() > LONGEST_HTML {
        return Err(Error::field("text", "too_long"));
    }
    let html = Pii::new(sanitised(rendered.expose()).into_html());
    // Markdown of signs only, such as a rule, says nothing.
    if seen(html.expose()).trim().is_empty() {
        return Err(Error::field("text", "missing"));
    }
    Ok(html)
}

async fn next(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<i64> {
    let newest: Option<i64> = sqlx::query_scalar("SELECT MAX(number) FROM note WHERE customer = ?")
        .bind(customer.as_str())
        .fetch_one(conn)
        .await?;
    Ok(newest.unwrap_or(0) + 1)
}

/// Writes notes.
pub(crate) async fn insert(conn: &mut AnyConnection, notes: &[NewNote]) -> Result<()> {
    let bind = |row: Row, NewNote { customer, note, pinned }: &NewNote| {
        row.bind(customer.as_str())
            .bind(note.number)
            .bind(&note.author)
            .bind(note.at)
            .bind(i64::from(*pinned))
            .bind(&note.text)
    };
    NOTES.run(conn, notes, bind).await
}
