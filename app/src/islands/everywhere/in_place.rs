//! A form inside a part of the page (`data-part`) is answered in its place: the answer is the same page as without a
//! script, of which only the parts are taken. So what is revealed, typed or scrolled to elsewhere stays.

use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement};

use super::place;
use crate::islands::ask::Ask;
use crate::islands::nearby::{alert_words, all, awake, drawn, named, say};
use crate::problem::Problem;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = DOMParser)]
    type Parser;
    #[wasm_bindgen(constructor, js_class = "DOMParser")]
    fn new() -> Parser;
    #[wasm_bindgen(method, js_class = "DOMParser", js_name = parseFromString)]
    fn parse(this: &Parser, text: &str, kind: &str) -> Document;
}

/// The part a form is in, where its page has parts.
pub(super) fn part_of(form: &Element) -> Option<Element> {
    form.closest("[data-part]").ok().flatten()
}

/// Posts a form by the button that was pressed, and puts the parts of the answer in the place of those of the page.
///
/// # Errors
/// Why there is no such page.
pub(super) async fn answer(form: &Element, part: &Element, button: Option<&HtmlElement>) -> Result<(), Problem> {
    let address = button.map(|button| named(button, "formaction")).filter(|address| !address.is_empty());
    let ask = Ask::of(form);
    if let Some(button) = button {
        ask.add(&named(button, "name"), &named(button, "value"));
    }
    let page = ask.page(&address.unwrap_or_else(|| named(form, "action"))).await?;
    let page = Parser::new().parse(&page, "text/html");
    let id = named(part, "id");
    if page.get_element_by_id(&id).is_none() {
        return Err(Problem::new("internal"));
    }
    let before = place::here();
    for old in all("[data-part]") {
        if let Some(new) = page.get_element_by_id(&named(&old, "id")) {
            let _ = old.replace_with_with_node_1(&new);
        }
    }
    awake();
    told(&page);
    // What asks for the keyboard; else where it was; else the part itself.
    // A dialog that is not open asks for nothing yet.
    let wants = all(&format!("#{id} [autofocus]")).into_iter().find(drawn);
    match (wants, document().get_element_by_id(&id)) {
        (Some(wants), _) => place::focus(&wants),
        (None, Some(part)) if !place::back_to(&before) => place::focus(&part),
        _ => {}
    }
    Ok(())
}

/// Passes on what the page that came has to say.
fn told(page: &Document) {
    for role in ["status", "alert"] {
        let words = page.query_selector(&format!("[data-toast][role='{role}']:not([hidden]) p")).ok().flatten();
        let words = words.and_then(|words| words.text_content()).filter(|words| !words.is_empty());
        match words {
            Some(words) if role == "alert" => alert_words(&words),
            Some(words) => say(&words),
            None => {}
        }
    }
}
