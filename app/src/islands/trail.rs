//! The trail in the browser: filters apply as they are chosen, a range of the chart is drawn with the pointer or picked with
//! the arrow keys, Escape closes the entry, and an export is touched for. The page is written by the server and works without
//! all this but the export.

use leptos::prelude::*;

/// Brings the page to life.
#[island]
pub fn TrailPage() -> impl IntoView {
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
    use std::cell::Cell;

    use js_sys::{Date, JsString};
    use leptos::prelude::window_event_listener_untyped;
    use leptos::task::spawn_local;
    use wasm_bindgen::prelude::*;
    use web_sys::{Element, Event, HtmlElement, HtmlFormElement};

    use crate::api::trail::ExportTrail;
    use crate::islands::ask::{Answer, Ask};
    use crate::islands::nearby::{all, awake, begin, done, focus, listen, one, open, say, set, tell};
    use crate::islands::{leave_to, passkey};
    use crate::problem::Problem;

    /// The chart: its bars, and the part of it that is picked.
    const CHART: &str = "svg[data-chart]";

    thread_local! {
        /// The bar a range begins at, while it is drawn or extended.
        static FROM: Cell<Option<usize>> = const { Cell::new(None) };
        /// The bar it goes to.
        static TO: Cell<usize> = const { Cell::new(0) };
    }

    #[wasm_bindgen]
    extern "C" {
        /// A key or the pointer, as far as it is of interest here.
        type Input;
        #[wasm_bindgen(method, getter)]
        fn key(this: &Input) -> Option<String>;
        #[wasm_bindgen(method, getter, js_name = shiftKey)]
        fn shift(this: &Input) -> bool;
        #[wasm_bindgen(method, getter)]
        fn button(this: &Input) -> i32;
        #[wasm_bindgen(method, getter, js_name = clientX)]
        fn x(this: &Input) -> f64;
        /// Where something is drawn.
        type Place;
        #[wasm_bindgen(method, js_name = getBoundingClientRect)]
        fn rect(this: &Place) -> Rect;
        type Rect;
        #[wasm_bindgen(method, getter)]
        fn left(this: &Rect) -> f64;
        #[wasm_bindgen(method, getter)]
        fn width(this: &Rect) -> f64;
        /// A control.
        type Control;
        #[wasm_bindgen(method, getter)]
        fn value(this: &Control) -> String;
        #[wasm_bindgen(method, getter, js_name = defaultValue)]
        fn before(this: &Control) -> String;
    }

    pub(super) fn start() {
        awake();
        listen(
            "change",
            "form[data-filters] details select, form[data-filters] details [type='text']",
            |control, _| {
                submit(&control);
            },
        );
        // A time changes with every digit that makes it whole; it counts when it is left.
        listen("focusout", "form[data-filters] [type='datetime-local']", |control, _| {
            let time: &Control = control.unchecked_ref();
            if time.value() != time.before() {
                submit(&control);
            }
        });
        listen("submit", "form[data-export]", |form, event| {
            event.prevent_default();
            export(form);
        });
        window_event_listener_untyped("keydown", |event| {
            let key = event.unchecked_ref::<Input>().key();
            let busy = one("dialog[open], [popover]:popover-open, input:focus, select:focus, textarea:focus");
            if let Some(close) =
                one("[data-close-entry]").filter(|_| key.as_deref() == Some("Escape") && busy.is_none())
            {
                close.unchecked_ref::<HtmlElement>().click();
            }
        });
        listen("pointerdown", CHART, |chart, event| {
            let pointer: &Input = event.unchecked_ref();
            if pointer.button() == 0 {
                event.prevent_default();
                FROM.set(bar_at(&chart, pointer.x()));
                mark(&chart, FROM.get());
            }
        });
        // A link would be dragged away as one.
        listen("dragstart", CHART, |_, event| event.prevent_default());
        window_event_listener_untyped("pointermove", |event| drawn(&event, false));
        window_event_listener_untyped("pointerup", |event| drawn(&event, true));
        // A drawn range goes its own way; the links of the bars are for keys and for pages without a script.
        listen("click", "svg[data-chart] a", |bar, event| {
            if event.unchecked_ref::<Input>().x() != 0.0 {
                event.prevent_default();
            } else if let (Some(_), Some(chart)) = (FROM.get(), bar.closest(CHART).ok().flatten()) {
                event.prevent_default();
                leave(&chart);
            }
        });
        listen("keydown", "svg[data-chart] a", along);
    }

    /// Applies the filters.
    fn submit(control: &Element) {
        if let Some(form) = control.closest("form").ok().flatten() {
            let _ = form.unchecked_ref::<HtmlFormElement>().request_submit();
        }
    }

    fn number(chart: &Element, name: &str) -> f64 {
        chart.get_attribute(name).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// The bar under the pointer.
    fn bar_at(chart: &Element, x: f64) -> Option<usize> {
        let (place, count) = (chart.unchecked_ref::<Place>().rect(), number(chart, "data-bars"));
        let bar = (x - place.left()) / place.width() * count;
        (count > 0.0).then(|| bar.clamp(0.0, count - 1.0) as usize)
    }

    /// The pointer goes on, or is let go.
    fn drawn(event: &Event, end: bool) {
        let (Some(_), Some(chart)) = (FROM.get(), one(CHART)) else { return };
        let pointer: &Input = event.unchecked_ref();
        mark(&chart, bar_at(&chart, pointer.x()));
        if end {
            leave(&chart);
        }
    }

    /// Shows the range from where it began to this bar.
    fn mark(chart: &Element, to: Option<usize>) {
        let (Some(from), Some(to)) = (FROM.get(), to) else { return };
        TO.set(to);
        let (first, last) = (from.min(to), from.max(to));
        let wide = 960.0 / number(chart, "data-bars");
        if let Ok(Some(picked)) = chart.query_selector("[data-picked]") {
            set(&picked, "x", Some(&(first as f64 * wide).to_string()));
            set(&picked, "width", Some(&((last - first + 1) as f64 * wide).to_string()));
        }
    }

    /// Goes to the entries of the range.
    fn leave(chart: &Element) {
        let Some(from) = FROM.take() else { return };
        let (first, last) = (from.min(TO.get()), from.max(TO.get()));
        let time = |bar: usize| {
            let at = number(chart, "data-from") + bar as f64 * number(chart, "data-width");
            let text: JsString = Date::new(&at.into()).to_iso_string();
            String::from(text).chars().take(16).collect::<String>()
        };
        let href = chart.get_attribute("data-href").unwrap_or_default();
        let mark = if href.contains('?') { '&' } else { '?' };
        leave_to(&format!("{href}{mark}from={}&to={}", time(first), time(last + 1)));
    }

    /// Arrow keys go from bar to bar; with Shift they draw a range on, which Enter goes to.
    fn along(bar: Element, event: &Event) {
        let input: &Input = event.unchecked_ref();
        let step: isize = match input.key().as_deref() {
            Some("ArrowRight") => 1,
            Some("ArrowLeft") => -1,
            _ => return,
        };
        event.prevent_default();
        let bars = all("svg[data-chart] a");
        let Some(at) = bars.iter().position(|one| *one == bar) else { return };
        let next = at.saturating_add_signed(step).min(bars.len() - 1);
        let place = |bar: usize| bars[bar].get_attribute("data-bar").and_then(|text| text.parse().ok());
        if input.shift() {
            FROM.set(FROM.get().or_else(|| place(at)));
            if let Some(chart) = one(CHART) {
                mark(&chart, place(next));
            }
        } else {
            FROM.set(None);
        }
        if let Some(place) = place(next) {
            focus(&format!("svg[data-chart] a[data-bar='{place}']"));
        }
    }

    /// Touches, asks for the file, and lets the browser load it.
    fn export(form: Element) {
        if !begin(&form) {
            return;
        }
        let ask = Ask::of(&form);
        spawn_local(async move {
            let answer = exported(&ask).await;
            done(&form);
            tell(&form, answer.as_ref().err());
            let Ok(answer) = answer else { return };
            // Closed, so that a second press by mistake is no second export.
            open("export", false);
            say(&format!("Download begun: {}.", entries(answer.count("entries"))));
            leave_to(&format!("/trail/exports/{}", answer.text("export")));
        });
    }

    async fn exported(ask: &Ask) -> Result<Answer, Problem> {
        passkey::step_up("trail/export", &ask.text("format")).await?;
        passkey::resent(async || ask.post::<ExportTrail>().await).await
    }

    fn entries(count: u32) -> String {
        if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
    }
}
