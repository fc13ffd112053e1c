//! Passkeys: whose they are, how they are used, and the one counter each has.
//!
//! `webauthn-rs` verifies; that a ceremony is used once, is young, and that a counter only rises is decided here.

pub(crate) mod ceremony;
mod decoys;
pub(crate) mod failures;
mod relying_party;

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};
use webauthn_rs::prelude::{AuthenticationResult, Passkey, PublicKeyCredential, RegisterPublicKeyCredential};

pub(crate) use decoys::account;
pub(crate) use relying_party::{Person, parse};

use crate::{
    desk::Desk,
    error::{Error, Result},
};
use ceremony::Ceremony;
use relying_party::Asserted;

/// A passkey of an account that may be used.
pub(crate) struct Kept {
    pub(crate) id: String,
    passkey: Passkey,
}

/// What came of a finished assertion.
pub(crate) enum Use {
    /// Good: the passkey's id, to be written down by [`used`] in the same work as what it allows.
    Good(Signed),
    /// Refused, for the reason to be recorded.
    Refused(&'static str),
    /// Refused, because this passkey's counter went backwards.
    Backwards(Backwards),
}

/// A verified assertion.
pub(crate) struct Signed {
    kept: Kept,
    result: AuthenticationResult,
    began_at: i64,
}

/// A counter that went backwards, to be judged in a work of its own.
pub(crate) struct Backwards {
    pub(crate) passkey: String,
    began_at: i64,
}

/// SHA-256 in hexadecimal: how secrets and credential ids are stored.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The usable passkeys of a person, oldest first.
pub(crate) async fn of(conn: &mut AnyConnection, staff: &str) -> Result<Vec<Kept>> {
    let rows = sqlx::query(
        "SELECT id, data FROM passkey WHERE staff = ? AND suspended_at IS NULL AND removed_at IS NULL \
         ORDER BY added_at, id LIMIT 20",
    )
    .bind(staff)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let data: String = row.get(1);
            let passkey = serde_json::from_str(&data).map_err(|_| Error::broken("a passkey is damaged"))?;
            Ok(Kept { id: row.get(0), passkey })
        })
        .collect()
}

/// Whether a person with these usable passkeys may have no further one.
pub(crate) fn is_full(desk: &Desk, email: &str, kept: &[Kept]) -> Result<bool> {
    Ok(kept.len() >= decoys::entries(desk, &account(desk, email)?)?)
}

/// Options and state for an assertion by one of these.
pub(crate) fn ask(desk: &Desk, kept: Vec<Kept>) -> Result<(Value, String)> {
    let passkeys: Vec<Passkey> = kept.into_iter().map(|kept| kept.passkey).collect();
    relying_party::ask(desk, &passkeys)
}

/// Options and state for an assertion where nobody may learn whose address it is: decoys stand among and in place of
/// the account's own passkeys.
pub(crate) async fn ask_anyone(desk: &Desk, account: &str, kept: Vec<Kept>) -> Result<(Value, String)> {
    let lengths = lengths(desk).await?;
    let own: Vec<Passkey> = kept.into_iter().map(|kept| kept.passkey).collect();
    let (mut options, state) = relying_party::ask(desk, &decoys::among(desk, account, own, &lengths)?)?;
    // What an authenticator is connected by would tell it from a decoy.
    for credential in options["allowCredentials"].as_array_mut().into_iter().flatten() {
        if let Some(credential) = credential.as_object_mut() {
            credential.remove("transports");
        }
    }
    Ok((options, state))
}

/// The lengths of credential ids there are.
async fn lengths(desk: &Desk) -> Result<Vec<i64>> {
    sqlx::query_scalar("SELECT DISTINCT id_length FROM passkey ORDER BY id_length LIMIT 16")
        .fetch_all(desk.db().read())
        .await
        .map_err(Error::from)
}

/// Options and state for a new passkey.
pub(crate) fn ask_new(desk: &Desk, person: &Person<'_>, kept: Vec<Kept>) -> Result<(Value, String)> {
    let has: Vec<Passkey> = kept.into_iter().map(|kept| kept.passkey).collect();
    relying_party::ask_new(desk, person, &has)
}

/// Verifies an assertion for a consumed ceremony.
pub(crate) async fn check(
    desk: &Desk,
    ceremony: &Ceremony,
    staff: &str,
    credential: &PublicKeyCredential,
) -> Result<Use> {
    let asserted = relying_party::verify(desk, &ceremony.state, credential)?;
    let mut conn = desk.db().read().acquire().await?;
    let kept = of(&mut conn, staff).await?.into_iter().find(|kept| {
        let id: &[u8] = kept.passkey.cred_id().as_ref();
        id == credential.get_credential_id()
    });
    Ok(match (asserted, kept) {
        (Asserted::Verified(result), Some(kept)) => Use::Good(Signed { kept, result, began_at: ceremony.began_at }),
        (Asserted::Backwards, Some(kept)) => {
            Use::Backwards(Backwards { passkey: kept.id, began_at: ceremony.began_at })
        }
        (Asserted::Refused, _) => Use::Refused("not_verified"),
        (_, None) => Use::Refused("unknown_passkey"),
    })
}

/// Verifies a new passkey for a consumed ceremony.
pub(crate) fn check_new(
    desk: &Desk,
    ceremony: &Ceremony,
    credential: &RegisterPublicKeyCredential,
) -> Result<Option<Passkey>> {
    relying_party::verify_new(desk, &ceremony.state, credential)
}

/// Writes the new counter down, in the work of what the assertion allows.
///
/// The state a ceremony was verified against is a snapshot; only this guard sees a counter that rose meanwhile.
/// Synced passkeys always count 0.
pub(crate) async fn used(conn: &mut AnyConnection, signed: Signed, at: i64) -> Result<Option<Backwards>> {
    let Signed { kept: Kept { id, mut passkey }, result, began_at } = signed;
    let counter = i64::from(result.counter());
    passkey.update_credential(&result);
    let data = serde_json::to_string(&passkey).map_err(|_| Error::broken("a passkey is not JSON"))?;
    let updated = sqlx::query(
        "UPDATE passkey SET counter = ?, counter_at = ?, used_at = ?, data = ? WHERE id = ? \
         AND suspended_at IS NULL AND removed_at IS NULL AND (counter < ? OR (counter = 0 AND ? = 0))",
    )
    .bind(counter)
    .bind(at)
    .bind(at)
    .bind(data)
    .bind(&id)
    .bind(counter)
    .bind(counter)
    .execute(conn)
    .await?;
    Ok((updated.rows_affected() != 1).then_some(Backwards { passkey: id, began_at }))
}

/// Suspends a passkey whose counter went backwards, if its ceremony began after the stored counter was written: then it
/// is not two tabs in a race but two copies of one key. Answers whether it was suspended.
pub(crate) async fn suspend(conn: &mut AnyConnection, backwards: &Backwards, at: i64) -> Result<bool> {
    let suspended = sqlx::query(
        "UPDATE passkey SET suspended_at = ? WHERE id = ? AND suspended_at IS NULL AND removed_at IS NULL \
         AND counter_at < ?",
    )
    .bind(at)
    .bind(&backwards.passkey)
    .bind(backwards.began_at)
    .execute(conn)
    .await?;
    Ok(suspended.rows_affected() == 1)
}

/// Adds a passkey; `false` when its credential id belongs to an account already, this or another, now or once.
pub(crate) async fn add(conn: &mut AnyConnection, id: &str, staff: &str, passkey: &Passkey, at: i64) -> Result<bool> {
    let had: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM passkey WHERE staff = ?").bind(staff).fetch_one(&mut *conn).await?;
    let credential: &[u8] = passkey.cred_id().as_ref();
    let stored = serde_json::to_value(passkey).map_err(|_| Error::broken("a passkey is not JSON"))?;
    let counter = stored["cred"]["counter"].as_i64().unwrap_or(0);
    let inserted = sqlx::query(
        "INSERT INTO passkey (id, staff, credential, id_length, name, data, counter, counter_at, added_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(staff)
    .bind(sha256(credential))
    .bind(i64::try_from(credential.len()).unwrap_or(0))
    .bind(format!("Passkey {}", had + 1))
    .bind(stored.to_string())
    .bind(counter)
    .bind(at)
    .bind(at)
    .execute(conn)
    .await
    .map_err(Error::from);
    match inserted {
        Ok(_) => Ok(true),
        Err(error) if error.is_duplicate() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a passkey of this person; answers whether there was one. Its row stays, so that its credential stays taken.
pub(crate) async fn remove(conn: &mut AnyConnection, id: &str, staff: &str, at: i64) -> Result<bool> {
    let removed = sqlx::query("UPDATE passkey SET removed_at = ? WHERE id = ? AND staff = ? AND removed_at IS NULL")
        .bind(at)
        .bind(id)
        .bind(staff)
        .execute(conn)
        .await?;
    Ok(removed.rows_affected() == 1)
}
