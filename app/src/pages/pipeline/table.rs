//! The pipeline as one table, longest where it stands first.

use heliodesk_wire::pipeline::{Column, Placed};
use leptos::prelude::*;

use super::board::{Around, what_next};
use super::filters::{here, to};
use super::words::count;
use crate::components::{Masked, Pager, Panel, Table, money, month, number};
use crate::pages::order::words::{stands, waiting};

/// Every order of the filter.
#[component]
pub(super) fn Orders(column: Column, around: Around) -> impl IntoView {
    let Column { total, rows, after, .. } = column;
    let filter = &around.filter;
    let older = after.as_deref().map(|after| to(filter, &[("after", after)]));
    let newer = filter.after.is_some().then(|| to(filter, &[]));
    let shown = format!("{} of {}", number(rows.len()), count(total.count, total.more));
    let rows: Vec<_> = rows.into_iter().map(|placed| line(placed, &around)).collect();
    view! {
        <Panel id="orders" title="Orders" untitled=true>
            <Table caption="Orders, longest where they stand first">
                <thead>
                    <tr>
                        <th scope="col">"Order"</th>
                        <th scope="col">"Customer, city"</th>
                        <th scope="col">"Stage, days in it"</th>
                        <th scope="col" class="num">"Value, kW"</th>
                        <th scope="col">"Owner"</th>
                        <th scope="col">"Next step, waiting on"</th>
                        <th scope="col">"Install"</th>
                        <th scope="col"><span class="visually-hidden">"Move"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <Pager shown newer older newer_label="First page" older_label="More"/>
        </Panel>
    }
}

fn line(placed: Placed, around: &Around) -> impl IntoView + use<> {
    let Placed { card, stale, refusal, .. } = placed;
    let number = card.number.clone();
    let order = if around.links {
        view! { <a href=format!("/orders/{number}")>{number.clone()}</a> }.into_any()
    } else {
        view! { <span>{number.clone()}</span> }.into_any()
    };
    let next = what_next(&card.stage, card.next_step, card.next_step_on, around.now);
    let waiting = card.waiting_on.map(waiting);
    let act = match refusal.as_deref() {
        None => {
            let href = format!("{}#move", here(&around.filter, &[("move", &number)]));
            let label = format!("Move {number}, {}", card.name.0);
            view! { <a class="button small" href=href aria-label=label>"Move"</a> }.into_any()
        }
        Some("not_yours") => view! { <span class="hint">"Its owner moves it"</span> }.into_any(),
        Some(_) => view! { <span class="hint">"Sold"</span> }.into_any(),
    };
    view! {
        <tr id=format!("deal-{number}")>
            <th scope="row" class="fit">{order}</th>
            <td data-label="Customer">
                <div>
                    <Masked mask=card.name.0 plain=true/>
                    " "
                    {card.city.map(|city| view! { <bdi class="sub">{city}</bdi> })}
                </div>
            </td>
            <td data-label="Stage">{stands(card.stage, card.days, stale)}</td>
            <td data-label="Value" class="num">
                <div>
                    {money(card.price_minor, &card.currency)} " "
                    {card.kw.map(|kw| view! { <span class="sub">{format!("{kw} kW")}</span> })}
                </div>
            </td>
            <td data-label="Owner"><bdi>{card.owner.unwrap_or_else(|| "–".to_owned())}</bdi></td>
            <td data-label="Next step" class="next"><div>{next} " " {waiting}</div></td>
            <td data-label="Install">{card.install_month.map(|text| month(&text))}</td>
            <td>{act}</td>
        </tr>
    }
}
