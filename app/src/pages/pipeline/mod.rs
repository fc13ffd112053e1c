//! `/pipeline`: the board or the table of one filter, two charts, and moving an order. What sales may not see is not in
//! the data.

use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;
use heliodesk_wire::orders::{Owner, OwnerFilter};
use heliodesk_wire::pipeline::{Moved, Pipeline, PipelineFilter, Total};
use leptos::prelude::*;

use super::Page;
use crate::components::{Button, Empty, Fact, Icon, Mark, PageHead, Panel, Tone, kw};
use crate::forms::Form;
use crate::islands::board::BoardKeys;
use crate::problem::Problem;
use crate::request::{actor, extension, now};

mod board;
mod charts;
mod filters;
mod moving;
mod table;
mod words;

use board::{Around, Board};
use charts::Charts;
use filters::{Filters, Switch, here, is_set};
use moving::MoveOrder;
use table::Orders;

/// The pipeline as its filters show it, with the move that is being typed.
///
/// # Errors
/// When the role may not see it, or the database does not answer.
pub async fn pipeline() -> Result<Page, Problem> {
    let form = Form::of("pipeline/move");
    let filter = filters::read(&form);
    let made_from = form.typed("version").and_then(|version| version.trim().parse().ok());
    let shown = heliodesk_desk::pipeline::view(&actor().await?, &filter, made_from).await?;
    let links = extension::<Viewer>().is_some_and(|viewer| viewer.role == Role::Support);
    let Pipeline { mut columns, total, stale, away, owners, cities, funnel, months, moving, moved } = shown;
    let around = Around { filter: filter.clone(), links, now: now() };
    let whose = whose(filter.owner.as_ref(), &owners);
    let empty = (total.count == 0 && is_set(&filter)).then(|| view! { <NoneFits table=filter.table/> });
    let moving = moving.map(|moving| view! { <MoveOrder moving form filter=filter.clone()/> });
    let moved = moved.map(|moved| view! { <Undo moved filter=filter.clone()/> });
    let orders = match columns.pop() {
        Some(column) if filter.table => view! { <Orders column around/> }.into_any(),
        last => {
            columns.extend(last);
            view! { <Board columns away around/> <BoardKeys/> }.into_any()
        }
    };
    Ok(Page::new(
        "Pipeline",
        view! {
            <Head total stale filter=filter.clone()/>
            {moved}
            {moving}
            <Filters filter owners cities/>
            {empty}
            {orders}
            <Charts funnel months whose/>
        },
    ))
}

#[component]
fn Head(total: Total, stale: (i64, bool), filter: PipelineFilter) -> impl IntoView {
    let open = filter.stage.is_none_or(heliodesk_wire::pipeline::is_open);
    let what = match (open, total.count) {
        (true, 1) => " open order",
        (true, _) => " open orders",
        (false, 1) => " order",
        (false, _) => " orders",
    };
    let (count, value, power) = (words::count(total.count, total.more), words::value(&total), kw(total.watts));
    let is_stale = (stale.0 > 0).then(|| {
        view! { <Mark icon="clock" tone=Tone::Warn>{format!("{} stale", words::count(stale.0, stale.1))}</Mark> }
    });
    let facts = view! {
        <Fact><strong>{count}</strong> {what}</Fact>
        {(!value.is_empty()).then(|| view! { <Fact><strong>{value}</strong></Fact> })}
        <Fact><strong>{power}</strong></Fact>
        {is_stale}
    };
    view! { <PageHead title="Pipeline" facts><Switch filter/></PageHead> }
}

/// Whose orders the charts are of.
fn whose(filter: Option<&OwnerFilter>, owners: &[Owner]) -> String {
    match filter {
        None => "All owners".to_owned(),
        Some(OwnerFilter::Mine) => "Mine".to_owned(),
        Some(OwnerFilter::Nobody) => "No owner".to_owned(),
        Some(OwnerFilter::Of(email)) => {
            let owner = owners.iter().find(|owner| owner.email == *email);
            owner.map_or_else(|| "Nobody here".to_owned(), |owner| owner.name.clone())
        }
    }
}

#[component]
fn NoneFits(table: bool) -> impl IntoView {
    let href = if table { "/pipeline?view=table" } else { "/pipeline" };
    view! {
        <Panel id="none" title="Nothing found" untitled=true>
            <Empty icon="board" title="No order fits"><p>"Take a filter away, or "<a href=href>"show all"</a>"."</p></Empty>
        </Panel>
    }
}

/// What was moved just now, and the way back where there is one.
#[component]
fn Undo(moved: Moved, filter: PipelineFilter) -> impl IntoView {
    let Moved { number, version, from, to, returned, back } = moved;
    let told = if returned {
        format!(" is back in {}.", to.label())
    } else {
        format!(" moved from {} to {}.", from.label(), to.label())
    };
    let action = format!("{}#deal-{number}", here(&filter, &[("do", "pipeline/move"), ("moved", &number)]));
    view! {
        <form class="toast ok" method="post" action=action data-guard="off">
            <Icon name="check"/>
            <p role="status"><strong>{number.clone()}</strong> {told}</p>
            <input type="hidden" name="ask[order]" value=number/>
            <input type="hidden" name="ask[version]" value=version/>
            <input type="hidden" name="ask[stage]" value=from.as_str()/>
            <input type="hidden" name="ask[reason]" value="Undo: moved by mistake"/>
            {back.then(|| view! { <Button small=true icon="undo">"Undo"</Button> })}
        </form>
    }
}
