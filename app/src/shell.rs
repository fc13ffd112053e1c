//! The document around every page: head, bar, rail, main. Written by hand, because the framework's own scripts tag
//! puts the nonce where the preload is refused for it.

use std::future::Future;

use heliodesk_desk::policy;
use heliodesk_wire::Role;
use heliodesk_wire::me::Viewer;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::assets::Assets;
use crate::components::{Brand, Button, Dialog, Flash, Icon, Sprite};
use crate::islands::SIGN_IN_AGAIN;
use crate::pages::Page;
use crate::pages::errors::Refusal;
use crate::problem::{Code, Problem};
use crate::request::{extension, path, set_status};

/// An entry of the rail.
struct Place {
    path: &'static str,
    label: &'static str,
    icon: &'static str,
}

/// The pages one can go to from anywhere, in the order of the rail; the policy says who sees which.
const PLACES: &[Place] = &[
    Place { path: "/customers", label: "Customers", icon: "people" },
    Place { path: "/orders", label: "Orders", icon: "order" },
    Place { path: "/pipeline", label: "Pipeline", icon: "board" },
    Place { path: "/trail", label: "Trail", icon: "trail" },
];

/// True when this role may use that page or function.
fn opens(path: &str, role: Role) -> bool {
    policy::find(path).is_some_and(|row| row.allows(role))
}

/// Where a role's work begins: path, and its name in the middle of a sentence.
pub fn home(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Support => ("/", "customers"),
        Role::Sales => ("/", "the pipeline"),
        Role::Engineer | Role::Admin => ("/", "the trail"),
    }
}

/// One whole document: waits for the page, then writes everything around it and sets the status.
pub(crate) fn document<F, Fut>(show: F) -> impl IntoView
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    let whole = Suspend::new(async move {
        let page = show().await.unwrap_or_else(refusal);
        if let Some(path) = &page.go {
            crate::request::see_other(path);
        }
        let title = format!("{} · Heliodesk", page.title);
        view! {
            <Head title/>
            <body>
                <Sprite/>
                <Frame page/>
            </body>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">{whole}</html>
    }
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
            <meta name="color-scheme" content="light dark"/>
            <title>{title}</title>
            {icon}
            {css}
            {scripts}
        </head>
    }
}

/// Where pages with islands begin: these fetch the program before the script asks for it, the others never need it.
const ALIVE: [&str; 4] = ["/customers/", "/enroll/", "/me", "/sign-in"];

/// What the browser fetches at once, where it will be needed.
fn early(wasm: &'static str) -> Option<impl IntoView> {
    let path = path();
    ALIVE.iter().any(|start| path.starts_with(start)).then(|| {
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
                <main class="page" id="main" tabindex="-1">
                    <Flash/>
                    {page.view}
                </main>
            </div>
            <SignInAgain/>
        }
        .into_any(),
    }
}

/// Opened by islands where a session has ended: the page and what was typed in it stay.
#[component]
fn SignInAgain() -> impl IntoView {
    view! {
        <Dialog id=SIGN_IN_AGAIN title="Your session has ended">
            <form method="dialog">
                <div class="body"><p>"Nothing is saved yet, and nothing you typed is lost."</p></div>
                <footer>
                    <Button>"Not now"</Button>
                    <Button primary=true icon="key" attr:value="again">"Sign in with a passkey"</Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// A page that stands alone: the mark, one panel, the horizon.
#[component]
fn Alone(view: AnyView) -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="alone">
            <main id="main" tabindex="-1">
                <p><Brand/></p>
                <Flash/>
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

/// The bar on top: mark, search box for those who may search, own menu.
#[component]
fn Bar(viewer: Viewer) -> impl IntoView {
    let search = opens("/api/customers/search", viewer.role).then(|| view! { <Search/> });
    let initials = initials(&viewer.name);
    view! {
        <header class="topbar">
            <button class="button quiet square rail-toggle" r#type="button" popovertarget="rail" aria-label="Menu">
                <Icon name="menu"/>
            </button>
            <a class="home" href="/" aria-label="Heliodesk, home"><Brand/></a>
            {search}
            <div class="topbar-end">
                <button class="person" r#type="button" popovertarget="own-menu">
                    <span class="avatar" aria-hidden="true">{initials}</span>
                    <span><bdi>{viewer.name}</bdi> " " <small>{role_name(viewer.role)}</small></span>
                </button>
                <div class="menu" id="own-menu" popover="auto">
                    <p>"A session ends after 15 minutes idle, and after 12 hours at the latest."</p>
                    <a href="/me"><Icon name="key"/>"Passkeys and sessions"</a>
                </div>
                <form class="sign-out" method="post" action="/me?do=sign-out">
                    <button class="button quiet"><Icon name="out"/><span>"Sign out"</span></button>
                </form>
            </div>
        </header>
    }
}

/// The one search box; its term is posted, never in an address.
#[component]
fn Search() -> impl IntoView {
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
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}

/// Where one can go.
#[component]
fn Rail(role: Role) -> impl IntoView {
    let here = path();
    let current = |place: &str| {
        let inside = here.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside.then_some("page")
    };
    let places = PLACES.iter().filter(|place| opens(place.path, role));
    let places: Vec<_> = places
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

/// A role as people read it.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Support => "Support",
        Role::Sales => "Sales",
        Role::Engineer => "Engineer",
        Role::Admin => "Admin",
    }
}

/// First letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
