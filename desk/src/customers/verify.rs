//! Checking what a caller says, without seeing the value and without opening it.

use heliodesk_wire::{
    CustomerNo, Fields, PersonalField, Typed,
    customers::{Verified, VerifyAsk, personal},
};
use sqlx::AnyConnection;
use subtle::ConstantTimeEq;

use super::{find, number, spoke, tries::tries};
use crate::{
    access::{Actor, VerifyCaller},
    error::{Error, Result},
    pii::{self, Pii},
    trail::{CallerVerified, Change, Entry, Outcome},
    vault::{Kind, Vault, said},
};

/// Says whether the value is the stored one; every answer is one of the customer's three tries in an hour.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Throttled`] when the tries are used up; the wrong fields, which cost no try.
pub async fn verify(actor: &Actor<VerifyCaller>, ask: VerifyAsk) -> Result<Verified> {
    let customer = number(&ask.customer)?;
    let parsed = parse(&ask.field, &ask.value);
    let mut work = actor.begin_counting().await?;
    find(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let at = work.at();
    let session = work.presence()?.session().to_owned();
    let tries = tries(work.trail()?, &customer, &session, at).await?;
    if tries.left == 0 {
        return Err(Error::Throttled(tries.wait));
    }
    let (field, value) = parsed?;
    let mut matches = false;
    for (kind, form) in said(field, &value) {
        matches |= is_stored(work.conn(), actor.desk().vault(), &customer, field, kind, &form).await?;
    }
    if matches {
        spoke(work.conn(), &customer, at).await?;
    }
    let _ = work.commit(Entry::caller_verified(&customer, field, matches)).await?;
    Ok(Verified { matches, tries_left: tries.left - 1 })
}

impl Entry<CallerVerified> {
    fn caller_verified(customer: &CustomerNo, field: PersonalField, matches: bool) -> Self {
        let outcome = if matches { Outcome::Ok } else { Outcome::Failed };
        Self::of(CallerVerified {}).subject(customer).outcome(outcome).changes(vec![Change::named(field.as_str())])
    }
}

fn parse(field: &str, value: &Typed) -> Result<(PersonalField, Pii<String>), Fields> {
    let mut fields = Fields::new();
    let field = fields.take("field", personal(field));
    let value = match field {
        Some(field) => fields.take("value", pii::parse(field, value)),
        None => None,
    };
    fields.into_result(field.zip(value))
}

/// Whether a value is the stored one in this form.
async fn is_stored(
    conn: &mut AnyConnection,
    vault: &Vault,
    customer: &CustomerNo,
    field: PersonalField,
    kind: Kind,
    form: &str,
) -> Result<bool> {
    let token: Option<String> =
        sqlx::query_scalar("SELECT token FROM search_token WHERE customer = ? AND kind = ? AND field = ? LIMIT 1")
            .bind(customer.as_str())
            .bind(kind.as_str())
            .bind(field.as_str())
            .fetch_optional(conn)
            .await?;
    Ok(token.is_some_and(|token| token.as_bytes().ct_eq(vault.token(kind, form).as_bytes()).into()))
}
