//! Revealing: reason, touch, then one clear value for 60 seconds. It lives in this page's memory only, and goes when the
//! page is hidden or left.

use std::cell::Cell;
use std::time::Duration;

use heliodesk_wire::PersonalField;
use heliodesk_wire::Revealed;
use heliodesk_wire::customers::{Category, RevealAsk};
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html;
use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::passkey;
use super::reason::{Reason, Why};
use crate::api::customers::reveal_field;
use crate::components::{Button, Clear, Dialog, Icon, Masked};
use crate::problem::Problem;

/// Seconds a value shows.
const SHOWN: u32 = 60;

const LEDE: &str = "Recorded and reviewed: you, the customer, the field and the reason; never the value.";
const AFTERWARDS: &str = "Shown for 60 s. Then 5 minutes for further fields of this customer without a new touch.";
const NO_SCRIPT: &str = "A reveal needs a touch of your passkey, and a touch needs scripts, which do not run here.";

thread_local! {
    /// Whether a reason was given on this page a moment ago, so that one press is enough for a further field.
    static REASON_GIVEN: Cell<bool> = const { Cell::new(false) };
}

/// One line of the contact card: mask or value, and the dialog **Reveal**. Children are the other buttons.
#[island]
pub fn Reveal(
    /// The customer's number.
    customer: String,
    /// The field.
    field: PersonalField,
    /// What everybody sees.
    mask: String,
    /// Orders to choose from: number and words.
    orders: Vec<(String, String)>,
    /// Reveals of this person today.
    used: u32,
    /// Reveals allowed per day.
    cap: u32,
    /// The other buttons of the line.
    children: Children,
) -> impl IntoView {
    let value = RwSignal::new(None::<String>);
    let left = RwSignal::new(0_u32);
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy, used) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(used));
    let ticking = StoredValue::new(None::<IntervalHandle>);
    let dialog = NodeRef::<html::Dialog>::new();
    let cover = move || {
        if let Some(handle) = ticking.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        value.set(None);
    };
    Effect::new(move || {
        ready.set(true);
        for event in ["visibilitychange", "pagehide"] {
            // Shown again, the page is masked: what is revealed is only ever under somebody's eyes.
            let handle = window_event_listener_untyped(event, move |_| cover());
            on_cleanup(move || handle.remove());
        }
    });
    let uncover = move |revealed: Revealed| {
        cover();
        used.set(revealed.used);
        left.set(SHOWN);
        value.set(Some(revealed.value));
        let tick = move || {
            left.update(|left| *left = left.saturating_sub(1));
            if left.get_untracked() == 0 {
                cover();
            }
        };
        ticking.set_value(set_interval_with_handle(tick, Duration::from_secs(1)).ok());
    };
    let whose = customer.clone();
    let send = move |ask: RevealAsk| {
        busy.set(true);
        problem.set(None);
        let further = ask.category.is_empty();
        spawn_local(async move {
            let target = ask.customer.clone();
            let revealed =
                passkey::with_touch("customers/reveal", &target, async || reveal_field(ask.clone()).await).await;
            busy.set(false);
            match revealed {
                Ok(revealed) => {
                    REASON_GIVEN.set(true);
                    shut(dialog);
                    uncover(revealed);
                }
                // The five minutes are over: ask for a reason again, without a word of blame.
                Err(refusal) if further && refusal.field("category").is_some() => {
                    REASON_GIVEN.set(false);
                    open(dialog);
                }
                Err(refusal) => {
                    problem.set(Some(refusal));
                    open(dialog);
                }
            }
        });
    };
    let ask = move || RevealAsk { customer: whose.clone(), field: field.as_str().to_owned(), ..RevealAsk::default() };
    let (first, again) = (ask.clone(), ask);
    let pressed = move |event: MouseEvent| {
        problem.set(None);
        if REASON_GIVEN.get() {
            event.prevent_default();
            send(again());
        }
    };
    let first_order = orders.first().map(|(number, _)| number.clone()).unwrap_or_default();
    let why = Why {
        category: RwSignal::new(Category::CallerAsked.as_str().to_owned()),
        order: RwSignal::new(first_order),
        details: RwSignal::new(String::new()),
    };
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            send(why.added_to(first()));
        }
    };
    let id = format!("reveal-{field}");
    let named = format!("Reveal {}", field.label());
    let covered = mask.clone();
    let words = move || format!("Masks itself in {} s", left.get());
    let share = move || format!("{}%", left.get() * 100 / SHOWN);
    view! {
        <div>
            {move || match value.get() {
                Some(_) => view! { <Clear value=Signal::derive(move || value.get().unwrap_or_default())/> }.into_any(),
                None => view! { <Masked mask=covered.clone()/> }.into_any(),
            }}
        </div>
        <div hidden=move || value.with(Option::is_none)>
            <svg class="drain" aria-hidden="true" preserveAspectRatio="none"><rect width=share height="100%" rx="2"></rect></svg>
        </div>
        <div class="acts" hidden=move || value.with(Option::is_none)>
            <span class="countdown"><Icon name="clock" size=14/>{words}</span>
            <Button small=true icon="hide" kind="button" on:click=move |_| cover()>"Hide now"</Button>
        </div>
        <div class="acts" hidden=move || value.with(Option::is_some)>
            <Button
                quiet=true
                small=true
                icon="eye"
                kind="button"
                attr:command="show-modal"
                attr:commandfor=id.clone()
                attr:aria-label=named.clone()
                attr:aria-busy=move || busy.get().to_string()
                on:click=pressed
            >
                "Reveal"
            </Button>
            {children()}
            <Dialog id title=named node=dialog lede=LEDE>
                <form method="post" on:submit=submitted aria-busy=move || busy.get().to_string()>
                    <div class="body">
                        <Reason field orders why problem/>
                        <p class="hint">{move || if ready.get() { AFTERWARDS } else { NO_SCRIPT }}</p>
                    </div>
                    <footer>
                        <span class="hint">{move || format!("Number {} of {cap} today", used.get() + 1)}</span>
                        <Button primary=true icon="key" attr:disabled=move || !ready.get() || busy.get()>
                            "Reveal"
                        </Button>
                    </footer>
                </form>
            </Dialog>
        </div>
    }
    .into_any()
}

/// Shows the dialog, unless it is shown already.
fn open(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        // A dialog that is no longer in the page cannot be shown, and need not be.
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog.
fn shut(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
