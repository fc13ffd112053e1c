//! Cookies and sessions as a browser sees them.

use axum::http::{Method, header};
use heliodesk_desk::staff;
use heliodesk_wire::Role;

use crate::world::{World, form, request};

/// What a `Set-Cookie` of this name says after its value.
fn attributes(answer: &crate::world::Answer, name: &str) -> String {
    let lines = answer.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().expect("text"));
    let line = lines.into_iter().find(|line| line.starts_with(&format!("{name}="))).expect("is set");
    line.split_once(';').expect("has attributes").1.trim().to_owned()
}

#[tokio::test]
async fn every_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts() {
    for world in World::both().await {
        let mut ada = world.join(Role::Support).await;
        let begun = ada.post("/api/sign-in/begin", &[("email", "support@desk.example")]).await;
        let ask = ada.assertion(&begun.json());
        let done = ada.post("/api/sign-in/finish", &ask).await;
        assert_eq!(done.text, "{}");
        for (answer, name) in [(&begun, "__Host-ceremony"), (&done, "__Host-session"), (&done, "__Host-email")] {
            let attributes = attributes(answer, name);
            for wanted in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
                assert!(attributes.contains(wanted), "{name}: {attributes}");
            }
            assert!(!attributes.contains("Domain"), "{name}: {attributes}");
        }
    }
}

#[tokio::test]
async fn a_new_cookie_comes_with_sign_in_and_step_up_and_the_old_one_is_dead() {
    for world in World::both().await {
        let mut ada = world.join(Role::Support).await;
        let enrolled = ada.cookies();
        ada.sign_in().await;
        let signed_in = ada.cookies();
        ada.add_passkey().await;
        let touched = ada.cookies();
        assert!(enrolled != signed_in && signed_in != touched);
        for (cookies, status) in [(enrolled, 303), (signed_in, 303), (touched, 200)] {
            let page = world.send(request(Method::GET, "/me", &cookies, "")).await;
            assert_eq!(page.status, status);
        }
    }
}

#[tokio::test]
async fn a_failed_request_hands_out_no_session_and_a_foreign_cookie_is_nobody() {
    for world in World::both().await {
        let mut ada = world.join(Role::Support).await;
        let begun = ada.post("/api/sign-in/begin", &[("email", "support@desk.example")]).await.json();
        let ask = ada.assertion(&begun);
        // Another browser, which has no ceremony cookie.
        let stolen = world.send(request(Method::POST, "/api/sign-in/finish", "", &form(&ask))).await;
        assert_eq!((stolen.status, &stolen.json()["code"]), (401, &"sign_in_failed".into()));
        assert!(!stolen.headers.contains_key(header::SET_COOKIE));
        for cookie in ["__Host-session=", "__Host-session=AAAAAAAAAAAAAAAAAAAAAA", "__Host-session=%00"] {
            let page = world.send(request(Method::GET, "/me", cookie, "")).await;
            assert_eq!((page.status, page.header("location")), (303, "/sign-in"), "{cookie}");
        }
    }
}

#[tokio::test]
async fn signing_out_clears_what_the_browser_kept_and_a_late_post_saves_nothing() {
    for world in World::both().await {
        let mut ada = world.join(Role::Support).await;
        let before = ada.cookies();
        let out = ada.post("/me?do=sign-out", &[]).await;
        assert_eq!((out.status, out.header("location")), (303, "/sign-in"));
        assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
        assert!(attributes(&out, "__Host-session").contains("Max-Age=0"));

        let entries = world.entries().await;
        let late = world.send(request(Method::POST, "/me?do=sign-out", &before, "")).await;
        assert_eq!(late.status, 401);
        assert!(
            late.text.contains("Nothing was saved") && late.text.contains("Sign in with a passkey"),
            "{}",
            late.text
        );
        assert_eq!(world.entries().await, entries);
    }
}

#[tokio::test]
async fn the_address_is_remembered_on_the_device_until_somebody_says_not_me() {
    for world in World::both().await {
        let mut ada = world.join(Role::Support).await;
        ada.post("/api/sign-out", &[]).await;
        let page = ada.get("/sign-in").await;
        assert!(page.text.contains("support@desk.example") && page.text.contains("Not you?"), "{}", page.text);
        let begun = ada.post("/api/sign-in/begin", &[("email", "")]).await;
        assert_eq!(begun.status, 200, "an empty address is the remembered one");
        let forgot = ada.post("/sign-in?do=sign-in/forget", &[]).await;
        assert_eq!((forgot.status, forgot.header("location")), (303, "/sign-in"));
        let page = ada.get("/sign-in").await;
        assert!(!page.text.contains("support@desk.example"), "{}", page.text);
        assert_eq!(ada.post("/api/sign-in/begin", &[("email", "")]).await.status, 422);
    }
}

#[tokio::test]
async fn a_used_link_is_not_found_and_a_session_of_somebody_else_is_not_there_to_end() {
    for world in World::both().await {
        let token = world.invite("ada@desk.example", Role::Support).await;
        assert_eq!(world.get(&format!("/enroll/{token}")).await.status, 200);
        assert_eq!(world.get("/enroll/none").await.status, 404);
        let mut eve = world.join(Role::Sales).await;
        for session in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01BX5ZZKBKACTAV9WEVGEMMVRZ", "x"] {
            assert_eq!(eve.post("/api/sessions/end", &[("session", session)]).await.status, 404);
        }
    }
}

#[tokio::test]
async fn a_role_changed_between_page_and_post_saves_nothing_and_the_new_role_decides() {
    for world in World::both().await {
        let root = world.join(Role::Admin).await;
        let mut mia = world.join_as("mia@desk.example", Role::Support).await;
        let page = mia.get("/orders/O-900001").await;
        assert!(page.status == 200 && page.text.contains("ask[version]"), "{}", page.text);
        let id = mia.me().await.viewer.staff;
        staff::change_role(&root.actor().await, &id, Role::Sales).await.expect("changes");

        let before = world.entries().await;
        let typed = [("order", "O-900001"), ("version", "1"), ("panels", "30")];
        for path in ["/orders/O-900001?do=orders/edit", "/orders/O-900001?do=orders/edit&step=review"] {
            let late = mia.post(path, &typed).await;
            assert!(late.status == 401 && late.text.contains("Nothing was saved"), "{path}: {}", late.text);
        }
        assert_eq!(mia.post("/api/orders/edit", &typed).await.json()["code"], "signed_out");
        assert_eq!(mia.get("/orders/O-900001").await.status, 303, "nor is anything shown");
        assert_eq!(world.entries().await, before);

        mia.sign_in().await;
        assert_eq!(mia.post("/api/orders/edit", &typed).await.json()["code"], "forbidden");
        assert_eq!(mia.get("/orders/O-900001").await.status, 403);
        assert_eq!(mia.get("/pipeline").await.status, 200);
        let last: Vec<_> = world.trail().await.split_off(usize::try_from(before).expect("fits"));
        let told: Vec<_> = last.iter().map(|entry| (entry["action"].as_str(), entry["role"].as_str())).collect();
        let sales = Some("sales");
        let expected = ["sign_in.succeeded", "access.denied", "access.denied", "pipeline.viewed"];
        assert_eq!(told, expected.map(|action| (Some(action), sales)));

        staff::change_role(&root.actor().await, &id, Role::Support).await.expect("changes back");
        mia.sign_in().await;
        assert_eq!(mia.post("/api/orders/edit", &typed).await.json()["version"], 2, "the order was as it had been");
    }
}

#[tokio::test]
async fn who_was_asked_to_sign_in_goes_on_to_where_they_were_going_and_nowhere_else() {
    for world in World::both().await {
        let mut ada = world.join(Role::Support).await;
        let (session, cookie) = (ada.session().await, ada.jar["__Host-session"].clone());
        assert_eq!(ada.post("/api/sessions/end", &[("session", &session)]).await.status, 200);
        // As in another window, which still has the cookie.
        ada.jar.insert("__Host-session".to_owned(), cookie);
        let asked = ada.get("/orders?city=Denver").await;
        assert_eq!((asked.status, &asked.headers[header::LOCATION]), (303, &"/sign-in".parse().expect("a header")));
        assert_eq!(ada.jar["__Host-way"], "/orders", "without what was looked for");
        let page = ada.get("/sign-in").await;
        assert!(page.text.contains("Your session has ended") && page.text.contains("Sign in to go on."));
        assert!(page.text.contains(r#"data-then="/?resume=1""#), "{}", page.text);
        ada.sign_in().await;
        let on = ada.get("/?resume=1").await;
        assert_eq!((on.status, &on.headers[header::LOCATION]), (303, &"/orders".parse().expect("a header")));
        assert_eq!(ada.jar["__Host-way"], "", "once");
        // What a role may not open, or what was put there by somebody else, leads home.
        for way in ["/trail", "//evil.example", "https://evil.example", "/orders?x=1", "/sign-in", "/api/sign-out"] {
            ada.jar.insert("__Host-way".to_owned(), way.to_owned());
            let home = ada.get("/?resume=1").await;
            assert_eq!(home.headers[header::LOCATION], "/customers", "{way}");
        }
        ada.jar.insert("__Host-way".to_owned(), "/orders".to_owned());
        assert_eq!(ada.get("/").await.headers[header::LOCATION], "/customers", "only after a sign-in");
    }
}
