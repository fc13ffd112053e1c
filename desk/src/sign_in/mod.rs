//! Sign-in and enrolment: passkeys only, and the same answer whoever the address belongs to.

mod begin;
mod browser;
mod enroll;
mod finish;

use heliodesk_wire::{Fields, sign_in::FinishAsk};

pub use crate::passkeys::failures::settle;
pub use begin::begin;
pub use browser::Browser;
pub use enroll::{begin as begin_enrolment, finish as finish_enrolment, invited};
pub use finish::finish;

use crate::{error::Result, passkeys};

/// A session that began and waits for its cookie. `Debug` prints the session only.
pub struct Began {
    /// The public id of the session, for [`crate::sessions::Store`].
    pub session: String,
    /// The address to remember on the device.
    pub email: String,
}

impl std::fmt::Debug for Began {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Began({})", self.session)
    }
}

/// Reads the end of a ceremony: its id and what the authenticator answered.
///
/// # Errors
/// The fields that are not what they should be. Junk uses no ceremony up.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(ask: &FinishAsk) -> Result<(String, T)> {
    let mut fields = Fields::new();
    let ceremony = fields.take("ceremony", heliodesk_wire::sign_in::id(&ask.ceremony));
    let text = fields.take("credential", heliodesk_wire::sign_in::credential(&ask.credential));
    let (ceremony, text) = fields.into_result(ceremony.zip(text))?;
    Ok((ceremony, passkeys::parse(text)?))
}

#[cfg(test)]
mod tests;
