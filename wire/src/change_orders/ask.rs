//! What is asked of change orders, and how it is read.

use serde::{Deserialize, Serialize};

use crate::{
    Fields, OrderNo,
    fields::present,
    order_edit::{self, Edit},
    order_field::{Field, lines},
    reason::Reason,
};

/// `change-orders/draft`: writes a change order, or its draft anew. An absent field is as the order has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftAsk {
    /// The order's number.
    pub order: String,
    /// The order's version the draft was made from.
    pub version: String,
    /// The change order whose draft is written anew; empty for a new one.
    #[serde(default)]
    pub change_order: String,
    /// The revision of that draft.
    #[serde(default)]
    pub revision: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Number of panels.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub panels: Option<String>,
    /// Watts of one panel.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub watts: Option<String>,
    /// The inverter.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub inverter: Option<String>,
    /// The battery.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub battery: Option<String>,
    /// What is built besides: a list, or one text with a line for each.
    #[serde(default, deserialize_with = "lines", skip_serializing_if = "Option::is_none")]
    pub adders: Option<String>,
    /// The price in minor units.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<String>,
    /// The price's currency.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Which change order is meant, as it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number among the order's.
    pub number: i64,
    /// Its revision.
    pub revision: i64,
}

/// A draft as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The values, as a change of the order.
    pub edit: Edit,
    /// Why.
    pub reason: Reason,
    /// The draft that is written anew.
    pub seen: Option<Seen>,
}

impl DraftAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &[
        "order",
        "version",
        "change_order",
        "revision",
        "reason",
        "panels",
        "watts",
        "inverter",
        "battery",
        "adders",
        "price_minor",
        "currency",
    ];

    fn sent(&self) -> impl Iterator<Item = (Field, &str)> {
        let texts =
            [&self.panels, &self.watts, &self.inverter, &self.battery, &self.adders, &self.price_minor, &self.currency];
        Field::COMMERCIAL.into_iter().zip(texts).filter_map(|(field, text)| Some((field, text.as_deref()?)))
    }

    /// Reads every field.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<Draft, Fields> {
        let mut wrong = Fields::new();
        let edit = order_edit::parse(&self.order, &self.version, &self.reason, self.sent());
        let edit = edit.map_err(|fields| fields.0.iter().for_each(|(field, code)| wrong.add(field, code))).ok();
        let reason = wrong.take("reason", Reason::required(&self.reason));
        let is_new = self.change_order.trim().is_empty() && self.revision.trim().is_empty();
        let seen = if is_new { None } else { seen(&mut wrong, &self.change_order, &self.revision) };
        wrong.into_result(edit.zip(reason).map(|(edit, reason)| Draft { edit, reason, seen }))
    }
}

fn seen(wrong: &mut Fields, number: &str, revision: &str) -> Option<Seen> {
    let read = |text: &str| match text.trim() {
        "" => Err("missing"),
        text => text.parse().ok().filter(|number: &i64| *number > 0).ok_or("not_a_number"),
    };
    let number = wrong.take("change_order", read(number));
    let revision = wrong.take("revision", read(revision));
    number.zip(revision).map(|(number, revision)| Seen { number, revision })
}

/// What is done with a change order, as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The order's number.
    pub order: OrderNo,
    /// Which one is meant.
    pub seen: Seen,
    /// Why it is given up.
    pub reason: Option<Reason>,
}

/// `change-orders/send` and `change-orders/sign`: which one, as it was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepAsk {
    /// The order's number.
    pub order: String,
    /// The change order's number among the order's.
    pub change_order: String,
    /// Its revision.
    pub revision: String,
}

impl StepAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["order", "change_order", "revision"];

    /// Reads which one is meant.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<Step, Fields> {
        let mut wrong = Fields::new();
        let order = wrong.take("order", self.order.parse());
        let seen = seen(&mut wrong, &self.change_order, &self.revision);
        wrong.into_result(order.zip(seen).map(|(order, seen)| Step { order, seen, reason: None }))
    }
}

/// `change-orders/void`: which one, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoidAsk {
    /// The order's number.
    pub order: String,
    /// The change order's number among the order's.
    pub change_order: String,
    /// Its revision.
    pub revision: String,
    /// Why.
    pub reason: String,
}

impl VoidAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["order", "change_order", "revision", "reason"];

    /// Reads which one is meant, and the reason.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<Step, Fields> {
        let mut wrong = Fields::new();
        let order = wrong.take("order", self.order.parse());
        let seen = seen(&mut wrong, &self.change_order, &self.revision);
        let reason = wrong.take("reason", Reason::required(&self.reason));
        let step = order.zip(seen).zip(reason);
        wrong.into_result(step.map(|((order, seen), reason)| Step { order, seen, reason: Some(reason) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_of_an_ask_is_named_at_once() {
        let wrong = DraftAsk { panels: Some("many".into()), revision: "x".into(), ..DraftAsk::default() };
        let codes: Vec<_> = wrong.parse().expect_err("wrong").0.into_iter().collect();
        let expected = [
            ("change_order", "missing"),
            ("order", "missing"),
            ("panels", "not_a_number"),
            ("reason", "missing"),
            ("revision", "not_a_number"),
            ("version", "missing"),
        ];
        assert_eq!(codes, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
        let void = VoidAsk { order: "O-1".into(), change_order: "0".into(), revision: "2".into(), reason: " ".into() };
        let codes = void.parse().expect_err("wrong");
        assert_eq!((codes.code("change_order"), codes.code("reason")), (Some("not_a_number"), Some("missing")));
    }

    #[test]
    fn a_new_draft_names_no_other_and_holds_only_what_was_sent() {
        let ask = DraftAsk {
            order: "O-1".into(),
            version: "3".into(),
            reason: "Two more".into(),
            panels: Some("20".into()),
            battery: Some(String::new()),
            ..DraftAsk::default()
        };
        let draft = ask.parse().expect("reads");
        assert_eq!(draft.seen, None);
        assert_eq!(draft.edit.set, [(Field::Panels, Some("20".into())), (Field::Battery, None)].into());
        let names = serde_json::to_value(&ask).expect("text");
        assert!(names.as_object().expect("an object").keys().all(|name| DraftAsk::FIELDS.contains(&name.as_str())));
    }
}
