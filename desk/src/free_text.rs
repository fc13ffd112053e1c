//! Free text about a customer must not say who they are. Whether it does is an answer about them, so it is given like
//! one: last, when everything else about the ask is right; recorded; and a few times an hour, so that nobody finds out a
//! street or a postcode by writing guesses into a reason.

use std::{collections::BTreeSet, fmt::Display};

use heliodesk_wire::{CustomerNo, Fields};
use sqlx::Row;

use crate::{
    clock::HOUR,
    error::{Error, Result},
    trail::{AccessDenied, Action, Change, Entry, Outcome, Recorded},
    vault::{self, NAMED, Vault, shaped},
    work::Work,
};

/// So many texts of one person that named a customer are answered in an hour; then none about them is taken.
const GUESSES: usize = 3;

/// Free texts as they are compared. Read before a work begins: a long one takes a while, and others wait for a work.
#[derive(Default)]
pub(crate) struct FreeTexts(Vec<FreeText>);

struct FreeText {
    field: String,
    /// The code of what looks personal.
    shape: Option<&'static str>,
    /// The keyed tokens of every run of words.
    tokens: BTreeSet<String>,
}

impl FreeTexts {
    /// Reads texts, each with its field.
    pub(crate) fn read<'a>(vault: &Vault, texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let read = |(field, text): (&str, &str)| FreeText {
            field: field.to_owned(),
            shape: shaped(text),
            tokens: vault::tokens(vault, text),
        };
        Self(texts.into_iter().map(read).collect())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lets a work that counts and has written nothing yet go on when no text names the customer. Of one that does, its field and
    /// the subject are recorded, and nothing of the text.
    ///
    /// # Errors
    /// The wrong fields; [`Error::Throttled`] after too many of them.
    pub(crate) async fn name_nobody(
        self,
        mut work: Work,
        customer: &CustomerNo,
        subject: &impl Display,
    ) -> Result<Work> {
        if self.is_empty() {
            return Ok(work);
        }
        // Of two guesses at once the second must see the first.
        let (staff, at) = (work.presence()?.staff().to_owned(), work.at());
        let refused = refused(work.trail()?, &staff, &subject.to_string(), at - HOUR).await?;
        if let (Some(oldest), true) = (refused.last(), refused.len() >= GUESSES) {
            return Err(Error::Throttled(u64::try_from((oldest + HOUR - at) / 1000 + 1).unwrap_or(1)));
        }
        let known = vault::named_by(work.conn(), customer).await?;
        let (mut wrong, mut named) = (Fields::new(), Vec::new());
        for text in &self.0 {
            if let Some(code) = text.shape {
                wrong.add(&text.field, code);
            } else if !text.tokens.is_disjoint(&known) {
                wrong.add(&text.field, NAMED);
                named.push(Change::named(&text.field));
            }
        }
        if !named.is_empty() {
            let entry = Entry::of(AccessDenied {}).outcome(Outcome::Denied).subject(subject).reason(NAMED);
            let _ = work.commit(entry.changes(named)).await?;
            return Err(wrong.into());
        }
        Ok(wrong.into_result(Some(work))?)
    }
}

/// When texts of this person about this subject named somebody, the newest first; no more than count.
async fn refused(mut conn: Recorded<'_>, staff: &str, subject: &str, since: i64) -> Result<Vec<i64>> {
    let rows = sqlx::query(
        "SELECT at FROM trail WHERE subject = ? AND action = ? AND reason = ? AND actor = ? AND at > ? \
         ORDER BY seq DESC LIMIT 3",
    )
    .bind(subject)
    .bind(AccessDenied::NAME)
    .bind(NAMED)
    .bind(staff)
    .bind(since)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
