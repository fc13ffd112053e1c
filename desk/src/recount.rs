//! Running totals against the rows that they count: what a page shows without counting is counted here, one by one.

use std::{collections::BTreeMap, fmt};

use crate::{
    access::{Actor, ServerCommand},
    error::Result,
    orders, trail,
};

/// How many that are wrong are named.
const NAMED: usize = 10;

/// What came of counting anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recount {
    /// How many totals were compared.
    pub totals: u64,
    /// Those that differ, each in words.
    pub wrong: Vec<String>,
}

/// Counts the running totals anew, while nobody writes.
///
/// # Errors
/// When the database does not answer; what is wrong with the totals is in the answer.
pub async fn recount(actor: &Actor<ServerCommand>) -> Result<Recount> {
    let mut work = actor.begin_counting().await?;
    // Nothing is kept of this work: it only holds the others off.
    let mut recount = Recount::default();
    orders::recount(work.conn(), &mut recount).await?;
    let mut conn = work.trail()?;
    trail::recount(&mut conn, &mut recount).await?;
    Ok(recount)
}

impl Recount {
    /// Compares totals as they stand with what was counted; what is nothing may be absent.
    pub(crate) fn compare<K: Ord + fmt::Debug, V: PartialEq + Default + fmt::Debug>(
        &mut self,
        what: &str,
        stands: &BTreeMap<K, V>,
        counted: &BTreeMap<K, V>,
    ) {
        let nothing = V::default();
        let absent = counted.keys().filter(|key| !stands.contains_key(key));
        for key in stands.keys().chain(absent) {
            let (it, rows) = (stands.get(key).unwrap_or(&nothing), counted.get(key).unwrap_or(&nothing));
            self.totals += 1;
            if it != rows {
                self.wrong.push(format!("{what} {key:?} is {it:?}, the rows say {rows:?}"));
            }
        }
    }
}

impl fmt::Display for Recount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { totals, wrong } = self;
        if wrong.is_empty() {
            return write!(f, "{totals} running totals recounted: all as the rows say");
        }
        write!(f, "{} of {totals} running totals are wrong", wrong.len())?;
        wrong.iter().take(NAMED).try_for_each(|it| write!(f, "\n  {it}"))
    }
}
