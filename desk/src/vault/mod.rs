//! The vault: personal values sealed under a key per customer, masks beside them, keyed tokens to find and compare them.
//!
//! | what | key | bound to |
//! |---|---|---|
//! | a value: AES-256-GCM, random nonce | the customer's data key | customer, field, data key id |
//! | a note: AES-256-GCM, random nonce | the customer's data key | customer, number, author, time, data key id |
//! | a data key: AES-256-GCM, random nonce | the wrapping key of the key file | customer, data key id, wrapping key id |
//! | a token: HMAC-SHA-256, 128 bits of it | one derived key per kind of token | the compared form of the value |
//! | a tag: HMAC-SHA-256, 128 bits of it | one derived key | customer, field, and the mask or the sealed text |
//!
//! Values open in [`Sealed::open`] only, to the receipt of their own entry, and notes in [`SealedNotes::open`], to the receipt
//! of their customer's page. A part is taken out of a note in here ([`DataKey::redact`]): sealed text in, sealed text out.
//! Tags tell a page, without opening anything, that a row was swapped or damaged.

mod mask;
mod part;
#[cfg(test)]
mod promises;
mod screen;
mod seal;
mod token;

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use heliodesk_wire::{CustomerNo, Masked, PersonalField};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::keys::Keys;

pub(crate) use mask::{ABSENT, UNREADABLE, mask};
pub(crate) use part::seen;
pub(crate) use screen::{NAMED, named_by, screen_against, shaped, tokens};
pub use seal::Sealed;
pub(crate) use seal::{DataKey, Opened, Redacted, SealedNote, SealedNotes};
pub(crate) use token::{Kind, digits, folded, phones, said, tokens_of, words};

/// The keys in use, derived once from the key file. `Debug` prints the wrapping key's id only.
pub(crate) struct Vault {
    wrap_id: String,
    wrap: Zeroizing<[u8; 32]>,
    tokens: Vec<Keyed>,
    tag: Keyed,
    digest: Keyed,
    check: String,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({}, •••)", self.wrap_id)
    }
}

impl Vault {
    pub(crate) fn new(keys: &Keys) -> Self {
        let tokens = Kind::ALL
            .iter()
            .map(|kind| Keyed::new(&derive(&keys.search, &format!("token {}", kind.as_str()))))
            .collect();
        let checks = [(&keys.wrap, "wrap"), (&keys.search, "search"), (&keys.sign, "sign")];
        let checks = checks.map(|(key, name)| Keyed::new(&derive(key, "check")).text(&[name.as_bytes()]));
        Self {
            wrap_id: keys.id().to_owned(),
            wrap: keys.wrap.clone(),
            tokens,
            tag: Keyed::new(&derive(&keys.search, "tag")),
            digest: Keyed::new(&derive(&keys.search, "digest")),
            check: checks.join(" "),
        }
    }

    /// What only this key file gives; kept in the database to tell another one at the next start.
    pub(crate) fn check(&self) -> &str {
        &self.check
    }

    /// A keyed token of an already folded text.
    pub(crate) fn token(&self, kind: Kind, folded: &str) -> String {
        self.tokens[kind as usize].text(&[folded.as_bytes()])
    }

    /// What ties a text of this kind, `mask` or `sealed`, to its customer and field.
    pub(crate) fn tag(&self, customer: &CustomerNo, field: PersonalField, kind: &str, text: &str) -> String {
        self.tag.text(&tagged(customer, field, kind, text))
    }

    /// Whether a stored text has the tag that was written with it for this customer and field.
    pub(crate) fn ties(&self, customer: &CustomerNo, field: PersonalField, kind: &str, stored: Stored<'_>) -> bool {
        self.tag.gave(&tagged(customer, field, kind, stored.text), stored.tag)
    }

    /// Tells whether a value is the stored one to the letter, for imports that are repeated.
    pub(crate) fn digest(&self, customer: &CustomerNo, field: PersonalField, value: &str) -> String {
        self.digest.text(&[customer.as_str().as_bytes(), field.as_str().as_bytes(), value.as_bytes()])
    }

    /// A mask as read beside its tag: `unreadable` when it is not the one that was written for this customer and field.
    pub(crate) fn checked(&self, customer: &CustomerNo, field: PersonalField, mask: Option<Stored<'_>>) -> Masked {
        let Some(mask) = mask else { return Masked(ABSENT.to_owned()) };
        Masked(if self.ties(customer, field, "mask", mask) { mask.text } else { UNREADABLE }.to_owned())
    }
}

/// What a tag is made of.
fn tagged<'a>(customer: &'a CustomerNo, field: PersonalField, kind: &'a str, text: &'a str) -> [&'a [u8]; 4] {
    [customer.as_str().as_bytes(), field.as_str().as_bytes(), kind.as_bytes(), text.as_bytes()]
}

/// A text of the database with the tag that ties it to its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored<'a> {
    pub(crate) text: &'a str,
    pub(crate) tag: &'a str,
}

impl<'a> Stored<'a> {
    /// What two columns of an outer join hold: nothing, or both.
    pub(crate) fn of(text: Option<&'a str>, tag: Option<&'a str>) -> Option<Self> {
        Some(Self { text: text?, tag: tag.unwrap_or_default() })
    }
}

/// A key for one purpose.
fn derive(key: &Zeroizing<[u8; 32]>, purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    let info = format!("heliodesk 1 {purpose}");
    Hkdf::<Sha256>::new(None, &key[..]).expand(info.as_bytes(), &mut derived[..]).expect("32 bytes can be derived");
    derived
}

/// HMAC-SHA-256 that has its key already: a page of a list asks a hundred times.
struct Keyed(Hmac<Sha256>);

impl Keyed {
    fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(Hmac::new_from_slice(&key[..]).expect("HMAC takes keys of any length"))
    }

    /// Over length-prefixed parts, the first 128 bits as text.
    fn text(&self, parts: &[&[u8]]) -> String {
        Base64UrlUnpadded::encode_string(&self.over(parts).finalize().into_bytes()[..16])
    }

    /// Whether [`Keyed::text`] of these parts is this text; takes as long wherever they differ.
    fn gave(&self, parts: &[&[u8]], text: &str) -> bool {
        let mut bits = [0; 16];
        let whole = Base64UrlUnpadded::decode(text, &mut bits).is_ok_and(|bits| bits.len() == 16);
        whole && self.over(parts).verify_truncated_left(&bits).is_ok()
    }

    fn over(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_depend_on_key_and_kind_and_masks_on_their_place() {
        let (one, other) = (Vault::new(&Keys::generate()), Vault::new(&Keys::generate()));
        assert_eq!(one.token(Kind::Email, "a"), one.token(Kind::Email, "a"));
        assert_ne!(one.token(Kind::Email, "a"), one.token(Kind::Phone, "a"));
        assert_ne!(one.token(Kind::Email, "a"), other.token(Kind::Email, "a"));
        assert_ne!(one.check(), other.check());

        let (mine, theirs): (CustomerNo, CustomerNo) = ("C-1".parse().expect("fits"), "C-2".parse().expect("fits"));
        let tag = one.tag(&mine, PersonalField::Name, "mask", "A. R.");
        let stored = Stored { text: "A. R.", tag: &tag };
        assert_eq!(one.checked(&mine, PersonalField::Name, Some(stored)).0, "A. R.");
        assert_eq!(one.checked(&theirs, PersonalField::Name, Some(stored)).0, UNREADABLE);
        assert_eq!(one.checked(&mine, PersonalField::Street, Some(stored)).0, UNREADABLE);
        for tag in ["", "A", &tag[1..], &format!("{tag}AA"), &tag.to_lowercase()] {
            let stored = Stored { text: "A. R.", tag };
            assert_eq!(one.checked(&mine, PersonalField::Name, Some(stored)).0, UNREADABLE, "{tag}");
        }
        assert_eq!(one.checked(&mine, PersonalField::Street, None).0, ABSENT);
        assert!(!format!("{one:?}").contains(&one.check));
    }
}
