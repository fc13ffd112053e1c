//! `/orders/{id}`: one order with its form, the review of a change, a conflict, its change orders and its history.

use heliodesk_desk::orders::is_undo;
use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::{Order, OrderPage, Values};
use heliodesk_wire::stage::Stage;
use leptos::prelude::*;

use super::Page;
use crate::components::{Badge, Button, ButtonLink, Columns, Fact, Icon, Masked, PageHead, Step as Mark, Steps, place};
use crate::forms::{Form, flash};
use crate::islands::presence::{self, OpenOrder};
use crate::problem::Problem;
use crate::request::{actor, param, query, set_status};

mod amend;
mod conflict;
mod controls;
mod draft;
mod form;
mod history;
mod review;
pub(crate) mod words;

use amend::{AmendForm, ChangeOrders, Refused};
use conflict::Conflict;
pub(crate) use draft::as_sent;
use draft::{Step, amend, considered, step};
use form::EditForm;
use history::{History, takes_back};
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
    let can_undo = page.before.as_ref().is_some_and(|before| undoable(&page.order, before));
    let (step, status) = match amend(&form, &page) {
        Some(step) => (step, 200),
        None => considered(step(&form, undo && can_undo, &page), &page).await?,
    };
    if status != 200 {
        set_status(status);
    }
    let order = page.order.clone();
    // A conflict is read across: original, theirs, mine.
    let shape = if matches!(step, Step::Conflict(..)) { "" } else { "tail" };
    let writing = matches!(step, Step::Amend(_));
    let mut title = match step {
        Step::Conflict(..) => "Changed by someone else",
        Step::Review(..) => "Review changes",
        Step::Amend(_) => "Change order",
        _ => "",
    };
    let content = match step {
        Step::Edit(draft) => view! { <EditForm page=page.clone() draft form unchanged=false/> }.into_any(),
        Step::Unchanged(draft) => view! { <EditForm page=page.clone() draft form unchanged=true/> }.into_any(),
        Step::Review(draft, values) => {
            let undo =
                undo || page.before.as_ref().is_some_and(|before| is_undo(&values, &order.fields.values(), before));
            title = if undo { "Undo last change" } else { title };
            view! { <Review order=order.clone() draft values owners=page.owners.clone() undo form/> }.into_any()
        }
        Step::Conflict(draft, rows) => view! { <Conflict page=page.clone() draft rows form/> }.into_any(),
        Step::Amend(draft) => view! { <AmendForm page=page.clone() draft/> }.into_any(),
    };
    let saved = flash().filter(|done| done == "orders/edit");
    let saved = saved.map(|_| view! { <Saved number=order.number.clone() can_undo back=takes_back(&page.history)/> });
    let OrderPage { days, stale, owners, history, others, now, .. } = page.clone();
    let currency = order.fields.currency.clone();
    Ok(Page::new(
        [title, &format!("Order {}", order.number)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        view! {
            {saved}
            <Head order=order.clone() days stale others now can_undo/>
            <Way order/>
            <Refused/>
            <Columns shape>
                <div class="stack">{content}</div>
                <div class="stack">
                    <ChangeOrders page writing/>
                    <History history owners currency now/>
                </div>
            </Columns>
        },
    ))
}

/// What was just done, and the way back.
#[component]
fn Saved(
    number: String,
    can_undo: bool,
    /// True where it took the change before it back.
    back: bool,
) -> impl IntoView {
    let words = if back { "Change taken back." } else { "Order saved." };
    let undo = can_undo.then(|| view! { " " <a href=format!("/orders/{number}?undo=1")>"Undo"</a> });
    view! { <div class="notice ok" role="status"><Icon name="check"/><p>{words} {undo}</p></div> }
}

/// Whether the newest change can be taken back: its stage must follow, and what was sold stays as it was signed for.
fn undoable(order: &Order, before: &Values) -> bool {
    let signed = |(field, old): (&Field, &Option<String>)| field.is_commercial() && order.fields.value(*field) != *old;
    if order.is_sold() && before.iter().any(signed) {
        return false;
    }
    let stage = before.get(&Field::Stage).cloned().flatten();
    let stage = stage.and_then(|stage| stage.parse::<Stage>().ok());
    stage.is_some_and(|to| to == order.fields.stage || order.fields.stage.may_become(order.stage_before, to))
}

/// Number, stage, customer, owner, and who else is here.
#[component]
fn Head(order: Order, days: i64, stale: i64, others: Vec<String>, now: i64, can_undo: bool) -> impl IntoView {
    let stage = order.fields.stage;
    let (icon, tone) = look(stage);
    let (stands, stale) = standing(days, stale);
    let badges = view! {
        <Badge icon tone>{stage.label()}</Badge>
        " "
        <Badge icon="clock" tone=stale>"In stage " {stands}</Badge>
    };
    let place = place(order.city, order.country.as_deref());
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
        <OpenElsewhere number=order.number.clone() others now/>
    };
    let undo = can_undo.then(|| {
        let href = format!("/orders/{}?undo=1", order.number);
        view! { <ButtonLink href icon="undo">"Undo last change"</ButtonLink> }
    });
    let crumbs = vec![("/orders".to_owned(), "Orders".to_owned())];
    view! {
        <PageHead title=format!("Order {}", order.number) crumbs here=order.number badges facts>
            <Button kind="button" icon="print" attr:data-print="" attr:hidden=true>"Print"</Button>
            {undo}
        </PageHead>
    }
}

/// Who else has the order open, as of now; an island keeps it true.
#[component]
fn OpenElsewhere(number: String, others: Vec<String>, now: i64) -> impl IntoView {
    let words = presence::told(&others);
    let nobody = words.is_empty();
    view! {
        <span class="presence" role="status" data-presence=number data-now=now>
            <span class="mark info" hidden=nobody><Icon name="people" size=14/><bdi>{words}</bdi></span>
        </span>
        <OpenOrder/>
    }
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
