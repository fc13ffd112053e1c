//! Asks before a page with unsaved changes is left, by whatever way: the browser asks in its own words.
//!
//! Every form that is posted counts, but for those of one box (`role=search`) and those that say `data-guard="off"`.
//! A link that means to throw changes away says `data-discard`.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use js_sys::Array;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::window_event_listener_untyped;
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::islands::nearby::{all, drawn, listen, member, named, one};

thread_local! {
    /// Whether the page may be left whatever stands in it.
    static FREE: Cell<bool> = const { Cell::new(false) };
    /// The form that is being sent.
    static SENT: RefCell<Option<Element>> = const { RefCell::new(None) };
}

pub(super) fn start() {
    window_event_listener_untyped("beforeunload", |event| {
        if !FREE.get() && all("form[method='post']").iter().any(is_unsaved) {
            event.prevent_default();
        }
    });
    listen("click", "a[data-discard]", |_, _| {
        let_go();
        // Opened in another window instead, this page stays guarded.
        set_timeout(|| FREE.set(false), Duration::from_secs(1));
    });
    // Typed into again, or back from the next page: it is no longer on its way.
    listen("input", "form", |_, _| SENT.set(None));
    window_event_listener_untyped("pageshow", |_| SENT.set(None));
}

/// Lets the page be left without a question.
pub(super) fn let_go() {
    FREE.set(true);
}

/// Notes that a form is being sent: what stands in it is not lost.
pub(super) fn sent(form: &Element) {
    SENT.set(Some(form.clone()));
}

fn is_unsaved(form: &Element) -> bool {
    let guarded = !form.matches("[role='search'], [data-guard='off']").unwrap_or_default();
    let sent = SENT.with_borrow(|sent| sent.as_ref() == Some(form));
    guarded && !sent && drawn(form) && (is_shown_again(form) || is_changed(form))
}

/// Whether the page shows again what was typed into this form and is not saved yet.
fn is_shown_again(form: &Element) -> bool {
    let function = one("main[data-unsaved]").map(|main| named(&main, "data-unsaved"));
    let same = function.is_some_and(|function| named(form, "action").contains(&format!("do={function}")));
    same && form.query_selector("input:not([type='hidden']), select, textarea").is_ok_and(|control| control.is_some())
}

fn is_changed(form: &Element) -> bool {
    Array::from(&member(form, "elements")).iter().any(|control| {
        let options = member(&control, "options");
        if options.is_undefined() {
            let other = |now, first| {
                let first = member(&control, first);
                !first.is_undefined() && first != member(&control, now)
            };
            return other("value", "defaultValue") || other("checked", "defaultChecked");
        }
        let is = |option: &JsValue, what| member(option, what).is_truthy();
        let options = Array::from(&options);
        // Where no option says that it is the chosen one, the first one is.
        let said = options.iter().any(|option| is(&option, "defaultSelected"));
        let first = |at, option: &JsValue| if said { is(option, "defaultSelected") } else { at == 0 };
        options.iter().enumerate().any(|(at, option)| is(&option, "selected") != first(at, &option))
    })
}
