//! Enrolment: an invitation becomes a passkey and a first session. A ceremony that fails leaves the invitation as it was.

use heliodesk_wire::sign_in::{self as wire, EnrollAsk, FinishAsk};
use serde_json::Value;
use sqlx::{AnyConnection, Row};

use super::{Began, Browser, parse};
use crate::{
    access::{Actor, Anyone},
    error::{Error, Result},
    passkeys::{
        self,
        ceremony::{self, Bound, Kind},
        failures, sha256,
    },
    sessions,
    staff::{self, Person},
    trail::{Change, Entry, PasskeyAdded, PasskeyFailed},
};

/// An invitation that can still be used, and whom it is for.
struct Open {
    id: String,
    person: Person,
}

/// Whom a link is for; `None` when it cannot be used (any more).
///
/// # Errors
/// When the database does not answer.
pub async fn invited(actor: &Actor<Anyone>, token: &str) -> Result<Option<wire::Invited>> {
    let open = find(actor, &sha256(token.as_bytes())).await?;
    Ok(open.map(|open| wire::Invited { name: open.person.name, email: open.person.email }))
}

/// Begins the creation of the first passkey in this browser.
///
/// # Errors
/// [`Error::NotFound`] when the link cannot be used (any more).
pub async fn begin(actor: &Actor<Anyone>, ask: &EnrollAsk, browser: &Browser) -> Result<wire::Ceremony<Value>> {
    let desk = actor.desk();
    let Open { id, person } = find(actor, &sha256(ask.token.as_bytes())).await?.ok_or(Error::NotFound)?;
    let kept = passkeys::of(&mut *desk.db().read().acquire().await?, &person.id).await?;
    let who = passkeys::Person { staff: &person.id, email: &person.email, name: &person.name };
    let (public_key, state) = passkeys::ask_new(desk, &who, kept)?;
    let bound = Bound {
        staff: Some(person.id.clone()),
        browser: Some(browser.hash()),
        invitation: Some(id),
        ..Bound::default()
    };
    let ceremony = ceremony::begin(desk, Kind::Enroll, &bound, &state).await?;
    Ok(wire::Ceremony { ceremony, public_key })
}

/// Finishes the creation of the first passkey: invitation used, passkey kept and session begun, or none of it.
///
/// # Errors
/// [`Error::NotFound`] when the link was used or has expired meanwhile; the field `credential` as `refused` otherwise.
pub async fn finish(actor: &Actor<Anyone>, ask: &FinishAsk, browser: &Browser) -> Result<Began> {
    let desk = actor.desk();
    let (id, credential) = parse(ask)?;
    let refusal = || Error::field("credential", "refused");
    let ceremony = ceremony::consume(desk, Kind::Enroll, &id).await?.ok_or_else(refusal)?;
    let (Some(staff), Some(invitation)) = (&ceremony.bound.staff, &ceremony.bound.invitation) else {
        return Err(Error::broken("an enrolment is for nobody"));
    };
    let person = staff::find(&mut *desk.db().read().acquire().await?, staff).await?.ok_or(Error::NotFound)?;
    let foreign = ceremony.bound.browser.as_deref() != Some(&browser.hash());
    let spoilt = ceremony.spoilt.or(foreign.then_some("foreign_browser"));
    let passkey = match spoilt {
        Some(reason) => Err(reason),
        None => passkeys::check_new(desk, &ceremony, &credential)?.ok_or("not_verified"),
    };
    let passkey = match passkey {
        Ok(passkey) => passkey,
        Err(reason) => return fail(actor, &person, reason).await,
    };
    let (session, key) = (desk.clock().id(), desk.clock().id());
    let mut work = actor.begin().await?;
    let at = work.at();
    if !use_up(work.conn(), invitation, at).await? || !staff::hold(work.conn(), &person).await? {
        return Err(Error::NotFound);
    }
    if !passkeys::add(work.conn(), &key, &person.id, &passkey, at).await? {
        drop(work);
        return fail(actor, &person, "known_credential").await;
    }
    sessions::begin(work.conn(), &session, (&person.id, person.epoch), actor.request(), at).await?;
    let changes = vec![Change::of("passkey", None, Some(key)), Change::of("session", None, Some(session.clone()))];
    let entry = Entry::of(PasskeyAdded {}).by(&person.id, person.role).subject(&person.id);
    let _ = work.commit(entry.reason("enrolled").changes(changes)).await?;
    Ok(Began { session, email: person.email })
}

async fn fail<T>(actor: &Actor<Anyone>, person: &Person, reason: &'static str) -> Result<T> {
    let entry = Entry::of(PasskeyFailed {}).by(&person.id, person.role).subject(&person.id).reason(reason);
    failures::record(actor, &person.id, entry).await?;
    Err(Error::field("credential", "refused"))
}

async fn find(actor: &Actor<Anyone>, secret: &str) -> Result<Option<Open>> {
    let mut conn = actor.desk().db().read().acquire().await?;
    let row = sqlx::query("SELECT id, staff FROM invitation WHERE secret = ? AND used_at IS NULL AND expires_at > ?")
        .bind(secret)
        .bind(actor.desk().clock().now())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let staff: String = row.get(1);
    let person = staff::find(&mut conn, &staff).await?.filter(|person| !person.locked);
    Ok(person.map(|person| Open { id: row.get(0), person }))
}

/// Uses the invitation up, inside the work that makes the passkey.
async fn use_up(conn: &mut AnyConnection, id: &str, at: i64) -> Result<bool> {
    let used = sqlx::query("UPDATE invitation SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ?")
        .bind(at)
        .bind(id)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(used.rows_affected() == 1)
}
