//! The pipeline: exactly what sales may see of an order, and how one is moved.

use serde::{Deserialize, Serialize};

use crate::{
    Fields, Masked,
    fields::present,
    order_edit::{self, Edit},
    order_field::Field,
    orders::{Original, OwnerFilter},
    stage::{Stage, WaitingOn},
};

/// An order in the pipeline. There is no other field: what sales may not see is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The company's number of the order.
    pub number: String,
    /// First name and initial.
    pub name: Masked,
    /// Where the customer lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The system's kilowatts with two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kw: Option<String>,
    /// The price in minor units.
    pub price_minor: i64,
    /// The price's currency.
    pub currency: String,
    /// Where it stands.
    pub stage: Stage,
    /// Whole days it has stood there.
    pub days: i64,
    /// Name of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whom it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_on: Option<WaitingOn>,
    /// What happens next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// The day of the next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step_on: Option<String>,
    /// The month of the installation, `YYYY-MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install_month: Option<String>,
    /// Rises with every change; a move says which one it was made from.
    pub version: i64,
}

impl Card {
    /// How often it has been standing here longer than it should: 0 is fine, 2 is twice as long.
    #[must_use]
    pub fn stale(&self) -> i64 {
        self.stage.stale_after().map_or(0, |after| (self.days / (after + 1)).min(9))
    }
}

/// Orders together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// How many.
    pub count: i64,
    /// Their systems together, in watts.
    pub watts: i64,
    /// Their prices by currency, in minor units.
    pub value: Vec<(String, i64)>,
}

/// One stage of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The stage.
    pub stage: Stage,
    /// All its orders that pass the filter.
    pub total: Total,
    /// The ones that have stood there longest.
    pub rows: Vec<Placed>,
    /// The last number shown, when there are more.
    pub after: Option<String>,
}

/// A card, and whether the person who sees it may move it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The card.
    pub card: Card,
    /// Why it may not be moved, as the code of the refusal.
    pub refusal: Option<String>,
}

/// What somebody is about to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The order as it stands.
    pub card: Card,
    /// Where it may go, where it stands first.
    pub next: Vec<Stage>,
    /// Why it may not be moved, as the code of the refusal.
    pub refusal: Option<String>,
    /// Its values at the version a refused form was made from, when that is not the present one.
    pub original: Option<Original>,
}

/// The pipeline as one filter shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// The stages that hold something, in the order of the way.
    pub columns: Vec<Column>,
    /// The order whose move is being typed.
    pub moving: Option<Moving>,
}

/// Filters of the pipeline, as they stand in the address. What cannot be read filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PipelineFilter {
    /// Only this stage; then as many cards as a page holds.
    pub stage: Option<Stage>,
    /// Only of this owner.
    pub owner: Option<OwnerFilter>,
    /// Only waiting for this.
    pub waiting_on: Option<WaitingOn>,
    /// Only installed in this month, `YYYY-MM`.
    pub install_month: Option<String>,
    /// Only after this order of the stage.
    pub after: Option<crate::OrderNo>,
    /// The order whose move is being typed.
    pub moving: Option<crate::OrderNo>,
}

/// `pipeline/move`: where an order goes. An absent field is unchanged, an empty one cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveAsk {
    /// The order's number.
    pub order: String,
    /// The version the move was made from.
    pub version: String,
    /// New stage.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What happens next.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// When it should, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub next_step_on: Option<String>,
    /// Whom it waits for.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub waiting_on: Option<String>,
    /// Why; for `lost`, why it was lost.
    #[serde(default)]
    pub reason: String,
}

impl MoveAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] =
        &["order", "version", "stage", "next_step", "next_step_on", "waiting_on", "reason"];

    /// The fields of an order that a move can change.
    pub const MOVES: [Field; 4] = [Field::Stage, Field::NextStep, Field::NextStepOn, Field::WaitingOn];

    /// Reads every field.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<Edit, Fields> {
        let texts = [&self.stage, &self.next_step, &self.next_step_on, &self.waiting_on];
        let sent = Self::MOVES.into_iter().zip(texts);
        let sent = sent.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)));
        order_edit::parse(&self.order, &self.version, &self.reason, sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(stage: Stage, days: i64) -> Card {
        Card {
            number: "O-1".into(),
            name: Masked("Amelia R.".into()),
            city: None,
            kw: None,
            price_minor: 1,
            currency: "USD".into(),
            stage,
            days,
            owner: None,
            waiting_on: None,
            next_step: None,
            next_step_on: None,
            install_month: None,
            version: 1,
        }
    }

    #[test]
    fn a_card_without_a_value_has_no_such_key() {
        let text = serde_json::to_string(&card(Stage::Lead, 0)).expect("text");
        assert!(!text.contains("null"), "{text}");
    }

    #[test]
    fn stale_is_counted_in_multiples_of_the_stage() {
        assert_eq!(card(Stage::ProposalSent, 7).stale(), 0);
        assert_eq!(card(Stage::ProposalSent, 8).stale(), 1);
        assert_eq!(card(Stage::ProposalSent, 16).stale(), 2);
        assert_eq!(card(Stage::Lost, 900).stale(), 0);
    }

    #[test]
    fn the_policy_names_every_field_of_the_ask() {
        let ask = MoveAsk { stage: Some("lost".into()), ..MoveAsk::default() };
        let text = serde_json::to_value(&ask).expect("text");
        assert!(text.as_object().expect("object").keys().all(|name| MoveAsk::FIELDS.contains(&name.as_str())));
    }
}
