//! Where the keyboard is, in words that also fit the page that comes next: so whoever works through a list of filters or
//! pins one note after another need not begin at the top each time.

use leptos::prelude::{document, window, window_event_listener_untyped};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::islands::nearby::{all, drawn, named, one, set};

/// The key in the window's own storage; it holds a path and the name of a control, and goes with the window.
const KEPT: &str = "heliodesk-place";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = sessionStorage, js_name = setItem, catch)]
    fn keep(key: &str, value: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = sessionStorage, js_name = getItem, catch)]
    fn kept(key: &str) -> Result<Option<String>, JsValue>;
}

pub(super) fn start() {
    let path = window().location().pathname().unwrap_or_default();
    let before = kept(KEPT).ok().flatten().unwrap_or_default();
    if let Some(before) = before.strip_prefix(&format!("{path}\n")).filter(|before| !before.is_empty()) {
        let nobody = document().active_element().is_none_or(|here| here.tag_name() == "BODY");
        if nobody && one("dialog:modal").is_none() && !back_to(before) {
            // What the page has to say, else its title: not the very top again.
            let says =
                ["main [role='alert']:not([hidden])", "main [role='status']:not([hidden]):not(:empty)", "main h1"];
            says.into_iter().flat_map(all).find(drawn).iter().for_each(focus);
        }
    }
    window_event_listener_untyped("pagehide", move |_| {
        // Without storage everything works as before.
        let _ = keep(KEPT, &format!("{path}\n{}", here()));
    });
}

/// The control that has the keyboard; empty where none has it.
pub(super) fn here() -> String {
    document().active_element().filter(|here| here.tag_name() != "BODY").map_or_else(String::new, |here| told(&here))
}

/// Puts the keyboard on the control of that description; whether there is one.
pub(super) fn back_to(before: &str) -> bool {
    let tag = before.split('\u{1f}').next().unwrap_or_default();
    if tag.is_empty() || !tag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let found = all(tag).into_iter().find(|one| drawn(one) && told(one) == before);
    found.iter().for_each(focus);
    found.is_some()
}

/// Puts the keyboard there, also on what is no control.
pub(super) fn focus(element: &Element) {
    if element.unchecked_ref::<HtmlElement>().tab_index() < 0 {
        set(element, "tabindex", Some("-1"));
    }
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Tag, id, name, label, and the words of a link or button; never what somebody typed.
fn told(control: &Element) -> String {
    let tag = control.tag_name().to_ascii_lowercase();
    let words = match tag.as_str() {
        "a" | "button" | "summary" => control.text_content().unwrap_or_default(),
        _ => String::new(),
    };
    let words: String = words.chars().take(60).collect();
    [tag, named(control, "id"), named(control, "name"), named(control, "aria-label"), words].join("\u{1f}")
}
