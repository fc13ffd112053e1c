//! The contact card in the browser: reveals and verified callers. The card is written by the server; this only answers
//! its forms. A clear value lives in the page for 60 seconds at most, and goes at once when the page is hidden or left,
//! or when the session turns out to have ended.

use leptos::prelude::*;

/// Brings the card of the page to life.
#[island]
pub fn ContactCard() -> impl IntoView {
    Effect::new(start);
    view! { <span hidden></span> }
}

#[cfg(feature = "hydrate")]
use browser::start;

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start() {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use heliodesk_wire::customers::Category;
    use js_sys::{Date, Promise};
    use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle, set_timeout};
    use leptos::prelude::{document, window_event_listener_untyped};
    use leptos::task::spawn_local;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Element, HtmlDialogElement, HtmlFormElement};

    use crate::api::customers::{FieldCopied, RevealField, VerifyCaller};
    use crate::components::{ago, iso, moment, next_reveal, no_tries, reveals_used, tries_left};
    use crate::islands::ask::{Answer, Ask, ask};
    use crate::islands::nearby::{all, awake, begin, done, focus, hide, listen, one, set, tell};
    use crate::islands::{LOCKED, passkey};
    use crate::problem::Problem;

    /// Seconds a value shows.
    const SHOWN: u32 = 60;
    /// Milliseconds a touch covers further fields.
    const TOUCH: f64 = 300_000.0;
    /// Milliseconds a try to verify a caller counts.
    const HOUR: f64 = 3_600_000.0;
    /// What a touch covers, less what an answer may take.
    const HELD: f64 = TOUCH - 10_000.0;

    thread_local! {
        /// Whether a reason was given on this page before, so that one press may be enough for a further field.
        static REASON_GIVEN: Cell<bool> = const { Cell::new(false) };
        /// When the passkey was touched for this customer.
        static TOUCHED: Cell<f64> = const { Cell::new(0.0) };
        /// When one more caller can be verified, where tries are used.
        static OPENS: Cell<f64> = const { Cell::new(0.0) };
        /// The fields that are shown, each with what counts its seconds.
        static CLEAR: RefCell<Vec<(String, IntervalHandle)>> = const { RefCell::new(Vec::new()) };
    }

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
        fn copy(text: &str) -> Result<Promise, JsValue>;
    }

    pub(super) fn start() {
        awake();
        // A reason and a touch given before this page was opened, and how many milliseconds they still cover.
        if let Some(left) = one("[data-held]").and_then(|card| named(&card, "data-held").parse::<f64>().ok()) {
            REASON_GIVEN.set(true);
            TOUCHED.set(Date::now() + left - TOUCH);
            until_it_ends();
        }
        if let Some(wait) = one("[data-wait]").and_then(|card| named(&card, "data-wait").parse::<f64>().ok()) {
            OPENS.set(Date::now() + wait * 1000.0);
        }
        listen("submit", "form[data-reveal]", |form, event| {
            event.prevent_default();
            reveal(Ask::of(&form), false);
        });
        listen("submit", "form[data-verify]", |form, event| {
            event.prevent_default();
            verify(form);
        });
        listen("click", "[data-asks]", |button, event| {
            let form = one(&format!("form[data-reveal='{}']", named(&button, "data-asks")));
            if let Some(form) = form.filter(|_| holds()) {
                event.prevent_default();
                let ask = Ask::of(&form);
                ["category", "order", "details"].iter().for_each(|name| ask.remove(name));
                reveal(ask, true);
            }
        });
        listen("click", "[data-hide]", |button, _| cover(&named(&button, "data-hide")));
        listen("click", "[data-copy]", |button, _| spawn_local(copied(named(&button, "data-copy"))));
        for left in ["visibilitychange", "pagehide", LOCKED] {
            window_event_listener_untyped(left, |_| cover_all());
        }
    }

    /// Whether the touch of before still holds.
    fn touched() -> bool {
        Date::now() - TOUCHED.get() < HELD
    }

    /// Whether one press is enough for a further field.
    fn holds() -> bool {
        REASON_GIVEN.get() && touched()
    }

    /// Tells at the card's foot under which reason further fields need one press, and until when.
    fn held_for(ask: &Ask) {
        let until = (TOUCHED.get() + TOUCH) as i64;
        let order = ask.text("order");
        write("[data-held-reason]", ask.text("category").parse::<Category>().map_or("", Category::label));
        write("[data-held-order]", &if order.is_empty() { order } else { format!(", order {order}") });
        all("[data-foot] time").iter().for_each(|time| set(time, "datetime", Some(&iso(until))));
        write("[data-foot] time > [data-ago]", &ago(until, Date::now() as i64));
        write("[data-foot] time > .tip", &format!(" {}", moment(until)));
        until_it_ends();
    }

    /// Shows what a further field needs, now and when one press is no longer enough.
    fn until_it_ends() {
        let holds = holds();
        for line in all("[data-foot]") {
            hide(&line, (named(&line, "data-foot") == "held") != holds);
        }
        if holds {
            set_timeout(until_it_ends, Duration::from_millis((TOUCHED.get() + HELD - Date::now()) as u64 + 1));
        }
    }

    /// Asks for one field, after a touch where the last one no longer holds; where the reason of before no longer holds, for a reason too.
    fn reveal(ask: Ask, one_press: bool) {
        let field = ask.text("field");
        let Some(dialog) = one(&format!("#reveal-{field}")).filter(begin) else { return };
        // The first reason under a touch is the one that is recorded again.
        let first = !holds();
        spawn_local(async move {
            let answer = sent(&ask).await;
            done(&dialog);
            let shown = dialog.unchecked_ref::<HtmlDialogElement>();
            match answer {
                Ok(revealed) => {
                    REASON_GIVEN.set(true);
                    if first {
                        held_for(&ask);
                    }
                    tell(&dialog, None);
                    shown.close();
                    uncover(field, &revealed);
                }
                Err(problem) => {
                    let expired = one_press && problem.fields.contains_key("category");
                    tell(&dialog, Some(&problem).filter(|_| !expired));
                    if !shown.open() {
                        // A dialog that is no longer in the page cannot be shown, and need not be.
                        let _ = shown.show_modal();
                    }
                }
            }
        });
    }

    /// Touches first, since a reveal without a touch is a refusal on the trail; once more where a new session needs it.
    async fn sent(ask: &Ask) -> Result<Answer, Problem> {
        let touch = async || {
            passkey::step_up("customers/reveal", &ask.text("customer")).await?;
            TOUCHED.set(Date::now());
            Ok::<_, Problem>(())
        };
        let send = async || passkey::resent(async || ask.post::<RevealField>().await).await;
        if !touched() {
            touch().await?;
        }
        match send().await {
            Err(problem) if problem.code == "step_up_required" => {
                touch().await?;
                send().await
            }
            answer => answer,
        }
    }

    fn uncover(field: String, revealed: &Answer) {
        cover(&field);
        let (used, cap) = (revealed.count("used"), revealed.count("cap"));
        for meter in all("[data-allowance] meter") {
            set(&meter, "value", Some(&used.to_string()));
        }
        write("[data-allowance] strong", &reveals_used(used, cap));
        write("[data-used]", &next_reveal(used, cap));
        // Hidden while the answer was on its way: nobody looks, so nothing is shown.
        if document().hidden() {
            return;
        }
        let (Some(place), Ok(clear)) = (one(&value_of(&field)), document().create_element("bdi")) else { return };
        clear.set_class_name("revealed");
        set(&clear, "data-revealed", Some(""));
        clear.set_text_content(Some(&revealed.text("value")));
        let _ = place.append_child(&clear);
        turn(&field, true);
        focus(&format!("[data-hide='{field}']"));
        count_down(&field, SHOWN);
        // By the clock and not by the ticks: a machine that slept shows nothing when it wakes.
        let until = Date::now() + f64::from(SHOWN) * 1000.0;
        let name = field.clone();
        let tick = move || {
            let left = ((until - Date::now()) / 1000.0).ceil() as u32;
            if left == 0 || left > SHOWN { cover(&name) } else { count_down(&name, left) }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            CLEAR.with_borrow_mut(|clear| clear.push((field, handle)));
        }
    }

    fn count_down(field: &str, left: u32) {
        write(&format!("[data-left='{field}']"), &format!("Masks itself in {left} s"));
        if let Some(bar) = one(&format!("[data-drain='{field}']")) {
            set(&bar, "width", Some(&format!("{}%", left * 100 / SHOWN)));
        }
    }

    fn cover(field: &str) {
        let shown = CLEAR.with_borrow_mut(|clear| {
            let at = clear.iter().position(|(name, _)| name == field);
            at.map(|at| clear.swap_remove(at).1.clear()).is_some()
        });
        if !shown {
            return;
        }
        if let Some(clear) = one(&clear_of(field)) {
            clear.remove();
        }
        let inside = one(&format!("[data-line='{field}']:focus-within")).is_some();
        turn(field, false);
        write(&format!("[data-copied='{field}']"), "");
        if inside {
            focus(&format!("[data-asks='{field}']"));
        }
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

    /// Copies a value that is shown, says whether the browser did, and reports it for the trail.
    async fn copied(field: String) {
        let Some(value) = one(&clear_of(&field)).and_then(|clear| clear.text_content()) else { return };
        let done = match copy(&value) {
            Ok(promise) => JsFuture::from(promise).await.is_ok(),
            Err(_) => false,
        };
        write(&format!("[data-copied='{field}']"), if done { "Copied" } else { "This browser did not copy it" });
        let customer = one(&format!("form[data-reveal='{field}']")).map(|form| Ask::of(&form).text("customer"));
        if let Some(customer) = customer.filter(|_| done)
            && ask::<FieldCopied>(&[("customer", &customer), ("field", &field)]).await.is_err()
        {
            write(&format!("[data-copied='{field}']"), "Copied, but that could not be recorded");
        }
    }

    fn verify(form: Element) {
        if !begin(&form) {
            return;
        }
        let ask = Ask::of(&form);
        spawn_local(async move {
            let answer = passkey::resent(async || ask.post::<VerifyCaller>().await).await;
            done(&form);
            tell(&form, answer.as_ref().err());
            let said = match &answer {
                Ok(answer) if answer.part("match").is_truthy() => "match",
                Ok(_) => "no-match",
                Err(_) => "",
            };
            let field = ask.text("field");
            for place in all(&format!("form[data-verify='{field}'] [data-answer]")) {
                hide(&place, named(&place, "data-answer") != said);
            }
            match answer {
                Ok(answer) => {
                    if let Some(mark) = one("[data-verified]").filter(|_| said == "match") {
                        write("[data-verified] time", "just now");
                        hide(&mark, false);
                    }
                    form.unchecked_ref::<HtmlFormElement>().reset();
                    counted(answer.count("tries_left"));
                }
                Err(problem) if problem.fields.get("value").is_some_and(|code| code == "no_tries_left") => {
                    OPENS.set(Date::now() + problem.retry_after.unwrap_or_default() as f64 * 1000.0);
                    tell(&form, None);
                    counted(0);
                }
                Err(_) => {}
            }
        });
    }

    /// Tells how many tries are left; without one nothing can be sent, and the rule says why and until when.
    fn counted(left: u32) {
        write("[data-tries]", &tries_left(left));
        if OPENS.get() < Date::now() {
            OPENS.set(Date::now() + HOUR);
        }
        if left > 0 {
            return;
        }
        write("[data-rule] span", &no_tries(((OPENS.get() - Date::now()) / 1000.0) as u64));
        all("[data-rule]").iter().for_each(|rule| hide(rule, false));
        all("form[data-verify] input[name='ask[value]']").iter().for_each(|input| set(input, "disabled", Some("")));
        for button in all("[data-ruled]") {
            set(&button, "type", Some("button"));
            set(&button, "aria-disabled", Some("true"));
            set(&button, "aria-describedby", Some(&named(&button, "data-ruled")));
        }
    }

    fn named(element: &Element, attribute: &str) -> String {
        element.get_attribute(attribute).unwrap_or_default()
    }

    fn value_of(field: &str) -> String {
        format!("[data-line='{field}'] [data-value]")
    }

    fn clear_of(field: &str) -> String {
        format!("[data-line='{field}'] [data-revealed]")
    }

    fn write(selector: &str, words: &str) {
        all(selector).iter().for_each(|place| place.set_text_content(Some(words)));
    }
}
