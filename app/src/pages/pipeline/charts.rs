//! The two charts: each is bars beside their words and numbers, and the same once more with what does not fit beside bars.

use heliodesk_wire::stage::Stage;
use leptos::prelude::*;

use super::words::brief;
use crate::components::{Columns, Panel, Table, money, month, number};

/// The way to the signature, and what open orders are worth. `whose` says whose orders both are of.
#[component]
pub(super) fn Charts(
    funnel: Vec<(Stage, i64)>,
    months: Vec<(String, Vec<(String, i64)>)>,
    whose: String,
) -> impl IntoView {
    view! {
        <Columns shape="even">
            <Funnel funnel whose=whose.clone()/>
            <Value months whose/>
        </Columns>
    }
}

/// One bar of a chart: words, its length in percent, and the number.
fn bar(words: String, part: i64, told: String) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{words}</th>
            <td>
                <svg aria-hidden="true"><rect width=format!("{part}%") height="100%" rx="3"></rect></svg>
            </td>
            <td class="num">{told}</td>
        </tr>
    }
}

/// A chart that is its own table.
fn bars(name: &'static str, heads: [String; 3], rows: Vec<AnyView>) -> AnyView {
    let heads: Vec<_> = heads.into_iter().map(|words| view! { <th scope="col">{words}</th> }).collect();
    view! {
        <table class="bars" aria-labelledby=name>
            <thead class="visually-hidden"><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `part` of `whole` in whole percent; nothing of nothing.
fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (part.max(0) * 100 + whole / 2) / whole }
}

/// A share in words; none of nothing.
fn share(part: i64, whole: i64) -> String {
    if whole <= 0 { "–".to_owned() } else { format!("{} %", percent(part, whole)) }
}

#[component]
fn Funnel(funnel: Vec<(Stage, i64)>, whose: String) -> impl IntoView {
    let most = funnel.iter().map(|(_, orders)| *orders).max().unwrap_or(0);
    let first = funnel.first().map_or(0, |(_, orders)| *orders);
    let chart = funnel
        .iter()
        .map(|(stage, orders)| bar(stage.label().to_owned(), percent(*orders, most), number(*orders)).into_any());
    let heads = ["Stage reached", "Bar", "Orders"].map(str::to_owned);
    let chart = bars("funnel-title", heads, chart.collect());
    let before = std::iter::once(0).chain(funnel.iter().map(|(_, orders)| *orders));
    let rows: Vec<_> = funnel
        .iter()
        .zip(before)
        .map(|((stage, orders), before)| {
            view! {
                <tr>
                    <th scope="row">{stage.label()}</th>
                    <td class="num">{number(*orders)}</td>
                    <td class="num">{share(*orders, before)}</td>
                    <td class="num">{share(*orders, first)}</td>
                </tr>
            }
        })
        .collect();
    let end = view! { <span class="hint">{whose}</span> };
    view! {
        <Panel id="funnel" title="Funnel, past 90 days" end>
            <div class="body chart">
                {chart}
                <details>
                    <summary>"As a table"</summary>
                    <Table caption="Orders that reached a stage for the first time in the past 90 days" keep=true>
                        <thead>
                            <tr>
                                <th scope="col">"Stage reached"</th>
                                <th scope="col" class="num">"Orders"</th>
                                <th scope="col" class="num">"Of those before"</th>
                                <th scope="col" class="num">"Of leads"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </Table>
                </details>
            </div>
        </Panel>
    }
}

#[component]
fn Value(months: Vec<(String, Vec<(String, i64)>)>, whose: String) -> impl IntoView {
    let now = months.last().map(|(_, values)| values.clone()).unwrap_or_default();
    // Bars are of the currency that most is open in; amounts of different currencies are no sum.
    let main = now.iter().max_by_key(|(_, minor)| *minor).map(|(currency, _)| currency.clone()).unwrap_or_default();
    let of = |values: &[(String, i64)]| values.iter().find(|(known, _)| *known == main).map_or(0, |(_, minor)| *minor);
    let most = months.iter().map(|(_, values)| of(values)).max().unwrap_or(0);
    let chart = months
        .iter()
        .map(|(name, values)| bar(month(name), percent(of(values), most), brief(of(values), &main)).into_any());
    let chart =
        bars("value-title", ["Month".to_owned(), "Bar".to_owned(), format!("Value in {main}")], chart.collect());
    let heads: Vec<_> =
        now.iter().map(|(currency, _)| view! { <th scope="col" class="num">{currency.clone()}</th> }).collect();
    let rows: Vec<_> = months
        .into_iter()
        .map(|(name, values)| {
            let values: Vec<_> = values
                .into_iter()
                .map(|(currency, minor)| view! { <td class="num">{money(minor, &currency)}</td> })
                .collect();
            view! { <tr><th scope="row">{month(&name)}</th> {values}</tr> }
        })
        .collect();
    let others = if now.len() > 1 { format!("{whose}, bars in {main}") } else { whose };
    let end = view! { <span class="hint">{others}</span> };
    view! {
        <Panel id="value" title="Open value by month" end>
            <div class="body chart">
                {chart}
                <details>
                    <summary>"As a table"</summary>
                    <Table caption="Value of open orders at the end of each month, and now" keep=true>
                        <thead><tr><th scope="col">"Month"</th> {heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </Table>
                </details>
            </div>
        </Panel>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_of_nothing_there_is_none() {
        assert_eq!([percent(1, 3), percent(2, 3), percent(5, 5), percent(4, 0), percent(-3, 9)], [33, 67, 100, 0, 0]);
        assert_eq!([share(71, 142), share(0, 0)], ["50 %", "–"]);
    }
}
