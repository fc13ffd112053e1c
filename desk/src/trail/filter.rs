//! Filters of the trail, parsed from what stands in the address.

use heliodesk_wire::{
    Fields,
    trail::{Filter, OUTCOMES},
};
use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{ACTIONS, Change};
use crate::{db::Db, error::Result};

/// Filters that were understood. Empty text means any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) outcome: String,
    pub(super) subject: String,
    pub(super) before: i64,
}

impl Parsed {
    /// Reads the filters; a staff e-mail becomes the id that stands on the trail.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub(super) async fn of(db: &Db, filter: &Filter) -> Result<Self> {
        let mut fields = Fields::new();
        let from = fields.take("from", time(&filter.from, false)).flatten();
        let to = fields.take("to", time(&filter.to, true)).flatten();
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            fields.add("to", "before_from");
        }
        let action = fields.take("action", one_of(&filter.action, ACTIONS));
        let outcome = fields.take("outcome", one_of(&filter.outcome, &OUTCOMES));
        let subject = fields.take("subject", id(&filter.subject, 64));
        let before = fields.take("before", number(&filter.before));
        let actor = if filter.actor.contains('@') {
            let found = staff(db, filter.actor.trim()).await?;
            fields.take("actor", found.ok_or("unknown_staff"))
        } else {
            fields.take("actor", id(&filter.actor, 32))
        };
        let parsed = || {
            Some(Self {
                from,
                to,
                actor: actor?,
                action: action?,
                outcome: outcome?,
                subject: subject?,
                before: before?,
            })
        };
        Ok(fields.into_result(parsed())?)
    }

    /// The filters as the trail records that somebody used them. An actor or a subject that no entry has may be
    /// anything, even a customer's name or phone, so both are recorded only when something was found.
    pub(super) fn recorded(&self, found: bool) -> Vec<Change> {
        let known = |text: &String| if found || text.is_empty() { text.clone() } else { "(unknown)".to_owned() };
        let texts = [
            ("from", self.from.map(minute).unwrap_or_default()),
            ("to", self.to.map(minute).unwrap_or_default()),
            ("actor", known(&self.actor)),
            ("action", self.action.clone()),
            ("outcome", self.outcome.clone()),
            ("subject", known(&self.subject)),
        ];
        let used = texts.into_iter().filter(|(_, text)| !text.is_empty());
        used.map(|(name, text)| Change::of(name, None, Some(text))).collect()
    }
}

/// `YYYY-MM-DDTHH:MM` of UTC milliseconds, as a form holds it.
pub(super) fn minute(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// UTC milliseconds of a day or minute; `end`: of the end of a day.
fn time(text: &str, end: bool) -> Result<Option<i64>, &'static str> {
    let text = text.trim().trim_end_matches('Z');
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| "not_a_time";
    let at = match text.parse::<Date>() {
        Ok(day) if text.len() <= 10 && end => day.tomorrow().map_err(wrong)?.to_datetime(jiff::civil::Time::midnight()),
        Ok(day) if text.len() <= 10 => day.to_datetime(jiff::civil::Time::midnight()),
        _ => text.parse::<DateTime>().map_err(wrong)?,
    };
    at.to_zoned(TimeZone::UTC).map(|at| Some(at.timestamp().as_millisecond())).map_err(wrong)
}

fn one_of(text: &str, known: &[&str]) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() || known.contains(&text) { Ok(text.to_owned()) } else { Err("not_offered") }
}

/// Visible ASCII: what ids, numbers and paths are made of.
fn id(text: &str, longest: usize) -> Result<String, &'static str> {
    let text = text.trim();
    if text.len() > longest {
        return Err("too_long");
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(text.to_owned()) } else { Err("not_an_id") }
}

fn number(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    if text.is_empty() { Ok(i64::MAX) } else { text.parse().map_err(|_| "not_a_number") }
}

async fn staff(db: &Db, email: &str) -> Result<Option<String>> {
    let found = sqlx::query_scalar("SELECT id FROM staff WHERE email = ?").bind(email.to_lowercase());
    Ok(found.fetch_optional(db.read()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_minutes_are_utc_and_a_last_day_counts_whole() {
        assert_eq!(time("2023-11-14T22:13", false), Ok(Some(1_699_999_980_000)));
        assert_eq!(time("2023-11-14T22:13:20Z", false), Ok(Some(1_700_000_000_000)));
        assert_eq!(time(" 2023-11-14 ", false), Ok(Some(1_699_920_000_000)));
        assert_eq!(time("2023-11-14", true), Ok(Some(1_700_006_400_000)));
        assert_eq!(time("", true), Ok(None));
        for wrong in ["yesterday", "2023-13-01", "2023-02-30T00:00", "9999-12-31T99:00", "2023-11-14T22:13:20+01:00x"] {
            assert_eq!(time(wrong, false), Err("not_a_time"), "{wrong}");
        }
        assert_eq!(minute(1_700_000_000_000), "2023-11-14T22:13");
    }

    #[test]
    fn ids_are_visible_ascii() {
        assert_eq!(id(" C-900001 ", 64), Ok("C-900001".into()));
        assert_eq!(id("Åse", 64), Err("not_an_id"));
        assert_eq!(id("Amelia Reyes", 64), Err("not_an_id"));
        assert_eq!(id(&"x".repeat(65), 64), Err("too_long"));
        assert_eq!(one_of("everything", ACTIONS), Err("not_offered"));
    }
}
