//! The rows of values that are stored for the first time: of one customer, or of many at once.

use std::collections::BTreeMap;

use heliodesk_wire::{CustomerNo, PersonalField};
use sqlx::AnyConnection;

use super::{
    NewCustomer,
    notes::{self, Brought, NewNote},
    write::number_token,
};
use crate::{
    db::{Insert, Row, insert},
    error::Result,
    pii::Pii,
    vault::{DataKey, Kind, Vault, mask, tokens_of},
};

const CUSTOMERS: Insert =
    insert!("customer (number, account, city, country, data_key, imported_at, contact_at)", "(?, ?, ?, ?, ?, ?, ?)");

const VALUES: Insert =
    insert!("personal (customer, field, sealed, sealed_tag, mask, mask_tag, digest)", "(?, ?, ?, ?, ?, ?, ?)");

const TOKENS: Insert = insert!("search_token (token, customer, field, kind)", "(?, ?, ?, ?)");

/// Rows that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    customers: Vec<Customer>,
    values: Vec<Value>,
    notes: Vec<NewNote>,
    /// The HTML of notes that many customers have.
    known: BTreeMap<&'static str, Pii<String>>,
    tokens: Tokens,
}

#[derive(Debug)]
struct Customer {
    number: CustomerNo,
    account: &'static str,
    city: Option<String>,
    country: Option<String>,
    data_key: String,
    at: i64,
    contact_at: Option<i64>,
}

#[derive(Debug)]
struct Value {
    customer: CustomerNo,
    field: PersonalField,
    sealed: String,
    sealed_tag: String,
    mask: String,
    mask_tag: String,
    digest: String,
}

/// Tokens of some customers, held small: a customer has twenty of them.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    customers: Vec<CustomerNo>,
    /// The token's characters, whose it is by its place in `customers`, of which field, and its kind.
    rows: Vec<([u8; 22], u32, &'static str, &'static str)>,
}

impl Fresh {
    /// A customer nobody of that number was before, with every value, and the notes that come along, oldest first; `at` is
    /// the time of import, UTC milliseconds.
    ///
    /// # Errors
    /// When one of the notes would not be taken.
    pub(crate) fn add(&mut self, vault: &Vault, new: &NewCustomer, notes: Vec<Brought>, at: i64) -> Result<()> {
        let (key, data_key) = vault.data_key(&new.number);
        let notes = notes::bring(&key, &new.number, notes, &mut self.known)?;
        self.customers.push(Customer {
            number: new.number.clone(),
            account: new.account.as_str(),
            city: new.city.clone(),
            country: new.country.clone(),
            data_key,
            at,
            contact_at: notes.last().map(NewNote::at),
        });
        self.notes.extend(notes);
        self.tokens.add(&new.number, "number", [(Kind::Number.as_str(), number_token(vault, &new.number))]);
        for (field, value) in &new.personal {
            if let Some(value) = value {
                self.add_value(vault, &key, &new.number, *field, value);
            }
        }
        Ok(())
    }

    /// One value of a customer.
    pub(super) fn add_value(
        &mut self,
        vault: &Vault,
        key: &DataKey,
        customer: &CustomerNo,
        field: PersonalField,
        value: &Pii<String>,
    ) {
        let sealed = key.seal(customer, field, value);
        let mask = mask(field, value.expose());
        self.values.push(Value {
            sealed_tag: vault.tag(customer, field, "sealed", &sealed),
            mask_tag: vault.tag(customer, field, "mask", &mask),
            digest: vault.digest(customer, field, value.expose()),
            customer: customer.clone(),
            field,
            sealed,
            mask,
        });
        self.tokens.add(customer, field.as_str(), tokens_of(vault, field, value));
    }

    /// Writes everything.
    pub(crate) async fn write(self, conn: &mut AnyConnection) -> Result<()> {
        self.write_rows(conn).await?.write(conn).await
    }

    /// Writes everything but the tokens, which have the order of no customer: of many customers they are written
    /// together, at the end of the work.
    pub(crate) async fn write_rows(self, conn: &mut AnyConnection) -> Result<Tokens> {
        let customer = |row: Row, it: &Customer| {
            row.bind(it.number.as_str())
                .bind(it.account)
                .bind(&it.city)
                .bind(&it.country)
                .bind(&it.data_key)
                .bind(it.at)
                .bind(it.contact_at)
        };
        CUSTOMERS.run(conn, &self.customers, customer).await?;
        let value = |row: Row, it: &Value| {
            row.bind(it.customer.as_str())
                .bind(it.field.as_str())
                .bind(&it.sealed)
                .bind(&it.sealed_tag)
                .bind(&it.mask)
                .bind(&it.mask_tag)
                .bind(&it.digest)
        };
        VALUES.run(conn, &self.values, value).await?;
        notes::insert(conn, &self.notes).await?;
        Ok(self.tokens)
    }
}

impl Tokens {
    fn add(
        &mut self,
        customer: &CustomerNo,
        field: &'static str,
        tokens: impl IntoIterator<Item = (&'static str, String)>,
    ) {
        if self.customers.last() != Some(customer) {
            self.customers.push(customer.clone());
        }
        let of = u32::try_from(self.customers.len() - 1).expect("fewer customers at once than fit into memory");
        self.rows.extend(tokens.into_iter().map(|(kind, token)| {
            let token = token.as_bytes().try_into().expect("a token has 22 characters");
            (token, of, field, kind)
        }));
    }

    /// Takes those of other customers in.
    pub(crate) fn extend(&mut self, more: Self) {
        let before = u32::try_from(self.customers.len()).expect("fewer customers at once than fit into memory");
        self.customers.extend(more.customers);
        self.rows.extend(more.rows.into_iter().map(|(token, of, field, kind)| (token, before + of, field, kind)));
    }

    /// Writes them in the order of their index.
    pub(crate) async fn write(mut self, conn: &mut AnyConnection) -> Result<()> {
        self.rows.sort_unstable_by_key(|(token, of, ..)| (*token, *of));
        let customers = &self.customers;
        let bind = |row: Row, (token, of, field, kind): &([u8; 22], u32, &'static str, &'static str)| {
            let customer = usize::try_from(*of).ok().and_then(|of| customers.get(of)).map(CustomerNo::as_str);
            row.bind(String::from_utf8_lossy(token).as_ref()).bind(customer).bind(*field).bind(*kind)
        };
        TOKENS.run(conn, &self.rows, bind).await
    }
}
