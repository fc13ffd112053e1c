//! An order as support sees it, and how it is changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Masked,
    change_orders::ChangeOrder,
    order_field::Field,
    stage::{Stage, WaitingOn},
};

mod list;

pub use list::{OrderFilter, OrderList, OrderRow, OwnerFilter};

/// Values of an order's fields as text; absent is none.
pub type Values = BTreeMap<Field, Option<String>>;

/// The fields of an order that staff change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFields {
    /// Where it stands.
    pub stage: Stage,
    /// Since when it stands there, UTC milliseconds.
    pub stage_since: i64,
    /// Work e-mail of the owner.
    pub owner: Option<String>,
    /// Number of panels.
    pub panels: Option<i64>,
    /// Watts of one panel.
    pub watts: Option<i64>,
    /// The inverter.
    pub inverter: Option<String>,
    /// The battery.
    pub battery: Option<String>,
    /// What is built besides.
    pub adders: Vec<String>,
    /// The price in minor units.
    pub price_minor: i64,
    /// The price's currency.
    pub currency: String,
    /// The day of the installation.
    pub install_on: Option<String>,
    /// What happens next.
    pub next_step: Option<String>,
    /// When it should.
    pub next_step_on: Option<String>,
    /// Whom it waits for.
    pub waiting_on: Option<WaitingOn>,
}

impl OrderFields {
    /// A field's value in its canonical text.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<String> {
        match field {
            Field::Stage => Some(self.stage.to_string()),
            Field::StageSince => Some(self.stage_since.to_string()),
            Field::Owner => self.owner.clone(),
            Field::Panels => self.panels.map(|n| n.to_string()),
            Field::Watts => self.watts.map(|n| n.to_string()),
            Field::Inverter => self.inverter.clone(),
            Field::Battery => self.battery.clone(),
            Field::Adders => Some(self.adders.join("\n")).filter(|text| !text.is_empty()),
            Field::PriceMinor => Some(self.price_minor.to_string()),
            Field::Currency => Some(self.currency.clone()),
            Field::InstallOn => self.install_on.clone(),
            Field::NextStep => self.next_step.clone(),
            Field::NextStepOn => self.next_step_on.clone(),
            Field::WaitingOn => self.waiting_on.map(|who| who.as_str().to_owned()),
        }
    }

    /// All values in their canonical text.
    #[must_use]
    pub fn values(&self) -> Values {
        Field::ALL.into_iter().map(|field| (field, self.value(field))).collect()
    }

    /// Puts in a value that [`Field::read`] gave. A field that cannot be empty keeps what it has.
    pub fn set(&mut self, field: Field, value: Option<String>) {
        let number = |value: &Option<String>| value.as_deref().and_then(|text| text.parse().ok());
        match field {
            Field::Stage => self.stage = value.and_then(|text| text.parse().ok()).unwrap_or(self.stage),
            Field::StageSince => self.stage_since = number(&value).unwrap_or(self.stage_since),
            Field::Owner => self.owner = value,
            Field::Panels => self.panels = number(&value),
            Field::Watts => self.watts = number(&value),
            Field::Inverter => self.inverter = value,
            Field::Battery => self.battery = value,
            Field::Adders => {
                self.adders = value.map_or_else(Vec::new, |text| text.lines().map(str::to_owned).collect())
            }
            Field::PriceMinor => self.price_minor = number(&value).unwrap_or(self.price_minor),
            Field::Currency => self.currency = value.unwrap_or_else(|| self.currency.clone()),
            Field::InstallOn => self.install_on = value,
            Field::NextStep => self.next_step = value,
            Field::NextStepOn => self.next_step_on = value,
            Field::WaitingOn => self.waiting_on = value.and_then(|text| text.parse().ok()),
        }
    }

    /// The system's kilowatts with two decimals, when both numbers are known.
    #[must_use]
    pub fn kw(&self) -> Option<String> {
        system_watts(self.panels, self.watts).map(kilowatts)
    }
}

/// One order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The company's number.
    pub number: String,
    /// The customer's number.
    pub customer: String,
    /// The customer's name, masked.
    pub name: Masked,
    /// Where the customer lives.
    pub city: Option<String>,
    /// Country of the customer.
    pub country: Option<String>,
    /// Where an order in an exit came from.
    pub stage_before: Option<Stage>,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// The system's kilowatts with two decimals.
    pub kw: Option<String>,
    /// Everything that can be changed.
    #[serde(flatten)]
    pub fields: OrderFields,
    /// Rises with every change.
    pub version: i64,
}

impl Order {
    /// Whether it is sold: its commercial fields then change only by a change order.
    #[must_use]
    pub fn is_sold(&self) -> bool {
        !self.fields.stage.is_presold(self.stage_before)
    }
}

/// `orders/presence`: I still have this order open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PresenceAsk {
    /// The order's number.
    pub order: String,
    /// When the page is left: the time of the last answer it had, UTC milliseconds. Empty while it is open.
    pub left: String,
}

impl PresenceAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["order", "left"];
}

/// Who else has an order open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// By name.
    pub others: Vec<String>,
    /// Now, UTC milliseconds.
    pub now: i64,
}

/// The watts of a whole system, when both numbers are known.
#[must_use]
pub fn system_watts(panels: Option<i64>, watts: Option<i64>) -> Option<i64> {
    panels?.checked_mul(watts?)
}

/// Kilowatts with two decimals, rounded half up: `8.20`.
#[must_use]
pub fn kilowatts(watts: i64) -> String {
    let hundredths = (watts.saturating_add(5)) / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Somebody an order can belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Work e-mail.
    pub email: String,
    /// Full name.
    pub name: String,
}

/// One change in an order's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The entry on the trail.
    pub seq: i64,
    /// What was done, as the trail names it.
    pub action: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Who, by name.
    pub who: String,
    /// Why.
    pub reason: Option<String>,
    /// Field, old and new value as text.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
}

/// What an order was at an earlier version, and who changed it since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// The earlier version.
    pub version: i64,
    /// Its values.
    pub values: Values,
    /// Who made the newest change, by name; none for the company's app.
    pub who: Option<String>,
    /// When, UTC milliseconds.
    pub at: i64,
}

/// What an order's page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The order as it stands.
    pub order: Order,
    /// Whole days it has stood in its stage.
    pub days: i64,
    /// How many times longer than usual in this company that is; 0 is fine.
    pub stale: i64,
    /// What it was at the version a refused form was made from, when that is not the present one.
    pub original: Option<Original>,
    /// The values before the newest change, when it can be undone.
    pub before: Option<Values>,
    /// Whom it can be given to.
    pub owners: Vec<Owner>,
    /// Its changes, newest first.
    pub history: Vec<Past>,
    /// Its change orders, newest first; at most the first of them is open.
    pub change_orders: Vec<ChangeOrder>,
    /// Who else has it open now, by name.
    pub others: Vec<String>,
    /// Now, UTC milliseconds.
    pub now: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_set_are_values_read() {
        let mut fields = OrderFields {
            stage: Stage::Lead,
            stage_since: 1,
            owner: None,
            panels: None,
            watts: None,
            inverter: None,
            battery: None,
            adders: Vec::new(),
            price_minor: 1,
            currency: "USD".into(),
            install_on: None,
            next_step: None,
            next_step_on: None,
            waiting_on: None,
        };
        for (field, text) in [
            (Field::Stage, "design"),
            (Field::StageSince, "7"),
            (Field::Owner, "omar@example.com"),
            (Field::Panels, "20"),
            (Field::Watts, "410"),
            (Field::Inverter, "Hybrid 8 kW"),
            (Field::Battery, "10 kWh"),
            (Field::Adders, "Trenching\nTree trimming"),
            (Field::PriceMinor, "2465000"),
            (Field::Currency, "EUR"),
            (Field::InstallOn, "2026-12-01"),
            (Field::NextStep, "Call"),
            (Field::NextStepOn, "2026-11-26"),
            (Field::WaitingOn, "utility"),
        ] {
            fields.set(field, Some(text.to_owned()));
            assert_eq!(fields.value(field).as_deref(), Some(text));
        }
        assert_eq!(fields.kw().as_deref(), Some("8.20"));
        fields.set(Field::Adders, None);
        fields.set(Field::Stage, None);
        assert_eq!((fields.value(Field::Adders), fields.stage), (None, Stage::Design));
    }

    #[test]
    fn kilowatts_have_two_decimals() {
        assert_eq!(system_watts(Some(20), Some(410)).map(kilowatts).as_deref(), Some("8.20"));
        assert_eq!(kilowatts(8_305), "8.31");
        assert_eq!(system_watts(Some(20), None), None);
    }
}
