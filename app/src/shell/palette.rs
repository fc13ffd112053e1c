//! The command palette: everything one can go to and do from anywhere, in one dialog. Without a script it is a list of
//! links and buttons; with one it is filtered while typing and walked with the arrow keys.

use heliodesk_wire::Role;
use leptos::prelude::*;

use super::places::{Does, entries, opens};
use crate::components::{Dialog, Icon};
use crate::islands::{PALETTE, SHEET};

/// The button that opens it.
#[component]
pub(super) fn GoTo() -> impl IntoView {
    view! {
        <button class="button quiet go-to" r#type="button" command="show-modal" commandfor=PALETTE
            aria-keyshortcuts="Control+K">
            <Icon name="search"/>
            <span>"Go to"</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
    }
}

/// The dialog.
#[component]
pub(super) fn Palette(role: Role) -> impl IntoView {
    let entries: Vec<_> = entries(role).map(entry).collect();
    // The page itself looks whether there is such a number.
    let numbers: Vec<_> = [("/orders/{id}", "Order", "order"), ("/customers/{id}", "Customer", "people")]
        .into_iter()
        .filter(|(path, ..)| opens(path, role))
        .map(|(path, label, icon)| {
            let place = path.trim_end_matches("{id}");
            view! {
                <li data-entry="" data-number=label hidden>
                    <a data-place=place><Icon name=icon/> <span>{label}</span></a>
                </li>
            }
        })
        .collect();
    let placeholder = if numbers.is_empty() { "Page or action" } else { "Page, action, order or customer number" };
    view! {
        <Dialog id=PALETTE title="Go to">
            <div class="body palette">
                <div class="search" data-with-script="" hidden>
                    <Icon name="search"/>
                    <label class="visually-hidden" r#for="palette-filter">"Filter"</label>
                    <input id="palette-filter" r#type="text" autocomplete="off" spellcheck="false" autofocus
                        placeholder=placeholder aria-describedby="palette-count"/>
                </div>
                <ul>{numbers} {entries}</ul>
                <p class="hint" id="palette-count" role="status"></p>
            </div>
        </Dialog>
    }
}

/// One entry; `data-entry` holds the words it is found by.
fn entry(does: Does) -> AnyView {
    let (icon, label, also) = match &does {
        Does::Go(place) => (place.icon, place.label.to_owned(), "page"),
        Does::Search => ("search", "Search customers".to_owned(), "find"),
        Does::Shortcuts => ("info", "Keyboard shortcuts".to_owned(), "keys help"),
        Does::Theme(theme) => ("eye", format!("Theme: {}", theme.label().to_lowercase()), "appearance mode"),
        Does::SignOut => ("out", "Sign out".to_owned(), "log out leave"),
    };
    let words = format!("{label} {also}");
    let key = match &does {
        Does::Go(place) => place.key.map(|key| view! { <kbd>"g"</kbd> <kbd>{key}</kbd> }.into_any()),
        Does::Search => Some(view! { <kbd>"/"</kbd> }.into_any()),
        Does::Shortcuts => Some(view! { <kbd>"?"</kbd> }.into_any()),
        Does::Theme(_) | Does::SignOut => None,
    };
    let keys = key.map(|key| view! { <span class="keys" aria-hidden="true" data-keys="on">{key}</span> });
    let inside = view! { <Icon name=icon/> <span>{label}</span> {keys} };
    // The search box can be reached from here by a script only; without one it is in the bar above.
    let scripted = matches!(does, Does::Search);
    let control = match does {
        Does::Go(place) => view! { <a href=place.path data-go=place.key>{inside}</a> }.into_any(),
        Does::Search => view! { <button r#type="button" data-search="">{inside}</button> }.into_any(),
        Does::Shortcuts => {
            view! { <button r#type="button" command="show-modal" commandfor=SHEET>{inside}</button> }.into_any()
        }
        Does::Theme(theme) => view! {
            <form method="post" action="/me?do=preferences/save" data-preferences="">
                <input type="hidden" name="ask[theme]" value=theme.as_str()/>
                <button>{inside}</button>
            </form>
        }
        .into_any(),
        Does::SignOut => {
            view! { <form method="post" action="/me?do=sign-out"><button>{inside}</button></form> }.into_any()
        }
    };
    view! { <li data-entry=words hidden=scripted data-with-script=scripted.then_some("")>{control}</li> }.into_any()
}
