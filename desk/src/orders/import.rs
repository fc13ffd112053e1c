//! Orders as they come from the company's app.

use heliodesk_wire::{
    CustomerNo, Fields, OrderNo,
    order_field::Field,
    orders::{OrderFields, Values},
    stage::Stage,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{
    Fresh,
    order::{Order, changes},
    rows,
};
use crate::{
    clock::Clock,
    error::{Error, Result},
    trail::Change,
};

/// One element of `orders` in an import line, as it is written there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedOrder {
    /// The company's number.
    pub number: String,
    /// A stage by its name.
    pub stage: String,
    /// Work e-mail of a member of staff.
    #[serde(default)]
    pub owner: Option<String>,
    /// Number of panels.
    #[serde(default)]
    pub panels: Option<i64>,
    /// Watts of one panel.
    #[serde(default)]
    pub watts: Option<i64>,
    /// The inverter.
    #[serde(default)]
    pub inverter: Option<String>,
    /// The battery.
    #[serde(default)]
    pub battery: Option<String>,
    /// What is built besides.
    #[serde(default)]
    pub adders: Option<Vec<String>>,
    /// The price in minor units.
    pub price_minor: i64,
    /// The price's currency.
    pub currency: String,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub install_on: Option<String>,
    /// What happens next.
    #[serde(default)]
    pub next_step: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub next_step_on: Option<String>,
    /// `us`, `customer`, `authority` or `utility`.
    #[serde(default)]
    pub waiting_on: Option<String>,
}

/// An imported order that was understood.
#[derive(Clone, Debug)]
pub(crate) struct Imported {
    /// The company's number.
    pub(crate) number: OrderNo,
    values: Values,
}

impl ImportedOrder {
    /// Reads every field.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub(crate) fn parse(self) -> Result<Imported, Fields> {
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        let sent = [
            (Field::Stage, Some(self.stage)),
            (Field::Owner, self.owner),
            (Field::Panels, number(self.panels)),
            (Field::Watts, number(self.watts)),
            (Field::Inverter, self.inverter),
            (Field::Battery, self.battery),
            (Field::Adders, self.adders.map(|list| list.join("\n"))),
            (Field::PriceMinor, number(Some(self.price_minor))),
            (Field::Currency, Some(self.currency)),
            (Field::InstallOn, self.install_on),
            (Field::NextStep, self.next_step),
            (Field::NextStepOn, self.next_step_on),
            (Field::WaitingOn, self.waiting_on),
        ];
        let mut wrong = Fields::new();
        let number = wrong.take("number", self.number.parse());
        let mut values = Values::new();
        for (field, text) in sent {
            if let Some(value) = wrong.take(field.as_str(), field.read(text.as_deref().unwrap_or_default())) {
                values.insert(field, value);
            }
        }
        wrong.into_result(number.map(|number| Imported { number, values }))
    }
}

impl Imported {
    /// The texts people wrote freely, for screening: field and text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        let free = self.values.iter().filter(|(field, _)| field.is_free_text());
        free.filter_map(|(field, value)| Some((*field, value.as_deref()?)))
    }

    /// The work e-mail of its owner.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.values.get(&Field::Owner)?.as_deref()
    }

    /// The new order it becomes, which came to its stage at `since`.
    pub(crate) fn order(&self, id: String, customer: &CustomerNo, since: i64) -> Order {
        Order {
            id,
            number: self.number.to_string(),
            customer: customer.to_string(),
            stage_before: None,
            fields: self.fields(since),
            owner: None,
            reached: 0,
            version: 1,
        }
    }

    fn fields(&self, at: i64) -> OrderFields {
        let mut fields = OrderFields {
            stage: Stage::Lead,
            stage_since: at,
            owner: None,
            panels: None,
            watts: None,
            inverter: None,
            battery: None,
            adders: Vec::new(),
            price_minor: 0,
            currency: String::new(),
            install_on: None,
            next_step: None,
            next_step_on: None,
            waiting_on: None,
        };
        for (field, value) in &self.values {
            fields.set(*field, value.clone());
        }
        fields
    }
}

/// A new order; `at` is the time of the import, UTC milliseconds, and the city the customer's. Quicker than [`upsert`] where no such number exists yet.
///
/// # Errors
/// `owner: unknown` for an e-mail that is nobody's.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    clock: &Clock,
    at: i64,
    (customer, city): (&CustomerNo, Option<&str>),
    imported: &Imported,
) -> Result<()> {
    let order = Order { owner: owner(conn, imported).await?, ..imported.order(clock.id(), customer, at) };
    let mut fresh = Fresh::default();
    fresh.add(order, city, &[])?;
    fresh.write(conn).await
}

/// A new order, or the present one with the values of the import; answers what changed, nothing for a new order.
///
/// # Errors
/// `number: taken` for another customer's order, `owner: unknown` for an e-mail that is nobody's.
pub(crate) async fn upsert(
    conn: &mut AnyConnection,
    clock: &Clock,
    at: i64,
    (customer, city): (&CustomerNo, Option<&str>),
    imported: &Imported,
) -> Result<Vec<Change>> {
    let Some(before) = rows::find(conn, &imported.number).await? else {
        insert(conn, clock, at, (customer, city), imported).await?;
        return Ok(Vec::new());
    };
    if before.customer != customer.as_str() {
        return Err(Error::field("number", "taken"));
    }
    let mut after = before.clone();
    after.fields = imported.fields(at);
    if after.fields.stage == before.fields.stage {
        after.fields.stage_since = before.fields.stage_since;
    } else {
        after.stage_before = Some(before.fields.stage).filter(|stage| after.fields.stage.is_exit() && !stage.is_exit());
    }
    let changes = changes(&before.fields, &after.fields);
    if !changes.is_empty() {
        after.version += 1;
        after.owner = owner(conn, imported).await?;
        rows::replace(conn, &before, &after, None, at).await?.write(conn).await?;
    }
    Ok(changes)
}

/// Keeps a customer's orders where the customer is.
pub(crate) async fn keep_city(conn: &mut AnyConnection, customer: &CustomerNo, city: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE customer_order SET city = ? WHERE customer = ?")
        .bind(city)
        .bind(customer.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

async fn owner(conn: &mut AnyConnection, imported: &Imported) -> Result<Option<String>> {
    let Some(email) = imported.owner() else { return Ok(None) };
    rows::staff_id(conn, email).await?.map(Some).ok_or_else(|| Error::field("owner", "unknown"))
}
