//! The relying party: this console, by the host of its origin.

use heliodesk_wire::Fields;
use serde_json::Value;
use webauthn_rs::prelude::{
    AuthenticationResult, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::ceremony::OPEN;
use crate::{
    desk::Desk,
    error::{Error, Result},
};

/// What came of an assertion.
pub(super) enum Asserted {
    /// Signed by this passkey, with user verification.
    Verified(AuthenticationResult),
    /// Signed well, but by a counter that is not above the one of the ceremony's beginning.
    Backwards,
    /// Not signed by any passkey of this ceremony, or not as asked.
    Refused,
}

fn webauthn(desk: &Desk) -> Result<Webauthn> {
    let origin = &desk.settings().origin;
    let url = Url::parse(origin).map_err(|_| Error::broken("the origin is not a URL"))?;
    let host = url.host_str().ok_or_else(|| Error::broken("the origin has no host"))?.to_owned();
    WebauthnBuilder::new(&host, &url)
        .and_then(|builder| {
            let patience = std::time::Duration::from_millis(u64::try_from(OPEN).unwrap_or(0));
            builder.rp_name("Heliodesk").timeout(patience).build()
        })
        .map_err(|_| Error::broken("the origin does not fit passkeys: it needs a host name, not an address"))
}

/// Asks for an assertion by one of these passkeys; answers options and state.
pub(super) fn ask(desk: &Desk, passkeys: &[Passkey]) -> Result<(Value, String)> {
    let (options, state) =
        webauthn(desk)?.start_passkey_authentication(passkeys).map_err(|error| unexpected(&error))?;
    Ok((json(&options.public_key)?, text(&state)?))
}

/// Asks for a new passkey of this person, on an authenticator that has none yet; answers options and state.
pub(super) fn ask_new(desk: &Desk, person: &Person<'_>, has: &[Passkey]) -> Result<(Value, String)> {
    let exclude = has.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let (options, state) = webauthn(desk)?
        .start_passkey_registration(person.handle()?, person.email, person.name, Some(exclude))
        .map_err(|error| unexpected(&error))?;
    Ok((json(&options.public_key)?, text(&state)?))
}

/// The person a passkey is made for, as the authenticator will show them.
pub(crate) struct Person<'a> {
    pub(crate) staff: &'a str,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
}

impl Person<'_> {
    fn handle(&self) -> Result<Uuid> {
        let id = ulid::Ulid::from_string(self.staff).map_err(|_| Error::broken("a staff id is damaged"))?;
        Ok(Uuid::from_u128(id.0))
    }
}

/// Verifies an assertion against the state of its ceremony.
pub(super) fn verify(desk: &Desk, state: &str, credential: &PublicKeyCredential) -> Result<Asserted> {
    let state: PasskeyAuthentication = serde_json::from_str(state).map_err(|_| damaged())?;
    Ok(match webauthn(desk)?.finish_passkey_authentication(credential, &state) {
        Ok(result) if result.user_verified() => Asserted::Verified(result),
        Err(WebauthnError::CredentialPossibleCompromise) => Asserted::Backwards,
        Ok(_) | Err(_) => Asserted::Refused,
    })
}

/// Verifies a new passkey against the state of its ceremony; `None` when it is not what was asked for.
pub(super) fn verify_new(
    desk: &Desk,
    state: &str,
    credential: &RegisterPublicKeyCredential,
) -> Result<Option<Passkey>> {
    let state: PasskeyRegistration = serde_json::from_str(state).map_err(|_| damaged())?;
    Ok(webauthn(desk)?.finish_passkey_registration(credential, &state).ok())
}

/// Reads what an authenticator answered.
///
/// # Errors
/// The field `credential` is malformed.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(credential: &str) -> Result<T> {
    serde_json::from_str(credential).map_err(|_| Fields::one("credential", "malformed").into())
}

fn json(options: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(options).map_err(|_| Error::broken("options are not JSON"))
}

fn text(state: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(state).map_err(|_| Error::broken("a state is not JSON"))
}

fn damaged() -> Error {
    Error::broken("the state of a ceremony is damaged")
}

fn unexpected(error: &WebauthnError) -> Error {
    Error::broken(format!("passkey options: {error}"))
}
