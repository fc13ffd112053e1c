//! Decoys: credential ids that belong to nobody, so that a list of credentials says nothing about its account.
//!
//! How many entries a list has, how long each id is and what is in it follow from the e-mail by a keyed hash: the same
//! whenever it is asked. An account's own passkeys take the place of decoys; verification runs alike for both.

use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use webauthn_rs::prelude::Passkey;

use crate::{
    desk::Desk,
    error::{Error, Result},
};

/// The length of credential ids as long as there are no passkeys.
const USUAL: i64 = 32;
/// Fewest entries of a list; the hash adds up to two.
const FEWEST: usize = 4;

/// Keyed hash of an e-mail: names an account, known or not, without holding the address.
pub(crate) fn account(desk: &Desk, email: &str) -> Result<String> {
    let hash = keyed(desk, &["account", email])?;
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// How many entries the list of an account has. No account may have more passkeys than that: a longer list would tell.
pub(crate) fn entries(desk: &Desk, account: &str) -> Result<usize> {
    Ok(FEWEST + usize::from(keyed(desk, &["entries", account])?[0] % 3))
}

/// An account's own passkeys among decoys, in an order that tells nothing.
pub(super) fn among(desk: &Desk, account: &str, own: Vec<Passkey>, lengths: &[i64]) -> Result<Vec<Passkey>> {
    let most = entries(desk, account)?;
    let mut listed = Vec::with_capacity(most.max(own.len()));
    for n in own.len()..most {
        listed.push(decoy(desk, account, n, lengths)?);
    }
    listed.extend(own);
    let mut ordered = Vec::with_capacity(listed.len());
    for passkey in listed {
        let id: &[u8] = passkey.cred_id().as_ref();
        ordered.push((keyed(desk, &["order", account, &Base64UrlUnpadded::encode_string(id)])?, passkey));
    }
    ordered.sort_by_key(|one| one.0);
    Ok(ordered.into_iter().map(|(_, passkey)| passkey).collect())
}

/// Decoy number `n` of an account. Its public key is the curve's base point: a signature by it would verify and still
/// be refused, because no account has this credential.
fn decoy(desk: &Desk, account: &str, n: usize, lengths: &[i64]) -> Result<Passkey> {
    let n = n.to_string();
    let length = length(desk, account, &n, lengths)?;
    let mut id = Vec::with_capacity(length + 32);
    let mut block = 0;
    while id.len() < length {
        id.extend(keyed(desk, &["decoy", account, &n, &block.to_string()])?);
        block += 1;
    }
    id.truncate(length);
    serde_json::from_value(json!({ "cred": {
        "cred_id": Base64UrlUnpadded::encode_string(&id),
        "cred": { "type_": "ES256", "key": { "EC_EC2": {
            "curve": "SECP256R1",
            "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
            "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
        } } },
        "counter": 0,
        "transports": null,
        "user_verified": true,
        "backup_eligible": false,
        "backup_state": false,
        "registration_policy": "required",
        "extensions": { "cred_protect": "NotRequested", "hmac_create_secret": "NotRequested" },
        "attestation": { "data": "None", "metadata": "None" },
        "attestation_format": "none",
    } }))
    .map_err(|_| Error::broken("a decoy is not a passkey"))
}

/// One of the lengths real ids have. Each length bids by its hash and the highest wins, so that a new length changes
/// few decoys.
fn length(desk: &Desk, account: &str, n: &str, lengths: &[i64]) -> Result<usize> {
    let mut best = ([0; 32], USUAL);
    for length in lengths {
        let bid = keyed(desk, &["length", account, n, &length.to_string()])?;
        best = best.max((bid, *length));
    }
    usize::try_from(best.1).map_err(|_| Error::broken("a credential id has no length"))
}

/// HMAC-SHA-256 under a key that serves decoys only.
fn keyed(desk: &Desk, parts: &[&str]) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    let broken = |_| Error::broken("a key could not be derived");
    Hkdf::<Sha256>::new(None, &desk.keys().search[..]).expand(b"heliodesk decoys 1", &mut key).map_err(broken)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| Error::broken("a key has a wrong length"))?;
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    Ok(mac.finalize().into_bytes().into())
}
