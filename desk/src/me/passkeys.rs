//! One's own passkeys: a further one, or one less. Each is an act that needs its own touch.

use heliodesk_wire::{
    Fields,
    sign_in::{self as wire, FinishAsk, RemoveAsk},
};
use serde_json::Value;

use crate::{
    access::{Actor, SignedIn},
    error::{Error, Result},
    passkeys::{
        self, Person,
        ceremony::{self, Bound, Kind},
        failures,
    },
    sign_in::parse,
    step_up::Touch,
    trail::{Change, Entry, PasskeyAdded, PasskeyFailed, PasskeyRemoved, PasskeyRequested},
};

/// The action a touch for a further passkey is given for; its target is the ceremony.
const FINISH: &str = "passkeys/finish";
/// The action a touch for removing a passkey is given for; its target is the passkey.
const REMOVE: &str = "passkeys/remove";

impl Entry<PasskeyAdded> {
    /// A further passkey of the person whose touch this is.
    fn passkey_added(_: &Touch, staff: &str, passkey: &str) -> Self {
        let added = Change::of("passkey", None, Some(passkey.to_owned()));
        Self::of(PasskeyAdded {}).subject(staff).changes(vec![added])
    }
}

impl Entry<PasskeyRemoved> {
    /// A passkey less for the person whose touch this is.
    fn passkey_removed(touch: &Touch, staff: &str) -> Self {
        let removed = Change::of("passkey", Some(touch.target().to_owned()), None);
        Self::by_touch(PasskeyRemoved {}, touch).subject(staff).changes(vec![removed])
    }
}

/// Begins the creation of a further passkey in this session.
///
/// # Errors
/// The field `passkeys` as `too_many`.
pub async fn begin(actor: &Actor<SignedIn>) -> Result<wire::Ceremony<Value>> {
    let (desk, presence) = (actor.desk(), actor.presence()?);
    let kept = passkeys::of(&mut *desk.db().read().acquire().await?, presence.staff()).await?;
    let viewer = presence.viewer();
    if passkeys::is_full(desk, &viewer.email, &kept)? {
        return Err(Error::field("passkeys", "too_many"));
    }
    let who = Person { staff: presence.staff(), email: &viewer.email, name: &viewer.name };
    let (public_key, state) = passkeys::ask_new(desk, &who, kept)?;
    let bound = Bound {
        staff: Some(presence.staff().to_owned()),
        session: Some(presence.session().to_owned()),
        ..Bound::default()
    };
    let ceremony = ceremony::begin(desk, Kind::Add, &bound, &state).await?;
    let work = actor.begin().await?;
    let _ = work.commit(Entry::of(PasskeyRequested {}).subject(presence.staff())).await?;
    Ok(wire::Ceremony { ceremony, public_key })
}

/// Finishes the creation of a further passkey, with a touch of one there is.
///
/// # Errors
/// [`crate::Refusal::StepUpRequired`] without a touch for this ceremony; then the ceremony is not used up. The field
/// `credential` as `refused` when it cannot be added, `passkeys` as `too_many`.
pub async fn finish(actor: &Actor<SignedIn>, ask: &FinishAsk) -> Result<()> {
    let (id, credential) = parse(ask)?;
    let (desk, presence) = (actor.desk(), actor.presence()?);
    // First only a look, rolled back: a ceremony is not burnt for want of a touch.
    actor.begin().await?.touched(FINISH, &id).await?;
    let Some(ceremony) = ceremony::consume(desk, Kind::Add, &id).await? else {
        return Err(Error::field("credential", "refused"));
    };
    let foreign = ceremony.bound.session.as_deref() != Some(presence.session());
    if let Some(reason) = ceremony.spoilt.or(foreign.then_some("foreign_session")) {
        return fail(actor, reason).await;
    }
    let Some(passkey) = passkeys::check_new(desk, &ceremony, &credential)? else {
        return fail(actor, "not_verified").await;
    };
    let key = desk.clock().id();
    // Two additions at once must not both be the last one possible.
    let mut work = actor.begin_counting().await?;
    let at = work.at();
    let kept = passkeys::of(work.conn(), presence.staff()).await?;
    if passkeys::is_full(desk, &presence.viewer().email, &kept)? {
        return Err(Error::field("passkeys", "too_many"));
    }
    let touch = work.touched(FINISH, &id).await?;
    if !passkeys::add(work.conn(), &key, presence.staff(), &passkey, at).await? {
        drop(work);
        return fail(actor, "known_credential").await;
    }
    work.commit(Entry::passkey_added(&touch, presence.staff(), &key)).await.map(|_| ())
}

async fn fail(actor: &Actor<SignedIn>, reason: &'static str) -> Result<()> {
    let staff = actor.presence()?.staff().to_owned();
    failures::record(actor, &staff, Entry::of(PasskeyFailed {}).subject(&staff).reason(reason)).await?;
    Err(Error::field("credential", "refused"))
}

/// Removes one of one's own passkeys, but never the last one that signs in.
///
/// # Errors
/// [`Error::NotFound`] when there is no such passkey of this person; the field `passkey` as `last`;
/// [`crate::Refusal::StepUpRequired`] without a touch for it.
pub async fn remove(actor: &Actor<SignedIn>, ask: &RemoveAsk) -> Result<()> {
    let id = wire::id(&ask.passkey).map_err(|code| Fields::one("passkey", code))?;
    let staff = actor.presence()?.staff();
    // Two removals at once must not both leave the other one as the last.
    let mut work = actor.begin_counting().await?;
    let at = work.at();
    if !passkeys::remove(work.conn(), &id, staff, at).await? {
        return Err(Error::NotFound);
    }
    if passkeys::of(work.conn(), staff).await?.is_empty() {
        return Err(Error::field("passkey", "last"));
    }
    let touch = work.touched(REMOVE, &id).await?;
    work.commit(Entry::passkey_removed(&touch, staff)).await.map(|_| ())
}
