//! Change orders: the open one with what can be done with it, the past ones, and the form that writes one.

use heliodesk_wire::change_orders::{ChangeOrder, State};
use heliodesk_wire::order_field::Field as Of;
use heliodesk_wire::orders::{Order, OrderFields, OrderPage, Owner};
use leptos::prelude::*;

use super::controls::{Controls, Money, System};
use super::draft::{AMEND, Draft};
use super::history::sentence;
use super::review::Sums;
use super::words::words;
use crate::components::{
    Area, Badge, Button, ButtonLink, Change, Changes, Dialog, FormProblem, Icon, Notice, Panel, Time, Tone,
};
use crate::forms::Form;

/// The functions that bring a change order on.
const SEND: &str = "change-orders/send";
const SIGN: &str = "change-orders/sign";
const VOID: &str = "change-orders/void";

/// What was refused of them, above the page; what is wrong with a reason is told in its dialog.
#[component]
pub(super) fn Refused() -> impl IntoView {
    let refused = [SEND, SIGN, VOID].map(Form::of).into_iter().find(Form::refused);
    let problem = refused.and_then(|form| form.problem().cloned());
    let problem = problem.filter(|problem| !problem.fields.contains_key("reason"));
    let labels = vec![("order", "Order"), ("change_order", "Change order"), ("revision", "Change order")];
    view! { <FormProblem problem labels/> }
}

/// The change orders of an order; nothing before the signature, unless there are some.
#[component]
pub(super) fn ChangeOrders(
    /// The order with its change orders.
    page: OrderPage,
    /// True while the form of one is shown beside it.
    writing: bool,
) -> impl IntoView {
    let OrderPage { order, change_orders, owners, now, .. } = page;
    let sold = order.is_sold();
    if !sold && change_orders.is_empty() {
        return ().into_any();
    }
    let (open, past): (Vec<_>, Vec<_>) = change_orders.into_iter().partition(|one| one.state.is_open());
    let href = format!("/orders/{}?change=1", order.number);
    let end = (sold && open.is_empty() && !writing)
        .then(|| view! { <ButtonLink href small=true icon="note">"Start a change order"</ButtonLink> });
    let nothing = (open.is_empty() && past.is_empty()).then(|| {
        view! {
            <p class="body hint">"None yet. What the customer signed for changes by one: draft, sent, signed."</p>
        }
    });
    let open = open.into_iter().next().map(|open| {
        view! { <Open order=order.clone() open owners=owners.clone() now writing/> }
    });
    let past: Vec<_> = past.into_iter().map(|one| line(one, &order, &owners, now)).collect();
    let past = (!past.is_empty()).then(|| view! { <ul class="items" aria-label="Past change orders">{past}</ul> });
    view! {
        <Panel id="change-orders" title="Change orders" end=view! { {end} }>
            {nothing} {open} {past}
        </Panel>
    }
    .into_any()
}

fn badge(state: State) -> AnyView {
    let (icon, tone) = match state {
        State::Draft => ("pen", Tone::Neutral),
        State::Sent => ("clock", Tone::Wait),
        State::Signed => ("check", Tone::Ok),
        State::Void => ("stop", Tone::Neutral),
    };
    view! { <Badge icon tone>{state.label()}</Badge> }.into_any()
}

/// The open one: old and new, what that does to power and price, and the ways on.
#[component]
fn Open(order: Order, open: ChangeOrder, owners: Vec<Owner>, now: i64, writing: bool) -> impl IntoView {
    let mut after = order.fields.clone();
    open.changes.iter().for_each(|(field, _, new)| after.set(*field, new.clone()));
    let change = |(field, old, new): &(Of, Option<String>, Option<String>)| Change {
        field: field.label().to_owned(),
        old: words(*field, old.as_deref(), &order.fields.currency, &owners),
        new: words(*field, new.as_deref(), &after.currency, &owners),
    };
    let changes = || open.changes.iter().map(change).collect::<Vec<_>>();
    let title = format!("Change order {}", open.number);
    let label = title.clone();
    let edit = format!("/orders/{}?change=1", order.number);
    let void = view! {
        <Button small=true danger=true kind="button" attr:command="show-modal" attr:commandfor="void">"Void"</Button>
    };
    let ways = match open.state {
        _ if !order.is_sold() => view! {
            <p class="hint">"The order is not sold any more, so this can only be given up."</p>
            <div class="row">{void}</div>
        }
        .into_any(),
        State::Draft => {
            let edit =
                (!writing).then(|| view! { <ButtonLink href=edit small=true icon="pen">"Edit draft"</ButtonLink> });
            view! {
                <div class="row">
                    <form method="post" action=Form::of(SEND).action()>
                        <Named order=order.number.clone() open=open.clone()/>
                        <Button small=true primary=true icon="arrow">"Mark as sent"</Button>
                    </form>
                    {edit} {void}
                </div>
            }
            .into_any()
        }
        // It changes the order, so it is asked for once more, and not where sending was a moment before.
        _ => view! {
            <div class="row apart">
                {void}
                <Button small=true primary=true icon="check" kind="button"
                    attr:command="show-modal" attr:commandfor="sign">
                    "Mark as signed"
                </Button>
            </div>
            <Sign order=order.clone() open=open.clone() changes=changes() after=after.clone()/>
        }
        .into_any(),
    };
    view! {
        <article class="change-order" aria-label=label>
            <header><h3>{title}</h3> {badge(open.state)}</header>
            <Changes changes=changes()/>
            <Sums before=order.fields.clone() after=after.clone()/>
            <div class="body stack">
                <p>"“" <bdi>{open.reason.clone()}</bdi> "”"</p>
                <p class="hint">"Written by " <bdi>{open.who.clone()}</bdi> ", " <Time at=open.at now/></p>
                {ways}
            </div>
        </article>
        <Void order=order.number.clone() open=open.clone()/>
    }
}

/// Which change order is meant, as it was seen.
#[component]
fn Named(order: String, open: ChangeOrder) -> impl IntoView {
    view! {
        <input type="hidden" name="ask[order]" value=order/>
        <input type="hidden" name="ask[change_order]" value=open.number/>
        <input type="hidden" name="ask[revision]" value=open.revision/>
    }
}

/// Shows once more what the order becomes, and asks.
#[component]
fn Sign(order: Order, open: ChangeOrder, changes: Vec<Change>, after: OrderFields) -> impl IntoView {
    let title = format!("Has the customer signed change order {}?", open.number);
    let before = order.fields;
    view! {
        <Dialog id="sign" title lede="The order has these values at once, and only a further change order changes them.">
            <form method="post" action=Form::of(SIGN).action()>
                <Named order=order.number open/>
                <div class="body"><Changes changes/></div>
                <Sums before after/>
                <footer>
                    <span class="hint">"Recorded with your name."</span>
                    <Button primary=true icon="check">"Yes, signed"</Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// Asks why it is given up.
#[component]
fn Void(order: String, open: ChangeOrder) -> impl IntoView {
    let form = Form::of(VOID);
    let error = form.error("reason");
    let again = error.is_some();
    let title = format!("Void change order {}", open.number);
    view! {
        <Dialog id="void" title lede="It stays in the list, and the order stays as it is." attr:open=again>
            <form method="post" action=form.action()>
                <Named order open/>
                <div class="body">
                    <Area label="Reason" name="ask[reason]" id="void-reason" value=form.value("reason", "") error
                        note="for the trail" hint="No names, numbers or addresses" required=true/>
                </div>
                <footer><Button danger=true icon="stop">"Void"</Button></footer>
            </form>
        </Dialog>
    }
}

/// A past one in a line.
fn line(one: ChangeOrder, order: &Order, owners: &[Owner], now: i64) -> AnyView {
    let changes: Vec<_> =
        one.changes.iter().map(|(field, old, new)| (field.to_string(), old.clone(), new.clone())).collect();
    let told = sentence(&changes, &order.fields.currency, owners);
    let why = one.void_reason.unwrap_or(one.reason);
    view! {
        <li>
            <Icon name="note"/>
            <div>
                <p><strong>"Change order " {one.number}</strong> " " <bdi>{told}</bdi></p>
                <p class="sub">"“" <bdi>{why}</bdi> "” · " <Time at=one.at now/></p>
            </div>
            {badge(one.state)}
        </li>
    }
    .into_any()
}

/// The form that writes a change order, or its draft anew.
#[component]
pub(super) fn AmendForm(
    /// The order with its change orders.
    page: OrderPage,
    /// What was typed so far.
    draft: Draft,
) -> impl IntoView {
    let form = Form::of(AMEND);
    let OrderPage { order, change_orders, owners, .. } = page;
    let open = change_orders.into_iter().find(|one| one.state.is_open());
    let (number, revision) =
        open.as_ref().map_or_else(Default::default, |open| (open.number.to_string(), open.revision.to_string()));
    // Somebody else has begun one, or written this draft anew: what was typed can take its place, knowingly.
    let seen = |field: &str, now: &str| form.typed(field).as_deref() == Some(now);
    let same = seen("change_order", &number) && seen("revision", &revision);
    let theirs = open.as_ref().filter(|open| form.refused() && !same && open.state == State::Draft);
    let theirs = theirs.map(|open| {
        let title = format!("{} has written change order {}", open.who, open.number);
        view! {
            <Notice tone=Tone::Warn title>
                <p>"It stands beside this form. Saving puts what you typed in its place; discard to keep theirs."</p>
            </Notice>
        }
    });
    let labels = Of::COMMERCIAL.into_iter().map(|field| (field.as_str(), field.label()));
    let labels = labels.chain([("reason", "Reason"), ("order", "Order"), ("change_order", "Change order")]).collect();
    let problem = draft.problem(&form);
    let reason = draft.ask.reason.clone();
    let title = open.map_or_else(|| "New change order".to_owned(), |open| format!("Change order {}", open.number));
    let back = format!("/orders/{}", order.number);
    let controls = Controls { locked: false, order: order.clone(), draft, owners };
    let error = controls.mistake("reason");
    view! {
        <FormProblem problem labels/>
        {theirs}
        <form class="panel order" method="post" action=form.action() aria-labelledby="amend-title">
            <header><h2 id="amend-title">{title}</h2></header>
            <input type="hidden" name="ask[order]" value=order.number/>
            <input type="hidden" name="ask[version]" value=order.version/>
            <input type="hidden" name="ask[change_order]" value=number/>
            <input type="hidden" name="ask[revision]" value=revision/>
            <section aria-labelledby="a-system">
                <h3 id="a-system">"System"</h3>
                <div class="fields"><System controls=controls.clone()/></div>
            </section>
            <section aria-labelledby="a-money">
                <h3 id="a-money">"Money"</h3>
                <div class="fields"><Money controls/></div>
            </section>
            <section aria-labelledby="a-why">
                <h3 id="a-why">"Why"</h3>
                <Area label="Reason" name="ask[reason]" value=reason note="for the trail" required=true error
                    hint="No names, numbers or addresses"/>
            </section>
            <div class="savebar">
                <p>"The order changes when the customer has signed."</p>
                <ButtonLink href=back quiet=true attr:data-discard="">"Discard"</ButtonLink>
                <Button primary=true icon="check">"Save draft"</Button>
            </div>
        </form>
    }
}
