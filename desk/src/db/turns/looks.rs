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

/// The list of them. Whoever adds the first one sees to it that a commit follows.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<Vec<Look>>);

impl Looks {
    /// Adds one; answers whether it is the first.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting.
    pub(super) fn add(&self, look: Look) -> Result<bool> {
        let mut looks = self.lock();
        if looks.len() >= PLACES {
            return Err(Error::Busy);
        }
        looks.push(look);
        Ok(looks.len() == 1)
    }

    /// Takes all for whom somebody still waits.
    pub(super) fn take(&self) -> Vec<Look> {
        let mut looks = std::mem::take(&mut *self.lock());
        looks.retain(|look| !look.waiting.done.is_closed());
        looks
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Look>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
