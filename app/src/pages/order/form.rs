//! The form of an order, in sections.

use heliodesk_wire::order_field::Field as Of;
use heliodesk_wire::orders::{Order, Owner};
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;

use super::draft::Draft;
use super::words::words;
use crate::components::{Area, Button, ButtonLink, Choice, Field, FormProblem, Notice, Tone};
use crate::forms::Form;
use crate::problem::{Problem, field_sentence};

/// Everything that can be changed, with what was typed so far.
#[component]
pub(crate) fn EditForm(
    /// The order as it stands.
    order: Order,
    /// What was typed so far.
    draft: Draft,
    /// Whom it can be given to.
    owners: Vec<Owner>,
    /// The form as it was posted.
    form: Form,
    /// True where a review was asked for and there is nothing to save.
    unchanged: bool,
) -> impl IntoView {
    let problem = form.problem().cloned().or_else(|| {
        let wrong = draft.wrong.0.clone();
        (!wrong.is_empty()).then(|| Problem { fields: wrong, ..Problem::new("invalid") })
    });
    let labels: Vec<_> = Of::ALL.into_iter().map(|field| (field.as_str(), field.label())).collect();
    let nothing = unchanged.then(|| {
        view! { <Notice tone=Tone::Info title="Nothing to save"><p>"Every value is what it was before."</p></Notice> }
    });
    let currency = order.fields.currency.clone();
    let text = |field: Of| draft.ask.text(field).map(str::to_owned);
    let value = |field: Of| text(field).unwrap_or_else(|| order.fields.value(field).unwrap_or_default());
    let error = |field: Of| draft.wrong.code(field.as_str()).map(field_sentence);
    let was = |field: Of| {
        let stored = order.fields.value(field);
        let same = text(field).is_none_or(|text| field.read(&text) == Ok(stored.clone()));
        (!same).then(|| words(field, stored.as_deref(), &currency, &owners).unwrap_or_else(|| "none".to_owned()))
    };
    let name = |field: Of| format!("ask[{field}]");
    let none = || (String::new(), "–".to_owned());
    let stage = order.fields.stage;
    let stages = std::iter::once(stage).chain(stage.next(order.stage_before));
    // A stage that was chosen but does not follow stays chosen, with its mistake beneath.
    let chosen = text(Of::Stage).and_then(|text| text.trim().parse::<Stage>().ok());
    let chosen = chosen.filter(|chosen| *chosen != stage && !stage.may_become(order.stage_before, *chosen));
    let stages = stages.chain(chosen);
    let stages = stages.map(|stage| (stage.to_string(), stage.label().to_owned())).collect();
    let waiting = WaitingOn::ALL.map(|who| (who.as_str().to_owned(), who.label().to_owned()));
    let waiting = std::iter::once(none()).chain(waiting).collect();
    let mut people: Vec<_> = std::iter::once((String::new(), "Nobody".to_owned()))
        .chain(owners.iter().map(|owner| (owner.email.clone(), owner.name.clone())))
        .collect();
    if let (Some(email), Some(name)) = (&order.fields.owner, &order.owner_name)
        && !owners.iter().any(|owner| owner.email == *email)
    {
        people.push((email.clone(), name.clone()));
    }
    view! {
        {nothing}
        <FormProblem problem labels/>
        <form class="panel" method="post" action=format!("{}&step=review", form.action()) aria-labelledby="edit-title">
            <header><h2 id="edit-title">"Edit order"</h2></header>
            <input type="hidden" name="ask[order]" value=order.number.clone()/>
            <input type="hidden" name="ask[version]" value=draft.ask.version.clone()/>
            <input type="hidden" name="ask[reason]" value=draft.ask.reason.clone()/>
            <section aria-labelledby="s-system">
                <h3 id="s-system">"System"</h3>
                <div class="fields">
                    <Field label=Of::Panels.label() name=name(Of::Panels) value=value(Of::Panels) inputmode="numeric"
                        was=was(Of::Panels) error=error(Of::Panels)/>
                    <Field label=Of::Watts.label() name=name(Of::Watts) value=value(Of::Watts) inputmode="numeric" unit="W"
                        was=was(Of::Watts) error=error(Of::Watts)/>
                    <Field label=Of::Inverter.label() name=name(Of::Inverter) value=value(Of::Inverter) maxlength=120
                        broad=true was=was(Of::Inverter) error=error(Of::Inverter)/>
                    <Field label=Of::Battery.label() name=name(Of::Battery) value=value(Of::Battery) maxlength=120
                        broad=true was=was(Of::Battery) error=error(Of::Battery)/>
                    <Area label=Of::Adders.label() name=name(Of::Adders) value=value(Of::Adders) maxlength=2500
                        hint="One in a line" error=error(Of::Adders)/>
                </div>
            </section>
            <section aria-labelledby="s-money">
                <h3 id="s-money">"Money"</h3>
                <div class="fields">
                    <Field label=Of::PriceMinor.label() name=name(Of::PriceMinor) value=draft.price.clone()
                        inputmode="decimal" unit=currency.clone() was=was(Of::PriceMinor) error=error(Of::PriceMinor)/>
                    <Field label=Of::Currency.label() name=name(Of::Currency) value=value(Of::Currency) maxlength=3
                        was=was(Of::Currency) error=error(Of::Currency)/>
                </div>
            </section>
            <section aria-labelledby="s-next">
                <h3 id="s-next">"Stage and next step"</h3>
                <div class="fields">
                    <Choice label=Of::Stage.label() name=name(Of::Stage) options=stages value=value(Of::Stage)
                        was=was(Of::Stage) error=error(Of::Stage)/>
                    <Choice label=Of::WaitingOn.label() name=name(Of::WaitingOn) options=waiting value=value(Of::WaitingOn)
                        was=was(Of::WaitingOn) error=error(Of::WaitingOn)/>
                    <Choice label=Of::Owner.label() name=name(Of::Owner) options=people value=value(Of::Owner)
                        was=was(Of::Owner) error=error(Of::Owner)/>
                    <Field label=Of::InstallOn.label() name=name(Of::InstallOn) kind="date" value=value(Of::InstallOn)
                        was=was(Of::InstallOn) error=error(Of::InstallOn)/>
                    <Field label=Of::NextStepOn.label() name=name(Of::NextStepOn) kind="date" value=value(Of::NextStepOn)
                        was=was(Of::NextStepOn) error=error(Of::NextStepOn)/>
                    <Field label=Of::NextStep.label() name=name(Of::NextStep) value=value(Of::NextStep) maxlength=500
                        wide=true was=was(Of::NextStep) error=error(Of::NextStep)/>
                </div>
            </section>
            <div class="savebar">
                <p>"Nothing is saved before you have reviewed it."</p>
                <ButtonLink href=format!("/orders/{}", order.number) quiet=true>"Discard"</ButtonLink>
                <Button primary=true>"Review changes"</Button>
            </div>
        </form>
    }
}
