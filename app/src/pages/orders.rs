//! `/orders`: the list of orders, filtered in the address.

use std::collections::BTreeSet;

use heliodesk_wire::orders::{OrderFilter, OrderList, OrderRow, OwnerFilter};
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;

use super::Page;
use super::filters::{Clear, Pick, address as to_address};
use super::order::words::{next_step, stands, waiting};
use crate::components::{Button, ButtonLink, Empty, Masked, PageHead, Pager, Panel, Rest, Table, kw, money, number};
use crate::problem::Problem;
use crate::request::{actor, query};

/// The list of orders.
///
/// # Errors
/// When the role may not see it, or the database does not answer.
pub async fn orders() -> Result<Page, Problem> {
    let filter = OrderFilter {
        stage: query("stage").and_then(|text| text.parse().ok()),
        owner: query("owner").as_deref().and_then(OwnerFilter::read),
        waiting_on: query("waiting_on").and_then(|text| text.parse().ok()),
        city: query("city").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        after: query("after").and_then(|text| text.parse().ok()),
    };
    let list = heliodesk_desk::orders::list(&actor().await?, &filter).await?;
    Ok(Page::new(
        "Orders",
        view! { <PageHead title="Orders"/> <Filters filter=filter.clone() list=list.clone()/> <List filter list/> },
    ))
}

/// An address of this list with these filters.
fn address(filter: &OrderFilter, after: Option<&str>) -> String {
    let pairs = [
        ("stage", filter.stage.map(|stage| stage.to_string())),
        ("owner", filter.owner.as_ref().map(OwnerFilter::to_string)),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("city", filter.city.clone()),
        ("after", after.map(str::to_owned)),
    ];
    to_address("/orders", pairs)
}

#[component]
fn Filters(filter: OrderFilter, list: OrderList) -> impl IntoView {
    let stages = Stage::ALL.map(|stage| (stage.to_string(), stage.label().to_owned()));
    let stages = std::iter::once((String::new(), "Any stage".to_owned())).chain(stages).collect();
    let owners = [("", "Anyone"), ("mine", "Mine"), ("none", "No owner")];
    let owners = owners.map(|(value, words)| (value.to_owned(), words.to_owned()));
    let owners = owners.into_iter().chain(list.owners.into_iter().map(|owner| (owner.email, owner.name))).collect();
    let set = filter != OrderFilter { after: filter.after.clone(), ..OrderFilter::default() };
    let stage = filter.stage.map(|stage| stage.to_string()).unwrap_or_default();
    let owner = filter.owner.map(|owner| owner.to_string()).unwrap_or_default();
    let cities: BTreeSet<String> = list.rows.into_iter().filter_map(|row| row.city).collect();
    view! {
        <form method="get" action="/orders" aria-label="Filters">
            <details class="fold" open=set>
                <summary>"Filters"</summary>
                <div class="filters">
                    <Pick label="Stage" name="stage" options=stages value=stage/>
                    <Pick label="Owner" name="owner" options=owners value=owner/>
                    <WaitingPick value=filter.waiting_on/>
                    <CityPick value=filter.city.unwrap_or_default() cities/>
                    <Button>"Apply"</Button>
                    <Clear path="/orders" set/>
                </div>
            </details>
        </form>
    }
}

/// Whom orders wait for, among filters.
#[component]
pub(crate) fn WaitingPick(value: Option<WaitingOn>) -> impl IntoView {
    let waiting = WaitingOn::ALL.map(|who| (who.as_str().to_owned(), who.label().to_owned()));
    let waiting = std::iter::once((String::new(), "Anyone".to_owned())).chain(waiting).collect();
    let value = value.map(|who| who.as_str().to_owned()).unwrap_or_default();
    view! { <Pick label="Waiting on" name="waiting_on" options=waiting value/> }
}

/// A city, among filters: written as the customer has it; those on the page are offered.
#[component]
pub(crate) fn CityPick(
    /// What stands in the address.
    value: String,
    /// What is offered.
    cities: BTreeSet<String>,
) -> impl IntoView {
    let cities: Vec<_> = cities.into_iter().map(|city| view! { <option value=city></option> }).collect();
    view! {
        <label>
            "City "
            <input name="city" value=value list="cities" maxlength="120" autocomplete="off" placeholder="Anywhere"/>
        </label>
        <datalist id="cities">{cities}</datalist>
    }
}

#[component]
fn List(filter: OrderFilter, list: OrderList) -> impl IntoView {
    let newer = filter.after.is_some().then(|| address(&filter, None));
    let older = list.after.as_deref().map(|after| address(&filter, Some(after)));
    let rest = list.looked.zip(older.clone()).map(|(looked, href)| {
        let words = format!("Looked at {} orders: so many are looked through at once.", number(looked));
        view! { <Rest words href/> }
    });
    if list.rows.is_empty() {
        let set = filter != OrderFilter { after: filter.after.clone(), ..OrderFilter::default() };
        let (title, words) = match (set, list.looked) {
            (_, Some(_)) => ("No order fits so far", ""),
            (true, _) => {
                ("No order fits", "Take a filter away, or look whether the city is written as the customers have it.")
            }
            (false, _) => ("No orders yet", "Orders come from the company’s app: ask an engineer to run the import."),
        };
        let clear = set.then(|| view! { <p><ButtonLink href="/orders">"Show all orders"</ButtonLink></p> });
        return view! {
            <Panel id="list" title="Orders" untitled=true>
                <Empty icon="order" title>{(!words.is_empty()).then(|| view! { <p>{words}</p> })} {clear}</Empty>
                {rest}
            </Panel>
        }
        .into_any();
    }
    let older = older.filter(|_| rest.is_none());
    let all = match (list.count, list.more) {
        (1, false) => "1 order".to_owned(),
        (count, false) => format!("{} orders", number(count)),
        (0, true) => String::new(),
        (count, true) => format!("{}+ orders", number(count)),
    };
    let page = (list.after.is_some() || filter.after.is_some()).then(|| format!("{} on this page", list.rows.len()));
    let shown = [Some(all), page].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let now = list.now;
    let rows: Vec<_> = list.rows.into_iter().map(|row| line(row, now)).collect();
    view! {
        <Panel id="list" title="Orders" untitled=true>
            <Table caption="Orders, newest first">
                <thead>
                    <tr>
                        <th scope="col">"Order"</th>
                        <th scope="col">"Customer, city"</th>
                        <th scope="col">"Stage, days in it"</th>
                        <th scope="col" class="num">"Price, kW"</th>
                        <th scope="col">"Owner"</th>
                        <th scope="col">"Next step, waiting on"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            {rest}
            <Pager shown newer older newer_label="First page"/>
        </Panel>
    }
    .into_any()
}

fn line(row: OrderRow, now: i64) -> impl IntoView {
    let next = next_step(row.stage, row.next_step, row.next_step_on, now);
    let waiting = row.waiting_on.map(waiting);
    view! {
        <tr>
            <th scope="row" class="fit"><a href=format!("/orders/{}", row.number)>{row.number.clone()}</a></th>
            <td data-label="Customer">
                <div>
                    <a href=format!("/customers/{}", row.customer)><Masked mask=row.name.0 plain=true/></a>
                    " "
                    {row.city.map(|city| view! { <bdi class="sub">{city}</bdi> })}
                </div>
            </td>
            <td data-label="Stage">{stands(row.stage, row.days, row.stale)}</td>
            <td data-label="Price" class="num">
                <div>
                    {money(row.price_minor, &row.currency)} " "
                    {row.watts.map(|watts| view! { <span class="sub">{kw(watts)}</span> })}
                </div>
            </td>
            <td data-label="Owner"><bdi>{row.owner.unwrap_or_else(|| "–".to_owned())}</bdi></td>
            <td data-label="Next step" class="next"><div>{next} " " {waiting}</div></td>
        </tr>
    }
}
