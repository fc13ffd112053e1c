//! Filters of the trail, parsed from what stands in the address.

use heliodesk_wire::{
    Fields, Role,
    trail::{Filter, OUTCOMES},
};
use sqlx::AnyConnection;

use super::{
    Change,
    times::{offsets, since, time, written},
    words::Actions,
};
use crate::{
    access::{Actor, ReadTrail},
    error::{Error, Result},
};

/// Filters that were understood. Empty text means any.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    /// Not before.
    pub(super) from: i64,
    /// Before.
    pub(super) to: i64,
    /// Where a span back from now began: the histogram shows all of it.
    pub(super) since: Option<i64>,
    pub(super) actor: String,
    pub(super) actions: Actions,
    pub(super) subject: String,
    pub(super) outcome: String,
    pub(super) role: String,
    pub(super) session: String,
    /// For after hours: what the clock on the wall shows more than UTC, and since when.
    pub(super) hours: Option<[i64; 7]>,
    /// Entries before this number.
    pub(super) before: i64,
    /// Subject and session stand on the trail: they are what they claim to be, and may be recorded.
    pub(super) known: bool,
    /// The action as it was asked for.
    pub(super) action: String,
}

impl Default for Parsed {
    fn default() -> Self {
        Self {
            from: i64::MIN,
            to: i64::MAX,
            since: None,
            actor: String::new(),
            actions: Actions::default(),
            subject: String::new(),
            outcome: String::new(),
            role: String::new(),
            session: String::new(),
            hours: None,
            before: i64::MAX,
            known: true,
            action: String::new(),
        }
    }
}

impl Parsed {
    /// Reads the filters; whom the actor means becomes the id that stands on the trail.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub(super) async fn of(actor: &Actor<ReadTrail>, filter: &Filter) -> Result<Self> {
        let desk = actor.desk();
        let (now, zone) = (desk.clock().now(), &desk.settings().time_zone);
        let mut fields = Fields::new();
        let since = fields.take("since", since(&filter.since, now, zone)).flatten();
        let from = fields.take("from", time(&filter.from, false)).flatten().max(since);
        let to = fields.take("to", time(&filter.to, true)).flatten();
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            fields.add("to", "before_from");
        }
        let actions = fields.take("action", Actions::of(&filter.action));
        let outcome = fields.take("outcome", one_of(&filter.outcome, OUTCOMES));
        let role = fields.take("role", one_of(&filter.role, Role::ALL.map(Role::as_str)));
        let hours = fields.take("hours", one_of(&filter.hours, ["after"]));
        let subject = fields.take("subject", id(&filter.subject, 64));
        let session = fields.take("session", id(&filter.session, 26));
        let before = fields.take("before", number(&filter.before));
        let mut conn = desk.db().read().acquire().await?;
        let found = who(&mut conn, actor.presence()?.staff(), filter.actor.trim()).await?;
        let actor = fields.take("actor", found);
        let known = match (&subject, &session) {
            (Some(subject), Some(session)) => is_known(&mut conn, subject, session).await?,
            _ => false,
        };
        let parsed = || {
            let outcome = outcome?;
            Some(Self {
                from: from.unwrap_or(i64::MIN),
                to: to.unwrap_or(i64::MAX),
                since,
                actor: actor?,
                actions: actions?.that_ended(&outcome),
                subject: subject?,
                outcome,
                role: role?,
                session: session?,
                hours: (hours? == "after").then(|| offsets(now, zone)),
                before: before?,
                known,
                action: filter.action.trim().to_owned(),
            })
        };
        Ok(fields.into_result(parsed())?)
    }

    /// Reads filters written as text.
    ///
    /// # Errors
    /// The first code of what is wrong with it, for the field that held the text.
    pub(super) async fn of_text(actor: &Actor<ReadTrail>, text: &str) -> Result<Result<Self, &'static str>> {
        let filter = match Filter::parse(text) {
            Ok(filter) => filter,
            Err(mistakes) => return Ok(Err(mistakes.first().map_or("malformed", |mistake| mistake.code))),
        };
        match Self::of(actor, &filter).await {
            Err(Error::Invalid(_)) => Ok(Err("wrong_filter")),
            other => other.map(Ok),
        }
    }

    /// The same, of other times.
    pub(super) fn during(&self, from: i64, to: i64) -> Self {
        Self { from, to, before: i64::MAX, ..self.clone() }
    }

    /// The bounds that were asked for; none where there is none.
    pub(super) fn times(&self) -> (Option<i64>, Option<i64>) {
        (Some(self.from).filter(|at| *at != i64::MIN), Some(self.to).filter(|at| *at != i64::MAX))
    }

    /// The filters as the trail records that somebody used them. A subject that no entry has may be anything, even a
    /// customer's name or phone, so it is recorded only when there is one.
    pub(super) fn recorded(&self) -> Vec<Change> {
        self.absolute().pairs().into_iter().filter(|(_, text)| !text.is_empty()).map(changed).collect()
    }

    /// The filters once more, as they stand at this moment: ids for people, times for spans; what nobody knows is left out.
    pub(super) fn absolute(&self) -> Filter {
        let known = |text: &String| if self.known || text.is_empty() { text.clone() } else { "(unknown)".to_owned() };
        let (from, to) = self.times();
        Filter {
            actor: self.actor.clone(),
            action: self.action.clone(),
            subject: known(&self.subject),
            outcome: self.outcome.clone(),
            role: self.role.clone(),
            session: known(&self.session),
            hours: if self.hours.is_some() { "after".to_owned() } else { String::new() },
            from: from.map(written).unwrap_or_default(),
            to: to.map(written).unwrap_or_default(),
            ..Filter::default()
        }
    }
}

fn changed((name, text): (&str, &str)) -> Change {
    Change::of(name, None, Some(text.to_owned()))
}

fn one_of<const N: usize>(text: &str, known: [&str; N]) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() || known.contains(&text) { Ok(text.to_owned()) } else { Err("not_offered") }
}

/// Visible ASCII: what ids, numbers and paths are made of. On the trail their letters are capitals.
fn id(text: &str, longest: usize) -> Result<String, &'static str> {
    let text = text.trim();
    if text.len() > longest {
        return Err("too_long");
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(text.to_ascii_uppercase()) } else { Err("not_an_id") }
}

fn number(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    if text.is_empty() { Ok(i64::MAX) } else { text.parse().ok().filter(|seq| *seq >= 0).ok_or("not_a_number") }
}

/// Whom this means, as the trail names them: an id, an e-mail, a whole name or the first one.
async fn who(conn: &mut AnyConnection, own: &str, text: &str) -> Result<Result<String, &'static str>> {
    if text.is_empty() || ["server", "nobody"].contains(&text) {
        return Ok(Ok(text.to_owned()));
    }
    if text == "me" {
        return Ok(Ok(own.to_owned()));
    }
    if text.contains('@') {
        let found = sqlx::query_scalar("SELECT id FROM staff WHERE email = ?").bind(text.to_lowercase());
        return Ok(found.fetch_optional(conn).await?.ok_or("unknown_staff"));
    }
    // Whoever acted, even somebody that tampering invented. Ids are ASCII, and MySQL compares them with nothing else.
    let id = if text.is_ascii() { text } else { "" };
    let acted = sqlx::query_scalar("SELECT actor FROM trail WHERE actor = ? LIMIT 1").bind(id);
    if let Some(id) = acted.fetch_optional(&mut *conn).await? {
        return Ok(Ok(id));
    }
    // As typed, and as names are written. A first name ends with a blank; what follows a blank is `!`.
    let written = titled(text);
    let found: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM staff WHERE id = ? OR name = ? OR name = ? OR (name >= ? AND name < ?) \
         OR (name >= ? AND name < ?) LIMIT 2",
    )
    .bind(id)
    .bind(text)
    .bind(&written)
    .bind(format!("{text} "))
    .bind(format!("{text}!"))
    .bind(format!("{written} "))
    .bind(format!("{written}!"))
    .fetch_all(conn)
    .await?;
    Ok(match <[String; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(found) if found.is_empty() => Err("unknown_staff"),
        Err(_) => Err("several_staff"),
    })
}

/// Each word with a capital.
fn titled(text: &str) -> String {
    let word = |word: &str| {
        let mut signs = word.chars();
        signs.next().map(|first| first.to_uppercase().chain(signs).collect::<String>())
    };
    text.split_whitespace().filter_map(word).collect::<Vec<_>>().join(" ")
}

/// Whether there is an entry about this subject, and one of this session; nothing asked for is known.
async fn is_known(conn: &mut AnyConnection, subject: &str, session: &str) -> Result<bool> {
    let mut known = true;
    if !subject.is_empty() {
        let found: Option<i64> = sqlx::query_scalar("SELECT seq FROM trail WHERE subject = ? LIMIT 1")
            .bind(subject)
            .fetch_optional(&mut *conn)
            .await?;
        known &= found.is_some();
    }
    if !session.is_empty() {
        let found: Option<i64> = sqlx::query_scalar("SELECT seq FROM trail WHERE session = ? LIMIT 1")
            .bind(session)
            .fetch_optional(conn)
            .await?;
        known &= found.is_some();
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_visible_ascii() {
        assert_eq!(id(" c-900001 ", 64), Ok("C-900001".into()));
        assert_eq!(id("Åse", 64), Err("not_an_id"));
        assert_eq!(id("Amelia Reyes", 64), Err("not_an_id"));
        assert_eq!(id(&"x".repeat(65), 64), Err("too_long"));
        assert_eq!(one_of("maybe", OUTCOMES), Err("not_offered"));
    }

    #[test]
    fn names_are_written_with_capitals() {
        assert_eq!(titled("mia  torres"), "Mia Torres");
        assert_eq!(titled("élise"), "Élise");
        assert_eq!(titled(""), "");
    }
}
