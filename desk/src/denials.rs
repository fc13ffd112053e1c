//! What signed-in people were refused: entries on the trail, written before the answer goes out.
//!
//! Equal refusals of one session within a minute are one entry, and one more that counts the rest: written when the
//! minute is over, or at shutdown. Nothing is counted twice or dropped.

use std::{
    collections::{HashMap, hash_map::Entry},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use heliodesk_wire::{CustomerNo, OrderNo};

use crate::{
    access::{Presence, Request, Who},
    clock::MINUTE,
    desk::Desk,
    error::{Error, Result},
    trail::{self, AccessDenied, Change, Outcome},
    work::Work,
};

/// One refusal: which code, where, about whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Denial {
    /// The code of the answer.
    pub code: String,
    /// The path in the policy table; none for an address that is not there, which is not repeated.
    pub path: Option<&'static str>,
    /// The customer or order it was about.
    pub subject: Option<String>,
}

/// A refusal that stands on the trail, and how many equal ones came after it.
#[derive(Debug)]
struct Open {
    presence: Presence,
    request: Request,
    since: i64,
    more: u64,
}

impl Open {
    /// Whether its minute is not over; a clock that was set back ends it.
    fn lasts(&self, now: i64) -> bool {
        (0..MINUTE).contains(&(now - self.since))
    }
}

/// Refusals whose minute is not over.
#[derive(Debug)]
pub struct Denials {
    desk: Desk,
    open: Mutex<HashMap<Key, Open>>,
}

/// A session, and what it was refused.
type Key = (String, Denial);

impl Denials {
    /// None yet.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self { desk, open: Mutex::default() }
    }

    /// Records a refusal, or counts it when the same one stands on the trail for less than a minute.
    ///
    /// # Errors
    /// When the entry could not be written: then the refusal must not be answered as if it had been.
    pub async fn record(self: &Arc<Self>, presence: &Presence, request: &Request, denial: Denial) -> Result<()> {
        // Whoever hangs up drops the answer, and with it this future; the refusal is recorded all the same.
        let (denials, presence, request) = (self.clone(), presence.clone(), request.clone());
        let recorded = tokio::spawn(async move { denials.write_or_count(&presence, &request, denial).await });
        recorded.await.map_err(|_| Error::broken("a refusal was not recorded"))?
    }

    async fn write_or_count(&self, presence: &Presence, request: &Request, denial: Denial) -> Result<()> {
        let now = self.desk.clock().now();
        let key = (presence.session().to_owned(), denial);
        let before = {
            let mut open = self.lock();
            if let Some(same) = open.get_mut(&key).filter(|same| same.lasts(now)) {
                same.more += 1;
                return Ok(());
            }
            let fresh = Open { presence: presence.clone(), request: request.clone(), since: now, more: 0 };
            open.insert(key.clone(), fresh)
        };
        let mut written = match before {
            Some(before) => self.write_rest(key.clone(), before).await,
            None => Ok(()),
        };
        if written.is_ok() {
            written = self.write(presence, request, &key.1, None).await;
        }
        if written.is_err()
            && let Some(open) = self.lock().get_mut(&key)
        {
            // It goes with the count of the rest, as soon as the database answers again; the next one is written itself.
            open.more += 1;
            open.since = now - MINUTE;
        }
        written
    }

    /// Writes the counts of those whose minute is over.
    ///
    /// # Errors
    /// When one could not be written; it is kept and comes with the next call.
    pub async fn settle(&self) -> Result<()> {
        let now = self.desk.clock().now();
        self.settle_where(|open| !open.lasts(now)).await
    }

    /// Writes all counts, at shutdown.
    ///
    /// # Errors
    /// When one could not be written.
    pub async fn finish(&self) -> Result<()> {
        self.settle_where(|_| true).await
    }

    async fn settle_where(&self, over: impl Fn(&Open) -> bool) -> Result<()> {
        let due: Vec<(Key, Open)> = {
            let mut open = self.lock();
            let (due, kept): (Vec<_>, _) = mem::take(&mut *open).into_iter().partition(|(_, one)| over(one));
            *open = kept.into_iter().collect();
            due
        };
        let mut outcome = Ok(());
        for (key, one) in due {
            if let Err(error) = self.write_rest(key, one).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    /// Writes how many equal refusals came after the first; keeps the count when that fails.
    async fn write_rest(&self, key: Key, open: Open) -> Result<()> {
        if open.more == 0 {
            return Ok(());
        }
        let written = self.write(&open.presence, &open.request, &key.1, Some(open.more)).await;
        if written.is_err() {
            match self.lock().entry(key) {
                Entry::Occupied(mut fresh) => fresh.get_mut().more += open.more,
                Entry::Vacant(place) => {
                    place.insert(open);
                }
            }
        }
        written
    }

    async fn write(&self, presence: &Presence, request: &Request, denial: &Denial, more: Option<u64>) -> Result<()> {
        let mut changes = vec![Change::of("path", None, Some(denial.path.unwrap_or("unknown").to_owned()))];
        if let Some(more) = more {
            changes.push(Change::of("count", None, Some(more.to_string())));
        }
        let mut entry =
            trail::Entry::of(AccessDenied {}).outcome(Outcome::Denied).reason(&*denial.code).changes(changes);
        if let Some(subject) = &denial.subject {
            entry = entry.subject(subject);
        }
        let who = Who::Refused(presence.clone());
        let _ = Work::look(&self.desk, &who, request, entry).await?;
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The customer's or order's number in what was asked for, if it is one.
///
/// Anything else that somebody may have typed there, a name perhaps, must not reach the trail.
#[must_use]
pub fn subject(text: &str) -> Option<String> {
    let number = text.parse::<CustomerNo>().ok()?;
    let (letters, digits) = number.as_str().split_once('-')?;
    let shaped = letters.len() <= 3
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && (1..=9).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    (shaped && number.as_str().parse::<OrderNo>().is_ok()).then(|| number.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use heliodesk_wire::Role;
    use sqlx::Row as _;

    use super::*;
    use crate::{clock::SECOND, testing};

    fn presence(session: &str) -> Presence {
        let text = |value: &str| value.to_owned();
        let (staff, session) = (text("S1"), text(session));
        Presence {
            secret: String::new(),
            staff,
            session,
            role: Role::Sales,
            name: text("N"),
            email: text("e"),
            epoch: 1,
            seen_at: 0,
            preferences: Default::default(),
        }
    }

    fn denial(subject: &str) -> Denial {
        Denial { code: "not_yours".into(), path: Some("/api/pipeline/move"), subject: Some(subject.into()) }
    }

    async fn entries(desk: &Desk) -> Vec<(String, String)> {
        let rows = sqlx::query(
            "SELECT subject, changes FROM trail WHERE action = 'access.denied' AND outcome = 'denied' \
             AND actor = 'S1' AND reason = 'not_yours' ORDER BY seq LIMIT 50",
        )
        .fetch_all(desk.db().read())
        .await
        .expect("reads");
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    #[tokio::test]
    async fn equal_refusals_within_a_minute_are_one_entry_and_a_count_of_the_rest() {
        for bed in testing::both().await {
            let (desk, request) = (&bed.desk, Request { id: "R".into(), ..Request::default() });
            let denials = Arc::new(Denials::new(desk.clone()));
            let (one, two) = (presence("A"), presence("B"));
            let path = r#"{"field":"path","new":"/api/pipeline/move"}"#;
            for _ in 0..3 {
                denials.record(&one, &request, denial("O-1")).await.expect("records");
            }
            denials.record(&two, &request, denial("O-1")).await.expect("records");
            assert_eq!(entries(desk).await.len(), 2, "the first of each session stands at once");
            denials.settle().await.expect("settles");
            assert_eq!(entries(desk).await.len(), 2, "the minute is not over");

            // Another one in between hides nothing and makes no further entry.
            for subject in ["O-2", "O-1", "O-2"] {
                denials.record(&one, &request, denial(subject)).await.expect("records");
            }
            assert_eq!(entries(desk).await[2..], [("O-2".to_owned(), format!("[{path}]"))]);
            desk.clock().advance(61 * SECOND);
            denials.settle().await.expect("settles");
            denials.settle().await.expect("settles");
            let mut counted = entries(desk).await.split_off(3);
            counted.sort();
            let count =
                |subject: &str, more| (subject.to_owned(), format!(r#"[{path},{{"field":"count","new":"{more}"}}]"#));
            assert_eq!(counted, [count("O-1", 3), count("O-2", 1)], "counted once");

            denials.record(&one, &request, denial("O-2")).await.expect("records");
            denials.record(&one, &request, denial("O-2")).await.expect("records");
            denials.finish().await.expect("finishes");
            assert_eq!(entries(desk).await.len(), 7, "nothing is lost at shutdown");
        }
    }

    #[tokio::test]
    async fn whoever_hangs_up_before_the_answer_is_recorded_all_the_same() {
        for bed in testing::both().await {
            let (desk, request) = (&bed.desk, Request { id: "R".into(), ..Request::default() });
            let denials = Arc::new(Denials::new(desk.clone()));
            let one = presence("A");
            // The connection ends while the entry is being written: the future is dropped.
            let hung_up =
                tokio::time::timeout(std::time::Duration::ZERO, denials.record(&one, &request, denial("O-1")));
            assert!(hung_up.await.is_err());
            let again = denials.record(&one, &request, denial("O-2"));
            again.await.expect("records");
            // What was hung up on goes on by itself, and holds on to this until it is done.
            while Arc::strong_count(&denials) > 1 {
                tokio::task::yield_now().await;
            }
            assert_eq!(entries(desk).await.iter().filter(|(subject, _)| subject == "O-1").count(), 1);
            assert_eq!(entries(desk).await.iter().filter(|(subject, _)| subject == "O-2").count(), 1);
        }
    }

    #[test]
    fn only_numbers_become_subjects() {
        assert_eq!(subject("c-900001").as_deref(), Some("C-900001"));
        assert_eq!(subject("O-12").as_deref(), Some("O-12"));
        for text in ["Smith", "jane@example.com", "C-Smith", "5205550142", "T-5205550142", "ROBERT-1", "C-", "", "01J0"]
        {
            assert_eq!(subject(text), None, "{text}");
        }
    }
}
