//! What happened to an order.

use heliodesk_desk::orders::is_undo;
use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::{Owner, Past, Values};
use leptos::prelude::*;

use super::words::words;
use crate::components::{Empty, Event, Panel, Timeline, number};

/// Its changes, newest first, as the trail has them.
#[component]
pub(crate) fn History(
    /// The changes.
    history: Vec<Past>,
    /// Names of owners.
    owners: Vec<Owner>,
    /// The price's currency.
    currency: String,
    /// Now, UTC milliseconds.
    now: i64,
) -> impl IntoView {
    if history.is_empty() {
        let empty = view! {
            <Empty icon="clock" title="No change yet"><p>"The order is as the company’s app sent it."</p></Empty>
        };
        return view! { <Panel id="history" title="History">{empty}</Panel> }.into_any();
    }
    let taken_back: Vec<bool> = (0..history.len()).map(|at| takes_back(&history[at..])).collect();
    let events: Vec<_> = history
        .into_iter()
        .zip(taken_back)
        .map(|(past, taken_back)| {
            let moved = past.changes.iter().any(|(field, ..)| field == Field::Stage.as_str());
            let icon = match past.action.as_str() {
                "change_order.signed" => "check",
                action if action.starts_with("change_order.") => "note",
                _ if taken_back => "undo",
                _ if moved => "arrow",
                _ => "pen",
            };
            let why = past.reason.map(|reason| format!("“{reason}” · ")).unwrap_or_default();
            let why = format!("{why}entry {}", number(past.seq));
            let told = match taken_back {
                true => back(&past.changes, &currency, &owners),
                false => did(&past.action, &past.changes, &currency, &owners),
            };
            view! {
                <Event icon at=past.at now why>
                    <strong><bdi>{past.who}</bdi></strong> " " <bdi>{told}</bdi>
                </Event>
            }
        })
        .collect();
    view! { <Panel id="history" title="History"><Timeline>{events}</Timeline></Panel> }.into_any()
}

/// Field, old and new value as text.
type Changed = (String, Option<String>, Option<String>);

/// Whether the first of these changes, the newest first, gave the values back that the one before it had taken away.
pub(super) fn takes_back(history: &[Past]) -> bool {
    // Drafting and sending a change order changes no order yet.
    let changes = |past: &&Past| past.action.starts_with("order.") || past.action == "change_order.signed";
    let other = history.iter().skip(1).find(changes);
    let [Some(newest), Some(other)] =
        [history.first(), other].map(|past| past.filter(|past| past.action.starts_with("order.")))
    else {
        return false;
    };
    let values = |past: &Past, new: bool| -> Values {
        let field = |name: &str| Field::ALL.into_iter().find(|field| field.as_str() == name);
        let one = |(name, old, now): &Changed| Some((field(name)?, if new { now.clone() } else { old.clone() }));
        past.changes.iter().filter_map(one).collect()
    };
    let same = values(newest, false)
        .iter()
        .all(|(field, old)| *field == Field::StageSince || values(other, true).get(field) == Some(old));
    same && is_undo(&values(newest, true), &values(newest, false), &values(other, false))
}

/// `took back the change of price ($22,900.00 again)`.
fn back(changes: &[Changed], currency: &str, owners: &[Owner]) -> String {
    let told = changes.iter().filter_map(|(name, _, new)| {
        let field = Field::ALL.into_iter().find(|field| field.as_str() == name && *field != Field::StageSince)?;
        let new = words(field, new.as_deref(), currency, owners).unwrap_or_else(|| "none".to_owned());
        Some(format!("{} ({new} again)", field.label().to_lowercase()))
    });
    format!("took back the change of {}", told.collect::<Vec<_>>().join(", "))
}

/// What somebody did: `changed Panels from 18 to 20`, `drafted change order 2: Panels from 18 to 20`.
fn did(action: &str, changes: &[Changed], currency: &str, owners: &[Owner]) -> String {
    let is_number = |(name, ..): &&Changed| name == "change_order";
    let number = changes.iter().find(is_number).and_then(|(_, _, new)| new.as_deref()).unwrap_or_default();
    let rest: Vec<Changed> = changes.iter().filter(|change| !is_number(change)).cloned().collect();
    let told = sentence(&rest, currency, owners);
    let did = match action.strip_prefix("change_order.") {
        None => return format!("changed {told}"),
        Some("drafted") => "drafted",
        Some("sent") => "sent",
        Some("signed") => "recorded as signed",
        Some(_) => "gave up",
    };
    let colon = if rest.is_empty() { "" } else { ": " };
    format!("{did} change order {number}{colon}{told}")
}

/// `Panels from 18 to 20, Battery to 10 kWh`.
pub(super) fn sentence(changes: &[Changed], currency: &str, owners: &[Owner]) -> String {
    let told = changes.iter().filter(|(name, ..)| name != Field::StageSince.as_str()).map(|(name, old, new)| {
        let Some(field) = Field::ALL.into_iter().find(|field| field.as_str() == name) else {
            return name.replace('_', " ");
        };
        let [old, new] = [old, new].map(|value| words(field, value.as_deref(), currency, owners));
        match (old, new) {
            (Some(old), Some(new)) => format!("{} from {old} to {new}", field.label()),
            (None, Some(new)) => format!("{} to {new}", field.label()),
            (Some(old), None) => format!("{} from {old} to none", field.label()),
            (None, None) => field.label().to_owned(),
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(changes: &[(&str, Option<&str>, Option<&str>)]) -> Past {
        let change = |(field, old, new): &(&str, Option<&str>, Option<&str>)| {
            ((*field).to_owned(), old.map(str::to_owned), new.map(str::to_owned))
        };
        Past {
            seq: 1,
            action: "order.edited".into(),
            at: 0,
            who: "Mia Torres".into(),
            reason: None,
            changes: changes.iter().map(change).collect(),
        }
    }

    #[test]
    fn what_gives_the_values_back_is_told_as_taken_back() {
        let first = edited(&[("price_minor", Some("2290000"), Some("2465000")), ("battery", None, Some("10 kWh"))]);
        let undo = edited(&[("price_minor", Some("2465000"), Some("2290000")), ("battery", Some("10 kWh"), None)]);
        assert!(takes_back(&[undo.clone(), first.clone()]));
        assert_eq!(
            back(&undo.changes, "USD", &[]),
            "took back the change of price ($22,900.00 again), battery (none again)"
        );
        let half = edited(&[("battery", Some("10 kWh"), None)]);
        let other = edited(&[("price_minor", Some("2500000"), Some("2290000")), ("battery", Some("10 kWh"), None)]);
        let signed = Past { action: "change_order.signed".into(), ..first.clone() };
        for not in [&[half, first.clone()][..], &[other, first.clone()], &[undo.clone(), signed], &[undo], &[first]] {
            assert!(!takes_back(not), "{not:?}");
        }
    }

    #[test]
    fn a_change_is_told_in_one_sentence() {
        let change = |field: &str, old: Option<&str>, new: Option<&str>| {
            (field.to_owned(), old.map(str::to_owned), new.map(str::to_owned))
        };
        let changes = [
            change("stage", Some("lead"), Some("qualified")),
            change("stage_since", Some("1"), Some("2")),
            change("battery", None, Some("10 kWh")),
            change("next_step", None, None),
        ];
        assert_eq!(sentence(&changes, "USD", &[]), "Stage from Lead to Qualified, Battery to 10 kWh, Next step");
        let signed = [change("change_order", None, Some("2")), change("panels", Some("18"), Some("20"))];
        assert_eq!(did("change_order.drafted", &signed, "USD", &[]), "drafted change order 2: Panels from 18 to 20");
        assert_eq!(did("change_order.voided", &signed[..1], "USD", &[]), "gave up change order 2");
        assert_eq!(did("order.edited", &signed[1..], "USD", &[]), "changed Panels from 18 to 20");
    }
}
