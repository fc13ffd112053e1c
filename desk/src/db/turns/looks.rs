//! Looks that wait for the next commit.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{PLACES, shared::Waiting};
use crate::{
    access::Presence,
    error::{Error, Result},
};

/// Somebody's look at something.
#[derive(Debug)]
pub(super) struct Look {
    /// Whose session has to stand; nobody's where none does.
    pub(super) presence: Option<Presence>,
    pub(super) waiting: Waiting,
}

impl Look {
    /// As it waits for the commit: with its entries, dated `now`, if its session stands.
    pub(super) fn dated(self, now: i64, stands: bool) -> Waiting {
        let mut waiting = Waiting { stands, ..self.waiting };
        if stands {
            waiting.records.iter_mut().for_each(|record| record.at = now);
        } else {
            waiting.records.clear();
        }
        waiting
    }
}

/// The list of them. Whoever adds the first one sees to it that a commit follows.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    /// The number of the last one that was added.
    last: u64,
    waiting: Vec<(u64, Look)>,
}

impl Looks {
    /// Adds one; answers its number, and whether it is the first.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting.
    pub(super) fn add(&self, look: Look) -> Result<(u64, bool)> {
        let mut list = self.lock();
        if list.waiting.len() >= PLACES {
            return Err(Error::Busy);
        }
        list.last += 1;
        let number = list.last;
        list.waiting.push((number, look));
        Ok((number, list.waiting.len() == 1))
    }

    /// Takes one back; answers whether it was still waiting, so that nothing of it is recorded.
    pub(super) fn withdraw(&self, number: u64) -> bool {
        self.lock().waiting.extract_if(.., |(one, _)| *one == number).count() > 0
    }

    /// Takes all for whom somebody still waits.
    pub(super) fn take(&self) -> Vec<Look> {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.into_iter().map(|(_, look)| look).filter(|look| !look.waiting.done.is_closed()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
