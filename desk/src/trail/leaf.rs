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

impl Record {
    /// The bytes of the leaf.
    pub(crate) fn leaf(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        bytes.push(VERSION);
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at.to_be_bytes());
        let texts = [
            Some(&self.actor),
            self.role.as_ref(),
            self.grant_id.as_ref(),
            self.session.as_ref(),
            Some(&self.action),
            self.subject.as_ref(),
            Some(&self.outcome),
            self.reason.as_ref(),
            self.changes.as_ref(),
            self.address.as_ref(),
            self.agent.as_ref(),
            self.request.as_ref(),
        ];
        for text in texts {
            match text {
                None => bytes.extend(ABSENT.to_be_bytes()),
                Some(text) => {
                    let length = u32::try_from(text.len()).expect("a column is shorter than 4 GiB");
                    bytes.extend(length.to_be_bytes());
                    bytes.extend(text.as_bytes());
                }
            }
        }
        bytes
    }

    /// The RFC 6962 hash of the leaf.
    pub(crate) fn leaf_hash(&self) -> Hash {
        record_hash(&self.leaf())
    }
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
    }
}
