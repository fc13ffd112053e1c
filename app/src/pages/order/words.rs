//! An order's values as people read them.

use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::Owner;
use heliodesk_wire::stage::{Group, Stage, WaitingOn};

use leptos::prelude::*;

use crate::components::{Badge, Mark, Tone, date, day, iso, money, near};

/// A field's canonical text as people read it; nothing where there is nothing.
pub(crate) fn words(field: Field, value: Option<&str>, currency: &str, owners: &[Owner]) -> Option<String> {
    let value = value?;
    Some(match field {
        Field::Stage => value.parse::<Stage>().map_or_else(|_| value.to_owned(), |stage| stage.label().to_owned()),
        Field::WaitingOn => value.parse::<WaitingOn>().map_or_else(|_| value.to_owned(), |who| who.label().to_owned()),
        Field::StageSince => value.parse().map_or_else(|_| value.to_owned(), day),
        Field::PriceMinor => value.parse().map_or_else(|_| value.to_owned(), |minor| money(minor, currency)),
        Field::InstallOn | Field::NextStepOn => date(value),
        Field::Adders => value.lines().collect::<Vec<_>>().join("; "),
        Field::Owner => owners
            .iter()
            .find(|owner| owner.email == value)
            .map_or_else(|| value.to_owned(), |owner| owner.name.clone()),
        _ => value.to_owned(),
    })
}

/// Icon and colour of a stage's badge.
pub(crate) fn look(stage: Stage) -> (&'static str, Tone) {
    match (stage, stage.group()) {
        (Stage::OnHold, _) => ("pause", Tone::Wait),
        (Stage::PtoGranted, _) => ("check", Tone::Ok),
        (_, Group::Exit) => ("stop", Tone::Neutral),
        (_, Group::Presold) => ("order", Tone::Info),
        (_, Group::Sold) => ("tool", Tone::Info),
    }
}

/// How long an order has stood in its stage: words, and how bad that is. `times` counts how often the usual days.
pub(crate) fn standing(days: i64, times: i64) -> (String, Tone) {
    match times {
        0 => (format!("{days} d"), Tone::Neutral),
        1 => (format!("{days} d, stale"), Tone::Warn),
        times => (format!("{days} d, stale ×{times}"), Tone::Bad),
    }
}

/// An order's stage over how long it has stood in it, in a cell.
pub(crate) fn stands(stage: Stage, days: i64, times: i64) -> impl IntoView {
    let ((icon, tone), (words, age)) = (look(stage), standing(days, times));
    view! {
        <div class="over">
            <Badge icon tone>{stage.label()}</Badge>
            " "
            <Mark icon="clock" tone=age>{words}</Mark>
        </div>
    }
}

/// Whom an order waits for, beneath what comes next.
pub(crate) fn waiting(who: WaitingOn) -> impl IntoView {
    view! { <span class="sub">{format!("waiting on {}", who.label().to_lowercase())}</span> }
}

/// What comes next and when, in a cell; a day that has passed says so while the order goes on.
pub(crate) fn next_step(stage: Stage, step: Option<String>, on: Option<String>, now: i64) -> AnyView {
    let over = stage.is_exit() || stage == Stage::PtoGranted;
    let overdue = !over && on.as_deref().is_some_and(|on| on < &iso(now)[..10]);
    let words: Vec<String> = step.into_iter().chain(on.map(|on| near(&on, now))).collect();
    let overdue = overdue.then(|| view! { <Mark icon="alert" tone=Tone::Warn>"overdue"</Mark> });
    if words.is_empty() { ().into_any() } else { view! { <bdi>{words.join(" · ")}</bdi> " " {overdue} }.into_any() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_as_people_say_them() {
        let owners = [Owner { email: "omar@example.com".into(), name: "Omar Haddad".into() }];
        let told = |field, value| words(field, Some(value), "USD", &owners).unwrap();
        assert_eq!(told(Field::Stage, "pto_granted"), "PTO granted");
        assert_eq!(told(Field::PriceMinor, "2465000"), "$24,650.00");
        assert_eq!(told(Field::NextStepOn, "2026-11-24"), "24 Nov 2026");
        assert_eq!(told(Field::Adders, "Trenching\nTree trimming"), "Trenching; Tree trimming");
        assert_eq!(told(Field::Owner, "omar@example.com"), "Omar Haddad");
        assert_eq!(words(Field::Battery, None, "USD", &owners), None);
    }

    #[test]
    fn stale_is_said_in_words() {
        assert_eq!(standing(10, 0), ("10 d".into(), Tone::Neutral));
        assert_eq!(standing(12, 1), ("12 d, stale".into(), Tone::Warn));
        assert_eq!(standing(25, 2), ("25 d, stale ×2".into(), Tone::Bad));
    }
}
