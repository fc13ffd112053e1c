//! The end of a sign-in: the ceremony is used up first, then verified, then session and entry come to be together.

use std::time::Duration;

use heliodesk_wire::sign_in::FinishAsk;
use webauthn_rs::prelude::PublicKeyCredential;

use super::{Began, Browser, parse};
use crate::{
    access::{Actor, Anyone},
    error::{Error, Result},
    passkeys::{
        self, Backwards, Signed, Use,
        ceremony::{self, Ceremony, Kind},
        failures,
    },
    sessions,
    staff::{self, Person},
    trail::{Change, Entry, Outcome, SignInFailed, SignedIn},
};

/// No failure is answered sooner: what was recorded about it, and for whom, cannot be told by its time.
const SOONEST: Duration = Duration::from_millis(150);

/// Finishes a sign-in begun in this browser.
///
/// # Errors
/// The fields that are junk; [`Error::SignInFailed`] for everything else that is wrong, without saying what.
pub async fn finish(actor: &Actor<Anyone>, ask: &FinishAsk, browser: &Browser) -> Result<Began> {
    let (id, credential) = parse(ask)?;
    let soonest = tokio::time::sleep(SOONEST);
    let outcome = prove(actor, &id, &credential, browser).await;
    if outcome.is_err() {
        soonest.await;
    }
    outcome
}

async fn prove(actor: &Actor<Anyone>, id: &str, credential: &PublicKeyCredential, browser: &Browser) -> Result<Began> {
    let desk = actor.desk();
    // From here on the ceremony is used, whatever happens next; a crash costs the person one more try.
    let Some(ceremony) = ceremony::consume(desk, Kind::SignIn, id).await? else {
        return Err(Error::SignInFailed);
    };
    let staff = ceremony.bound.staff.as_deref().unwrap_or(staff::NOBODY);
    let person = staff::find(&mut *desk.db().read().acquire().await?, staff).await?;
    let verdict = passkeys::check(desk, &ceremony, staff, credential).await?;
    let Some(person) = person else {
        failures::rehearse(actor, Entry::of(SignInFailed {}).subject(staff).reason("not_verified")).await?;
        return Err(Error::SignInFailed);
    };
    match refused(&ceremony, &person, browser).map_or(verdict, Use::Refused) {
        Use::Good(signed) => succeed(actor, &person, signed).await,
        Use::Refused(reason) => fail(actor, &person, reason).await,
        Use::Backwards(backwards) => suspend(actor, &person, &backwards).await,
    }
}

/// Why a ceremony is not for this browser and person, whatever was signed.
fn refused(ceremony: &Ceremony, person: &Person, browser: &Browser) -> Option<&'static str> {
    if let Some(spoilt) = ceremony.spoilt {
        Some(spoilt)
    } else if ceremony.bound.browser.as_deref() != Some(&browser.hash()) {
        Some("foreign_browser")
    } else if person.locked {
        Some("locked")
    } else {
        None
    }
}

async fn succeed(actor: &Actor<Anyone>, person: &Person, signed: Signed) -> Result<Began> {
    let session = actor.desk().clock().id();
    let mut work = actor.begin().await?;
    let at = work.at();
    if !staff::hold(work.conn(), person).await? {
        drop(work);
        return fail(actor, person, "locked").await;
    }
    if let Some(backwards) = passkeys::used(work.conn(), signed, at).await? {
        drop(work);
        return suspend(actor, person, &backwards).await;
    }
    sessions::begin(work.conn(), &session, (&person.id, person.epoch), actor.request(), at).await?;
    let began = Change::of("session", None, Some(session.clone()));
    let entry = Entry::of(SignedIn {}).by(&person.id, person.role).subject(&person.id).changes(vec![began]);
    let _ = work.commit(entry).await?;
    Ok(Began { session, email: person.email.clone() })
}

async fn fail<T>(actor: &Actor<Anyone>, person: &Person, reason: &'static str) -> Result<T> {
    failures::record(actor, &person.id, entry(person).reason(reason)).await?;
    Err(Error::SignInFailed)
}

/// A counter went backwards: recorded in any case, however many failures there were.
async fn suspend<T>(actor: &Actor<Anyone>, person: &Person, backwards: &Backwards) -> Result<T> {
    let mut work = actor.begin().await?;
    let at = work.at();
    let suspended = passkeys::suspend(work.conn(), backwards, at).await?;
    let reason = if suspended { "older_counter_suspended" } else { "older_counter" };
    let which = Change::of("passkey", None, Some(backwards.passkey.clone()));
    let _ = work.commit(entry(person).outcome(Outcome::Failed).reason(reason).changes(vec![which])).await?;
    Err(Error::SignInFailed)
}

fn entry(person: &Person) -> Entry<SignInFailed> {
    Entry::of(SignInFailed {}).by(&person.id, person.role).subject(&person.id)
}
