//! `/customers`: everybody, or what a search found; masked, always.

use heliodesk_wire::customers::{Account, CustomerCard, CustomerList, KeptSearch};
use heliodesk_wire::stage::Stage;
use leptos::prelude::*;
use maud::{Markup, Render, html};

use super::Page;
use super::filters::Clear;
use super::order::words::look;
use crate::components::{
    Button, ButtonLink, Empty, Fact, FormProblem, Kept, PageHead, Pager, Panel, Table, Time, Tone, badge, masked,
    printed, time,
};
use crate::forms::Form;
use crate::problem::Problem;
use crate::request::{actor, now, query, set_status};

/// The list of customers.
///
/// # Errors
/// When the role may not see it, or the search is another person's or no longer kept.
pub async fn customers() -> Result<Page, Problem> {
    let search = query("search");
    let account = query("account").and_then(|text| text.parse::<Account>().ok());
    let after = query("after").and_then(|text| text.parse().ok());
    let list = heliodesk_desk::customers::list(&actor().await?, search.as_deref(), account, after.as_ref()).await;
    let list = match list.map_err(Problem::from) {
        Err(problem) if search.is_some() && problem.code == "not_found" => return Ok(forgotten(&problem)),
        list => list?,
    };
    // What is wrong with the term is told at the search box.
    let problem = Form::of("customers/search").problem().cloned().filter(|told| !told.fields.contains_key("term"));
    Ok(shown(list, account, after.is_some(), problem))
}

/// The page of this list.
fn shown(list: CustomerList, account: Option<Account>, paged: bool, problem: Option<Problem>) -> Page {
    Page::new(
        "Customers",
        view! {
            <Head search=list.search.clone()/>
            <FormProblem problem labels=vec![("kind", "Kind")]/>
            {list.search.is_none().then(|| view! { <Filters account/> })}
            <List list account paged/>
        },
    )
}

/// Instead of results that are no longer kept, or were another person's: a refusal like any other, told where to go on.
fn forgotten(problem: &Problem) -> Page {
    set_status(problem.status());
    let view = view! {
        <PageHead title="Customers">
            <ButtonLink href="/customers" icon="people">"All customers"</ButtonLink>
        </PageHead>
        <Panel id="found" title="Customers" untitled=true>
            <Empty icon="clock" title="These results are forgotten. Search again.">
                <p>"What a search found is kept for 15 minutes, for whoever searched. " <a href="#search">"Go to the search box"</a></p>
            </Empty>
        </Panel>
    };
    Page::new("Customers", view)
}

/// Title and, for a search, by what it searched, never the term.
#[component]
fn Head(search: Option<KeptSearch>) -> impl IntoView {
    let Some(search) = search else { return view! { <PageHead title="Customers"/> }.into_any() };
    let found = if search.hits > 100 { "more than 100".to_owned() } else { search.hits.to_string() };
    let narrow = (search.hits > 100).then_some(", the first 100 are here: add a word to narrow the search");
    let facts = view! {
        <Fact icon="search">"Searched by " <strong>{search.kind}</strong></Fact>
        <Fact><strong>{found}</strong> " found" {narrow}</Fact>
        <Fact icon="clock">"Results are forgotten " <Time at=search.until now=now()/></Fact>
    };
    view! {
        <PageHead title="Customers" facts=facts>
            <ButtonLink href="/customers" icon="cross">"Clear search"</ButtonLink>
        </PageHead>
    }
    .into_any()
}

#[component]
fn Filters(account: Option<Account>) -> impl IntoView {
    static ANY: Kept = Kept::new();
    if account.is_some() { filters(account).into_any() } else { ANY.or(|| filters(None)).into_any() }
}

fn filters(account: Option<Account>) -> impl IntoView {
    let options: Vec<_> = Account::ALL
        .into_iter()
        .filter(|one| *one != Account::Erased)
        .map(|one| view! { <option value=one.as_str() selected=account == Some(one)>{state(one).2}</option> })
        .collect();
    view! {
        <form method="get" action="/customers" aria-label="Filters">
            <details class="fold" open=account.is_some()>
                <summary>"Filters"</summary>
                <div class="filters">
                    <label>
                        "Account "
                        <select name="account">
                            <option value="">"Any"</option>
                            {options}
                        </select>
                    </label>
                    <Button>"Apply"</Button>
                    <Clear path="/customers" set=account.is_some()/>
                </div>
            </details>
        </form>
    }
}

#[component]
fn List(list: CustomerList, account: Option<Account>, paged: bool) -> impl IntoView {
    let searched = list.search.is_some();
    if list.cards.is_empty() {
        let words = if searched {
            view! { <p>"Try another way: the whole phone number, with or without the country’s code, or its last 4 digits; the \
            whole e-mail; the postcode; a number with its letter (O- or C-); or words of the name, from 3 letters on."</p> }
        } else if account.is_some() {
            view! { <p>"Take the filter away."</p> }
        } else {
            view! { <p>"Customers come from the company’s app, through the import."</p> }
        };
        return view! {
            <Panel id="found" title="Customers" untitled=true>
                <Empty icon="people" title="Nobody here">{words}</Empty>
            </Panel>
        }
        .into_any();
    }
    let narrow = list.search.as_ref().is_some_and(|search| search.hits > 100);
    let count = list.cards.len();
    let address = |after: Option<String>| {
        let account = account.map(|account| format!("account={account}"));
        let pairs: Vec<String> = account.into_iter().chain(after.map(|after| format!("after={after}"))).collect();
        if pairs.is_empty() { "/customers".to_owned() } else { format!("/customers?{}", pairs.join("&")) }
    };
    let older = list.next.map(|next| address(Some(next.to_string())));
    let newer = paged.then(|| address(None));
    let shown = match (narrow, count) {
        (true, _) => "The first 100. Add a word to narrow the search.".to_owned(),
        (false, _) if older.is_some() || paged => format!("{count} on this page"),
        (false, 1) => "1 customer".to_owned(),
        (false, count) => format!("{count} customers"),
    };
    let now = now();
    static COLUMNS: Kept = Kept::new();
    let rows = printed(rows(&list.cards, now));
    view! {
        <Panel id="found" title="Customers" untitled=true>
            <Table caption="Customers by number; names and postcodes are masked">
                {COLUMNS.or(|| view! {
                    <thead>
                        <tr>
                            <th scope="col">"Customer no."</th>
                            <th scope="col">"Name"</th>
                            <th scope="col">"City"</th>
                            <th scope="col">"Postcode"</th>
                            <th scope="col">"Orders, newest stage"</th>
                            <th scope="col">"Last contact"</th>
                            <th scope="col">"Flags"</th>
                        </tr>
                    </thead>
                })}
                <tbody>{rows}</tbody>
            </Table>
            <Pager shown newer older newer_label="First page"/>
        </Panel>
    }
    .into_any()
}

fn rows(cards: &[CustomerCard], now: i64) -> Markup {
    html! {
        @for card in cards {
            @let (icon, tone, words) = state(card.account);
            @let damaged = [&card.name, &card.postcode].iter().any(|mask| mask.0 == "unreadable");
            tr {
                th scope="row" { a href={ "/customers/" (card.number.as_str()) } { (card.number.as_str()) } }
                td { (masked(&card.name.0)) }
                td { bdi { (card.city.as_deref().unwrap_or_default()) } }
                td data-label="Postcode" { (masked(&card.postcode.0)) }
                td data-label="Orders" {
                    @match card.stage.as_deref() {
                        None => span class="hint" { "none" },
                        Some(stage) => span class="row" { span class="num" { (card.orders) } (stage_badge(stage)) },
                    }
                }
                td data-label="Last contact" { @if let Some(at) = card.contact_at { (time(at, now)) } }
                td {
                    span class="row" {
                        @if card.account != Account::Active { (badge(icon, tone, words)) }
                        @if damaged { (badge("alert", Tone::Bad, "Unreadable")) }
                        @if card.pinned { (badge("pin", Tone::Neutral, "Pinned note")) }
                    }
                }
            }
        }
    }
}

/// An order's stage as a badge; of one that is not known, its name.
pub(super) fn stage_badge(stage: &str) -> impl Render {
    let known = stage.parse::<Stage>();
    let (icon, tone) = known.map_or(("order", Tone::Neutral), look);
    badge(icon, tone, known.map_or(stage, |known| known.label()))
}

/// Icon, colour and words of an account.
pub(super) fn state(account: Account) -> (&'static str, Tone, &'static str) {
    match account {
        Account::Active => ("check", Tone::Ok, "Account active"),
        Account::Locked => ("lock", Tone::Bad, "Account locked"),
        Account::Closed => ("stop", Tone::Neutral, "Account closed"),
        Account::Erased => ("hide", Tone::Neutral, "Erased"),
    }
}

#[cfg(test)]
mod measures {
    use std::{env, hint::black_box, time::Duration};

    use criterion::Criterion;
    use heliodesk_wire::{Masked as Mask, Role};

    use super::*;
    use crate::tests::{app, get, viewer};

    /// With `HELIODESK_MEASURE` set, how long it takes to render fifty customers; else whether it can be done.
    #[test]
    fn a_page_of_fifty_customers() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runs");
        let _inside = runtime.enter();
        let _ = any_spawner::Executor::init_tokio();
        let app = runtime.block_on(app());
        let card = |at: i64| CustomerCard {
            number: format!("C-{}", 900_001 + at).parse().expect("a number"),
            name: Mask("Amelia R.".into()),
            postcode: Mask("85•••".into()),
            account: if at % 9 == 0 { Account::Locked } else { Account::Active },
            city: Some("Tucson".into()),
            orders: 1,
            stage: (at % 5 != 0).then(|| "proposal_sent".into()),
            contact_at: (at % 3 != 0).then_some(1_690_000_000_000 + at * 86_400_000),
            pinned: at % 7 == 0,
        };
        let list = CustomerList { cards: (0..50).map(card).collect(), next: None, search: None };
        let render = || {
            let list = list.clone();
            let show = move || std::future::ready(Ok(shown(list.clone(), None, false, None)));
            runtime.block_on(crate::routes::render(&app, get("/customers", Some(viewer(Role::Support))), show))
        };
        assert_eq!(render().status(), 200);
        if env::var_os("HELIODESK_MEASURE").is_some() {
            let mut criterion = Criterion::default().without_plots().measurement_time(Duration::from_secs(5));
            criterion.bench_function("render a page of fifty customers", |b| b.iter(|| black_box(render())));
        }
    }
}
