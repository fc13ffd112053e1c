//! The beginning of a sign-in. Known, locked, key-less and unknown addresses take the same way through this file.

use heliodesk_wire::{
    Fields,
    sign_in::{BeginAsk, Ceremony, Email},
};
use serde_json::Value;

use super::Browser;
use crate::{
    access::{Actor, Anyone},
    error::Result,
    passkeys::{
        self,
        ceremony::{self, Bound, Kind},
    },
    staff,
};

/// Begins a sign-in in this browser.
///
/// # Errors
/// The field `email` when it is no address.
pub async fn begin(actor: &Actor<Anyone>, ask: &BeginAsk, browser: &Browser) -> Result<Ceremony<Value>> {
    let email: Email = ask.email.parse().map_err(|code| Fields::one("email", code))?;
    let desk = actor.desk();
    let account = passkeys::account(desk, email.as_str())?;
    let (staff, kept) = {
        let mut conn = desk.db().read().acquire().await?;
        let person = staff::find_by_email(&mut conn, email.as_str()).await?;
        let id = person.map(|person| person.id);
        let kept = passkeys::of(&mut conn, id.as_deref().unwrap_or(staff::NOBODY)).await?;
        (id, kept)
    };
    let (public_key, state) = passkeys::ask_anyone(desk, &account, kept).await?;
    let bound = Bound { staff, browser: Some(browser.hash()), ..Bound::default() };
    let ceremony = ceremony::begin(desk, Kind::SignIn, &bound, &state).await?;
    Ok(Ceremony { ceremony, public_key })
}
