//! The document around every page: head, bar, rail, main. Written by hand, because the framework's own scripts tag
//! puts the nonce where the preload is refused for it.

mod bar;
mod palette;
mod places;
mod session;
mod sheet;

use heliodesk_wire::Role;
use heliodesk_wire::me::{Theme, Viewer};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use maud::{DOCTYPE, Markup, html};

use crate::assets::Assets;
use crate::components::{Brand, Kept, Rendered, rendered, sprite, toasts};
use crate::forms::unsaved;
use crate::islands::everywhere::Everywhere;
use crate::pages::Page;
use crate::pages::errors::Refusal;
use crate::problem::{Code, Problem};
use crate::request::{extension, path, set_status};
use bar::{bar, rail};
use palette::Palette;
use session::{EndsSoon, sign_in_again};
use sheet::Sheet;

/// Where a role's work begins: path, and its name in the middle of a sentence.
pub fn home(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Support => ("/", "customers"),
        Role::Sales => ("/", "the pipeline"),
        Role::Engineer | Role::Admin => ("/", "the trail"),
    }
}

/// One whole document, with the status of what it shows. Printed, but for the page in it: it stands around every page.
pub(crate) fn document(shown: Result<Page, Problem>) -> String {
    let page = shown.unwrap_or_else(refusal);
    if let Some(path) = &page.go {
        crate::request::see_other(path);
    }
    // Preferences stand where the style sheet and the islands look for them, so the first thing drawn is right.
    let viewer = extension::<Viewer>();
    let viewer = viewer.as_ref();
    let quiet = viewer.is_some_and(|viewer| !viewer.preferences.shortcuts);
    let view = rendered(page.view);
    let whole = html! {
        (DOCTYPE)
        html
            lang="en"
            data-staff=[viewer.map(|viewer| &viewer.staff)]
            data-theme=[theme(viewer)]
            data-shortcuts=[quiet.then_some("off")]
        {
            (head(&page.title, viewer))
            body {
                (sprite())
                @match viewer.filter(|_| !page.alone) {
                    Some(viewer) => (inside(viewer, &view)),
                    None => (alone(&view)),
                }
            }
        }
    };
    whole.into_string()
}

/// The theme this person has chosen; none where it is the system's.
fn theme(viewer: Option<&Viewer>) -> Option<&'static str> {
    viewer.map(|viewer| viewer.preferences.theme).filter(|theme| *theme != Theme::System).map(Theme::as_str)
}

/// The page of a refusal, with its status set.
fn refusal(problem: Problem) -> Page {
    let meaning = problem.meaning();
    if let Some(code) = extension::<Code>() {
        code.set(&problem.code);
    }
    set_status(meaning.status);
    if problem.code == "signed_out" {
        return crate::pages::sign_in::again(&problem);
    }
    let viewer = extension::<Viewer>();
    let alone = viewer.is_none();
    Page { alone, ..Page::new(meaning.title, view! { <Refusal problem viewer/> }) }
}

/// Title, style sheet, and the scripts where they were built.
fn head(title: &str, viewer: Option<&Viewer>) -> Markup {
    let Assets { css, icon, boot, module, wasm } = use_context::<Assets>().unwrap_or_default();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    // Everywhere but where somebody is told that they may not be, islands run, and the browser fetches them at once.
    let early = viewer.is_some() || ["/sign-in", "/enroll/"].iter().any(|start| path().starts_with(start));
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content=(theme(viewer).unwrap_or("light dark"));
            title { (title) " · Heliodesk" }
            @if let Some(icon) = icon { link rel="icon" href=(icon) type="image/svg+xml"; }
            @if let Some(css) = css { link rel="stylesheet" href=(css); }
            @if let Some(((boot, module), wasm)) = boot.zip(module).zip(wasm) {
                link rel="modulepreload" href=(module) nonce=(nonce);
                @if early { link rel="preload" href=(wasm) as="fetch" type="application/wasm" crossorigin="anonymous"; }
                script type="module" src=(boot) nonce=(nonce) data-module=(module) data-wasm=(wasm) {}
            }
        }
    }
}

/// Bar, rail and main, for somebody signed in.
fn inside(viewer: &Viewer, view: &Rendered) -> Markup {
    static EVERYWHERE: Kept = Kept::new();
    html! {
        a class="skip" href="#main" { "Skip to content" }
        div class="shell" {
            (bar(viewer))
            (rail(viewer.role))
            main class="page" id="main" tabindex="-1" data-unsaved=[unsaved()] { (view) }
        }
        (toasts())
        (dialogs(viewer.role))
        (sign_in_again(viewer))
        // Last, so that what the page's own islands answer, they answer first.
        (EVERYWHERE.text(|| view! { <Everywhere/> }))
    }
}

/// What can be opened over any page; the same for everybody of a role.
fn dialogs(role: Role) -> Rendered {
    static DIALOGS: [Kept; Role::ALL.len()] = [const { Kept::new() }; Role::ALL.len()];
    DIALOGS[role as usize].text(|| {
        view! {
            <Palette role/>
            <Sheet role/>
            <EndsSoon/>
        }
    })
}

/// A page that stands alone: the mark, one panel, the horizon.
fn alone(view: &Rendered) -> Markup {
    static MARK: Kept = Kept::new();
    html! {
        a class="skip" href="#main" { "Skip to content" }
        div class="alone" {
            main id="main" tabindex="-1" {
                p { (MARK.text(|| view! { <Brand/> })) }
                (toasts())
                (view)
            }
            footer {
                svg class="horizon" viewBox="0 0 1280 120" preserveAspectRatio="xMidYMax slice" aria-hidden="true" {
                    path class="sun" d="M614 119.5a26 26 0 0 1 52 0Z" {}
                    path d="M0 119.5h1280M588 119.5a52 52 0 0 1 104 0M556 119.5a84 84 0 0 1 168 0" {}
                }
                p class="hint" { "For staff only. Every sign-in and every action is recorded." }
            }
        }
    }
}

/// A role as people read it.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Support => "Support",
        Role::Sales => "Sales",
        Role::Engineer => "Engineer",
        Role::Admin => "Admin",
    }
}
