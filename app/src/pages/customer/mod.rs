//! `/customers/{id}`: the contact card, the account, orders, notes, what happened, and who looked.

mod account;
mod contact;
mod dialogs;
mod history;
mod notes;
mod sentence;
mod snippets;

use heliodesk_wire::customers::{CustomerOrder, CustomerRecord, Section};
use heliodesk_wire::orders::system_watts;
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;
use maud::Render as _;

use super::Page;
use super::customers::{stage_badge, state};
use super::order::words::next_step;
use crate::components::{
    Allowance, Badge, ButtonLink, Columns, Empty, Fact, FormProblem, Masked, PageHead, Panel, Tab, Table, Tabs, Time,
    kw, money, place, printed,
};
use crate::forms::Form;
use crate::problem::Problem;
use crate::request::{actor, param, query};
use account::AccountActions;
use contact::Contact;
use history::{What, Who};
use notes::Notes;

/// Whose refusals the page tells on top.
const FORMS: [&str; 9] = [
    "customers/reveal",
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
    let before = query("before").and_then(|before| before.parse().ok());
    let section = match query("tab").as_deref() {
        Some("notes") => Section::Notes(before),
        Some("timeline") => Section::Timeline(before),
        Some("access") => Section::Access(before),
        _ => Section::Overview,
    };
    let record = heliodesk_desk::customers::view(&actor().await?, &param("id"), section).await?;
    let title = format!("{}, {}", name(&record), record.number);
    let refused = FORMS.map(Form::of).into_iter().find(Form::refused);
    // What is wrong in a dialog is told there, and the dialog is open.
    let in_dialog =
        |told: &Problem| ["value", "part", "reason", "name"].iter().any(|field| told.fields.contains_key(*field));
    let problem = refused.and_then(|form| form.problem().cloned()).filter(|told| !in_dialog(told));
    let labels = [
        ("field", "Field"),
        ("text", "New note"),
        ("note", "Note"),
        ("pinned", "Pin"),
        ("to", "Account"),
        ("customer", "Customer"),
    ];
    let content = match section {
        Section::Overview => view! { <Overview record=record.clone()/> }.into_any(),
        Section::Notes(_) => view! { <Notes record=record.clone()/> }.into_any(),
        Section::Timeline(_) => view! { <What record=record.clone()/> }.into_any(),
        Section::Access(_) => view! { <Who record=record.clone()/> }.into_any(),
    };
    Ok(Page::new(
        title,
        view! {
            <Head record=record.clone()/>
            <FormProblem problem labels=labels.to_vec()/>
            <Sections record section/>
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
    let place = place(record.city.clone(), record.country.as_deref());
    let place = (!place.is_empty()).then(|| view! { <Fact icon="place"><bdi>{place}</bdi></Fact> });
    let contact = record.contact_at.map(|at| {
        view! { <Fact icon="clock">"Last contact " <Time at now=record.now/></Fact> }
    });
    view! {
        <PageHead
            title
            crumbs=vec![("/customers".to_owned(), "Customers".to_owned())]
            here=number.clone()
            badges=view! { <Badge icon tone>{words}</Badge> }
            facts=view! { <Fact icon="people">{number}</Fact> {place} {contact} }
        >
            <Allowance used=record.used cap=record.cap/>
            <div class="row">
                <ButtonLink icon="note" href=write attr:aria-keyshortcuts="c" attr:data-shortcut="Add a note">
                    "Add note"
                </ButtonLink>
                <AccountActions record/>
            </div>
        </PageHead>
    }
    .into_any()
}

#[component]
fn Sections(record: CustomerRecord, section: Section) -> impl IntoView {
    let base = format!("/customers/{}", record.number);
    let tab = |name: &str, label, count, here| {
        let href = if name.is_empty() { base.clone() } else { format!("{base}?tab={name}") };
        Tab { href, label, count, here }
    };
    let tabs = vec![
        tab("", "Overview", None, section == Section::Overview),
        tab("notes", "Notes", Some(record.noted), matches!(section, Section::Notes(_))),
        tab("timeline", "Timeline", None, matches!(section, Section::Timeline(_))),
        tab("access", "Access", None, matches!(section, Section::Access(_))),
    ];
    view! { <Tabs label="Customer" tabs/> }
}

#[component]
fn Overview(record: CustomerRecord) -> impl IntoView {
    view! {
        <Columns shape="lead">
            <div class="stack">
                <Contact record=record.clone()/>
                <Who record=record.clone() short=true/>
            </div>
            <div class="stack">
                <Orders orders=record.orders.clone() now=record.now/>
                <Notes record=record.clone() short=true/>
                <What record short=true/>
            </div>
        </Columns>
    }
    .into_any()
}

#[component]
fn Orders(orders: Vec<CustomerOrder>, now: i64) -> impl IntoView {
    if orders.is_empty() {
        let none = view! {
            <Panel id="orders" title="Orders">
                <Empty icon="order" title="No orders"><p>"Orders come from the company’s app, through the import."</p></Empty>
            </Panel>
        };
        return none.into_any();
    }
    let rows: Vec<_> = orders.into_iter().map(|one| order(one, now)).collect();
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

fn order(order: CustomerOrder, now: i64) -> AnyView {
    let number = order.number.to_string();
    let next =
        order.stage.parse::<Stage>().ok().map(|stage| next_step(stage, order.next_step, order.next_step_on, now));
    let waiting = order.waiting_on.and_then(|who| who.parse::<WaitingOn>().ok()).map(|who| {
        view! { <span class="sub">"waiting on " {who.label().to_lowercase()}</span> }
    });
    view! {
        <tr>
            <th scope="row"><a href=format!("/orders/{number}")>{number.clone()}</a></th>
            <td>{printed(stage_badge(&order.stage).render())}</td>
            <td data-label="System" class="num">{system_watts(order.panels, order.watts).map(kw)}</td>
            <td data-label="Price" class="num">{money(order.price_minor, &order.currency)}</td>
            <td data-label="Next step"><span>{next} " " {waiting}</span></td>
        </tr>
    }
    .into_any()
}
