//! Sealed notes: they open all at once, to the receipt that says their customer's page was shown.

use std::fmt;

use heliodesk_wire::CustomerNo;

use super::{DataKey, Opened};
use crate::{
    desk::Desk,
    error::{Error, Result},
    pii::Pii,
    trail::CustomerViewed,
    vault::part::without,
    work::Receipt,
};

/// A note as the database holds it. Who wrote it, and when, is part of what its text is bound to.
#[derive(Debug)]
pub(crate) struct SealedNote {
    pub(crate) number: i64,
    pub(crate) author: String,
    pub(crate) at: i64,
    /// The sealed text; none once all of it was redacted.
    pub(crate) text: Option<String>,
}

/// A customer's notes with everything that opens them but the receipt.
pub(crate) struct SealedNotes {
    pub(crate) desk: Desk,
    pub(crate) customer: CustomerNo,
    /// The customer's data key, wrapped.
    pub(crate) wrapped: String,
    pub(crate) notes: Vec<SealedNote>,
}

impl fmt::Debug for SealedNotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedNotes({}, {})", self.customer, self.notes.len())
    }
}

impl SealedNotes {
    /// Opens to the receipt that says this customer was shown, and consumes it; a redacted note has nothing to open.
    ///
    /// # Errors
    /// [`Error::Broken`] when the receipt is of another customer: all stay shut.
    pub(crate) fn open(self, receipt: Receipt<CustomerViewed>) -> Result<Vec<Option<Opened>>> {
        let CustomerViewed { customer } = receipt.into_action();
        if customer != self.customer {
            return Err(Error::broken("a receipt of another customer"));
        }
        let key = self.desk.vault().unwrap(&customer, &self.wrapped);
        let open = |note: &SealedNote| {
            let text = note.text.as_deref()?;
            let text = key.as_ref().and_then(|key| key.open_note(&customer, note, text));
            Some(text.map_or(Opened::Unreadable, Opened::Clear))
        };
        Ok(self.notes.iter().map(open).collect())
    }
}

/// What taking a part out of a note gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Redacted {
    /// The note without the part, sealed.
    Sealed(String),
    /// The note does not say this.
    NotInIt,
    /// The note cannot be opened.
    Unreadable,
}

impl DataKey {
    /// The sealed text of a note.
    pub(crate) fn seal_note(&self, customer: &CustomerNo, note: &SealedNote, html: &Pii<String>) -> String {
        let [number, at] = [note.number, note.at].map(|part| part.to_string());
        self.shut("note", &[customer.as_str(), &number, &note.author, &at], html)
    }

    fn open_note(&self, customer: &CustomerNo, note: &SealedNote, text: &str) -> Option<Pii<String>> {
        let [number, at] = [note.number, note.at].map(|part| part.to_string());
        self.clear("note", &[customer.as_str(), &number, &note.author, &at], text)
    }

    /// Takes a part out of a sealed note and seals the rest. What it says never leaves here, so this needs no receipt.
    pub(crate) fn redact(&self, customer: &CustomerNo, note: &SealedNote, part: &str) -> Redacted {
        let Some(text) = note.text.as_deref() else { return Redacted::NotInIt };
        let Some(html) = self.open_note(customer, note, text) else { return Redacted::Unreadable };
        match without(html.expose(), part).map(Pii::new) {
            Some(rest) => Redacted::Sealed(self.seal_note(customer, note, &rest)),
            None => Redacted::NotInIt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::Keys, vault::Vault};

    #[test]
    fn a_note_opens_under_its_own_number_author_and_time_only() {
        let vault = Vault::new(&Keys::generate());
        let customer: CustomerNo = "C-1".parse().expect("a number");
        let (key, _) = vault.data_key(&customer);
        let note = || SealedNote { number: 1, author: "mia".into(), at: 5, text: None };
        let text = key.seal_note(&customer, &note(), &Pii::new("<p>gate</p>".to_owned()));
        let opened = key.open_note(&customer, &note(), &text).expect("opens");
        assert_eq!(opened.expose(), "<p>gate</p>");
        for other in [
            SealedNote { number: 2, ..note() },
            SealedNote { author: "jan".into(), ..note() },
            SealedNote { at: 6, ..note() },
        ] {
            assert!(key.open_note(&customer, &other, &text).is_none());
        }
        let other: CustomerNo = "C-2".parse().expect("a number");
        assert!(key.open_note(&other, &note(), &text).is_none());
        assert!(key.open(&customer, heliodesk_wire::PersonalField::Name, &text).is_none(), "a note is no field");
    }

    #[test]
    fn a_part_is_taken_out_from_sealed_to_sealed() {
        let vault = Vault::new(&Keys::generate());
        let customer: CustomerNo = "C-1".parse().expect("a number");
        let (key, _) = vault.data_key(&customer);
        let mut note = SealedNote { number: 1, author: "mia".into(), at: 5, text: None };
        assert_eq!(key.redact(&customer, &note, "gate"), Redacted::NotInIt);
        note.text = Some(key.seal_note(&customer, &note, &Pii::new("<p>The gate code is 4711</p>".to_owned())));
        assert_eq!(key.redact(&customer, &note, "4712"), Redacted::NotInIt);
        let Redacted::Sealed(text) = key.redact(&customer, &note, "4711") else { panic!("is in it") };
        let opened = key.open_note(&customer, &note, &text).expect("opens");
        assert_eq!(opened.expose(), "<p>The gate code is [redacted]</p>");
        note.at = 6;
        assert_eq!(key.redact(&customer, &note, "4711"), Redacted::Unreadable);
    }
}
