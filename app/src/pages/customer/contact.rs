//! The contact card: a masked line per personal field, each with **Verify**, **Reveal** and **Replace**.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::{CustomerOrder, CustomerRecord, Held};
use heliodesk_wire::orders::system_watts;
use heliodesk_wire::stage::Stage;
use leptos::prelude::*;

use super::dialogs::{ReplaceDialog, RevealDialog, VerifyDialog};
use crate::components::{Button, Icon, Mark, Masked, Panel, Time, Tone, kw};
use crate::islands::contact::ContactCard;

/// The five fields, masked, and their dialogs.
#[component]
pub(super) fn Contact(record: CustomerRecord) -> impl IntoView {
    let orders: Vec<(String, String)> = record.orders.iter().map(choice).collect();
    let customer = record.number.to_string();
    let lines: Vec<_> = record.contact.iter().map(|(field, mask)| line(*field, &mask.0)).collect();
    let dialogs: Vec<_> = PersonalField::ALL
        .into_iter()
        .map(|field| {
            let (customer, orders) = (customer.clone(), orders.clone());
            view! {
                <VerifyDialog customer=customer.clone() field tries=record.tries_left wait=record.tries_wait/>
                <RevealDialog customer=customer.clone() field orders used=record.used cap=record.cap/>
                <ReplaceDialog customer field/>
            }
            .into_any()
        })
        .collect();
    // The script shows this mark after a match, so it is always there.
    let verified = view! {
        <span data-verified="" hidden=record.verified_at.is_none()>
            <Mark icon="check" tone=Tone::Ok>"Caller verified " <Time at=record.verified_at.unwrap_or(record.now) now=record.now/></Mark>
        </span>
    };
    let left = record.held.as_ref().map(|held| held.until - record.now);
    // The next try opens for everybody when the oldest one is an hour old.
    let wait = (record.tries_left < 3).then_some(record.tries_wait);
    let foot = foot(record.held, record.now);
    view! {
        <Panel id="contact" title="Contact" end=verified>
            <ul class="contact" data-held=left data-wait=wait>{lines}</ul>
            <footer>{foot}</footer>
        </Panel>
        {dialogs}
        <ContactCard/>
    }
    .into_any()
}

/// What a further field needs. A reveal changes which of the two lines is true, so the script finds both.
fn foot(held: Option<Held>, now: i64) -> AnyView {
    let is_held = held.is_some();
    let until = held.as_ref().map_or(now, |held| held.until);
    let reason = held.as_ref().map(|held| held.category.label());
    let order = held.and_then(|held| held.order).map(|order| format!(", order {order}"));
    view! {
        <p class="hint" data-foot="masked" hidden=is_held>
            "Masked for everybody. A reveal needs a reason and a touch of your passkey."
        </p>
        <p class="hint" data-foot="held" hidden=!is_held>
            "Reason " <strong data-held-reason="">{reason}</strong> <span data-held-order="">{order}</span>
            ". Further fields need one press; that ends " <Time at=until now/> "."
        </p>
    }
    .into_any()
}

/// An order as the reveal dialog offers it: number, and words.
fn choice(order: &CustomerOrder) -> (String, String) {
    let stage = order.stage.parse::<Stage>().map_or(order.stage.clone(), |stage| stage.label().to_owned());
    let power = system_watts(order.panels, order.watts).map(|watts| format!(" · {}", kw(watts)));
    (order.number.to_string(), format!("{} · {stage}{}", order.number, power.unwrap_or_default()))
}

/// One line. The script fills `data-value` and turns the parts of the two states on and off.
fn line(field: PersonalField, mask: &str) -> AnyView {
    let name = field.as_str();
    let absent = mask == "–";
    let looks = (!absent).then(|| {
        view! {
            <Opens act="verify" words="Verify" icon="check" field/>
            <Opens act="reveal" words="Reveal" icon="eye" field/>
        }
        .into_any()
    });
    let clear = (!absent).then(|| {
        view! {
            <div data-when="clear" hidden>
                <svg class="drain" aria-hidden="true" preserveAspectRatio="none">
                    <rect data-drain=name width="100%" height="100%" rx="2"></rect>
                </svg>
            </div>
            <div class="acts" data-when="clear" hidden>
                <span class="countdown">
                    <Icon name="clock" size=14/>
                    <span data-left=name></span>
                    <span role="status" data-copied=name></span>
                </span>
                <Button small=true icon="copy" kind="button" attr:data-copy=name
                    attr:aria-label=format!("Copy {}", field.label())>"Copy"</Button>
                <Button small=true icon="hide" kind="button" attr:data-hide=name>"Hide now"</Button>
            </div>
        }
        .into_any()
    });
    let masked = (!absent).then(|| view! { <span class="visually-hidden" data-when="masked">", masked"</span> });
    view! {
        <li data-line=name>
            <p class="term">{title(field)}{masked}</p>
            <div data-value=""><Masked mask plain=absent/></div>
            <div class="acts" data-when="masked">
                {looks}
                <Opens act="replace" words="Replace" icon="swap" field square=true/>
            </div>
            {clear}
        </li>
    }
    .into_any()
}

/// A button that opens a dialog, with or without a script.
#[component]
fn Opens(
    act: &'static str,
    words: &'static str,
    icon: &'static str,
    field: PersonalField,
    #[prop(optional)] square: bool,
) -> impl IntoView {
    let dialog = format!("{act}-{field}");
    let name = format!("{words} {}", field.label());
    let asks = (act == "reveal").then(|| field.as_str());
    view! {
        <Button quiet=true small=true square icon kind="button"
            attr:command="show-modal"
            attr:commandfor=dialog
            attr:aria-label=name
            attr:data-asks=asks
            attr:title=square.then_some(words)>
            {(!square).then_some(words)}
        </Button>
    }
    .into_any()
}

/// A field as a line of the card is headed.
fn title(field: PersonalField) -> &'static str {
    match field {
        PersonalField::Name => "Name",
        PersonalField::Email => "E-mail",
        PersonalField::Phone => "Phone",
        PersonalField::Street => "Street",
        PersonalField::Postcode => "Postcode",
    }
}
