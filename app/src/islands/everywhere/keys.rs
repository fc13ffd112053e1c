//! Keys that work on every page, those a page has registered by markup, and the sheet that lists them.

use std::cell::Cell;

use js_sys::Date;
use leptos::prelude::{document, window_event_listener_untyped};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::islands::nearby::{all, catch, drawn, hide, is_single, named, on_key, one, open};
use crate::islands::{PALETTE, SHEET};

/// Milliseconds in which the second key of two must follow.
const SECOND_KEY: f64 = 1500.0;

thread_local! {
    /// When `g` was pressed last.
    static GOING: Cell<f64> = const { Cell::new(0.0) };
}

pub(super) fn start() {
    window_event_listener_untyped("keydown", |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let chord = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        if chord && event.key().eq_ignore_ascii_case("k") && one("dialog:modal").is_none() {
            event.prevent_default();
            open(PALETTE, true);
        }
    });
    // The second key belongs to the first, whatever it means on this page by itself.
    catch("keydown", "html", |_, event| {
        let going = Date::now() - GOING.take() < SECOND_KEY;
        let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|event| going && is_single(event)) else { return };
        if let Some(place) = one(&format!("[data-go='{}']", event.key())) {
            event.prevent_default();
            event.stop_immediate_propagation();
            press(&place);
        }
    });
    on_key(|key, event| match key {
        "g" => GOING.set(Date::now()),
        "?" => {
            event.prevent_default();
            fill();
            open(SHEET, true);
        }
        _ => registered(key, event),
    });
    // Before the browser itself opens the sheet.
    catch("click", "[commandfor='shortcuts']", |_, _| fill());
}

/// Presses what stands on the page for this key, or puts the keyboard there.
fn registered(key: &str, event: &KeyboardEvent) {
    let mut shortcuts = all("[data-shortcut]").into_iter();
    let mine = |element: &Element| named(element, "aria-keyshortcuts").split(' ').any(|one| one == key);
    if let Some(element) = shortcuts.find(|element| mine(element) && drawn(element)) {
        event.prevent_default();
        if element.matches("input, select, textarea").unwrap_or_default() {
            let _ = element.unchecked_ref::<HtmlElement>().focus();
        } else {
            press(&element);
        }
    }
}

fn press(element: &Element) {
    element.unchecked_ref::<HtmlElement>().click();
}

/// Lists what is registered on this page, each once.
fn fill() {
    let Some((section, list)) = one("#shortcuts [data-here]").zip(one("#shortcuts [data-here] dl")) else { return };
    list.set_text_content(None);
    let mut listed = Vec::new();
    for element in all("main [data-shortcut]").iter().filter(|element| drawn(element)) {
        let line = (named(element, "aria-keyshortcuts"), named(element, "data-shortcut"));
        if !listed.contains(&line) && row(&list, &line.0, &line.1).is_some() {
            listed.push(line);
        }
    }
    hide(&section, listed.is_empty());
}

/// Adds a line: its keys, and what they do.
fn row(list: &Element, keys: &str, words: &str) -> Option<()> {
    let row = add(list, "div", "")?;
    let term = add(&row, "dt", "")?;
    keys.split(' ').try_for_each(|key| add(&term, "kbd", key).map(drop))?;
    add(&row, "dd", words).map(drop)
}

fn add(to: &Element, tag: &str, words: &str) -> Option<Element> {
    let element = document().create_element(tag).ok()?;
    element.set_text_content(Some(words));
    to.append_child(&element).ok()?;
    Some(element)
}
