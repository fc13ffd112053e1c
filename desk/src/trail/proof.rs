//! The proof of one entry, as one file that is checked away from the app: C2SP tlog-proof, with the leaf as its extra data.

use base64ct::{Base64, Encoding};
use tlog_tiles::{Hash, check_record};

use super::{
    entry::Record,
    note::{Checkpoint, VerifierKey},
};

/// The first line.
const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// An entry that was proven to be in the tree of a signed checkpoint.
#[derive(Clone, Debug)]
pub struct Proven {
    /// How many entries the checkpoint covers.
    pub size: u64,
    record: Record,
}

impl Proven {
    /// The entry's number.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.record.seq
    }

    /// When it was recorded, UTC milliseconds.
    #[must_use]
    pub fn at(&self) -> i64 {
        self.record.at
    }

    /// The columns it was recorded with, by name; those that are empty are left out.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.record.texts().into_iter().filter_map(|(name, text)| Some((name, text?)))
    }
}

/// Writes the proof of an entry: its leaf, the path to the root, the checkpoint's signed text.
pub(super) fn write(record: &Record, path: &[Hash], checkpoint: &Checkpoint) -> String {
    let leaf = Base64::encode_string(&record.leaf());
    let mut text = format!("{FORMAT}\nextra {leaf}\nindex {}\n", record.seq - 1);
    for hash in path {
        text.push_str(&format!("{hash}\n"));
    }
    text.push('\n');
    text.push_str(checkpoint.text());
    text
}

/// Checks a proof against a verifier key, with nothing but the two.
///
/// # Errors
/// Why it proves nothing, in words.
pub fn verify_proof(text: &str, key: &VerifierKey) -> Result<Proven, String> {
    let (proof, note) = text.split_once("\n\n").ok_or("this is not a proof: it holds no checkpoint")?;
    let mut lines = proof.split('\n');
    if lines.next() != Some(FORMAT) {
        return Err(format!("this is not a proof: its first line is not {FORMAT}"));
    }
    let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or("the proof holds no leaf")?;
    let record = Base64::decode_vec(extra).ok().and_then(|leaf| Record::of_leaf(&leaf));
    let record = record.ok_or("the proof's leaf cannot be read as an entry")?;
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(|index| index.parse::<u64>().ok());
    let index = index.ok_or("the proof does not say which entry it is of")?;
    let path: Result<Vec<Hash>, _> = lines.map(Hash::parse_hash).collect();
    let path = path.map_err(|_| "the proof's path holds something that is no hash")?;
    let checkpoint = key.open(note).map_err(|why| format!("the checkpoint in it is not to be believed: {why}"))?;
    if u64::try_from(record.seq).ok().and_then(|seq| seq.checked_sub(1)) != Some(index) {
        return Err(format!("it is about place {index}, but the leaf is of entry {}", record.seq));
    }
    check_record(&path, checkpoint.size, checkpoint.root, index, record.leaf_hash())
        .map_err(|_| format!("entry {} is not in the tree that was signed: it was changed", record.seq))?;
    Ok(Proven { size: checkpoint.size, record })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        testing,
        trail::{hashes, tests},
    };

    #[tokio::test]
    async fn every_entry_can_be_proven_and_no_altered_proof_holds() {
        let bed = testing::sqlite().await;
        tests::record(&bed.desk, 9).await;
        let checkpoint = bed.desk.publish_now().await.unwrap().unwrap();
        let key = bed.desk.checkpoint_key().unwrap();
        let mut conn = bed.desk.db().read().acquire().await.unwrap();
        for (index, record) in (0..).zip(tests::records(&bed.desk).await) {
            let path = hashes::path(&mut conn, 9, index).await.unwrap();
            let proof = write(&record, &path, &checkpoint);
            let proven = verify_proof(&proof, &key).unwrap();
            assert_eq!((proven.record.clone(), proven.size), (record.clone(), 9));
            assert!(proven.columns().any(|column| column == ("action", "customers.listed")));

            let altered = Record { reason: Some("another".into()), ..record.clone() };
            let moved = Record { seq: record.seq % 9 + 1, ..record.clone() };
            let mut longer = path.clone();
            longer.push(Hash([7; 32]));
            for forged in [
                write(&altered, &path, &checkpoint),
                write(&moved, &path, &checkpoint),
                write(&record, &path[1..], &checkpoint),
                write(&record, &longer, &checkpoint),
                proof.replace("\n9\n", "\n10\n"),
                proof.replace("extra A", "extra B"),
                proof.replace(&format!("index {index}"), &format!("index {}", index + 1)),
                proof.replace("@v1", "@v2"),
                proof[..proof.len() / 2].to_owned(),
                String::new(),
            ] {
                assert!(verify_proof(&forged, &key).is_err(), "{forged}");
            }
        }
        let other = crate::keys::Keys::generate().public("http://localhost:3000").unwrap();
        let record = &tests::records(&bed.desk).await[0];
        let path = hashes::path(&mut conn, 9, 0).await.unwrap();
        assert!(
            verify_proof(&write(record, &path, &checkpoint), &other).unwrap_err().contains("not signed by the key")
        );
    }
}
