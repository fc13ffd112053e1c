//! The ceremony of a step-up, bound to session, action and target from its first row to its touch.

use heliodesk_wire::{
    CustomerNo, Fields,
    sign_in::{self as wire, FinishAsk, StepUpAsk},
    trail::Format,
};
use serde_json::Value;

use super::touch;
use crate::{
    access::{Actor, SignedIn},
    customers,
    error::{Error, Refusal, Result},
    passkeys::{
        self, Backwards, Signed, Use,
        ceremony::{self, Bound, Ceremony, Kind},
        failures,
    },
    policy, sessions,
    sign_in::parse,
    trail::{Change, Entry, Outcome, StepUpBegun, StepUpFailed, SteppedUp},
};

/// The actions that need a touch, and how the value of their first field is read.
const ACTIONS: &[(&str, fn(&str) -> Result<String, &'static str>)] = &[
    ("customers/reveal", |text| text.parse::<CustomerNo>().map(|number| number.to_string())),
    ("passkeys/finish", wire::id),
    ("passkeys/remove", wire::id),
    ("trail/export", |text| text.parse::<Format>().map(|format| format.as_str().to_owned())),
];

/// A session that was renewed and waits for its new cookie.
#[derive(Debug)]
pub struct Renewed {
    /// The public id of the session, for [`crate::sessions::Store`].
    pub session: String,
}

/// Begins a step-up for one action on one target.
///
/// # Errors
/// The field `action` when no touch is ever needed for it, `target` when it cannot be one;
/// [`Refusal::Permission`] when the role may not do it anyway; [`Error::NotFound`] when the target is no customer.
pub async fn begin(actor: &Actor<SignedIn>, ask: &StepUpAsk) -> Result<wire::Ceremony<Value>> {
    let (desk, presence) = (actor.desk(), actor.presence()?);
    let (action, target) = read(ask)?;
    let row = policy::find(&format!("/api/{action}")).ok_or_else(|| Error::field("action", "unknown"))?;
    if !row.allows(presence.role()) {
        return Err(Refusal::Permission.into());
    }
    let mut conn = desk.db().read().acquire().await?;
    // A number that is no customer's may be anything that was typed, even a name: it must not reach the trail.
    if let Ok(customer) = target.parse()
        && action == "customers/reveal"
        && customers::find(&mut conn, &customer).await?.is_none()
    {
        return Err(Error::NotFound);
    }
    let kept = passkeys::of(&mut conn, presence.staff()).await?;
    drop(conn);
    if kept.is_empty() {
        return Err(Refusal::StepUpRequired.into());
    }
    let (public_key, state) = passkeys::ask(desk, kept)?;
    let bound = Bound {
        staff: Some(presence.staff().to_owned()),
        session: Some(presence.session().to_owned()),
        action: Some(action.to_owned()),
        target: Some(target.clone()),
        ..Bound::default()
    };
    let ceremony = ceremony::begin(desk, Kind::StepUp, &bound, &state).await?;
    // Nothing is answered before its entry: an unanswered ceremony expires by itself.
    let work = actor.begin().await?;
    let _ = work.commit(Entry::of(StepUpBegun {}).subject(target).reason(action)).await?;
    Ok(wire::Ceremony { ceremony, public_key })
}

fn read(ask: &StepUpAsk) -> Result<(&'static str, String)> {
    let known = ACTIONS.iter().find(|(action, _)| *action == ask.action);
    let (action, parse) = known.ok_or_else(|| Fields::one("action", "unknown"))?;
    let target = parse(&ask.target).map_err(|code| Fields::one("target", code))?;
    Ok((action, target))
}

/// Finishes a step-up: touch and entry come to be together, and the session gets a new cookie.
///
/// # Errors
/// The field `credential` as `refused`, without saying why; junk by its field.
pub async fn finish(actor: &Actor<SignedIn>, ask: &FinishAsk) -> Result<Renewed> {
    let (id, credential) = parse(ask)?;
    let desk = actor.desk();
    let Some(ceremony) = ceremony::consume(desk, Kind::StepUp, &id).await? else {
        return Err(refused());
    };
    if ceremony.bound.session.as_deref() != Some(actor.presence()?.session()) {
        return fail(actor, &ceremony, "foreign_session").await;
    }
    if let Some(spoilt) = ceremony.spoilt {
        return fail(actor, &ceremony, spoilt).await;
    }
    match passkeys::check(desk, &ceremony, actor.presence()?.staff(), &credential).await? {
        Use::Good(signed) => succeed(actor, &ceremony, signed).await,
        Use::Refused(reason) => fail(actor, &ceremony, reason).await,
        Use::Backwards(backwards) => suspend(actor, &ceremony, &backwards).await,
    }
}

async fn succeed(actor: &Actor<SignedIn>, ceremony: &Ceremony, signed: Signed) -> Result<Renewed> {
    let (action, target) = about(ceremony)?;
    let session = actor.presence()?.session().to_owned();
    let touch = actor.desk().clock().id();
    let mut work = actor.begin().await?;
    let at = work.at();
    if let Some(backwards) = passkeys::used(work.conn(), signed, at).await? {
        drop(work);
        return suspend(actor, ceremony, &backwards).await;
    }
    touch::give(&mut work, &touch, action, target).await?;
    sessions::renew(work.conn(), &session, at).await?;
    let _ = work.commit(Entry::of(SteppedUp {}).subject(target).reason(action)).await?;
    Ok(Renewed { session })
}

async fn fail<T>(actor: &Actor<SignedIn>, ceremony: &Ceremony, reason: &'static str) -> Result<T> {
    let staff = actor.presence()?.staff().to_owned();
    failures::record(actor, &staff, entry(ceremony)?.reason(reason)).await?;
    Err(refused())
}

async fn suspend<T>(actor: &Actor<SignedIn>, ceremony: &Ceremony, backwards: &Backwards) -> Result<T> {
    let mut work = actor.begin().await?;
    let at = work.at();
    let suspended = passkeys::suspend(work.conn(), backwards, at).await?;
    let reason = if suspended { "older_counter_suspended" } else { "older_counter" };
    let which = Change::of("passkey", None, Some(backwards.passkey.clone()));
    let entry = entry(ceremony)?.outcome(Outcome::Failed).reason(reason).changes(vec![which]);
    let _ = work.commit(entry).await?;
    Err(refused())
}

fn entry(ceremony: &Ceremony) -> Result<Entry<StepUpFailed>> {
    Ok(Entry::of(StepUpFailed {}).subject(about(ceremony)?.1))
}

fn about(ceremony: &Ceremony) -> Result<(&str, &str)> {
    let (action, target) = (ceremony.bound.action.as_deref(), ceremony.bound.target.as_deref());
    action.zip(target).ok_or_else(|| Error::broken("a step-up is for nothing"))
}

fn refused() -> Error {
    Error::field("credential", "refused")
}
