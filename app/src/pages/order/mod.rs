//! `/orders/{id}`: one order with its form, the review of a change, a conflict, and its history.

use heliodesk_desk::orders::is_undo;
use heliodesk_wire::orders::{Order, OrderPage};
use heliodesk_wire::stage::Stage;
use leptos::prelude::*;

use super::Page;
use crate::components::{Badge, ButtonLink, Columns, Fact, Masked, PageHead, Step as Mark, Steps};
use crate::forms::Form;
use crate::problem::Problem;
use crate::request::{actor, param, query, set_status};

mod conflict;
mod draft;
mod form;
mod history;
mod review;
pub(crate) mod words;

use conflict::Conflict;
pub(crate) use draft::in_minor_units;
use draft::{Step, step};
use form::EditForm;
use history::History;
use review::Review;
use words::{look, standing};

/// An order and the step its form is at.
///
/// # Errors
/// 404 for a number that is no order's.
pub async fn order() -> Result<Page, Problem> {
    let form = Form::of("orders/edit");
    let undo = query("undo").is_some() && !form.refused() && form.step().is_none();
    let made_from = form.typed("version").and_then(|version| version.trim().parse().ok());
    let page = heliodesk_desk::orders::view(&actor().await?, &param("id"), made_from).await?;
    let (step, status) = step(&form, undo, &page);
    if status != 200 {
        set_status(status);
    }
    let title = format!("Order {}", page.order.number);
    let OrderPage { order, owners, history, now, .. } = page.clone();
    let currency = order.fields.currency.clone();
    // A conflict is read across: original, theirs, mine.
    let shape = if matches!(step, Step::Conflict(..)) { "" } else { "tail" };
    let content = match step {
        Step::Edit(draft) => {
            view! { <EditForm order=order.clone() draft owners=owners.clone() form unchanged=false/> }.into_any()
        }
        Step::Unchanged(draft) => {
            view! { <EditForm order=order.clone() draft owners=owners.clone() form unchanged=true/> }.into_any()
        }
        Step::Review(draft, values) => {
            let undo =
                undo || page.before.as_ref().is_some_and(|before| is_undo(&values, &order.fields.values(), before));
            view! { <Review order=order.clone() draft values owners=owners.clone() undo form/> }.into_any()
        }
        Step::Conflict(draft, rows) => view! { <Conflict page=page.clone() draft rows form/> }.into_any(),
    };
    let can_undo = page.before.as_ref().is_some_and(|before| undoable(&order, before));
    Ok(Page::new(
        title,
        view! {
            <Head order=order.clone() now can_undo/>
            <Way order/>
            <Columns shape>
                <div class="stack">{content}</div>
                <div class="stack"><History history owners currency now/></div>
            </Columns>
        },
    ))
}

/// Whether the newest change can be taken back: its stage must follow.
fn undoable(order: &Order, before: &heliodesk_wire::orders::Values) -> bool {
    let stage = before.get(&heliodesk_wire::order_field::Field::Stage).cloned().flatten();
    let stage = stage.and_then(|stage| stage.parse::<Stage>().ok());
    stage.is_some_and(|to| to == order.fields.stage || order.fields.stage.may_become(order.stage_before, to))
}

/// Number, stage, customer, owner.
#[component]
fn Head(order: Order, now: i64, can_undo: bool) -> impl IntoView {
    let stage = order.fields.stage;
    let days = ((now - order.fields.stage_since) / 86_400_000).max(0);
    let (icon, tone) = look(stage);
    let (stands, stale) = standing(stage, days);
    let badges = view! {
        <Badge icon tone>{stage.label()}</Badge>
        " "
        <Badge icon="clock" tone=stale>"In stage " {stands}</Badge>
    };
    let place = [order.city, order.country].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let place = (!place.is_empty()).then(|| view! { <Fact icon="place"><bdi>{place}</bdi></Fact> });
    let owner = order.owner_name.map_or_else(|| "No owner".to_owned(), |name| format!("Owner {name}"));
    let kw = order.kw.map(|kw| view! { <Fact>{kw} " kW"</Fact> });
    let facts = view! {
        <Fact icon="people">
            <a href=format!("/customers/{}", order.customer)><Masked mask=order.name.0 plain=true/></a>
        </Fact>
        {place}
        {kw}
        <Fact><bdi>{owner}</bdi></Fact>
        <Fact>{format!("Version {}", order.version)}</Fact>
    };
    let undo = can_undo.then(|| {
        let href = format!("/orders/{}?undo=1", order.number);
        view! { <ButtonLink href icon="undo">"Undo last change"</ButtonLink> }
    });
    let crumbs = vec![("/orders".to_owned(), "Orders".to_owned())];
    view! { <PageHead title=format!("Order {}", order.number) crumbs here=order.number badges facts>{undo}</PageHead> }
}

/// The parts of the way, each with its stages.
const WAY: [(&str, &[Stage]); 10] = [
    ("Lead", &[Stage::Lead]),
    ("Qualified", &[Stage::Qualified]),
    ("Proposal sent", &[Stage::ProposalSent]),
    ("Contract", &[Stage::ContractOut, Stage::ContractSigned]),
    ("Survey", &[Stage::SiteSurvey]),
    ("Design", &[Stage::Design]),
    ("Permitting", &[Stage::Permitting]),
    ("Install", &[Stage::ReadyToSchedule, Stage::InstallScheduled, Stage::Installed]),
    ("Inspection", &[Stage::FinalInspection]),
    ("PTO", &[Stage::PtoSubmitted, Stage::PtoGranted]),
];

/// Where the order stands on its way; an order in an exit stands where it was.
#[component]
fn Way(order: Order) -> impl IntoView {
    let stage = order.fields.stage;
    let place = if stage.is_exit() { order.stage_before } else { Some(stage) };
    let at = place.and_then(|place| WAY.iter().position(|(_, stages)| stages.contains(&place)));
    at.map(|at| {
        let steps = WAY.iter().enumerate().map(|(index, (label, _))| Mark {
            label: if index == at { stage.label().to_owned() } else { (*label).to_owned() },
            done: index < at || stage == Stage::PtoGranted,
            here: index == at,
        });
        view! { <Steps label="Stages" steps=steps.collect()/> }
    })
}
