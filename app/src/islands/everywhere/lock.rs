//! The lock over a page whose session has ended. The page stays beneath with everything typed, masked and out of sight,
//! until the same person has signed in again.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use leptos::prelude::window;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

use super::session;
use crate::islands::ask::Ask;
use crate::islands::nearby::{begin, catch, done, listen, one, open, tell};
use crate::islands::{LOCKED, SIGN_IN_AGAIN, SOON, passkey};

thread_local! {
    static SHUT: Cell<bool> = const { Cell::new(false) };
    /// What waits for the page to open.
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn start() {
    catch("cancel", "#sign-in-again", |_, event| event.prevent_default());
    // Browsers let a second Escape through all the same.
    catch("close", "#sign-in-again", |_, _| open(SIGN_IN_AGAIN, is_locked()));
    listen("submit", "#sign-in-again form", |form, event| {
        event.prevent_default();
        if !begin(&form) {
            return;
        }
        spawn_local(async move {
            let mut outcome = passkey::sign_in(&Ask::of(&form).text("email")).await;
            if outcome.is_ok() {
                outcome = session::stands().await;
            }
            done(&form);
            tell(&form, outcome.as_ref().err());
            if outcome.is_ok() {
                lift();
            }
        });
    });
}

/// Whether the page is locked.
pub(super) fn is_locked() -> bool {
    SHUT.get()
}

/// Locks the page, where it is one that can be locked: masks what is clear, and covers the rest.
pub(super) fn shut() {
    if one("#sign-in-again").is_none() || SHUT.replace(true) {
        return;
    }
    if let Ok(locked) = Event::new(LOCKED) {
        let _ = window().dispatch_event(&locked);
    }
    open(SOON, false);
    open(SIGN_IN_AGAIN, true);
}

/// Opens the page again, and lets go on what waited for it.
pub(super) fn lift() {
    if SHUT.replace(false) {
        open(SIGN_IN_AGAIN, false);
        for go_on in WAITING.take() {
            let _ = go_on.call0(&JsValue::NULL);
        }
    }
}

/// Locks the page and waits until it is open again; false at once where there is nothing to lock.
pub(in crate::islands) async fn opened() -> bool {
    shut();
    if !is_locked() {
        return false;
    }
    let open = Promise::new(&mut |resolve, _| WAITING.with_borrow_mut(|waiting| waiting.push(resolve)));
    JsFuture::from(open).await.is_ok()
}
