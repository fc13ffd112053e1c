//! `/customers/{id}`: the contact card, the account, orders, notes, what happened, and who looked.

mod account;
mod contact;
mod dialogs;
mod history;
mod notes;
mod snippets;

use heliodesk_wire::customers::{CustomerOrder, CustomerRecord};
use heliodesk_wire::orders::system_watts;
use leptos::prelude::*;

use super::Page;
use super::customers::{StageBadge, state};
use crate::components::{
    Allowance, Badge, ButtonLink, Columns, Empty, Fact, FormProblem, Masked, PageHead, Panel, Tab, Table, Tabs, kw,
    money,
};
use crate::forms::Form;
use crate::problem::Problem;
use crate::request::{actor, param, query};
use account::AccountActions;
use contact::Contact;
use history::History;
use notes::Notes;

/// Whose refusals the page tells on top.
const FORMS: [&str; 8] = [
    "customers/verify",
    "customers/replace",
    "notes/write",
    "notes/pin",
    "notes/redact",
    "snippets/write",
    "snippets/remove",
    "accounts/change",
];

/// A customer's page; its tabs are addresses.
///
/// # Errors
/// When the role may not see it, or there is no such customer.
pub async fn customer() -> Result<Page, Problem> {
    let mut record = heliodesk_desk::customers::view(&actor().await?, &param("id")).await?;
    // A touch is told by the reveal it was for.
    record.timeline.retain(|one| !["step_up.begun", "step_up.succeeded"].contains(&one.action.as_str()));
    let tab = query("tab").unwrap_or_default();
    let title = format!("{}, {}", name(&record), record.number);
    let refused = FORMS.map(Form::of).into_iter().find(Form::refused);
    // What is wrong in a dialog is told there, and the dialog is open.
    let in_dialog =
        |told: &Problem| ["value", "part", "reason", "name"].iter().any(|field| told.fields.contains_key(*field));
    let problem = refused.and_then(|form| form.problem().cloned()).filter(|told| !in_dialog(told));
    let labels = [("text", "Text"), ("note", "Note"), ("pinned", "Pin"), ("to", "Account"), ("customer", "Customer")];
    let content = match tab.as_str() {
        "access" => view! { <History id="access" title="Access" empty="Nobody has looked yet" record=record.clone()/> }
            .into_any(),
        "notes" => view! { <Notes record=record.clone()/> }.into_any(),
        "timeline" => {
            view! { <History id="timeline" title="Timeline" empty="Nothing has happened yet" record=record.clone()/> }
                .into_any()
        }
        _ => view! { <Overview record=record.clone()/> }.into_any(),
    };
    Ok(Page::new(
        title,
        view! {
            <Head record=record.clone()/>
            <FormProblem problem labels=labels.to_vec()/>
            <Sections record tab/>
            {content}
        },
    ))
}

/// The masked name.
fn name(record: &CustomerRecord) -> String {
    record.contact.first().map(|(_, mask)| mask.0.clone()).unwrap_or_default()
}

#[component]
fn Head(record: CustomerRecord) -> impl IntoView {
    let (icon, tone, words) = state(record.account);
    let number = record.number.to_string();
    let title = view! { <Masked mask=name(&record) plain=true/> };
    let write = format!("/customers/{number}?tab=notes#f-text");
    let place: Vec<String> = [record.city.clone(), record.country.clone()].into_iter().flatten().collect();
    let place = (!place.is_empty()).then(|| view! { <Fact icon="place"><bdi>{place.join(", ")}</bdi></Fact> });
    view! {
        <PageHead
            title
            crumbs=vec![("/customers".to_owned(), "Customers".to_owned())]
            here=number.clone()
            badges=view! { <Badge icon tone>{words}</Badge> }
            facts=view! { <Fact icon="people">{number}</Fact> {place} }
        >
            <Allowance used=record.used cap=record.cap/>
            <div class="row">
                <ButtonLink icon="note" href=write>"Add note"</ButtonLink>
                <AccountActions record/>
            </div>
        </PageHead>
    }
    .into_any()
}

#[component]
fn Sections(record: CustomerRecord, tab: String) -> impl IntoView {
    let base = format!("/customers/{}", record.number);
    let count = |list: usize| u64::try_from(list).ok();
    let tabs = vec![
        Tab {
            href: base.clone(),
            label: "Overview",
            count: None,
            here: !["notes", "timeline", "access"].contains(&tab.as_str()),
        },
        Tab {
            href: format!("{base}?tab=notes"),
            label: "Notes",
            count: count(record.notes.len()),
            here: tab == "notes",
        },
        Tab {
            href: format!("{base}?tab=timeline"),
            label: "Timeline",
            count: count(record.timeline.len()),
            here: tab == "timeline",
        },
        Tab {
            href: format!("{base}?tab=access"),
            label: "Access",
            count: count(record.access.len()),
            here: tab == "access",
        },
    ];
    view! { <Tabs label="Customer" tabs/> }
}

#[component]
fn Overview(record: CustomerRecord) -> impl IntoView {
    view! {
        <Columns shape="lead">
            <div class="stack"><Contact record=record.clone()/></div>
            <div class="stack">
                <Orders orders=record.orders.clone()/>
                <Notes record=record.clone() short=true/>
                <History id="timeline" title="Timeline" empty="Nothing has happened yet" record short=true/>
            </div>
        </Columns>
    }
    .into_any()
}

#[component]
fn Orders(orders: Vec<CustomerOrder>) -> impl IntoView {
    if orders.is_empty() {
        return view! { <Panel id="orders" title="Orders"><Empty icon="order" title="No orders"/></Panel> }.into_any();
    }
    let rows: Vec<_> = orders.into_iter().map(order).collect();
    view! {
        <Panel id="orders" title="Orders">
            <Table caption="Orders of this customer, newest first">
                <thead>
                    <tr>
                        <th scope="col">"Order"</th>
                        <th scope="col">"Stage"</th>
                        <th scope="col" class="num">"kW"</th>
                        <th scope="col" class="num">"Price"</th>
                        <th scope="col">"Next step"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </Panel>
    }
    .into_any()
}

fn order(order: CustomerOrder) -> AnyView {
    let number = order.number.to_string();
    view! {
        <tr>
            <th scope="row"><a href=format!("/orders/{number}")>{number.clone()}</a></th>
            <td><StageBadge stage=order.stage/></td>
            <td data-label="System" class="num">{system_watts(order.panels, order.watts).map(kw)}</td>
            <td data-label="Price" class="num">{money(order.price_minor, &order.currency)}</td>
            <td data-label="Next step">{order.next_step.map(|next| view! { <bdi>{next}</bdi> })}</td>
        </tr>
    }
    .into_any()
}
