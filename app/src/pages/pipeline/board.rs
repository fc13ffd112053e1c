//! The board: a column for each part of the way, and what is done, paused or gone beneath it. Cards are moved by the
//! island beside it, or without a script by the link on each.

use heliodesk_wire::pipeline::{AWAY, Column, LANES, Lane, PipelineFilter, Placed};
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;

use super::filters::{here, to};
use super::words::{count, initials, sums};
use crate::components::{Icon, Mark, Masked, Tone, money, number};
use crate::pages::order::words::{next_step, standing};

/// What every card is shown with.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) filter: PipelineFilter,
    /// True where orders can be opened.
    pub(super) links: bool,
    pub(super) now: i64,
}

/// The columns, and what is done, paused or gone.
#[component]
pub(super) fn Board(columns: Vec<Column>, away: Vec<(Stage, i64)>, around: Around) -> impl IntoView {
    let strip = around.filter.stage.is_none().then(|| view! { <Away away filter=around.filter.clone()/> });
    let columns: Vec<_> = columns.into_iter().map(|column| lane(column, &around)).collect();
    view! {
        <p class="visually-hidden" role="status" data-told=""></p>
        <div class="board" role="region" aria-label="Board by stage" tabindex="0">{columns}</div>
        {strip}
        <p class="visually-hidden" id="how">
            "Space lifts the card, the arrow keys choose a column, Enter drops it there. M lists where it can go."
        </p>
        <p class="visually-hidden" id="not-yours">"Its owner moves it."</p>
        <p class="visually-hidden" id="not-presold">"Sold: it is edited on its order."</p>
        <Menu/>
        <MoveForm filter=around.filter/>
    }
}

/// Whether a lifted card can go there; filled by the island.
fn says() -> impl IntoView {
    view! {
        <p class="mark info" data-can=""><Icon name="check" size=14/>"Can move here"</p>
        <p class="mark" data-cannot=""><Icon name="stop" size=14/><span></span></p>
    }
}

fn lane(column: Column, around: &Around) -> impl IntoView + use<> {
    let Column { name, label, total, rows, after } = column;
    let left = total.count - i64::try_from(rows.len()).unwrap_or(0);
    let filter = &around.filter;
    let goes_on = filter.column.is_some_and(|lane| lane.name == name) && filter.after.is_some();
    let more = after.map(|after| {
        let href = format!("{}#lane-{name}", to(filter, &[("column", &name), ("after", &after)]));
        let words = if goes_on { "Show more".to_owned() } else { format!("Show {} more", count(left, total.more)) };
        let told = format!("{words} of {label}");
        view! { <a class="button quiet small fill" href=href aria-label=told>{words}</a> }
    });
    let first = goes_on.then(|| {
        let href = format!("{}#lane-{name}", to(filter, &[]));
        view! { <a class="button quiet small fill" href=href aria-label=format!("First of {label}")>"First"</a> }
    });
    let nothing = rows.is_empty().then(|| view! { <p class="hint">"Nothing here."</p> });
    let cards: Vec<_> = rows.into_iter().map(|placed| card(placed, around)).collect();
    let cards = (!cards.is_empty()).then(|| view! { <ul>{cards}</ul> });
    view! {
        <section class="lane" id=format!("lane-{name}") data-lane=name.clone() aria-labelledby=format!("{name}-title")>
            <header>
                <h2 id=format!("{name}-title")>{label}</h2>
                <span class="count">{count(total.count, total.more)}</span>
                <p>{sums(&total)}</p>
                {says()}
            </header>
            {first}
            {nothing}
            {cards}
            {more}
        </section>
    }
}

fn card(placed: Placed, around: &Around) -> impl IntoView + use<> {
    let Placed { card, before, stale, refusal } = placed;
    let (stands, tone) = standing(card.days, stale);
    let number = card.number.clone();
    let order = if around.links {
        view! { <a href=format!("/orders/{number}")>{number.clone()}</a> }.into_any()
    } else {
        view! { <span>{number.clone()}</span> }.into_any()
    };
    let owner = card.owner.as_deref().map(|owner| {
        view! { <abbr class="avatar small" title=owner.to_owned()>{initials(owner)}</abbr> }
    });
    let act = refusal.is_none().then(|| {
        let href = format!("{}#move", here(&around.filter, &[("move", &number)]));
        let label = format!("Move {number}, {}", card.name.0);
        view! {
            <a class="button quiet small square" href=href aria-label=label data-move="" aria-keyshortcuts="m"
                data-shortcut="Move the order">
                <Icon name="dots"/>
            </a>
        }
    });
    let waiting = card.waiting_on.map(|who| {
        let tone = if who == WaitingOn::Us { Tone::Neutral } else { Tone::Wait };
        view! { <Mark icon=icon_of(who) tone><span class="visually-hidden">"waiting on "</span>{who.label()}</Mark> }
    });
    let described = match refusal.as_deref() {
        None => "how",
        Some("not_yours") => "not-yours",
        Some(_) => "not-presold",
    };
    let price = money(card.price_minor, &card.currency);
    let price = price.strip_suffix(".00").unwrap_or(&price).to_owned();
    let next = what_next(&card.stage, card.next_step, card.next_step_on, around.now);
    view! {
        <li
            class="deal"
            id=format!("deal-{number}")
            tabindex="0"
            draggable=refusal.is_none().then_some("true")
            aria-describedby=described
            data-deal=number
            data-version=card.version
            data-stage=card.stage.as_str()
            data-before=before.map(Stage::as_str)
            data-stays=refusal
        >
            <header><h3><Masked mask=card.name.0 plain=true/></h3> {owner} {act}</header>
            <p class="place">{order} <bdi>{card.city}</bdi></p>
            <p class="sum"><span>{card.kw.map(|kw| format!("{kw} kW"))}</span> <span>{price}</span></p>
            <p class="next">{next}</p>
            <footer>
                <Mark icon="clock" tone>{stands}</Mark>
                {waiting}
            </footer>
        </li>
    }
}

/// What comes next, or that nothing does while the order goes on.
pub(super) fn what_next(stage: &Stage, step: Option<String>, on: Option<String>, now: i64) -> AnyView {
    if step.is_none() && on.is_none() && heliodesk_wire::pipeline::is_open(*stage) {
        return view! { <Mark icon="alert" tone=Tone::Warn>"No next step"</Mark> }.into_any();
    }
    next_step(*stage, step, on, now)
}

/// The icon of whom an order waits for.
const fn icon_of(who: WaitingOn) -> &'static str {
    match who {
        WaitingOn::Us => "tool",
        WaitingOn::Customer => "people",
        WaitingOn::Authority => "shield",
        WaitingOn::Utility => "key",
    }
}

/// What is done, paused or gone: how many, and the way to them. A card can be dropped there too.
#[component]
fn Away(away: Vec<(Stage, i64)>, filter: PipelineFilter) -> impl IntoView {
    let lanes = AWAY.into_iter().flat_map(|lane| lane.stages.iter().map(move |stage| (lane, *stage)));
    let lanes: Vec<_> = lanes
        .map(|(Lane { name, label, .. }, stage)| {
            let href = to(&PipelineFilter { table: true, stage: Some(stage), ..filter.clone() }, &[]);
            let known = away.iter().find(|(known, _)| *known == stage);
            let orders = known.map(|(_, orders)| view! { <span class="count">{number(*orders)}</span> });
            view! {
                <li class="lane" data-lane=name><a href=href>{label}</a> {orders} {says()}</li>
            }
        })
        .collect();
    view! { <ul class="away" aria-label="Done, paused or gone">{lanes}</ul> }
}

/// Where the card with the keyboard can go: the island opens it and says what each refuses.
#[component]
fn Menu() -> impl IntoView {
    let targets = LANES.into_iter().chain(AWAY).flat_map(|lane| lane.stages).filter(|stage| stage.is_move_target());
    let targets: Vec<_> = targets
        .map(|stage| {
            let icon = match stage {
                Stage::OnHold => "pause",
                Stage::Lost => "cross",
                _ => "arrow",
            };
            view! {
                <button type="button" data-to=stage.as_str()>
                    <Icon name=icon/><span>{stage.label()} <small></small></span>
                </button>
            }
        })
        .collect();
    view! {
        <div class="menu" id="move-menu" popover="auto" aria-label="Move to">
            <p data-from=""></p>
            {targets}
        </div>
    }
}

/// What the island fills and sends, and where it goes where more has to be told.
#[component]
fn MoveForm(filter: PipelineFilter) -> impl IntoView {
    let sends = here(&filter, &[("do", "pipeline/move"), ("moved", "")]);
    let asks = here(&filter, &[("move", "")]);
    // An empty value is left out of an address: the island adds name and number.
    let with =
        |address: String, name: &str| format!("{address}{}{name}=", if address.contains('?') { '&' } else { '?' });
    view! {
        <form id="move-form" method="post" hidden data-guard="off" data-sends=with(sends, "moved")
            data-asks=with(asks, "move")>
            <input type="hidden" name="ask[order]"/>
            <input type="hidden" name="ask[version]"/>
            <input type="hidden" name="ask[stage]"/>
        </form>
    }
}
