//! `/pipeline`: every stage with what it holds, and moving an order. What sales may not see is not in the data.

use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;
use heliodesk_wire::orders::OwnerFilter;
use heliodesk_wire::pipeline::{Column, Pipeline, PipelineFilter, Placed, Total};
use heliodesk_wire::stage::{Group, Stage};
use leptos::prelude::*;

use super::Page;
use super::filters::{Clear, Pick, address};
use super::order::words::{next_step, standing};
use super::orders::WaitingPick;
use crate::components::{
    Button, Empty, Fact, Mark, Masked, PageHead, Pager, Panel, Table, Tone, kw, money, month, number,
};
use crate::forms::Form;
use crate::problem::Problem;
use crate::request::{actor, extension, now, query};

mod moving;

use moving::MoveOrder;

/// The pipeline as its filters show it, with the move that is being typed.
///
/// # Errors
/// When the role may not see it, or the database does not answer.
pub async fn pipeline() -> Result<Page, Problem> {
    let form = Form::of("pipeline/move");
    let filter = PipelineFilter {
        stage: query("stage").and_then(|text| text.parse().ok()),
        owner: query("owner").as_deref().and_then(OwnerFilter::read),
        waiting_on: query("waiting_on").and_then(|text| text.parse().ok()),
        install_month: query("install"),
        after: query("after").and_then(|text| text.parse().ok()),
        moving: form.typed("order").or_else(|| query("move")).and_then(|text| text.parse().ok()),
    };
    let made_from = form.typed("version").and_then(|version| version.trim().parse().ok());
    let shown = heliodesk_desk::pipeline::view(&actor().await?, &filter, made_from).await?;
    let links = extension::<Viewer>().is_some_and(|viewer| viewer.role == Role::Support);
    let Pipeline { columns, moving } = shown;
    let close = to(&filter, filter.stage, None, None);
    let filtered = close != "/pipeline";
    let hint =
        if filtered { "Take a filter away." } else { "Orders come from the company’s app, through the import." };
    let empty = columns.is_empty().then(|| {
        view! {
            <Panel id="none" title="Orders" untitled=true>
                <Empty icon="board" title="No order fits"><p>{hint}</p></Empty>
            </Panel>
        }
    });
    let moving = moving.map(|moving| view! { <MoveOrder moving form close/> });
    let stages: Vec<_> = columns
        .iter()
        .map(|column| view! { <StagePanel column=column.clone() filter=filter.clone() links/> })
        .collect();
    Ok(Page::new(
        "Pipeline",
        view! {
            <Head columns one=filter.stage/>
            <Filters filter/>
            {moving}
            {empty}
            {stages}
        },
    ))
}

/// An address of this page with its filters.
fn to(filter: &PipelineFilter, stage: Option<Stage>, after: Option<&str>, moving: Option<&str>) -> String {
    let pairs = [
        ("stage", stage.map(|stage| stage.to_string())),
        ("owner", filter.owner.as_ref().map(OwnerFilter::to_string)),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("install", filter.install_month.clone()),
        ("after", after.map(str::to_owned)),
        ("move", moving.map(str::to_owned)),
    ];
    address("/pipeline", pairs)
}

/// Prices by currency, in words.
fn value(total: &Total) -> String {
    total.value.iter().map(|(currency, minor)| money(*minor, currency)).collect::<Vec<_>>().join(" + ")
}

#[component]
fn Head(columns: Vec<Column>, one: Option<Stage>) -> impl IntoView {
    // Whoever asks for one stage wants its sums, also where its orders are no longer open.
    let goes_on = |stage: Stage| stage.group() != Group::Exit && stage != Stage::PtoGranted;
    let open = |column: &&Column| one.is_some() || goes_on(column.stage);
    let what = if one.is_none_or(goes_on) { " open orders" } else { " orders" };
    let mut total = Total::default();
    for column in columns.iter().filter(open) {
        total.count += column.total.count;
        total.watts += column.total.watts;
        for (currency, minor) in &column.total.value {
            match total.value.iter_mut().find(|(known, _)| known == currency) {
                Some((_, sum)) => *sum += minor,
                None => total.value.push((currency.clone(), *minor)),
            }
        }
    }
    let (count, value, power) = (number(total.count), value(&total), kw(total.watts));
    let facts = view! {
        <Fact><strong>{count}</strong> {what}</Fact>
        {(!value.is_empty()).then(|| view! { <Fact><strong>{value}</strong></Fact> })}
        <Fact><strong>{power}</strong></Fact>
    };
    view! { <PageHead title="Pipeline" facts/> }
}

#[component]
fn Filters(filter: PipelineFilter) -> impl IntoView {
    let stages = Stage::ALL.map(|stage| (stage.to_string(), stage.label().to_owned()));
    let stages = std::iter::once((String::new(), "Any stage".to_owned())).chain(stages).collect();
    let owners = [("", "Anyone"), ("mine", "Mine"), ("none", "No owner")];
    let owners = owners.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec();
    let set = to(&filter, filter.stage, None, None) != "/pipeline";
    let stage = filter.stage.map(|stage| stage.to_string()).unwrap_or_default();
    let owner = filter.owner.map(|owner| owner.to_string()).unwrap_or_default();
    view! {
        <form method="get" action="/pipeline" aria-label="Filters">
            <details class="fold" open=set>
                <summary>"Filters"</summary>
                <div class="filters">
                    <Pick label="Stage" name="stage" options=stages value=stage/>
                    <Pick label="Owner" name="owner" options=owners value=owner/>
                    <WaitingPick value=filter.waiting_on/>
                    <label>
                        "Install month "
                        <input type="month" name="install" value=filter.install_month.unwrap_or_default()/>
                    </label>
                    <Button>"Apply"</Button>
                    <Clear path="/pipeline" set/>
                </div>
            </details>
        </form>
    }
}

/// One stage: what it holds together, and the orders that have stood there longest.
#[component]
fn StagePanel(column: Column, filter: PipelineFilter, links: bool) -> impl IntoView {
    let Column { stage, total, rows, after } = column;
    let now = now();
    let sums = format!("{} · {} · {}", number(total.count), value(&total), kw(total.watts));
    let end = view! { <span class="hint">{sums}</span> };
    let shown = format!("{} of {}", number(rows.len()), number(total.count));
    let older = after.as_deref().map(|after| to(&filter, Some(stage), Some(after), None));
    let newer = filter.after.is_some().then(|| to(&filter, Some(stage), None, None));
    let name = format!("Pages of {}", stage.label());
    let pager = (older.is_some() || newer.is_some())
        .then(|| view! { <Pager shown newer older newer_label="First page" older_label="More" name/> });
    let rows: Vec<_> = rows.into_iter().map(|placed| line(placed, &filter, links, now)).collect();
    view! {
        <Panel id=format!("stage-{stage}") title=stage.label() end>
            <Table caption=format!("{}, longest in this stage first", stage.label()) shape="deals">
                <thead>
                    <tr>
                        <th scope="col">"Order"</th>
                        <th scope="col">"Customer"</th>
                        <th scope="col">"City"</th>
                        <th scope="col" class="num">"kW"</th>
                        <th scope="col" class="num">"Value"</th>
                        <th scope="col">"In stage"</th>
                        <th scope="col">"Owner"</th>
                        <th scope="col">"Next step, waiting on"</th>
                        <th scope="col">"Install"</th>
                        <th scope="col"><span class="visually-hidden">"Move"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            {pager}
        </Panel>
    }
}

fn line(placed: Placed, filter: &PipelineFilter, links: bool, now: i64) -> impl IntoView + use<> {
    let Placed { card, refusal } = placed;
    let (stands, stale) = standing(card.stage, card.days);
    let order = card.number.clone();
    let order = if links {
        view! { <a href=format!("/orders/{order}")>{order.clone()}</a> }.into_any()
    } else {
        view! { <span>{order}</span> }.into_any()
    };
    let over = card.stage.is_exit() || card.stage == Stage::PtoGranted;
    let next = match (&card.next_step, &card.next_step_on) {
        (None, None) if !over => view! { <Mark icon="alert" tone=Tone::Warn>"No next step"</Mark> }.into_any(),
        _ => next_step(card.stage, card.next_step, card.next_step_on, now),
    };
    let waiting = card.waiting_on.map(|who| {
        view! { <span class="sub">{format!("waiting on {}", who.label().to_lowercase())}</span> }
    });
    let act = match refusal.as_deref() {
        None => {
            let href = to(filter, filter.stage, filter.after.as_ref().map(|after| after.as_str()), Some(&card.number));
            let label = format!("Move {}", card.number);
            view! { <a class="button small" href=format!("{href}#move") aria-label=label>"Move"</a> }.into_any()
        }
        Some("not_yours") => view! { <span class="hint">"Its owner moves it"</span> }.into_any(),
        Some(_) => view! { <span class="hint">"Sold"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="fit">{order}</th>
            <td data-label="Customer"><Masked mask=card.name.0 plain=true/></td>
            <td data-label="City">{card.city.map(|city| view! { <bdi>{city}</bdi> })}</td>
            <td data-label="System" class="num">{card.kw.map(|kw| format!("{kw} kW"))}</td>
            <td data-label="Value" class="num">{money(card.price_minor, &card.currency)}</td>
            <td data-label="In stage"><Mark icon="clock" tone=stale>{stands}</Mark></td>
            <td data-label="Owner"><bdi>{card.owner.unwrap_or_else(|| "–".to_owned())}</bdi></td>
            <td data-label="Next step"><div>{next} " " {waiting}</div></td>
            <td data-label="Install">{card.install_month.map(|text| month(&text))}</td>
            <td>{act}</td>
        </tr>
    }
}
