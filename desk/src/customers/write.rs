//! Writing a customer as the company's app knows them: new, changed, or as it was.

use heliodesk_wire::{CustomerNo, PersonalField, Typed, customers::Account};
use sqlx::{AnyConnection, Row};

use super::{Fresh, find};
use crate::{
    error::{Error, Result},
    pii::Pii,
    trail::Change,
    vault::{DataKey, Kind, Vault},
};

/// A customer on the way in.
#[derive(Debug)]
pub(crate) struct NewCustomer {
    pub(crate) number: CustomerNo,
    pub(crate) account: Account,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    /// Every field, once; what is absent has no value.
    pub(crate) personal: Vec<(PersonalField, Option<Pii<String>>)>,
}

/// What writing a customer did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// There was none of this number.
    New,
    /// These were different; personal fields by name only.
    Changed(Vec<Change>),
    /// Everything was so already.
    Unchanged,
}

/// Writes a customer and says what was different. `at` is the time of import, UTC milliseconds.
pub(crate) async fn write(conn: &mut AnyConnection, vault: &Vault, new: &NewCustomer, at: i64) -> Result<Written> {
    let Some(old) = find(conn, &new.number).await? else {
        let mut fresh = Fresh::default();
        fresh.add(vault, new, Vec::new(), at)?;
        fresh.write(conn).await?;
        return Ok(Written::New);
    };
    let mut changes = Vec::new();
    let known = digests(conn, &new.number).await?;
    let key = vault.unwrap(&new.number, &old.data_key).ok_or_else(|| Error::broken("a data key is damaged"))?;
    for (field, value) in &new.personal {
        let stored = known.iter().find(|(name, _)| name == field.as_str()).map(|(_, digest)| digest.as_str());
        let wanted = value.as_ref().map(|value| vault.digest(&new.number, *field, value.expose()));
        if stored != wanted.as_deref() {
            set_value(conn, vault, &key, &new.number, *field, value.as_ref()).await?;
            changes.push(Change::named(field.as_str()));
        }
    }
    let plain = [
        ("account", Some(old.account.to_string()), Some(new.account.to_string())),
        ("city", old.city, new.city.clone()),
        ("country", old.country, new.country.clone()),
    ];
    let plain: Vec<Change> = plain
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| Change::of(name, old, new))
        .collect();
    if !plain.is_empty() {
        update(conn, new).await?;
        changes.extend(plain);
    }
    Ok(if changes.is_empty() { Written::Unchanged } else { Written::Changed(changes) })
}

/// Replaces one value, its mask and its tokens, or takes them away. The old value is not looked at.
pub(super) async fn set_value(
    conn: &mut AnyConnection,
    vault: &Vault,
    key: &DataKey,
    customer: &CustomerNo,
    field: PersonalField,
    value: Option<&Pii<String>>,
) -> Result<()> {
    delete_value(conn, customer, field).await?;
    delete_tokens(conn, customer, field).await?;
    let mut fresh = Fresh::default();
    if let Some(value) = value {
        fresh.add_value(vault, key, customer, field, value);
    }
    fresh.write(conn).await
}

/// The token by which a customer's own number is found.
pub(super) fn number_token(vault: &Vault, number: &CustomerNo) -> String {
    vault.token(Kind::Number, number.as_str())
}

async fn update(conn: &mut AnyConnection, new: &NewCustomer) -> Result<()> {
    sqlx::query("UPDATE customer SET account = ?, city = ?, country = ? WHERE number = ?")
        .bind(new.account.as_str())
        .bind(&new.city)
        .bind(&new.country)
        .bind(new.number.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

async fn delete_value(conn: &mut AnyConnection, customer: &CustomerNo, field: PersonalField) -> Result<()> {
    sqlx::query("DELETE FROM personal WHERE customer = ? AND field = ?")
        .bind(customer.as_str())
        .bind(field.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

async fn delete_tokens(conn: &mut AnyConnection, customer: &CustomerNo, field: PersonalField) -> Result<()> {
    sqlx::query("DELETE FROM search_token WHERE customer = ? AND field = ?")
        .bind(customer.as_str())
        .bind(field.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

async fn digests(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query("SELECT field, digest FROM personal WHERE customer = ? LIMIT 10")
        .bind(customer.as_str())
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.get(0), row.get(1))).collect())
}

impl NewCustomer {
    /// A customer from texts, or every wrong field.
    pub(crate) fn parse(
        number: CustomerNo,
        account: Account,
        place: (Option<String>, Option<String>),
        personal: [(PersonalField, Option<String>); 5],
    ) -> Result<Self, heliodesk_wire::Fields> {
        let mut fields = heliodesk_wire::Fields::new();
        let mut values = Vec::with_capacity(personal.len());
        for (field, text) in personal {
            let value = match text.map(Typed) {
                None if field == PersonalField::Name => fields.take(field.as_str(), Err("missing")),
                None => None,
                Some(typed) => fields.take(field.as_str(), crate::pii::parse(field, &typed)),
            };
            values.push((field, value));
        }
        let (city, country) = place;
        for (name, text) in [("city", &city), ("country", &country)] {
            match text.as_deref() {
                Some(text) if text.chars().count() > 120 => fields.add(name, "too_long"),
                Some(text) if text.trim().is_empty() || text.chars().any(char::is_control) => {
                    fields.add(name, "malformed");
                }
                _ => {}
            }
        }
        fields.into_result(Some(Self { number, account, city, country, personal: values }))
    }
}
