//! Passing messages are heard and can be dismissed, and what says how long ago something was stays true.

use std::time::Duration;

use js_sys::Date;
use leptos::leptos_dom::helpers::set_interval;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::components::ago;
use crate::islands::nearby::{all, focus, hide, listen, named, one, write};

pub(super) fn start() {
    // What stood there when the page came is said only once it is written anew.
    if let Some(words) = one("[data-toast]:not([hidden]) p") {
        words.set_text_content(words.text_content().as_deref());
    }
    listen("click", "[data-dismiss]", |button, _| {
        if let Ok(Some(toast)) = button.closest("[data-toast]") {
            hide(&toast, true);
            focus("#main");
        }
    });
    // Gone by itself: there is room for the next one.
    listen("animationend", "[data-toast]", |toast, _| hide(&toast, true));
    listen("keydown", "time", |time, event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            let _ = time.unchecked_ref::<HtmlElement>().blur();
        }
    });
    set_interval(told_anew, Duration::from_secs(60));
}

fn told_anew() {
    for words in all("time > [data-ago]") {
        let at = words.parent_element().map(|time| Date::parse(&named(&time, "datetime")));
        if let Some(at) = at.filter(|at| at.is_finite()) {
            write(&words, &ago(at as i64, Date::now() as i64));
        }
    }
}
