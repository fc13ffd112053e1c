//! Checkpoints: C2SP signed notes over a tree head (tlog-checkpoint, Ed25519). Signing them, and reading them again.
//!
//! Origin and key name are the same: host[:port] of the configured origin.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::{Note, Signer, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::Hash;

use crate::{
    error::{Error, Result},
    keys::Keys,
};

/// A tree head that somebody signed: so many entries, this root.
#[derive(Clone, PartialEq)]
pub struct Checkpoint {
    pub(crate) size: u64,
    pub(crate) root: Hash,
    text: String,
}

impl Checkpoint {
    /// The number of entries it covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree over those entries, base64.
    #[must_use]
    pub fn root(&self) -> String {
        self.root.to_string()
    }

    /// The signed note, as published.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checkpoint({}, {})", self.size, self.root)
    }
}

/// The public half: what checks a checkpoint's signature.
#[derive(Clone)]
pub struct VerifierKey {
    text: String,
    verifier: StandardVerifier,
}

impl VerifierKey {
    /// Reads a C2SP verifier key, `name+id+base64`, as `keys public` prints it.
    ///
    /// # Errors
    /// When the text is no such key.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_owned();
        let verifier = StandardVerifier::new(&text).map_err(|_| "this is not a C2SP verifier key (name+id+key)")?;
        Ok(Self { text, verifier })
    }

    /// The key as text: `name+id+base64`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads a checkpoint; nothing of it is believed before its signature holds.
    ///
    /// # Errors
    /// Why it is not a checkpoint of this key, in words.
    pub fn open(&self, text: &str) -> Result<Checkpoint, String> {
        let note = Note::from_bytes(text.as_bytes()).map_err(|_| "it is not a signed note".to_owned())?;
        let known = VerifierList::new(vec![Box::new(self.verifier.clone())]);
        note.verify(&known).map_err(|_| format!("it is not signed by the key {}", self.name_and_id()))?;
        let head = tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| "it is not a checkpoint".to_owned())?;
        if head.origin() != self.verifier.name() {
            return Err(format!("it is of {}, not of {}", head.origin(), self.verifier.name()));
        }
        Ok(Checkpoint { size: head.size(), root: *head.hash(), text: text.to_owned() })
    }

    fn name_and_id(&self) -> String {
        format!("{}+{:08x}", self.verifier.name(), self.verifier.key_id())
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The private half, under the name of this installation.
struct Notary<'a> {
    name: &'a str,
    id: u32,
    key: SigningKey,
}

impl Signer for Notary<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(self.key.try_sign(text)?.to_bytes().to_vec())
    }
}

impl Keys {
    /// The C2SP verifier key that checks this installation's checkpoints.
    ///
    /// # Errors
    /// When no key name can be made of the origin.
    pub fn public(&self, origin: &str) -> Result<VerifierKey> {
        let key = SigningKey::from_bytes(&self.sign).verifying_key();
        let text = signed_note::new_ed25519_verifier_key(name(origin), &key);
        VerifierKey::parse(&text).map_err(|_| Error::broken(format!("{origin} gives no name for the signing key")))
    }

    /// Signs a tree head.
    pub(super) fn checkpoint(&self, origin: &str, size: u64, root: Hash) -> Result<Checkpoint> {
        let public = self.public(origin)?;
        let notary =
            Notary { name: name(origin), id: public.verifier.key_id(), key: SigningKey::from_bytes(&self.sign) };
        let broken = |_| Error::broken("a checkpoint could not be signed");
        let head = tlog_tiles::Checkpoint::new(name(origin), size, root, "")
            .map_err(|_| Error::broken("a checkpoint could not be made"))?;
        let mut note = Note::new(&head.to_bytes(), &[]).map_err(broken)?;
        note.add_sigs(&[&notary]).map_err(broken)?;
        let text = String::from_utf8(note.to_bytes()).map_err(|_| Error::broken("a checkpoint is not text"))?;
        Ok(Checkpoint { size, root, text })
    }
}

/// host[:port] of an origin.
fn name(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, rest)| rest).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_believed_from_its_own_key_and_origin_only() {
        let keys = Keys::generate();
        let public = keys.public("https://desk.example:8443").unwrap();
        let signed = keys.checkpoint("https://desk.example:8443", 7, Hash([3; 32])).unwrap();
        assert!(signed.text().starts_with("desk.example:8443\n7\nAwMD"));
        assert!(public.text().starts_with("desk.example:8443+"));
        assert_eq!(public.open(signed.text()), Ok(signed.clone()));

        let other = Keys::generate().public("https://desk.example:8443").unwrap();
        let elsewhere = keys.public("https://other.example").unwrap();
        for refused in [&other, &elsewhere] {
            assert!(refused.open(signed.text()).unwrap_err().contains("not signed by the key"));
        }
        for forged in ["\n8\n", "\n07\n"] {
            assert!(public.open(&signed.text().replace("\n7\n", forged)).is_err());
        }
        assert!(public.open("nonsense").is_err());
        assert!(VerifierKey::parse("nonsense").is_err());
        assert!(!format!("{keys:?}").contains(&public.text()[30..]));
    }
}
