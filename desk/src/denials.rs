//! What signed-in people were refused: entries on the trail, written before the answer goes out.
//!
//! Equal refusals of one session within a minute are one entry, and one more that counts the rest: written when the
//! minute is over, or at shutdown. Nothing is counted twice or dropped.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};

use heliodesk_wire::{CustomerNo, OrderNo};

use crate::{
    access::{Presence, Request, Who},
    clock::MINUTE,
    desk::Desk,
    error::Result,
    trail::{AccessDenied, Change, Entry, Outcome},
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

/// Refusals by session and what was refused.
type Unsettled = HashMap<(String, Denial), Open>;

/// Refusals whose minute is not over.
#[derive(Debug)]
pub struct Denials {
    desk: Desk,
    open: Mutex<Unsettled>,
}

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
    pub async fn record(&self, presence: &Presence, request: &Request, denial: Denial) -> Result<()> {
        let now = self.desk.clock().now();
        let key = (presence.session().to_owned(), denial.clone());
        let before = {
            let mut open = self.lock();
            if let Some(same) = open.get_mut(&key)
                && now - same.since < MINUTE
            {
                same.more += 1;
                return Ok(());
            }
            let fresh = Open { presence: presence.clone(), request: request.clone(), since: now, more: 0 };
            open.insert(key.clone(), fresh)
        };
        if let Some(before) = before {
            self.write_rest(&denial, before).await?;
        }
        let written = self.write(presence, request, &denial, None).await;
        if written.is_err()
            && let Some(open) = self.lock().get_mut(&key)
        {
            // It goes with the count of the rest, as soon as the database answers again.
            open.more += 1;
        }
        written
    }

    /// Writes the counts of those whose minute is over.
    ///
    /// # Errors
    /// When one could not be written; it is kept and comes with the next call.
    pub async fn settle(&self) -> Result<()> {
        let now = self.desk.clock().now();
        self.settle_where(|open| now - open.since >= MINUTE).await
    }

    /// Writes all counts, at shutdown.
    ///
    /// # Errors
    /// When one could not be written.
    pub async fn finish(&self) -> Result<()> {
        self.settle_where(|_| true).await
    }

    async fn settle_where(&self, over: impl Fn(&Open) -> bool) -> Result<()> {
        let due: Unsettled = {
            let mut open = self.lock();
            let (due, kept) = mem::take(&mut *open).into_iter().partition(|(_, one)| over(one));
            *open = kept;
            due
        };
        let mut outcome = Ok(());
        for ((_, denial), one) in due {
            if let Err(error) = self.write_rest(&denial, one).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    /// Writes how many equal refusals came after the first; keeps the count when that fails.
    async fn write_rest(&self, denial: &Denial, open: Open) -> Result<()> {
        if open.more == 0 {
            return Ok(());
        }
        let written = self.write(&open.presence, &open.request, denial, Some(open.more)).await;
        if written.is_err() {
            let key = format!("{} {}", open.presence.session(), self.desk.clock().id());
            self.lock().insert((key, denial.clone()), open);
        }
        written
    }

    async fn write(&self, presence: &Presence, request: &Request, denial: &Denial, more: Option<u64>) -> Result<()> {
        let work = Work::begin(&self.desk, &Who::Refused(presence.clone()), request).await?;
        let mut changes = vec![Change::of("path", None, Some(denial.path.unwrap_or("unknown").to_owned()))];
        if let Some(more) = more {
            changes.push(Change::of("count", None, Some(more.to_string())));
        }
        let mut entry = Entry::of(AccessDenied {}).outcome(Outcome::Denied).reason(&*denial.code).changes(changes);
        if let Some(subject) = &denial.subject {
            entry = entry.subject(subject);
        }
        let _ = work.commit(entry).await?;
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Unsettled> {
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
        Presence { staff, session, role: Role::Sales, name: text("N"), email: text("e"), epoch: 1 }
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
            let denials = Denials::new(desk.clone());
            let (one, two) = (presence("A"), presence("B"));
            let path = r#"{"field":"path","new":"/api/pipeline/move"}"#;
            for _ in 0..3 {
                denials.record(&one, &request, denial("O-1")).await.expect("records");
            }
            denials.record(&two, &request, denial("O-1")).await.expect("records");
            assert_eq!(entries(desk).await.len(), 2, "the first of each session stands at once");
            denials.settle().await.expect("settles");
            assert_eq!(entries(desk).await.len(), 2, "the minute is not over");

            for subject in ["O-2", "O-1", "O-2"] {
                denials.record(&one, &request, denial(subject)).await.expect("records");
            }
            assert_eq!(entries(desk).await.len(), 3, "one that differs is one more; what lies between does not matter");
            desk.clock().advance(61 * SECOND);
            denials.settle().await.expect("settles");
            denials.settle().await.expect("settles");
            let all = entries(desk).await;
            assert_eq!(all.len(), 5, "counted once");
            for (subject, count) in [("O-1", 3), ("O-2", 1)] {
                let counted = format!(r#"[{path},{{"field":"count","new":"{count}"}}]"#);
                assert!(all[3..].contains(&(subject.into(), counted)), "{subject}");
            }

            denials.record(&one, &request, denial("O-2")).await.expect("records");
            denials.record(&one, &request, denial("O-2")).await.expect("records");
            denials.finish().await.expect("finishes");
            assert_eq!(entries(desk).await.len(), 7, "nothing is lost at shutdown");
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
