//! The key file: separate random keys for wrapping data keys, for search tokens, and for signing checkpoints.

use std::fmt;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::clock::random;

/// First line of the file; names its format.
const FORMAT: &str = "heliodesk-keys/1";

/// The keys, 32 bytes each. `Debug` prints none of them; the memory is wiped when dropped.
pub struct Keys {
    pub(crate) id: String,
    pub(crate) wrap: Zeroizing<[u8; 32]>,
    pub(crate) search: Zeroizing<[u8; 32]>,
    pub(crate) sign: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({}, •••)", self.id)
    }
}

impl Keys {
    /// New random keys with a new id.
    #[must_use]
    pub fn generate() -> Self {
        let id = random::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let fresh = || Zeroizing::new(random::<32>());
        Self { id, wrap: fresh(), search: fresh(), sign: fresh() }
    }

    /// The id of the wrapping key, as stored beside what it wraps.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{FORMAT}\nid {}\n", self.id));
        for (name, key) in [("wrap", &self.wrap), ("search", &self.search), ("sign", &self.sign)] {
            let encoded = Zeroizing::new(Base64::encode_string(&key[..]));
            text.push_str(name);
            text.push(' ');
            text.push_str(&encoded);
            text.push('\n');
        }
        text
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// What is wrong with it, without any of its content.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut lines = text.lines();
        if lines.next() != Some(FORMAT) {
            return Err("the first line is not heliodesk-keys/1");
        }
        let mut value = |name: &str| {
            let line = lines.next().ok_or("a key is missing")?;
            line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')).ok_or("a key is missing")
        };
        let id = value("id")?.to_owned();
        if id.len() != 16 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err("the key id is not 16 hexadecimal digits");
        }
        let keys = Self { id, wrap: key(value("wrap")?)?, search: key(value("search")?)?, sign: key(value("sign")?)? };
        if keys.wrap == keys.search || keys.wrap == keys.sign || keys.search == keys.sign {
            return Err("two keys are the same");
        }
        if lines.any(|line| !line.trim().is_empty()) {
            return Err("there is more than the keys");
        }
        Ok(keys)
    }
}

fn key(text: &str) -> Result<Zeroizing<[u8; 32]>, &'static str> {
    let mut bytes = Zeroizing::new([0; 32]);
    let read = Base64::decode(text, &mut bytes[..]).map_err(|_| "a key is not 32 bytes of base64")?.len();
    if read == 32 { Ok(bytes) } else { Err("a key is shorter than 32 bytes") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_reads_back_and_damage_is_refused() {
        let keys = Keys::generate();
        let text = keys.to_text();
        assert_eq!(Keys::parse(&text).expect("its own text").wrap, keys.wrap);
        for bad in [
            "",
            "heliodesk-keys/2\n",
            &text[..text.len() - 20],
            &text.replace("wrap ", "wrap A"),
            &format!("{}x\n", *text),
        ] {
            assert!(Keys::parse(bad).is_err());
        }
    }
}
