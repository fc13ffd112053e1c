//! The pipeline: exactly what sales may see of an order, and how one is moved.

use serde::{Deserialize, Serialize};

use crate::{
    Fields, Masked,
    fields::present,
    order_edit::{self, Edit},
    order_field::Field,
    orders::{Original, Owner, OwnerFilter},
    stage::{Stage, WaitingOn},
};

mod lanes;
mod picks;

pub use lanes::{AWAY, FUNNEL, LANES, Lane, asks_for_a_reason, is_open, refusal};
pub use picks::{Band, Stale};

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

/// Orders together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// How many.
    pub count: i64,
    /// Whether there are more, which were not counted.
    pub more: bool,
    /// Their systems together, in watts.
    pub watts: i64,
    /// Their prices by currency, in minor units.
    pub value: Vec<(String, i64)>,
}

impl Total {
    /// Counts other orders in.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.more |= other.more;
        self.watts += other.watts;
        for (currency, minor) in &other.value {
            match self.value.iter_mut().find(|(known, _)| known == currency) {
                Some((_, sum)) => *sum += minor,
                None => self.value.push((currency.clone(), *minor)),
            }
        }
    }
}

/// One column of the board, or the whole table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the address.
    pub name: String,
    /// Its heading.
    pub label: String,
    /// All its orders that pass the filter.
    pub total: Total,
    /// The ones that have stood longest where they stand.
    pub rows: Vec<Placed>,
    /// The last number shown, when there are more.
    pub after: Option<String>,
}

/// A card, and what its viewer is told beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The card.
    pub card: Card,
    /// Where an order in an exit came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Stage>,
    /// How many times the usual days it has stood there: 0 is fine, 2 is twice as long.
    pub stale: i64,
    /// Why it may not be moved by whoever sees it, as the code of the refusal.
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

/// A move that its viewer made just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The order.
    pub number: String,
    /// Its version now.
    pub version: i64,
    /// Where it stood.
    pub from: Stage,
    /// Where it stands.
    pub to: Stage,
    /// Whether it is back where it was before: then there is nothing to take back.
    pub returned: bool,
    /// Whether they may take it back.
    pub back: bool,
}

/// The pipeline as one filter shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// The columns of the board in the order of the way; one for the whole table.
    pub columns: Vec<Column>,
    /// Everything the filter leaves.
    pub total: Total,
    /// How many of them are stale, and whether there are more.
    pub stale: (i64, bool),
    /// What is done, paused or gone, where the filter leaves that countable.
    pub away: Vec<(Stage, i64)>,
    /// Named owners, for the filter.
    pub owners: Vec<Owner>,
    /// Cities, for the filter.
    pub cities: Vec<String>,
    /// How many orders reached each stage up to the signature in the past 90 days.
    pub funnel: Vec<(Stage, i64)>,
    /// The value of open orders by currency at the end of each month (`YYYY-MM`), and now for the last one.
    pub months: Vec<(String, Vec<(String, i64)>)>,
    /// The order whose move is being typed.
    pub moving: Option<Moving>,
    /// The move that was made just now.
    pub moved: Option<Moved>,
}

/// Filters of the pipeline, as they stand in the address. What cannot be read filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PipelineFilter {
    /// One table instead of the board.
    pub table: bool,
    /// Only this stage.
    pub stage: Option<Stage>,
    /// Only of this owner.
    pub owner: Option<OwnerFilter>,
    /// Only in this city.
    pub city: Option<String>,
    /// Only waiting for this.
    pub waiting_on: Option<WaitingOn>,
    /// Only what is stale so many times.
    pub stale: Option<Stale>,
    /// Only of this class of prices.
    pub value: Option<Band>,
    /// Only installed in this month, `YYYY-MM`.
    pub install_month: Option<String>,
    /// The column that goes on after an order.
    pub column: Option<Lane>,
    /// That order.
    pub after: Option<crate::OrderNo>,
    /// The order whose move is being typed.
    pub moving: Option<crate::OrderNo>,
    /// The order that was moved just now.
    pub moved: Option<crate::OrderNo>,
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
    fn the_policy_names_every_field_of_the_ask() {
        let ask = MoveAsk { stage: Some("lost".into()), ..MoveAsk::default() };
        let text = serde_json::to_value(&ask).expect("text");
        assert!(text.as_object().expect("object").keys().all(|name| MoveAsk::FIELDS.contains(&name.as_str())));
    }
}
