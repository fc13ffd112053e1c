//! The bar on top and the rail beside the page.

use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;
use leptos::prelude::*;
use maud::{Markup, html};

use super::palette::GoTo;
use super::places::{PATHS, opens, paths, places};
use super::role_name;
use crate::components::{Brand, Icon, Kept, Rendered, rendered};
use crate::forms::Form;
use crate::islands::SHEET;
use crate::request::path;

/// The bar on top: mark, search box for those who may search, own menu.
pub(super) fn bar(viewer: &Viewer) -> Markup {
    static START: Kept = Kept::new();
    static GO_TO: Kept = Kept::new();
    static OWN: Kept = Kept::new();
    html! {
        header class="topbar" {
            (START.text(|| view! {
                <button class="button quiet square rail-toggle" r#type="button" popovertarget="rail" aria-label="Menu">
                    <Icon name="menu"/>
                </button>
                <a class="home" href="/" aria-label="Heliodesk, home"><Brand/></a>
            }))
            @if opens("/api/customers/search", viewer.role) { (search()) }
            div class="topbar-end" {
                (GO_TO.text(|| view! { <GoTo/> }))
                button class="person" type="button" popovertarget="own-menu" {
                    span class="avatar" aria-hidden="true" { (initials(&viewer.name)) }
                    span { bdi { (viewer.name) } " " small { (role_name(viewer.role)) } }
                }
                (OWN.text(|| view! {
                    <div class="menu" id="own-menu" popover="auto">
                        <p>"A session ends after 15 minutes idle, and after 12 hours at the latest."</p>
                        <a href="/me"><Icon name="key"/>"Passkeys and sessions"</a>
                        <button r#type="button" command="show-modal" commandfor=SHEET>
                            <Icon name="info"/>"Keyboard shortcuts"
                        </button>
                    </div>
                    <form class="sign-out" method="post" action="/me?do=sign-out">
                        <button class="button quiet"><Icon name="out"/><span>"Sign out"</span></button>
                    </form>
                }))
            }
        }
    }
}

/// The one search box; its term is posted, never in an address.
fn search() -> Rendered {
    static BOX: Kept = Kept::new();
    let form = Form::of("customers/search");
    let blank = form.problem().is_some_and(|problem| problem.fields.get("term").is_some_and(|code| code == "missing"));
    let error = match blank {
        true => Some("Type an order or customer number, an e-mail, a phone, a name or a postcode".to_owned()),
        false => form.error("term"),
    };
    match error {
        Some(error) => rendered(search_box(Some(error))),
        None => BOX.text(|| search_box(None)),
    }
}

fn search_box(error: Option<String>) -> impl IntoView {
    let wrong = error.is_some();
    let error = error.map(|words| {
        view! { <p class="error" id="search-error" role="alert"><Icon name="alert" size=14/><span>{words}</span></p> }
    });
    view! {
        <form class="search" role="search" action="/customers?do=customers/search" method="post">
            <Icon name="search"/>
            <label class="visually-hidden" r#for="search">"Search customers"</label>
            <input
                id="search"
                name="ask[term]"
                r#type="search"
                required
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
                placeholder="Order, e-mail, phone, name, postcode"
                aria-keyshortcuts="/"
                data-shortcut="Search customers"
                autofocus=wrong
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then_some("search-error")
            />
            <kbd aria-hidden="true">"/"</kbd>
            {error}
        </form>
    }
}

/// Where one can go.
pub(super) fn rail(role: Role) -> Rendered {
    static RAILS: [[Kept; PATHS + 1]; Role::ALL.len()] =
        [const { [const { Kept::new() }; PATHS + 1] }; Role::ALL.len()];
    let whole = path();
    let inside = |place: &str| whole.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let (at, here) = paths().enumerate().find(|(_, place)| inside(place)).unzip();
    RAILS[role as usize][at.unwrap_or(PATHS)].text(|| beside(role, here))
}

/// The rail beside the pages of `here`.
fn beside(role: Role, here: Option<&'static str>) -> impl IntoView {
    let current = |place: &str| (here == Some(place)).then_some("page");
    let places: Vec<_> = places(role)
        .map(|place| {
            view! {
                <li>
                    <a href=place.path aria-current=current(place.path)>
                        <Icon name=place.icon/>
                        {place.label}
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="rail" id="rail" aria-label="Main" popover="auto">
            <ul>{places}</ul>
            <ul>
                <li>
                    <a href="/me" aria-current=current("/me")><Icon name="key"/>"My passkeys"</a>
                </li>
            </ul>
        </nav>
    }
}

/// First letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
