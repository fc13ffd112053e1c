//! One line of an import: every key known, every value of its type, and the wrong ones told by name only.

use std::collections::BTreeSet;

use heliodesk_wire::{CustomerNo, Fields, PersonalField, customers::Account};
use serde_json::{Map, Value};

use crate::{
    customers::NewCustomer,
    orders::{Imported, ImportedOrder},
    vault::{Vault, screen_against, tokens_of},
};

/// The keys of a customer.
const CUSTOMER: [&str; 10] =
    ["number", "name", "email", "phone", "street", "postcode", "city", "country", "account", "orders"];

/// The keys of an order, and what each holds.
const ORDER: [(&str, Holds); 14] = [
    ("number", Holds::Text),
    ("stage", Holds::Text),
    ("owner", Holds::Text),
    ("panels", Holds::Integer),
    ("watts", Holds::Integer),
    ("inverter", Holds::Text),
    ("battery", Holds::Text),
    ("adders", Holds::Texts),
    ("price_minor", Holds::Integer),
    ("currency", Holds::Text),
    ("install_on", Holds::Text),
    ("next_step", Holds::Text),
    ("next_step_on", Holds::Text),
    ("waiting_on", Holds::Text),
];

/// The keys an order cannot be without.
const NEEDED: [&str; 4] = ["number", "stage", "price_minor", "currency"];

/// Most orders of one customer.
const MOST_ORDERS: usize = 100;

#[derive(Clone, Copy)]
enum Holds {
    Text,
    Integer,
    Texts,
}

/// A customer with orders, understood.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) customer: NewCustomer,
    pub(crate) orders: Vec<Imported>,
    /// The owner's e-mail of each order.
    pub(crate) owners: Vec<Option<String>>,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// Every wrong field.
    pub(crate) fn parse(vault: &Vault, text: &str) -> Result<Self, Fields> {
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Self::read(vault, map),
            _ => Err(Fields::one("line", "no_json_object")),
        }
    }

    /// Reads a line's object.
    ///
    /// # Errors
    /// Every wrong field.
    pub(crate) fn read(vault: &Vault, mut map: Map<String, Value>) -> Result<Self, Fields> {
        let mut fields = Fields::new();
        unknown(&mut fields, &map, "", |key| CUSTOMER.contains(&key));
        let orders = match map.remove("orders") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(orders)) if orders.len() <= MOST_ORDERS => orders,
            Some(_) => {
                fields.add("orders", "malformed");
                Vec::new()
            }
        };
        let mut text = |key: &str| match map.remove(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                fields.add(key, "malformed");
                None
            }
        };
        let (number, account) = (text("number"), text("account"));
        let place = (text("city"), text("country"));
        let personal = PersonalField::ALL.map(|field| (field, text(field.as_str())));
        let number = fields.take("number", number.ok_or("missing").and_then(|text| text.parse::<CustomerNo>()));
        let account = fields.take("account", account.ok_or("missing").and_then(|text| known(&text)));
        let customer = number.zip(account).and_then(|(number, account)| {
            NewCustomer::parse(number, account, place, personal).map_err(|wrong| add(&mut fields, "", wrong)).ok()
        });
        let screened = customer.as_ref().map(|customer| screened(vault, customer)).unwrap_or_default();
        let mut read = Vec::with_capacity(orders.len());
        let mut owners = Vec::with_capacity(orders.len());
        for (place, value) in orders.into_iter().enumerate() {
            let at = format!("orders[{place}].");
            match order(value) {
                Ok((order, owner)) => {
                    for (field, text) in order.texts() {
                        if let Some(code) = screen_against(vault, &screened, text) {
                            fields.add(&format!("{at}{}", field.as_str()), code);
                        }
                    }
                    read.push(order);
                    owners.push(owner);
                }
                Err(wrong) => add(&mut fields, &at, wrong),
            }
        }
        fields.into_result(customer.map(|customer| Self { customer, orders: read, owners }))
    }
}

/// An erased account has no personal data, so none can be imported.
fn known(text: &str) -> Result<Account, &'static str> {
    text.parse().ok().filter(|account| *account != Account::Erased).ok_or("not_offered")
}

/// What free text about this customer must not say.
fn screened(vault: &Vault, customer: &NewCustomer) -> BTreeSet<String> {
    let values = customer.personal.iter().filter_map(|(field, value)| Some((*field, value.as_ref()?)));
    let tokens = values.flat_map(|(field, value)| tokens_of(vault, field, value));
    tokens.filter(|(kind, _)| *kind == "screen").map(|(_, token)| token).collect()
}

fn order(value: Value) -> Result<(Imported, Option<String>), Fields> {
    let Value::Object(map) = value else { return Err(Fields::one("order", "malformed")) };
    let mut fields = Fields::new();
    unknown(&mut fields, &map, "", |key| ORDER.iter().any(|(known, _)| *known == key));
    for (key, holds) in ORDER {
        let value = map.get(key).unwrap_or(&Value::Null);
        if value.is_null() {
            if NEEDED.contains(&key) {
                fields.add(key, "missing");
            }
            continue;
        }
        let fits = match holds {
            Holds::Text => value.is_string(),
            Holds::Integer => value.is_i64(),
            Holds::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        };
        if !fits {
            fields.add(key, "malformed");
        }
    }
    if !fields.is_empty() {
        return Err(fields);
    }
    let order: ImportedOrder =
        serde_json::from_value(Value::Object(map)).map_err(|_| Fields::one("order", "malformed"))?;
    let owner = order.owner.clone().filter(|owner| !owner.is_empty());
    Ok((order.parse()?, owner))
}

/// Notes keys nobody knows. A key is told only when it looks like one.
fn unknown(fields: &mut Fields, map: &Map<String, Value>, at: &str, known: impl Fn(&str) -> bool) {
    for key in map.keys().filter(|key| !known(key)) {
        let tells = key.len() <= 40 && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        fields.add(&format!("{at}{}", if tells { key } else { "a key" }), "unknown_key");
    }
}

fn add(fields: &mut Fields, at: &str, wrong: Fields) {
    for (field, code) in wrong.0 {
        fields.add(&format!("{at}{field}"), &code);
    }
}
