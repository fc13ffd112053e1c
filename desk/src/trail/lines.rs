//! Entries as readers see them: with names of staff and changed fields, and checked against their stored hashes.

use std::collections::{BTreeMap, BTreeSet};

use heliodesk_wire::trail::{self as wire, Line, Named};
use sqlx::AnyConnection;
use tlog_tiles::{Hash, stored_hash_index};

use super::{entry::Record, hashes};
use crate::{error::Result, trail::Change};

/// How many names one statement fetches.
const AT_ONCE: usize = 16;

/// Turns rows into lines.
pub(super) async fn lines(conn: &mut AnyConnection, records: Vec<Record>) -> Result<Vec<Line>> {
    let ids: BTreeSet<&str> = records.iter().flat_map(|r| [Some(&*r.actor), r.subject.as_deref()]).flatten().collect();
    let names = names(conn, &ids.into_iter().filter(|id| id.len() == 26).collect::<Vec<_>>()).await?;
    let leaves: Vec<u64> = records.iter().filter_map(|record| leaf_index(record.seq)).collect();
    let stored = hashes::stored(conn, &leaves).await?;
    Ok(records.into_iter().map(|record| line(record, &names, &stored)).collect())
}

/// Where the leaf hash of an entry is stored.
pub(super) fn leaf_index(seq: i64) -> Option<u64> {
    Some(stored_hash_index(0, u64::try_from(seq).ok()?.checked_sub(1)?))
}

fn line(record: Record, names: &BTreeMap<String, String>, stored: &BTreeMap<u64, Hash>) -> Line {
    let hash = leaf_index(record.seq).and_then(|index| stored.get(&index));
    let named = |id: String| Named { name: names.get(&id).cloned(), id };
    Line {
        altered: hash != Some(&record.leaf_hash()),
        seq: u64::try_from(record.seq).unwrap_or(0),
        at: record.at,
        actor: named(record.actor),
        role: record.role,
        action: record.action,
        subject: record.subject.map(named),
        outcome: record.outcome,
        reason: record.reason,
        changes: changes(record.changes.as_deref()),
    }
}

/// The changed fields; text that is no list of changes, which only tampering leaves, is shown as it is.
fn changes(text: Option<&str>) -> Vec<wire::Change> {
    let Some(text) = text else { return Vec::new() };
    match serde_json::from_str::<Vec<Change>>(text) {
        Ok(changes) => {
            let read = |change: Change| wire::Change { field: change.field, old: change.old, new: change.new };
            changes.into_iter().map(read).collect()
        }
        Err(_) => vec![wire::Change { field: "unreadable".into(), old: None, new: Some(text.to_owned()) }],
    }
}

/// Names of staff by id.
pub(super) async fn names(conn: &mut AnyConnection, ids: &[&str]) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut query = sqlx::query_as(
            "SELECT id, name FROM staff WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) LIMIT 16",
        );
        for id in some.iter().chain(some.last().into_iter().cycle()).take(AT_ONCE) {
            query = query.bind((*id).to_owned());
        }
        names.extend(query.fetch_all(&mut *conn).await?);
    }
    Ok(names)
}
