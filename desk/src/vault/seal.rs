//! Sealing and opening. A value opens to the receipt of its own entry, and to nothing else.

#[cfg(test)]
mod measures;
mod note;

use std::fmt;

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use base64ct::{Base64, Encoding};
use heliodesk_wire::{CustomerNo, PersonalField};
use zeroize::Zeroizing;

pub(crate) use note::{Redacted, SealedNote, SealedNotes};

use super::Vault;
use crate::{
    clock::random,
    desk::Desk,
    error::{Error, Result},
    pii::Pii,
    trail::FieldRevealed,
    work::Receipt,
};

/// First part of every sealed text; names the format.
const FORMAT: &str = "1";
/// Bytes of a nonce.
const NONCE: usize = 12;

/// A customer's data key, unwrapped. Wiped when dropped, never printed.
pub(crate) struct DataKey {
    id: String,
    key: Zeroizing<[u8; 32]>,
}

/// One sealed value with everything that opens it but the receipt.
pub struct Sealed {
    desk: Desk,
    customer: CustomerNo,
    field: PersonalField,
    wrapped: String,
    text: String,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}, {})", self.customer, self.field)
    }
}

/// What opening gave.
#[derive(Debug)]
pub enum Opened {
    /// The value.
    Clear(Pii<String>),
    /// The value was damaged, or belongs elsewhere.
    Unreadable,
}

impl Sealed {
    /// A value as the database holds it: `wrapped` is the customer's data key, `text` the value.
    pub(crate) fn stored(
        desk: &Desk,
        customer: CustomerNo,
        field: PersonalField,
        wrapped: String,
        text: String,
    ) -> Self {
        Self { desk: desk.clone(), customer, field, wrapped, text }
    }

    /// Opens to the receipt that says this field of this customer was revealed, and consumes it.
    ///
    /// # Errors
    /// [`Error::Broken`] when the receipt is of another customer or field: the value stays shut.
    pub fn open(self, receipt: Receipt<FieldRevealed>) -> Result<Opened> {
        let FieldRevealed { customer, field } = receipt.into_action();
        if customer != self.customer || field != self.field {
            return Err(Error::broken("a receipt of another value"));
        }
        let vault = self.desk.vault();
        let value = vault.unwrap(&customer, &self.wrapped).and_then(|key| key.open(&customer, field, &self.text));
        Ok(value.map_or(Opened::Unreadable, Opened::Clear))
    }
}

impl Vault {
    /// A new data key for a customer, and the wrapped form to store.
    pub(crate) fn data_key(&self, customer: &CustomerNo) -> (DataKey, String) {
        let id: String = random::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let key = DataKey { id, key: Zeroizing::new(random()) };
        let aad = bound("data key", &[customer.as_str(), &key.id, &self.wrap_id]);
        let wrapped = [FORMAT, &self.wrap_id, &key.id, &encrypt(&self.wrap, &aad, &key.key[..])].join(".");
        (key, wrapped)
    }

    /// The data key behind its wrapped form; `None` when it is damaged or another customer's.
    pub(crate) fn unwrap(&self, customer: &CustomerNo, wrapped: &str) -> Option<DataKey> {
        let mut parts = wrapped.splitn(4, '.');
        let (format, wrap_id, id, text) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if format != FORMAT || wrap_id != self.wrap_id {
            return None;
        }
        let bytes = Zeroizing::new(decrypt(&self.wrap, &bound("data key", &[customer.as_str(), id, wrap_id]), text)?);
        let key = Zeroizing::new(<[u8; 32]>::try_from(&bytes[..]).ok()?);
        Some(DataKey { id: id.to_owned(), key })
    }
}

impl DataKey {
    /// The sealed text of a value. Two seals of one value share nothing.
    pub(crate) fn seal(&self, customer: &CustomerNo, field: PersonalField, value: &Pii<String>) -> String {
        self.shut("field", &[customer.as_str(), field.as_str()], value)
    }

    fn open(&self, customer: &CustomerNo, field: PersonalField, text: &str) -> Option<Pii<String>> {
        self.clear("field", &[customer.as_str(), field.as_str()], text)
    }

    /// Seals a value to what it is and where it belongs, and to this key.
    fn shut(&self, what: &str, place: &[&str], value: &Pii<String>) -> String {
        let aad = bound(what, &[place, &[&self.id]].concat());
        [FORMAT, &self.id, &encrypt(&self.key, &aad, value.expose().as_bytes())].join(".")
    }

    fn clear(&self, what: &str, place: &[&str], text: &str) -> Option<Pii<String>> {
        let mut parts = text.splitn(3, '.');
        let (format, id, text) = (parts.next()?, parts.next()?, parts.next()?);
        if format != FORMAT || id != self.id {
            return None;
        }
        let bytes = decrypt(&self.key, &bound(what, &[place, &[id]].concat()), text)?;
        String::from_utf8(bytes).ok().map(Pii::new)
    }
}

/// The associated data: what a ciphertext belongs to, each part with its length.
fn bound(what: &str, parts: &[&str]) -> Vec<u8> {
    let mut bytes = format!("heliodesk {what} {FORMAT}").into_bytes();
    for part in parts {
        bytes.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}

fn encrypt(key: &Zeroizing<[u8; 32]>, aad: &[u8], msg: &[u8]) -> String {
    let nonce: [u8; NONCE] = random();
    let cipher = Aes256Gcm::new((&**key).into());
    let text = cipher.encrypt(&Nonce::from(nonce), Payload { msg, aad }).expect("a value is shorter than 64 GiB");
    Base64::encode_string(&[&nonce[..], &text].concat())
}

fn decrypt(key: &Zeroizing<[u8; 32]>, aad: &[u8], text: &str) -> Option<Vec<u8>> {
    let bytes = Base64::decode_vec(text).ok()?;
    let (nonce, msg) = bytes.split_at_checked(NONCE)?;
    let nonce = <[u8; NONCE]>::try_from(nonce).ok()?;
    Aes256Gcm::new((&**key).into()).decrypt(&Nonce::from(nonce), Payload { msg, aad }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    fn number(text: &str) -> CustomerNo {
        text.parse().expect("a number")
    }

    #[test]
    fn equal_values_give_different_bytes_and_open_in_their_place_only() {
        let vault = Vault::new(&Keys::generate());
        let (mine, theirs) = (number("C-1"), number("C-2"));
        let (key, wrapped) = vault.data_key(&mine);
        let (other, _) = vault.data_key(&theirs);
        let value = Pii::new("+1 520 555 0142".to_owned());
        let sealed = key.seal(&mine, PersonalField::Phone, &value);
        assert_ne!(sealed, key.seal(&mine, PersonalField::Phone, &value));

        let unwrapped = vault.unwrap(&mine, &wrapped).expect("its own");
        let opened = unwrapped.open(&mine, PersonalField::Phone, &sealed).expect("opens");
        assert_eq!(opened.expose(), value.expose());
        assert!(vault.unwrap(&theirs, &wrapped).is_none(), "another customer's data key");
        assert!(Vault::new(&Keys::generate()).unwrap(&mine, &wrapped).is_none(), "another key file");
        assert!(key.open(&theirs, PersonalField::Phone, &sealed).is_none(), "another customer");
        assert!(key.open(&mine, PersonalField::Street, &sealed).is_none(), "another field");
        assert!(other.open(&mine, PersonalField::Phone, &sealed).is_none(), "another key");
    }

    #[test]
    fn any_flipped_character_leaves_the_value_shut() {
        let vault = Vault::new(&Keys::generate());
        let customer = number("C-1");
        let (key, _) = vault.data_key(&customer);
        let sealed = key.seal(&customer, PersonalField::Name, &Pii::new("Amelia Reyes".to_owned()));
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let flipped = String::from_utf8(bytes).expect("ascii");
            assert!(key.open(&customer, PersonalField::Name, &flipped).is_none(), "at {at}");
        }
        for cut in ["", "1", "1.", "1..", "1.x.y"] {
            assert!(key.open(&customer, PersonalField::Name, cut).is_none());
        }
    }
}
