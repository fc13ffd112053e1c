//! The form that moves one order, and what somebody else changed in between.

use heliodesk_wire::order_edit::{Clash, EditAsk, compare};
use heliodesk_wire::order_field::Field as Of;
use heliodesk_wire::orders::Values;
use heliodesk_wire::pipeline::{Card, MoveAsk, Moving, PipelineFilter, asks_for_a_reason};
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;

use super::super::order::words::words;
use super::filters::here;
use crate::components::{Area, Button, ButtonLink, Choice, Dialog, Field, FormProblem, Notice, Table, Tone};
use crate::forms::Form;
use crate::problem::meaning;
use crate::request::query;

/// Where the order goes, what comes next, and why: one dialog, however somebody came to it.
#[component]
pub(super) fn MoveOrder(
    /// The order, and where it may go.
    moving: Moving,
    /// The form as it was posted.
    form: Form,
    /// The pipeline around it.
    filter: PipelineFilter,
) -> impl IntoView {
    let Moving { card, next, refusal, original } = moving;
    let title = format!("Move {}", card.number);
    let close = format!("{}#deal-{}", here(&filter, &[]), card.number);
    if let Some(refusal) = refusal {
        let told = meaning(&refusal);
        return view! {
            <Dialog id="move" title attr:open=true>
                <div class="body"><Notice tone=Tone::Warn title=told.title><p>{told.sentence}</p></Notice></div>
                <footer><ButtonLink href=close>"Back to the pipeline"</ButtonLink></footer>
            </Dialog>
        }
        .into_any();
    }
    let theirs = values(&card);
    let stale = form.problem().is_some_and(|problem| problem.code == "stale_version");
    let original = original.map_or_else(|| theirs.clone(), |original| original.values);
    let rows = if stale { compare(&original, &theirs, &typed(&form)) } else { Vec::new() };
    // What only they changed stays as they left it; a form posts every field, also those nobody touched.
    let keeps_theirs: Vec<_> = rows.iter().filter(|row| row.mine == row.original).map(|row| row.field).collect();
    let clash = stale.then(|| view! { <Between rows currency=card.currency.clone()/> });
    let problem = form.problem().filter(|_| !stale).cloned();
    let labels = [Of::Stage, Of::NextStep, Of::NextStepOn, Of::WaitingOn].map(|field| (field.as_str(), field.label()));
    let labels = labels.into_iter().chain([("reason", "Reason")]).collect();
    let value = |field: Of| {
        let stored = theirs.get(&field).cloned().flatten().unwrap_or_default();
        if keeps_theirs.contains(&field) { stored } else { form.value(field.as_str(), stored) }
    };
    let error = |field: Of| form.error(field.as_str());
    let stands = card.stage;
    // Whoever comes here by way of a column has chosen already.
    let chosen = query("to").and_then(|to| to.parse::<Stage>().ok()).filter(|to| next.contains(to));
    let stage = chosen.filter(|_| !form.refused()).map_or_else(|| value(Of::Stage), |to| to.to_string());
    let asks = chosen.is_some_and(|to| asks_for_a_reason(stands, to));
    let stages = next.into_iter().map(|stage| {
        let reason = if asks_for_a_reason(stands, stage) { ", asks for a reason" } else { "" };
        (stage.to_string(), format!("{}{reason}", stage.label()))
    });
    let stages: Vec<_> = stages.collect();
    let waiting = WaitingOn::ALL.map(|who| (who.as_str().to_owned(), who.label().to_owned()));
    let waiting = std::iter::once((String::new(), "–".to_owned())).chain(waiting).collect();
    let fields = view! {
        <div class="fields">
            <Choice label="Stage" name="ask[stage]" options=stages value=stage error=error(Of::Stage)/>
            <Choice label="Waiting on" name="ask[waiting_on]" options=waiting value=value(Of::WaitingOn)
                error=error(Of::WaitingOn)/>
            <Field label="Next step on" name="ask[next_step_on]" kind="date" value=value(Of::NextStepOn)
                error=error(Of::NextStepOn)/>
            <Field label="Next step" name="ask[next_step]" value=value(Of::NextStep) maxlength=500 wide=true
                error=error(Of::NextStep)/>
            <Area label="Reason" name="ask[reason]" value=form.value("reason", "") note="for the trail"
                hint="Needed for on hold and lost, and for coming back from them" required=asks
                error=form.error("reason")/>
        </div>
    };
    let lede = format!("{} stands in {}.", card.name.0, stands.label());
    let action = here(&filter, &[("do", "pipeline/move"), ("moved", &card.number)]);
    view! {
        <Dialog id="move" title lede attr:open=true>
            <form method="post" action=format!("{action}#deal-{}", card.number)>
                <div class="body">
                    {clash}
                    <FormProblem problem labels/>
                    <input type="hidden" name="ask[order]" value=card.number.clone()/>
                    <input type="hidden" name="ask[version]" value=card.version/>
                    {fields}
                </div>
                <footer>
                    <ButtonLink href=close quiet=true attr:data-discard="">"Cancel"</ButtonLink>
                    <Button primary=true icon="arrow">"Move order"</Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

/// The values a move can change, as they stand.
fn values(card: &Card) -> Values {
    [
        (Of::Stage, Some(card.stage.to_string())),
        (Of::NextStep, card.next_step.clone()),
        (Of::NextStepOn, card.next_step_on.clone()),
        (Of::WaitingOn, card.waiting_on.map(|who| who.as_str().to_owned())),
    ]
    .into()
}

/// What was typed, as far as it can be read.
fn typed(form: &Form) -> Values {
    let sent = MoveAsk::MOVES.into_iter().filter_map(|field| {
        let mut ask = EditAsk { order: "O-0".into(), version: "1".into(), ..EditAsk::default() };
        ask.put(field, form.typed(field.as_str())?);
        ask.parse().ok()?.set.remove_entry(&field)
    });
    sent.collect()
}

/// Theirs, mine and original; mine stays in the form and is saved with the next press.
#[component]
fn Between(rows: Vec<Clash>, currency: String) -> impl IntoView {
    let shown = |field: Of, value: &Option<String>| {
        words(field, value.as_deref(), &currency, &[]).unwrap_or_else(|| "none".to_owned())
    };
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let name = format!("ask[{}]", row.field.as_str());
            let mine = if row.mine == row.original {
                view! { <span class="hint">"unchanged"</span> }.into_any()
            } else {
                view! { <output name=name>{shown(row.field, &row.mine)}</output> }.into_any()
            };
            view! {
                <tr>
                    <th scope="row">{row.field.label()}</th>
                    <td data-label="Original"><bdi>{shown(row.field, &row.original)}</bdi></td>
                    <td data-label="Theirs"><bdi>{shown(row.field, &row.theirs)}</bdi></td>
                    <td data-label="Mine">{mine}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <Notice tone=Tone::Warn title="Changed by someone else" alert=true>
            <p>"Nothing you typed is lost, and nothing is saved yet. Where both changed a field, the form holds yours; change it where theirs should stay."</p>
        </Notice>
        <Table caption="Per field: the original, what they saved, what you typed">
            <thead>
                <tr>
                    <th scope="col">"Field"</th>
                    <th scope="col">"Original"</th>
                    <th scope="col">"Theirs"</th>
                    <th scope="col">"Mine"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}
