//! How an order is changed: what is sent, and how it is read.

use serde::{Deserialize, Serialize};

use crate::{
    Fields, OrderNo,
    fields::present,
    order_field::{Field, lines},
    orders::Values,
    reason::Reason,
};

pub use crate::merge::{Clash, compare};

/// `orders/edit`: what to change. An absent field is unchanged, an empty one cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditAsk {
    /// The order's number.
    pub order: String,
    /// The version the change was made from.
    pub version: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// New stage.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Since when it stands there, UTC milliseconds.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub stage_since: Option<String>,
    /// Work e-mail of the new owner.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
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
    /// The day of the installation, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub install_on: Option<String>,
    /// What happens next.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// When it should, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub next_step_on: Option<String>,
    /// Whom it waits for.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub waiting_on: Option<String>,
}

/// A change as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The order's number.
    pub order: OrderNo,
    /// The version the change was made from.
    pub version: i64,
    /// Why.
    pub reason: Option<Reason>,
    /// The fields that were sent, in their canonical text.
    pub set: Values,
}

impl EditAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &[
        "order",
        "version",
        "reason",
        "stage",
        "stage_since",
        "owner",
        "panels",
        "watts",
        "inverter",
        "battery",
        "adders",
        "price_minor",
        "currency",
        "install_on",
        "next_step",
        "next_step_on",
        "waiting_on",
    ];

    /// The text sent for a field.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match field {
            Field::Stage => &self.stage,
            Field::StageSince => &self.stage_since,
            Field::Owner => &self.owner,
            Field::Panels => &self.panels,
            Field::Watts => &self.watts,
            Field::Inverter => &self.inverter,
            Field::Battery => &self.battery,
            Field::Adders => &self.adders,
            Field::PriceMinor => &self.price_minor,
            Field::Currency => &self.currency,
            Field::InstallOn => &self.install_on,
            Field::NextStep => &self.next_step,
            Field::NextStepOn => &self.next_step_on,
            Field::WaitingOn => &self.waiting_on,
        }
        .as_deref()
    }

    /// Puts the text of a field in.
    pub fn put(&mut self, field: Field, text: String) {
        *match field {
            Field::Stage => &mut self.stage,
            Field::StageSince => &mut self.stage_since,
            Field::Owner => &mut self.owner,
            Field::Panels => &mut self.panels,
            Field::Watts => &mut self.watts,
            Field::Inverter => &mut self.inverter,
            Field::Battery => &mut self.battery,
            Field::Adders => &mut self.adders,
            Field::PriceMinor => &mut self.price_minor,
            Field::Currency => &mut self.currency,
            Field::InstallOn => &mut self.install_on,
            Field::NextStep => &mut self.next_step,
            Field::NextStepOn => &mut self.next_step_on,
            Field::WaitingOn => &mut self.waiting_on,
        } = Some(text);
    }

    /// Reads every field.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<Edit, Fields> {
        let sent = Field::ALL.into_iter().filter_map(|field| Some((field, self.text(field)?)));
        parse(&self.order, &self.version, &self.reason, sent)
    }
}

/// Reads the parts every change of an order has.
pub(crate) fn parse<'a>(
    order: &str,
    version: &str,
    reason: &str,
    sent: impl Iterator<Item = (Field, &'a str)>,
) -> Result<Edit, Fields> {
    let mut wrong = Fields::new();
    let order = wrong.take("order", order.parse());
    let version = wrong.take("version", read_version(version));
    let reason = wrong.take("reason", Reason::optional(reason));
    let mut set = Values::new();
    for (field, text) in sent {
        if let Some(value) = wrong.take(field.as_str(), field.read(text)) {
            set.insert(field, value);
        }
    }
    let edit = order.zip(version).zip(reason);
    wrong.into_result(edit.map(|((order, version), reason)| Edit { order, version, reason, set }))
}

fn read_version(text: &str) -> Result<i64, &'static str> {
    match text.trim() {
        "" => Err("missing"),
        text => text.parse().ok().filter(|version| *version > 0).ok_or("not_a_number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask() -> EditAsk {
        EditAsk { order: "O-1".into(), version: "3".into(), ..EditAsk::default() }
    }

    #[test]
    fn absent_is_unchanged_and_empty_is_cleared() {
        let edit =
            EditAsk { next_step: Some("  ".into()), panels: Some(" 020 ".into()), ..ask() }.parse().expect("reads");
        assert_eq!(edit.version, 3);
        assert_eq!(edit.set, [(Field::NextStep, None), (Field::Panels, Some("20".into()))].into());
    }

    #[test]
    fn all_wrong_fields_are_named_at_once() {
        let wrong = EditAsk {
            order: String::new(),
            version: "x".into(),
            reason: "a\u{7}".into(),
            stage: Some(String::new()),
            panels: Some("many".into()),
            install_on: Some("2026-02-30".into()),
            currency: Some("usd!".into()),
            price_minor: Some(String::new()),
            ..EditAsk::default()
        };
        let named: Vec<_> = wrong.parse().expect_err("wrong").0.into_iter().collect();
        let expected = [
            ("currency", "malformed"),
            ("install_on", "not_a_date"),
            ("order", "missing"),
            ("panels", "not_a_number"),
            ("price_minor", "missing"),
            ("reason", "malformed"),
            ("stage", "missing"),
            ("version", "not_a_number"),
        ];
        assert_eq!(named, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    }

    #[test]
    fn the_policy_names_every_field_of_the_ask() {
        let text = serde_json::to_value(EditAsk::default()).expect("text");
        let always = ["order", "reason", "version"];
        assert!(always.iter().all(|name| text.get(name).is_some()));
        let names = always.into_iter().chain(Field::ALL.into_iter().map(Field::as_str));
        assert!(names.clone().all(|name| EditAsk::FIELDS.contains(&name)));
        assert_eq!(names.count(), EditAsk::FIELDS.len());
    }
}
