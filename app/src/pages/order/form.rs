//! The form of an order, in sections: what changes every day first, what was signed for further down.

use heliodesk_wire::change_orders::ChangeOrder;
use heliodesk_wire::order_field::Field as Of;
use heliodesk_wire::orders::{OrderPage, Owner};
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;

use super::controls::{Controls, Money, OnPaper, RULE, System};
use super::draft::{AMEND, Draft};
use crate::components::{
    Area, Button, ButtonLink, Choice, Detail, Field, FormProblem, Icon, Masked, Notice, Tone, country, day,
};
use crate::forms::Form;

/// Everything that can be changed, with what was typed so far.
#[component]
pub(crate) fn EditForm(
    /// The order as it stands, and whom it can be given to.
    page: OrderPage,
    /// What was typed so far.
    draft: Draft,
    /// The form as it was posted.
    form: Form,
    /// True where a review was asked for and there is nothing to save.
    unchanged: bool,
) -> impl IntoView {
    let problem = draft.problem(&form);
    let labels: Vec<_> =
        Of::ALL.into_iter().map(|field| (field.as_str(), field.label())).chain([("reason", "Reason")]).collect();
    let nothing = unchanged.then(|| {
        view! { <Notice tone=Tone::Info title="Nothing to save"><p>"Every value is what it was before."</p></Notice> }
    });
    let order = page.order;
    let version = draft.ask.version.clone();
    // A reason is typed in the review; here only one that was refused there.
    let reason = draft.ask.reason.clone();
    let controls = Controls { locked: order.is_sold(), order: order.clone(), draft, owners: page.owners };
    let reason = match controls.mistake("reason") {
        Some(error) => {
            view! { <Area label="Reason" name="ask[reason]" value=reason note="for the trail" error/> }.into_any()
        }
        None => view! { <input type="hidden" name="ask[reason]" value=reason/> }.into_any(),
    };
    let open = page.change_orders.into_iter().find(|one| one.state.is_open());
    let rule = controls.locked.then(|| view! { <Rule number=order.number.clone() open/> });
    let typed = controls.typed_against_the_rule();
    let typed = (!typed.is_empty()).then(|| view! { <Taken number=order.number.clone() typed/> });
    let city = order.city.clone().unwrap_or_default();
    let country = order.country.as_deref().map(country).unwrap_or_default();
    let customer = format!("/customers/{}", order.customer);
    view! {
        {nothing}
        <FormProblem problem labels/>
        {typed}
        <form class="panel order" method="post" action=format!("{}&step=review", form.action()) aria-labelledby="edit-title">
            <header class="no-print"><h2 id="edit-title">"Edit order"</h2></header>
            <input type="hidden" name="ask[order]" value=order.number.clone()/>
            <input type="hidden" name="ask[version]" value=version/>
            <section aria-labelledby="s-next">
                <h3 id="s-next">"Stage and next step"</h3>
                <div class="fields"><Stages controls=controls.clone()/></div>
            </section>
            <section aria-labelledby="s-dates">
                <h3 id="s-dates">"Dates"</h3>
                <div class="fields">
                    <Day of=Of::NextStepOn controls=controls.clone()/>
                    <Day of=Of::InstallOn controls=controls.clone()/>
                    <div class="field">
                        <span class="label">{Of::StageSince.label()}</span>
                        <p class="told">{day(order.fields.stage_since)}</p>
                    </div>
                </div>
            </section>
            <section aria-labelledby="s-parties">
                <h3 id="s-parties">"Parties"</h3>
                <div class="fields">
                    <Parties controls=controls.clone()/>
                    <div class="field">
                        <span class="label">"Customer"</span>
                        <p class="told"><a href=customer.clone()><Masked mask=order.name.0.clone() plain=true/></a></p>
                    </div>
                </div>
            </section>
            <section aria-labelledby="s-system">
                <h3 id="s-system">"System"</h3>
                {rule}
                <div class="fields"><System controls=controls.clone()/></div>
            </section>
            <section aria-labelledby="s-site">
                <h3 id="s-site">"Site"</h3>
                <Detail rows=vec![("City", city), ("Country", country)]/>
                <p class="hint">
                    "Street and postcode are masked on " <a href=customer>"the customer’s page"</a> "."
                </p>
            </section>
            <section aria-labelledby="s-money">
                <h3 id="s-money">"Money"</h3>
                {controls.locked.then(|| view! { <p class="hint">"As for the system: by a change order only."</p> })}
                <div class="fields"><Money controls/></div>
            </section>
            {reason}
            <div class="savebar">
                <p>"Nothing is saved before you have reviewed it."</p>
                <ButtonLink href=format!("/orders/{}", order.number) quiet=true attr:data-discard="">"Discard"</ButtonLink>
                <Button primary=true>"Review changes"</Button>
            </div>
        </form>
    }
}

/// Where it stands and what comes next.
#[component]
fn Stages(controls: Controls) -> impl IntoView {
    let (stage, before) = (controls.order.fields.stage, controls.order.stage_before);
    let stages = std::iter::once(stage).chain(stage.next(before));
    // A stage that was chosen but does not follow stays chosen, with its mistake beneath.
    let chosen = controls.text(Of::Stage).and_then(|text| text.trim().parse::<Stage>().ok());
    let chosen = chosen.filter(|chosen| *chosen != stage && !stage.may_become(before, *chosen));
    let words = |to: Stage| {
        let asks = to != stage && (to.is_exit() || stage.is_exit());
        (to.to_string(), if asks { format!("{}, asks for a reason", to.label()) } else { to.label().to_owned() })
    };
    let stages = stages.chain(chosen).map(words).collect();
    let of = Of::NextStep;
    view! {
        <Choice label=Of::Stage.label() name="ask[stage]" options=stages value=controls.value(Of::Stage)
            was=controls.was(Of::Stage) error=controls.error(Of::Stage)/>
        <Field label=of.label() name="ask[next_step]" value=controls.value(of) maxlength=500 wide=true
            was=controls.was(of) error=controls.error(of)/>
    }
}

/// A day of the calendar.
#[component]
fn Day(of: Of, controls: Controls) -> impl IntoView {
    let typed = controls.clone();
    view! {
        <OnPaper controls of>
            <Field label=of.label() name=format!("ask[{of}]") kind="date" value=typed.value(of) was=typed.was(of)
                error=typed.error(of)/>
        </OnPaper>
    }
}

/// Who looks after it, and whom it waits for.
#[component]
fn Parties(controls: Controls) -> impl IntoView {
    let waiting = WaitingOn::ALL.map(|who| (who.as_str().to_owned(), who.label().to_owned()));
    let waiting = std::iter::once((String::new(), "–".to_owned())).chain(waiting).collect();
    let named = |owner: &Owner| (owner.email.clone(), owner.name.clone());
    let mut people = vec![(String::new(), "Nobody".to_owned())];
    people.extend(controls.owners.iter().map(named));
    // Somebody who is locked by now still owns what they own.
    if let (Some(email), Some(name)) = (&controls.order.fields.owner, &controls.order.owner_name)
        && !controls.owners.iter().any(|owner| owner.email == *email)
    {
        people.push((email.clone(), name.clone()));
    }
    view! {
        <Choice label=Of::Owner.label() name="ask[owner]" options=people value=controls.value(Of::Owner)
            was=controls.was(Of::Owner) error=controls.error(Of::Owner)/>
        <Choice label=Of::WaitingOn.label() name="ask[waiting_on]" options=waiting value=controls.value(Of::WaitingOn)
            was=controls.was(Of::WaitingOn) error=controls.error(Of::WaitingOn)/>
    }
}

/// Why the commercial controls are disabled, and the way that is open.
#[component]
fn Rule(number: String, open: Option<ChangeOrder>) -> impl IntoView {
    let form = format!("/orders/{number}?change=1");
    let (href, words) = match open {
        None => (form, "Start a change order".to_owned()),
        Some(open) => ("#change-orders".to_owned(), format!("Go to change order {}", open.number)),
    };
    view! {
        <p class="rule" id=RULE>
            <Icon name="lock" size=14/>
            <span>
                "Sold: the customer has signed for system and price. They change by a change order only. "
                <a href=href>{words}</a>
            </span>
        </p>
    }
}

/// What was typed into fields that only a change order changes: it can be taken there as it is.
#[component]
fn Taken(number: String, typed: Vec<(Of, String)>) -> impl IntoView {
    let fields: Vec<_> = typed
        .into_iter()
        .map(|(field, text)| view! { <input type="hidden" name=format!("ask[{field}]") value=text/> })
        .collect();
    let action = format!("/orders/{number}?do={AMEND}&step=edit");
    view! {
        <Notice tone=Tone::Info title="What you typed belongs into a change order">
            <p>"Put those fields back to save the rest, or take them along; this page stays as it is."</p>
            <form method="post" action=action target="_blank" data-guard="off">
                <input type="hidden" name="ask[order]" value=number/>
                {fields}
                <Button small=true>"Start a change order with them, in a new tab"</Button>
            </form>
        </Notice>
    }
}
