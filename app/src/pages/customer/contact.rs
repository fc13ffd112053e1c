//! The contact card: a masked line per personal field, and the dialogs that act on it.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::{CustomerOrder, CustomerRecord};
use heliodesk_wire::orders::system_watts;
use heliodesk_wire::stage::Stage;
use leptos::prelude::*;

use crate::components::{Button, Dialog, Field, Masked, Panel, kw};
use crate::forms::Form;
use crate::islands::reveal::Reveal;
use crate::islands::verify::Verify;

/// The five fields, masked, each with **Verify**, **Reveal** and **Replace**.
#[component]
pub(super) fn Contact(record: CustomerRecord) -> impl IntoView {
    let orders: Vec<(String, String)> = record.orders.iter().map(choice).collect();
    let customer = record.number.to_string();
    let lines: Vec<_> = record
        .contact
        .into_iter()
        .map(|(field, mask)| {
            let (customer, orders) = (customer.clone(), orders.clone());
            view! { <Line customer field mask=mask.0 orders used=record.used cap=record.cap/> }
        })
        .collect();
    let dialogs: Vec<_> = PersonalField::ALL
        .into_iter()
        .map(|field| {
            let customer = customer.clone();
            view! {
                <VerifyDialog customer=customer.clone() field tries=record.tries_left/>
                <ReplaceDialog customer field/>
            }
            .into_any()
        })
        .collect();
    view! {
        <Panel id="contact" title="Contact">
            <ul class="contact">{lines}</ul>
            <footer><p class="hint">"All five fields are masked. A reveal needs a reason and a touch."</p></footer>
        </Panel>
        {dialogs}
    }
    .into_any()
}

/// An order as the reveal dialog offers it: number, and words.
fn choice(order: &CustomerOrder) -> (String, String) {
    let stage = order.stage.parse::<Stage>().map_or(order.stage.clone(), |stage| stage.label().to_owned());
    let power = system_watts(order.panels, order.watts).map(|watts| format!(" · {}", kw(watts)));
    (order.number.to_string(), format!("{} · {stage}{}", order.number, power.unwrap_or_default()))
}

#[component]
fn Line(
    customer: String,
    field: PersonalField,
    mask: String,
    orders: Vec<(String, String)>,
    used: u32,
    cap: u32,
) -> impl IntoView {
    let absent = mask == "–";
    let shown = view! { <Masked mask=mask.clone()/> };
    let acts = view! {
        {(!absent).then(|| view! { <Opens act="verify" words="Verify" icon="check" field/> })}
    };
    let replace = view! { <Opens act="replace" words="Replace" icon="swap" field square=true/> };
    let title = view! { <p class="term">{title(field)}<span class="visually-hidden">", masked"</span></p> };
    if absent {
        return view! { <li>{title} <div>{shown}</div> <div class="acts">{replace}</div></li> }.into_any();
    }
    view! {
        <li>
            {title}
            <Reveal customer field mask orders used cap>
                {acts} {replace}
            </Reveal>
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
    view! {
        <Button quiet=true small=true square icon kind="button"
            attr:command="show-modal"
            attr:commandfor=dialog
            attr:aria-label=name
            attr:title=square.then_some(words)>
            {(!square).then_some(words)}
        </Button>
    }
    .into_any()
}

/// Asks what the caller says; the answer is match or no match, never the value.
#[component]
fn VerifyDialog(customer: String, field: PersonalField, tries: u32) -> impl IntoView {
    let form = Form::of("customers/verify");
    let refused = form.typed("field").as_deref() == Some(field.as_str());
    let error = refused.then(|| form.error("value")).flatten();
    view! {
        <Dialog
            id=format!("verify-{field}")
            title="Verify caller"
            lede="Type what the caller says. The stored value stays hidden; only match or no match is told."
            attr:open=refused
        >
            <Verify customer field action=form.action() tries error/>
        </Dialog>
    }
    .into_any()
}

/// Takes a new value; the old one is never shown.
#[component]
fn ReplaceDialog(customer: String, field: PersonalField) -> impl IntoView {
    let form = Form::of("customers/replace");
    let refused = form.typed("field").as_deref() == Some(field.as_str());
    let error = refused.then(|| form.error("value")).flatten();
    view! {
        <Dialog
            id=format!("replace-{field}")
            title=format!("Replace {}", field.label())
            lede="The old value stays hidden. The change is recorded by the field’s name, without values."
            attr:open=refused
        >
            <form method="post" action=form.action()>
                <input type="hidden" name="ask[customer]" value=customer/>
                <input type="hidden" name="ask[field]" value=field.as_str()/>
                <div class="body">
                    <Field
                        label=format!("New {}", field.label())
                        name="ask[value]"
                        id=format!("replace-{field}-value")
                        error=error
                        required=true
                        maxlength=254
                    />
                </div>
                <footer><Button primary=true icon="swap">"Replace"</Button></footer>
            </form>
        </Dialog>
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
