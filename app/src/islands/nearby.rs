//! The page around an island: what the server has written there, found, listened to and changed.

use leptos::prelude::{document, window_event_listener_untyped};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use crate::problem::Problem;

/// The first element that matches.
pub(super) fn one(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Every element that matches.
pub(super) fn all(selector: &str) -> Vec<Element> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// Answers an event of whatever matches, or is inside of it, anywhere in the page.
pub(super) fn listen(event: &str, selector: &'static str, act: impl Fn(Element, &Event) + 'static) {
    window_event_listener_untyped(event, move |event| {
        let node = event.target().and_then(|node| node.dyn_into::<Element>().ok());
        if let Some(found) = node.and_then(|node| node.closest(selector).ok().flatten()) {
            act(found, &event);
        }
    });
}

/// Shows an element, or takes it away.
pub(super) fn hide(element: &Element, hidden: bool) {
    set(element, "hidden", hidden.then_some(""));
}

/// Shows the first element that matches.
pub(super) fn show(selector: &str) {
    one(selector).iter().for_each(|element| hide(element, false));
}

/// Says in the page's [`Refused`](crate::components::Refused) what was refused, or takes it away again.
pub(super) fn refuse(problem: Option<&Problem>) {
    let Some(place) = one("[data-refused]") else { return };
    let meaning = problem.map(Problem::meaning);
    let words = meaning.map_or(["", ""], |meaning| [meaning.title, meaning.sentence]);
    for (part, words) in ["h2", "p"].into_iter().zip(words) {
        if let Ok(Some(part)) = place.query_selector(part) {
            part.set_text_content(Some(words));
        }
    }
    hide(&place, problem.is_none());
}

/// Gives an element an attribute, or takes it away.
pub(super) fn set(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Puts the keyboard there.
pub(super) fn focus(selector: &str) {
    if let Some(element) = one(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// True the first time: the form is busy until [`done`].
pub(super) fn begin(form: &Element) -> bool {
    let idle = form.get_attribute("aria-busy").is_none();
    set(form, "aria-busy", Some("true"));
    idle
}

/// The form waits for the person again.
pub(super) fn done(form: &Element) {
    set(form, "aria-busy", None);
}

/// Lets work what says that it needs a script, and takes away what says that none runs.
pub(super) fn awake() {
    all("[data-needs-script]").iter().for_each(|control| set(control, "disabled", None));
    all("[data-no-script]").iter().for_each(|line| hide(line, true));
}

/// Puts each mistake under its control, and any other refusal above them.
pub(super) fn tell(form: &Element, problem: Option<&Problem>) {
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
        if let Ok(Some(text)) = place.query_selector("span") {
            text.set_text_content(words);
        }
        hide(&place, words.is_none());
        if let Ok(Some(control)) = form.query_selector(&format!("[name='ask[{name}]']")) {
            set(&control, "aria-invalid", words.map(|_| "true"));
        }
    }
}
