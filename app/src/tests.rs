//! The shell around every page, and the pages that refuse, rendered whole.

use crate::components::Area;
use crate::pages::Page;
use crate::request::{path, query};
use crate::routes::render;
use crate::{App, Assets, Problem, error_page, router};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use heliodesk_desk::access::Request as Sender;
use heliodesk_desk::{Desk, Settings, clock::Clock, keys::Keys, policy};
use heliodesk_wire::Role;
use heliodesk_wire::me::{Preferences, Theme, Viewer};
use leptos::nonce::Nonce;
use leptos::prelude::*;
use tower::ServiceExt;

const ASSETS: Assets = Assets {
    css: Some("/assets/main.0.css"),
    icon: Some("/assets/icon.0.svg"),
    boot: Some("/assets/boot.0.js"),
    module: Some("/assets/app.0.js"),
    wasm: Some("/assets/app.0.wasm"),
};

pub(crate) fn viewer(role: Role) -> Viewer {
    Viewer {
        staff: "s1".into(),
        name: "Mia Torres".into(),
        email: "mia@solar.example".into(),
        role,
        preferences: Default::default(),
    }
}

async fn text(answer: Response<Body>) -> String {
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a page");
    String::from_utf8(bytes.to_vec()).expect("a page")
}

pub(crate) fn get(path: &str, viewer: Option<Viewer>) -> Request<Body> {
    let mut request = Request::get(path).body(Body::empty()).expect("a page");
    request.extensions_mut().insert(Sender { id: "inc-4f7a".into(), ..Sender::default() });
    if let Some(viewer) = viewer {
        request.extensions_mut().insert(viewer);
    }
    request
}

/// An application over an empty desk of its own.
pub(crate) async fn app() -> App {
    let folder = std::env::temp_dir().join(format!("heliodesk-shell-{}", Clock::System.id()));
    std::fs::create_dir_all(&folder).expect("a page");
    let desk = Desk::open(Settings {
        database_url: format!("sqlite:{}", folder.join("desk.db").display()),
        keys: Keys::generate(),
        origin: "http://localhost:3000".into(),
        checkpoint_dir: folder,
        reveal_cap: 25,
        time_zone: jiff::tz::TimeZone::UTC,
        clock: Clock::at(1_700_000_000_000),
    });
    App { desk: desk.await.expect("a page"), assets: ASSETS }
}

#[tokio::test]
async fn each_role_starts_at_its_own_page() {
    for (role, path) in
        [(Role::Support, "/customers"), (Role::Sales, "/pipeline"), (Role::Engineer, "/trail"), (Role::Admin, "/trail")]
    {
        let answer = router(app().await).oneshot(get("/", Some(viewer(role)))).await.expect("a page");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], path);
    }
}

#[tokio::test]
async fn an_unknown_address_is_404_in_the_shell_with_the_incident() {
    let answer = router(app().await).oneshot(get("/nowhere", Some(viewer(Role::Support)))).await.expect("a page");
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let page = text(answer).await;
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(page.contains("<title>Nothing at this address · Heliodesk</title>"), "{page}");
    assert!(page.contains("inc-4f7a"), "{page}");
    assert!(page.contains("Sign out"), "{page}");
    assert!(!page.contains("nowhere"), "the address is not quoted: {page}");
    assert_eq!(page.matches("<h1").count(), 1, "{page}");
}

#[tokio::test]
async fn who_is_not_signed_in_sees_no_rail_and_no_search_box() {
    let app = app().await;
    let _ = router(app.clone());
    let problem = Problem { retry_after: Some(120), ..Problem::new("throttled") };
    let answer = error_page(&app, get("/customers", None), problem).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "120");
    let page = text(answer).await;
    assert!(!page.contains("Search customers") && !page.contains("Sign out"), "{page}");
    assert!(page.contains("in 2 minutes"), "{page}");
}

#[tokio::test]
async fn scripts_carry_the_nonce_of_the_header_and_nothing_has_a_style_attribute() {
    let mut request = get("/nowhere", Some(viewer(Role::Engineer)));
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let page = text(router(app().await).oneshot(request).await.expect("a page")).await;
    for tag in page.split('<').filter(|tag| tag.starts_with("script")) {
        assert!(tag.contains(&format!("nonce=\"{}\"", &*nonce)), "{tag}");
    }
    assert!(page.contains("data-wasm=\"/assets/app.0.wasm\""), "{page}");
    assert!(!page.contains(" style="), "{page}");
    assert!(!page.contains("Search customers"), "engineers do not search customers: {page}");
}

#[tokio::test]
async fn an_unknown_function_is_404_as_json() {
    let request = Request::post("/api/no/such").body(Body::empty()).expect("a page");
    let answer = router(app().await).oneshot(request).await.expect("a page");
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(answer).await, r#"{"code":"not_found","incident":"","fields":{}}"#);
}

#[tokio::test]
async fn a_form_that_names_no_function_is_404() {
    for address in ["/", "/?do=", "/?do=../../etc", "/?do=no/such"] {
        let mut request = Request::post(address).body(Body::empty()).expect("a page");
        request.extensions_mut().insert(viewer(Role::Support));
        let answer = router(app().await).oneshot(request).await.expect("a page");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{address}");
    }
}

/// A page that waits, as for a database, and asks about its request before and after.
async fn patient() -> Result<Page, Problem> {
    let before = path();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    if query("refuse").is_some() {
        return Err(Problem::new("not_found"));
    }
    Ok(Page::new("Patience", view! { <p>{format!("{before} and {}", path())}</p> }))
}

#[tokio::test]
async fn a_page_that_waits_is_whole_and_its_status_is_true() {
    let app = app().await;
    let _ = router(app.clone());
    let answer = render(&app, get("/me", Some(viewer(Role::Sales))), patient).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = text(answer).await;
    assert!(page.contains("<p>/me and /me</p>"), "{page}");
    assert!(page.contains("<title>Patience · Heliodesk</title>"), "{page}");
    let answer = render(&app, get("/me?refuse=1", Some(viewer(Role::Sales))), patient).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

/// A page that reads through a resource, as none should have to; its data must still be sent only once.
async fn with_resource() -> Result<Page, Problem> {
    let read = Resource::new(|| (), |()| async { "read once".to_owned() }).await;
    Ok(Page::new("Resource", view! { <p>{read}</p> }))
}

#[tokio::test]
async fn what_a_page_read_on_the_server_is_written_into_it_once() {
    let app = app().await;
    let _ = router(app.clone());
    let page = text(render(&app, get("/me", Some(viewer(Role::Support))), with_resource).await).await;
    assert_eq!(page.matches("read once").count(), 1, "{page}");
}

/// A page with a text that somebody goes on writing.
async fn with_draft() -> Result<Page, Problem> {
    let typed = "\n</textarea><script>&lt;1";
    Ok(Page::new("Draft <1>", view! { <Area label="Note" name="note" value=typed/> }))
}

#[tokio::test]
async fn a_text_that_is_edited_holds_what_was_typed_and_nothing_else() {
    let app = app().await;
    let _ = router(app.clone());
    let page = text(render(&app, get("/me", Some(viewer(Role::Support))), with_draft).await).await;
    assert!(page.contains(">\n\n&lt;/textarea>&lt;script>&amp;lt;1</textarea>"), "{page}");
    assert!(page.contains("<title>Draft &lt;1&gt; · Heliodesk</title>"), "{page}");
    assert!(!page.contains("<!>"), "markers of the framework, which would be text in some places: {page}");
}

#[tokio::test]
async fn a_name_is_shown_as_text_whatever_it_holds() {
    let app = app().await;
    let name = "<script>alert(1)</script>\u{202e}x".to_owned();
    let request = get("/nowhere", Some(Viewer { name, ..viewer(Role::Sales) }));
    let page = text(router(app).oneshot(request).await.expect("a page")).await;
    assert!(page.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
}

/// The part of a page between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(from).expect(from);
    rest.split_once(to).expect(to).0
}

#[tokio::test]
async fn palette_and_rail_offer_what_the_policy_allows_and_nothing_else() {
    let app = app().await;
    for role in Role::ALL {
        let may = |path: &str| policy::find(path).expect("a row").allows(role);
        let page = text(router(app.clone()).oneshot(get("/nowhere", Some(viewer(role)))).await.expect("a page")).await;
        let palette = between(&page, "id=\"palette\"", "</dialog>");
        let rail = between(&page, "id=\"rail\"", "</nav>");
        let sheet = between(&page, "id=\"shortcuts\"", "</dialog>");
        let mut offered = 0;
        for (path, key) in [("/customers", "c"), ("/orders", "o"), ("/pipeline", "p"), ("/trail", "t")] {
            let link = format!("href=\"{path}\"");
            assert_eq!(palette.contains(&link), may(path), "{role} {path}: {palette}");
            assert_eq!(rail.contains(&link), may(path), "{role} {path}: {rail}");
            assert_eq!(palette.contains(&format!("data-go=\"{key}\"")), may(path), "{role} {path}");
            assert_eq!(sheet.contains(&format!("<kbd>{key}</kbd>")), may(path), "{role} {path}: {sheet}");
            offered += usize::from(may(path));
        }
        assert_eq!(palette.contains("Search customers"), may("/api/customers/search"), "{role}");
        assert_eq!(sheet.contains("Search customers"), may("/api/customers/search"), "{role}");
        for own in ["href=\"/me\"", "?do=sign-out", "?do=preferences/save", "Keyboard shortcuts"] {
            assert!(palette.contains(own), "{role} {own}: {palette}");
        }
        // Own page, shortcuts, three themes and signing out belong to everybody; nothing else is offered.
        let numbers = ["/orders/{id}", "/customers/{id}"].into_iter().filter(|path| may(path)).count();
        assert_eq!(palette.matches("data-number").count(), numbers, "{role}: {palette}");
        let all = offered + numbers + usize::from(may("/api/customers/search")) + 6;
        assert_eq!(palette.matches("data-entry").count(), all, "{role}: {palette}");
    }
}

#[tokio::test]
async fn preferences_stand_in_the_first_byte_and_the_islands_program_is_fetched_at_once() {
    let app = app().await;
    let preferences = Preferences { theme: Theme::Dark, shortcuts: false };
    for (preferences, attributes, scheme) in [
        (Preferences::default(), "<html lang=\"en\" data-staff=\"s1\">", "light dark"),
        (preferences, "<html lang=\"en\" data-staff=\"s1\" data-theme=\"dark\" data-shortcuts=\"off\">", "dark"),
    ] {
        let request = get("/nowhere", Some(Viewer { preferences, ..viewer(Role::Engineer) }));
        let page = text(router(app.clone()).oneshot(request).await.expect("a page")).await;
        assert!(page.contains(attributes), "{page}");
        assert!(page.contains(&format!("name=\"color-scheme\" content=\"{scheme}\"")), "{page}");
        assert!(page.contains("rel=\"preload\" href=\"/assets/app.0.wasm\""), "{page}");
    }
    let stranger = text(router(app).oneshot(get("/nowhere", None)).await.expect("a page")).await;
    assert!(stranger.contains("<html lang=\"en\">") && !stranger.contains("rel=\"preload\""), "{stranger}");
}
