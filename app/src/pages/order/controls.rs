//! What the controls of an order's forms hold, and the controls of what the customer signs for.

use heliodesk_wire::order_field::Field as Of;
use heliodesk_wire::orders::{Order, Owner};
use leptos::prelude::*;

use super::draft::Draft;
use super::words::words;
use crate::components::{Area, Field};
use crate::problem::sentence_at;

/// The id of the words that say why the commercial controls of a sold order are disabled.
pub(crate) const RULE: &str = "sold-rule";

/// The order as it stands, what was typed, and what is wrong with it.
#[derive(Clone)]
pub(crate) struct Controls {
    /// The order as it stands.
    pub(crate) order: Order,
    /// What was typed so far.
    pub(crate) draft: Draft,
    /// Names of owners.
    pub(crate) owners: Vec<Owner>,
    /// True where a change order changes the commercial fields, and this form does not.
    pub(crate) locked: bool,
}

impl Controls {
    /// What was typed.
    pub(crate) fn text(&self, field: Of) -> Option<&str> {
        self.draft.ask.text(field)
    }

    /// What the control holds: what was typed, or what is stored.
    pub(crate) fn value(&self, field: Of) -> String {
        match (field, self.text(field)) {
            (Of::PriceMinor, _) => self.draft.price.clone(),
            (_, Some(text)) => text.to_owned(),
            (_, None) => self.order.fields.value(field).unwrap_or_default(),
        }
    }

    fn differs(&self, field: Of) -> bool {
        self.text(field).is_some_and(|text| field.read(text) != Ok(self.order.fields.value(field)))
    }

    /// The stored value in words, where the control holds another.
    pub(crate) fn was(&self, field: Of) -> Option<String> {
        let stored = self.order.fields.value(field);
        let said = || words(field, stored.as_deref(), &self.order.fields.currency, &self.owners);
        self.differs(field).then(|| said().unwrap_or_else(|| "none".to_owned()))
    }

    /// What is wrong with it.
    pub(crate) fn error(&self, field: Of) -> Option<String> {
        self.mistake(field.as_str())
    }

    /// What is wrong with what has this name.
    pub(crate) fn mistake(&self, name: &str) -> Option<String> {
        self.draft.wrong.code(name).map(|code| sentence_at(name, code).to_owned())
    }

    /// Why it is disabled. A control that holds what was typed stays open, so that it can be put back.
    fn lock(&self, field: Of) -> Option<&'static str> {
        (self.locked && !self.differs(field)).then_some(RULE)
    }

    /// Commercial values that were typed although only a change order changes them, as their controls hold them.
    pub(crate) fn typed_against_the_rule(&self) -> Vec<(Of, String)> {
        let typed = Of::COMMERCIAL.into_iter().filter(|field| self.locked && self.differs(*field));
        typed.map(|field| (field, self.value(field))).collect()
    }
}

/// A control that is typed in one way and read in another: on paper stands what is stored, as people read it.
#[component]
pub(crate) fn OnPaper(controls: Controls, of: Of, children: Children) -> impl IntoView {
    let stored = controls.order.fields.value(of);
    let words = words(of, stored.as_deref(), &controls.order.fields.currency, &controls.owners);
    view! { <div class="paper">{children()}<p class="print-only">{words}</p></div> }
}

/// What is built.
#[component]
pub(crate) fn System(controls: Controls) -> impl IntoView {
    let number = |of: Of, unit: Option<&'static str>| {
        view! {
            <Field label=of.label() name=format!("ask[{of}]") value=controls.value(of) inputmode="numeric" unit
                was=controls.was(of) error=controls.error(of) locked=controls.lock(of)/>
        }
    };
    let part = |of: Of| {
        view! {
            <Field label=of.label() name=format!("ask[{of}]") value=controls.value(of) maxlength=120 broad=true
                was=controls.was(of) error=controls.error(of) locked=controls.lock(of)/>
        }
    };
    let of = Of::Adders;
    view! {
        {number(Of::Panels, None)} {number(Of::Watts, Some("W"))} {part(Of::Inverter)} {part(Of::Battery)}
        <Area label=of.label() name=format!("ask[{of}]") value=controls.value(of) maxlength=2500 hint="One in a line"
            was=controls.was(of) error=controls.error(of) locked=controls.lock(of)/>
    }
}

/// What it costs.
#[component]
pub(crate) fn Money(controls: Controls) -> impl IntoView {
    let (price, currency) = (Of::PriceMinor, Of::Currency);
    let unit = controls.order.fields.currency.clone();
    let typed = controls.clone();
    view! {
        <OnPaper controls=controls.clone() of=price>
            <Field label=price.label() name=format!("ask[{price}]") value=typed.value(price) inputmode="decimal" unit
                was=typed.was(price) error=typed.error(price) locked=typed.lock(price)/>
        </OnPaper>
        <Field label=currency.label() name=format!("ask[{currency}]") value=controls.value(currency) maxlength=3
            was=controls.was(currency) error=controls.error(currency) locked=controls.lock(currency)/>
    }
}
