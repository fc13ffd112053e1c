//! What happened to an order.

use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::{Owner, Past};
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
    let events: Vec<_> = history
        .into_iter()
        .map(|past| {
            let moved = past.changes.iter().any(|(field, ..)| field == Field::Stage.as_str());
            let icon = match past.action.as_str() {
                "change_order.signed" => "check",
                action if action.starts_with("change_order.") => "note",
                _ if moved => "arrow",
                _ => "pen",
            };
            let why = past.reason.map(|reason| format!("“{reason}” · ")).unwrap_or_default();
            let why = format!("{why}entry {}", number(past.seq));
            let told = did(&past.action, &past.changes, &currency, &owners);
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
        let Some(field) = Field::ALL.into_iter().find(|field| field.as_str() == name) else { return name.clone() };
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
