//! The beginning of a sign-in. Known, locked, key-less and unknown addresses take the same way through this file.

use heliodesk_wire::{
    Fields,
    sign_in::{BeginAsk, Ceremony, Email},
};
use serde_json::Value;

use super::Browser;
use crate::{
    access::{Actor, Anyone},
    clock::MINUTE,
    error::{Error, Result},
    passkeys::{
        self,
        ceremony::{self, Bound, Kind},
    },
    staff,
};

/// Most sign-ins begun for one account from one address in a minute: nobody elsewhere is locked out by them.
const MOST: i64 = 20;

/// Begins a sign-in in this browser.
///
/// # Errors
/// The field `email` when it is no address; [`Error::Throttled`] for this account from this address.
pub async fn begin(actor: &Actor<Anyone>, ask: &BeginAsk, browser: &Browser) -> Result<Ceremony<Value>> {
    let email: Email = ask.email.parse().map_err(|code| Fields::one("email", code))?;
    let desk = actor.desk();
    let account = passkeys::account(desk, email.as_str())?;
    let address = actor.request().address.as_deref().unwrap_or("unknown");
    if ceremony::begun_since(desk, &account, address, desk.clock().now() - MINUTE).await? >= MOST {
        return Err(Error::Throttled(60));
    }
    let (staff, kept) = {
        let mut conn = desk.db().read().acquire().await?;
        let person = staff::find_by_email(&mut conn, email.as_str()).await?;
        let id = person.map(|person| person.id);
        // An unknown address asks for the passkeys of nobody, so that it asks the database as often as a known one.
        let kept = passkeys::of(&mut conn, id.as_deref().unwrap_or("nobody")).await?;
        (id, kept)
    };
    let (public_key, state) = passkeys::ask_anyone(desk, &account, kept).await?;
    let bound = Bound { staff, browser: Some(browser.hash()), account: Some(account), ..Bound::default() };
    let ceremony = ceremony::begin(desk, Kind::SignIn, &bound, address, &state).await?;
    Ok(Ceremony { ceremony, public_key })
}
