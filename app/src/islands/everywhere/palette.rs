//! The command palette: filtered while typing, walked with the arrow keys.

use js_sys::{JsString, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use crate::islands::PALETTE;
use crate::islands::nearby::{all, catch, focus, hide, listen, member, named, one, open, set, write};

/// Where one types.
const FILTER: &str = "#palette-filter";

pub(super) fn start() {
    filter();
    listen("input", FILTER, |_, _| filter());
    listen("keydown", "#palette", |_, event| walk(event));
    listen("click", "#palette [data-entry] :is(a, button)", |_, _| open(PALETTE, false));
    listen("click", "[data-search]", |_, _| focus("#search"));
    catch("close", "#palette", |_, _| {
        if let Some(box_) = one(FILTER) {
            let _ = Reflect::set(&box_, &"value".into(), &"".into());
            filter();
        }
    });
}

/// Shows the entries that hold every word that was typed, and says how many.
fn filter() {
    let typed = one(FILTER).and_then(|box_| member(&box_, "value").as_string()).map(|typed| folded(&typed));
    let typed = typed.unwrap_or_default();
    let mut count = 0;
    for entry in all("#palette [data-entry]") {
        let words = folded(&named(&entry, "data-entry"));
        let fits = match entry.get_attribute("data-number") {
            Some(label) => leads(&entry, &label, typed.trim()),
            None => typed.split(' ').all(|word| words.contains(word)),
        };
        hide(&entry, !fits);
        count += u32::from(fits);
    }
    if let Some(place) = one("#palette-count") {
        let words = match count {
            0 => "Nothing fits. Try another word.".to_owned(),
            1 => "1 entry, Enter takes it".to_owned(),
            _ => format!("{count} entries"),
        };
        write(&place, &words);
    }
}

/// Lets an entry lead to the page of the number that was typed, if it may be one of its kind.
fn leads(entry: &Element, label: &str, typed: &str) -> bool {
    let shaped = typed.split_once('-').is_some_and(|(letters, digits)| {
        (1..=3).contains(&letters.len())
            && letters.bytes().all(|b| b.is_ascii_lowercase())
            && (1..=9).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
    });
    // `C-…` are customers and `O-…` orders; the company may have numbers of other letters.
    let other = if label == "Order" { 'c' } else { 'o' };
    let Ok(Some(link)) = entry.query_selector("a") else { return false };
    if !shaped || typed.starts_with(other) {
        return false;
    }
    let number = typed.to_ascii_uppercase();
    set(&link, "href", Some(&format!("{}{number}", named(&link, "data-place"))));
    if let Ok(Some(words)) = link.query_selector("span") {
        write(&words, &format!("{label} {number}"));
    }
    true
}

/// Small letters without their accents; the browser knows them, so the program need not carry a table.
fn folded(text: &str) -> String {
    let apart = String::from(JsString::from(text).to_lower_case().normalize("NFD"));
    apart.chars().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)).collect()
}

/// Arrow keys walk, Enter takes the first entry, and whatever is typed on an entry goes to the filter.
fn walk(event: &Event) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
    let here = document().active_element();
    let filtering = here.as_ref().is_some_and(|here| here.matches(FILTER).unwrap_or_default());
    let entries = all("#palette [data-entry]:not([hidden]) :is(a, button)");
    let at = here.and_then(|here| entries.iter().position(|entry| *entry == here));
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", at) => entries.get(at.map_or(0, |at| at + 1)),
        ("ArrowUp", Some(at)) if at > 0 => entries.get(at - 1),
        ("ArrowUp", Some(_)) => {
            event.prevent_default();
            return focus(FILTER);
        }
        ("Enter", _) if filtering => {
            event.prevent_default();
            return entries.first().map_or((), |entry: &Element| entry.unchecked_ref::<HtmlElement>().click());
        }
        (key, Some(_)) if key.len() == 1 && key != " " && !event.ctrl_key() && !event.meta_key() => {
            return focus(FILTER);
        }
        _ => return,
    };
    if let Some(to) = to {
        event.prevent_default();
        let _ = to.unchecked_ref::<HtmlElement>().focus();
    }
}
