//! The page around an island: what the server has written there, found, listened to and changed.

use leptos::prelude::{document, request_animation_frame, window, window_event_listener_untyped};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent};

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

/// As [`listen`], before anything else answers it; also for events that an element keeps to itself, such as `close`.
pub(super) fn catch(event: &str, selector: &'static str, act: impl Fn(Element, &Event) + 'static) {
    let answer = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let node = event.target().and_then(|node| node.dyn_into::<Element>().ok());
        if let Some(found) = node.and_then(|node| node.closest(selector).ok().flatten()) {
            act(found, &event);
        }
    });
    let _ = window().add_event_listener_with_callback_and_bool(event, answer.as_ref().unchecked_ref(), true);
    // It answers as long as there is a page.
    answer.forget();
}

/// Answers single keys, for what the page offers by `aria-keyshortcuts` and `data-shortcut`: not while somebody types,
/// not together with Ctrl, Alt or the system's key, not in a dialog, and not where the person has turned them off.
/// Whoever used the key prevents its default, and nobody else answers it.
pub(super) fn on_key(act: impl Fn(&str, &KeyboardEvent) + 'static) {
    window_event_listener_untyped("keydown", move |event| {
        // Browsers that fill a form in by themselves send keydown events without a key.
        if let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|event| is_single(event)) {
            act(&event.key(), event);
        }
    });
}

/// Whether a key stands for itself just now.
pub(super) fn is_single(event: &KeyboardEvent) -> bool {
    const TYPING: &str = "input, select, textarea, [contenteditable]";
    let inside = event.target().and_then(|node| node.dyn_into::<Element>().ok());
    let typing = inside.is_some_and(|node| node.closest(TYPING).is_ok_and(|found| found.is_some()));
    let with_another = event.ctrl_key() || event.meta_key() || event.alt_key();
    !(event.default_prevented() || typing || with_another) && one("html[data-shortcuts='off'], dialog:modal").is_none()
}

/// Whether an element is drawn at all.
pub(super) fn drawn(element: &Element) -> bool {
    element.get_client_rects().length() > 0
}

/// A member of something in the page; `undefined` when there is none.
pub(super) fn member(of: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(of, &name.into()).unwrap_or_default()
}

/// An attribute's text; empty when there is none.
pub(super) fn named(element: &Element, attribute: &str) -> String {
    element.get_attribute(attribute).unwrap_or_default()
}

/// Changes the words of an element, where they are others.
pub(super) fn write(place: &Element, words: &str) {
    if place.text_content().as_deref() != Some(words) {
        place.set_text_content(Some(words));
    }
}

/// Shows a dialog above everything else, or takes it away.
pub(super) fn open(id: &str, shown: bool) {
    let Some(dialog) = document().get_element_by_id(id).and_then(|node| node.dyn_into::<HtmlDialogElement>().ok())
    else {
        return;
    };
    if !shown {
        dialog.close();
    } else if !dialog.open() {
        // A dialog that is no longer in the page cannot be shown, and need not be.
        let _ = dialog.show_modal();
    }
}

/// Says what was done, in a corner, for a while.
pub(super) fn say(words: &str) {
    toast("status", words);
}

/// Says what went wrong, in a corner, until it is dismissed.
pub(super) fn alert(problem: &Problem) {
    alert_words(&format!("{}. {}", problem.meaning().title, problem.sentence()));
}

/// Says what went wrong, in words that are there already.
pub(super) fn alert_words(words: &str) {
    toast("alert", words);
}

fn toast(kind: &str, words: &str) {
    let Some(toast) = one(&format!("[data-toast][role='{kind}']")) else { return };
    hide(&toast, false);
    // Screen readers tell what changes in a region that is there already.
    let words = words.to_owned();
    request_animation_frame(move || {
        if let Ok(Some(place)) = toast.query_selector("p") {
            place.set_text_content(Some(&words));
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
    let words =
        problem.map_or_else(Default::default, |problem| [problem.meaning().title.to_owned(), problem.sentence()]);
    for (part, words) in ["h2", "p"].into_iter().zip(words) {
        if let Ok(Some(part)) = place.query_selector(part) {
            part.set_text_content(Some(&words));
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

/// Lets work and shows what says that it needs a script, and takes away what says that none runs.
pub(super) fn awake() {
    all("[data-with-script]").iter().for_each(|part| hide(part, false));
    all("[data-needs-script]").iter().for_each(|control| set(control, "disabled", None));
    all("[data-no-script]").iter().for_each(|line| hide(line, true));
}

/// Puts each mistake under its control, and any other refusal with its incident above them.
pub(super) fn tell(form: &Element, problem: Option<&Problem>) {
    let Ok(places) = form.query_selector_all("[data-error]") else { return };
    let mut told = false;
    for index in (0..places.length()).rev() {
        let Some(place) = places.get(index).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let name = named(&place, "data-error");
        let words = match problem {
            Some(problem) if !name.is_empty() => problem.field(&name).map(str::to_owned),
            Some(problem) if !told => Some(problem.field("field").map_or_else(|| problem.sentence(), str::to_owned)),
            _ => None,
        };
        told |= words.is_some();
        if let Ok(Some(text)) = place.query_selector("span") {
            text.set_text_content(words.as_deref());
        }
        hide(&place, words.is_none());
        if let Ok(Some(control)) = form.query_selector(&format!("[name='ask[{name}]']")) {
            set(&control, "aria-invalid", words.map(|_| "true"));
        }
    }
}
