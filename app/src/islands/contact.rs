//! The contact card in the browser: reveals and verified callers. The card is written by the server; this only answers
//! its forms, so that the program stays small. A clear value lives in the page for 60 seconds at most, and goes at once
//! when the page is hidden or left.

use leptos::prelude::*;

/// Brings the card of the page to life.
#[island]
pub fn ContactCard(
    /// The customer's number.
    customer: String,
) -> impl IntoView {
    Effect::new(move || start(&customer));
    view! { <span hidden></span> }
}

#[cfg(feature = "hydrate")]
use browser::start;

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start(_: &str) {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use heliodesk_wire::Revealed;
    use heliodesk_wire::Typed;
    use heliodesk_wire::customers::{RevealAsk, Verified, VerifyAsk};
    use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
    use leptos::prelude::{document, window_event_listener_untyped};
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, FormData, HtmlDialogElement, HtmlFormElement};

    use crate::api::customers::{reveal_field, verify_caller};
    use crate::islands::passkey;
    use crate::problem::Problem;

    /// Seconds a value shows.
    const SHOWN: u32 = 60;

    thread_local! {
        /// Whether a reason was given on this page before, so that one press may be enough for a further field.
        static REASON_GIVEN: Cell<bool> = const { Cell::new(false) };
        /// The field that is shown, and what counts its seconds.
        static CLEAR: RefCell<Vec<(String, IntervalHandle)>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn start(customer: &str) {
        for button in all("[data-needs-script]") {
            let _ = button.remove_attribute("disabled");
        }
        for line in all("[data-no-script]") {
            hide(&line, true);
        }
        let whose = customer.to_owned();
        window_event_listener_untyped("submit", move |event| submitted(&whose, &event));
        let whose = customer.to_owned();
        window_event_listener_untyped("click", move |event| pressed(&whose, &event));
        for left in ["visibilitychange", "pagehide"] {
            window_event_listener_untyped(left, |_| cover_all());
        }
    }

    fn submitted(customer: &str, event: &Event) {
        let Some(form) = event.target().and_then(|node| node.dyn_into::<HtmlFormElement>().ok()) else { return };
        let text = |name: &str| {
            let data = FormData::new_with_form(&form).ok();
            data.and_then(|data| data.get(name).as_string()).unwrap_or_default()
        };
        if let Some(field) = form.get_attribute("data-reveal") {
            event.prevent_default();
            let (category, order, details) = (text("ask[category]"), text("ask[order]"), text("ask[details]"));
            reveal(RevealAsk { customer: customer.to_owned(), field, category, order, details });
        } else if let Some(field) = form.get_attribute("data-verify") {
            event.prevent_default();
            verify(form.clone(), VerifyAsk { customer: customer.to_owned(), field, value: Typed(text("ask[value]")) });
        }
    }

    fn pressed(customer: &str, event: &Event) {
        let Some(node) = event.target().and_then(|node| node.dyn_into::<Element>().ok()) else { return };
        let field = |selector: &str, name: &str| node.closest(selector).ok().flatten()?.get_attribute(name);
        if let Some(field) = field("[data-hide]", "data-hide") {
            cover(&field);
        } else if let Some(field) = field("[data-asks]", "data-asks").filter(|_| REASON_GIVEN.get()) {
            event.prevent_default();
            reveal(RevealAsk { customer: customer.to_owned(), field, ..RevealAsk::default() });
        }
    }

    /// Asks for one field; where the reason of before no longer holds, for a reason too.
    fn reveal(ask: RevealAsk) {
        let Some(dialog) = one(&format!("#reveal-{}", ask.field)) else { return };
        if dialog.get_attribute("aria-busy").is_some() {
            return;
        }
        let _ = dialog.set_attribute("aria-busy", "true");
        spawn_local(async move {
            let answer =
                passkey::with_touch("customers/reveal", &ask.customer, async || reveal_field(ask.clone()).await).await;
            let _ = dialog.remove_attribute("aria-busy");
            let expired = |problem: &Problem| ask.category.is_empty() && problem.fields.contains_key("category");
            match answer {
                Ok(revealed) => {
                    REASON_GIVEN.set(true);
                    tell(&dialog, None);
                    dialog.unchecked_ref::<HtmlDialogElement>().close();
                    uncover(&ask.field, revealed);
                }
                Err(problem) => {
                    tell(&dialog, Some(&problem).filter(|problem| !expired(problem)));
                    let dialog = dialog.unchecked_ref::<HtmlDialogElement>();
                    if !dialog.open() {
                        // A dialog that is no longer in the page cannot be shown, and need not be.
                        let _ = dialog.show_modal();
                    }
                }
            }
        });
    }

    fn uncover(field: &str, revealed: Revealed) {
        cover(field);
        // Hidden while the answer was on its way: nobody looks, so nothing is shown.
        if document().hidden() {
            return;
        }
        let (Some(place), Ok(clear)) = (one(&value_of(field)), document().create_element("bdi")) else { return };
        clear.set_class_name("revealed");
        let _ = clear.set_attribute("data-revealed", "");
        clear.set_text_content(Some(&revealed.value));
        let _ = place.append_child(&clear);
        turn(field, true);
        for count in all("[data-used]") {
            count.set_text_content(Some(&format!("Number {} of {} today", revealed.used + 1, revealed.cap)));
        }
        let name = field.to_owned();
        let left = Cell::new(SHOWN);
        count_down(field, SHOWN);
        let tick = move || {
            left.set(left.get().saturating_sub(1));
            if left.get() == 0 { cover(&name) } else { count_down(&name, left.get()) }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            CLEAR.with_borrow_mut(|clear| clear.push((field.to_owned(), handle)));
        }
    }

    fn count_down(field: &str, left: u32) {
        if let Some(words) = one(&format!("[data-left='{field}']")) {
            words.set_text_content(Some(&format!("Masks itself in {left} s")));
        }
        if let Some(bar) = one(&format!("[data-drain='{field}']")) {
            let _ = bar.set_attribute("width", &format!("{}%", left * 100 / SHOWN));
        }
    }

    fn cover(field: &str) {
        CLEAR.with_borrow_mut(|clear| {
            clear.retain(|(name, handle)| {
                if name == field {
                    handle.clear();
                }
                name != field
            });
        });
        if let Some(clear) = one(&format!("{} [data-revealed]", value_of(field))) {
            clear.remove();
        }
        turn(field, false);
    }

    fn cover_all() {
        let fields: Vec<String> = CLEAR.with_borrow(|clear| clear.iter().map(|(field, _)| field.clone()).collect());
        fields.iter().for_each(|field| cover(field));
    }

    /// Shows a line's mask and what can be done, or its value and what ends it.
    fn turn(field: &str, clear: bool) {
        for part in all(&format!("[data-line='{field}'] [data-when='masked'], {} [data-masked]", value_of(field))) {
            hide(&part, clear);
        }
        for part in all(&format!("[data-line='{field}'] [data-when='clear']")) {
            hide(&part, !clear);
        }
    }

    fn verify(form: HtmlFormElement, ask: VerifyAsk) {
        if form.get_attribute("aria-busy").is_some() {
            return;
        }
        let _ = form.set_attribute("aria-busy", "true");
        spawn_local(async move {
            let answer = passkey::resent(async || verify_caller(ask.clone()).await).await;
            let _ = form.remove_attribute("aria-busy");
            tell(&form, answer.as_ref().err());
            if let Ok(Some(place)) = form.query_selector("[data-answer]") {
                let (class, words) = match &answer {
                    Ok(Verified { matches: true, .. }) => ("mark ok", "Match"),
                    Ok(_) => ("mark bad", "No match"),
                    Err(_) => ("", ""),
                };
                place.set_class_name(class);
                place.set_text_content(Some(words));
            }
            if let Ok(Verified { tries_left, .. }) = answer {
                form.reset();
                for tries in all("[data-tries]") {
                    tries.set_text_content(Some(&format!("{tries_left} of 3 tries left in this hour")));
                }
            }
        });
    }

    /// Puts each mistake under its control, and any other refusal above them.
    fn tell(form: &Element, problem: Option<&Problem>) {
        let Ok(places) = form.query_selector_all("[data-error]") else { return };
        let mut told = false;
        for index in (0..places.length()).rev() {
            let Some(place) = places.get(index).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let name = place.get_attribute("data-error").unwrap_or_default();
            let words = match problem {
                Some(problem) if !name.is_empty() => problem.field(&name),
                Some(problem) if !told => Some(problem.field("field").unwrap_or(problem.meaning().sentence)),
                _ => None,
            };
            told |= words.is_some();
            place.set_text_content(words);
            hide(&place, words.is_none());
        }
    }

    fn value_of(field: &str) -> String {
        format!("[data-line='{field}'] [data-value]")
    }

    fn hide(element: &Element, hidden: bool) {
        let _ = if hidden { element.set_attribute("hidden", "") } else { element.remove_attribute("hidden") };
    }

    fn one(selector: &str) -> Option<Element> {
        document().query_selector(selector).ok().flatten()
    }

    fn all(selector: &str) -> Vec<Element> {
        let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
        (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
    }
}
