//! The leaf encoding, version 1: the bytes whose RFC 6962 leaf hash stands in the tree.
//!
//! ```text
//! 0x01                                   version of this encoding
//! seq, at                                each 8 bytes, big endian, two's complement
//! actor role grant_id session action subject outcome reason changes address agent request
//!                                        each: length in bytes as 4 bytes big endian, then UTF-8;
//!                                        absent: the length FF FF FF FF and nothing after it
//! ```
//! The leaf hash is `SHA-256(0x00 || bytes)` (RFC 6962, section 2.1).

use tlog_tiles::{Hash, record_hash};

use super::entry::Record;

/// The version byte.
const VERSION: u8 = 1;
/// The length that says *absent*.
const ABSENT: u32 = u32::MAX;

impl<T: AsRef<str>> Record<T> {
    /// The bytes of the leaf.
    pub(crate) fn leaf(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        self.write_leaf(&mut bytes);
        bytes
    }

    /// The RFC 6962 hash of the leaf.
    pub(crate) fn leaf_hash(&self) -> Hash {
        record_hash(&self.leaf())
    }

    /// As [`Record::leaf_hash`]; the bytes are written where those of the entry before stood.
    pub(super) fn leaf_hash_in(&self, bytes: &mut Vec<u8>) -> Hash {
        bytes.clear();
        self.write_leaf(bytes);
        record_hash(bytes)
    }

    fn write_leaf(&self, bytes: &mut Vec<u8>) {
        bytes.push(VERSION);
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at.to_be_bytes());
        for (_, text) in self.texts() {
            match text {
                None => bytes.extend(ABSENT.to_be_bytes()),
                Some(text) => {
                    let length = u32::try_from(text.len()).expect("a column is shorter than 4 GiB");
                    bytes.extend(length.to_be_bytes());
                    bytes.extend(text.as_bytes());
                }
            }
        }
    }
}

impl Record {
    /// Reads the bytes of a leaf; `None` when they are not exactly what [`Record::leaf`] writes.
    pub(crate) fn of_leaf(mut bytes: &[u8]) -> Option<Self> {
        let leaf = bytes;
        let rest = &mut bytes;
        if take(rest, 1)? != [VERSION] {
            return None;
        }
        let seq = i64::from_be_bytes(take(rest, 8)?.try_into().ok()?);
        let at = i64::from_be_bytes(take(rest, 8)?.try_into().ok()?);
        let mut text = || {
            let length = u32::from_be_bytes(take(rest, 4)?.try_into().ok()?);
            if length == ABSENT {
                return Some(None);
            }
            let text = take(rest, usize::try_from(length).ok()?)?;
            Some(Some(String::from_utf8(text.to_vec()).ok()?))
        };
        // Fields are read in the order they stand in.
        let record = Self {
            seq,
            at,
            actor: text()??,
            role: text()?,
            grant_id: text()?,
            session: text()?,
            action: text()??,
            subject: text()?,
            outcome: text()??,
            reason: text()?,
            changes: text()?,
            address: text()?,
            agent: text()?,
            request: text()?,
        };
        (record.leaf() == leaf).then_some(record)
    }
}

/// The next bytes; `None` when there are not so many.
fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_empty_and_shifted_text_give_different_leaves() {
        let base = Record { seq: 1, actor: "a".into(), ..Record::default() };
        let empty = Record { role: Some(String::new()), ..base.clone() };
        let shifted = Record { actor: "ab".into(), action: String::new(), ..base.clone() };
        let unshifted = Record { actor: "a".into(), action: "b".into(), ..base.clone() };
        let leaves = [base.leaf(), empty.leaf(), shifted.leaf(), unshifted.leaf()];
        for (i, one) in leaves.iter().enumerate() {
            for other in &leaves[i + 1..] {
                assert_ne!(one, other);
            }
        }
    }

    #[test]
    fn the_encoding_is_the_documented_one() {
        let record =
            Record { seq: 1, at: 2, actor: "a".into(), action: "b".into(), outcome: "ok".into(), ..Record::default() };
        let mut expected = vec![1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, b'a'];
        expected.extend([0xff; 12]);
        expected.extend([0, 0, 0, 1, b'b', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2, b'o', b'k']);
        expected.extend([0xff; 20]);
        assert_eq!(record.leaf(), expected);
        assert_eq!(Record::of_leaf(&expected), Some(record));
        for end in 0..expected.len() {
            assert_eq!(Record::of_leaf(&expected[..end]), None);
        }
        assert_eq!(Record::of_leaf(&[expected, vec![0]].concat()), None);
    }
}
