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

use crate::assets::Assets;
use crate::components::{Brand, Kept, Sprite, Toasts};
use crate::forms::unsaved;
use crate::islands::everywhere::Everywhere;
use crate::pages::Page;
use crate::pages::errors::Refusal;
use crate::problem::{Code, Problem};
use crate::request::{extension, path, set_status};
use bar::{Bar, Rail};
use palette::Palette;
use session::{EndsSoon, SignInAgain};
use sheet::Sheet;

/// Where a role's work begins: path, and its name in the middle of a sentence.
pub fn home(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Support => ("/", "customers"),
        Role::Sales => ("/", "the pipeline"),
        Role::Engineer | Role::Admin => ("/", "the trail"),
    }
}

/// One whole document, with the status of what it shows.
pub(crate) fn document(shown: Result<Page, Problem>) -> String {
    let page = shown.unwrap_or_else(refusal);
    if let Some(path) = &page.go {
        crate::request::see_other(path);
    }
    let title = format!("{} · Heliodesk", page.title);
    // Preferences stand where the style sheet and the islands look for them, so the first thing drawn is right.
    let viewer = extension::<Viewer>();
    let staff = viewer.as_ref().map(|viewer| viewer.staff.clone());
    let theme = theme(viewer.as_ref());
    let quiet = viewer.is_some_and(|viewer| !viewer.preferences.shortcuts);
    let whole = view! {
        <!DOCTYPE html>
        <html lang="en" data-staff=staff data-theme=theme data-shortcuts=quiet.then_some("off")>
            <Head title/>
            <body>
                <Sprite/>
                <Frame page/>
            </body>
        </html>
    };
    whole.into_view().to_html()
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
#[component]
fn Head(title: String) -> impl IntoView {
    let Assets { css, icon, boot, module, wasm } = use_context::<Assets>().unwrap_or_default();
    let schemes = theme(extension::<Viewer>().as_ref()).unwrap_or("light dark");
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let icon = icon.map(|href| view! { <link rel="icon" href=href r#type="image/svg+xml"/> });
    let css = css.map(|href| view! { <link rel="stylesheet" href=href/> });
    let scripts = boot.zip(module).zip(wasm).map(|((boot, module), wasm)| {
        view! {
            <link rel="modulepreload" href=module nonce=nonce.clone()/>
            {early(wasm)}
            <script r#type="module" src=boot nonce=nonce.clone() data-module=module data-wasm=wasm></script>
        }
    });
    view! {
        <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content=schemes/>
            <title>{title}</title>
            {icon}
            {css}
            {scripts}
        </head>
    }
}

/// What the browser fetches at once where islands run: everywhere but where somebody is told that they may not be.
fn early(wasm: &'static str) -> Option<impl IntoView> {
    let signs_in = ["/sign-in", "/enroll/"].iter().any(|start| path().starts_with(start));
    (signs_in || extension::<Viewer>().is_some()).then(|| {
        view! { <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/> }
    })
}

/// Bar, rail and main for somebody signed in; the bare main for everybody else.
#[component]
fn Frame(page: Page) -> impl IntoView {
    let viewer = extension::<Viewer>().filter(|_| !page.alone);
    match viewer {
        None => view! { <Alone view=page.view/> }.into_any(),
        Some(viewer) => view! {
            <a class="skip" href="#main">"Skip to content"</a>
            <div class="shell">
                <Bar viewer=viewer.clone()/>
                <Rail role=viewer.role/>
                <main class="page" id="main" tabindex="-1" data-unsaved=unsaved()>
                    {page.view}
                </main>
            </div>
            <Toasts/>
            <Dialogs role=viewer.role/>
            <SignInAgain viewer/>
            // Last, so that what the page's own islands answer, they answer first.
            <Everywhere/>
        }
        .into_any(),
    }
}

/// What can be opened over any page; the same for everybody of a role.
#[component]
fn Dialogs(role: Role) -> impl IntoView {
    static DIALOGS: [Kept; Role::ALL.len()] = [const { Kept::new() }; Role::ALL.len()];
    DIALOGS[role as usize].or(|| {
        view! {
            <Palette role/>
            <Sheet role/>
            <EndsSoon/>
        }
    })
}

/// A page that stands alone: the mark, one panel, the horizon.
#[component]
fn Alone(view: AnyView) -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="alone">
            <main id="main" tabindex="-1">
                <p><Brand/></p>
                <Toasts/>
                {view}
            </main>
            <footer>
                <svg class="horizon" viewBox="0 0 1280 120" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
                    <path class="sun" d="M614 119.5a26 26 0 0 1 52 0Z"/>
                    <path d="M0 119.5h1280M588 119.5a52 52 0 0 1 104 0M556 119.5a84 84 0 0 1 168 0"/>
                </svg>
                <p class="hint">"For staff only. Every sign-in and every action is recorded."</p>
            </footer>
        </div>
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
