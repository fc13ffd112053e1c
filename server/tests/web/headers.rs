//! The headers of every kind of answer.

use axum::http::Method;
use heliodesk_wire::Role;

use crate::world::{Answer, Setting, World, request};

fn check(answer: &Answer, what: &str) -> String {
    let policy = answer.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect(what);
    assert!(nonce.len() >= 22, "{what}: {nonce}");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "{what}"
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let allowed = answer.header("permissions-policy");
    for own in ["publickey-credentials-get=(self)", "publickey-credentials-create=(self)", "clipboard-write=(self)"] {
        assert!(allowed.contains(own), "{what}: {allowed}");
    }
    assert!(!answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"), "{what}");
    nonce.to_owned()
}

#[tokio::test]
async fn every_answer_has_them_errors_included_and_each_its_own_nonce() {
    for world in World::both().await {
        let mut support = world.join(Role::Support).await;
        let mut nonces = Vec::new();
        for (method, path, body, status) in [
            (Method::GET, "/healthz", "", 200),
            (Method::GET, "/sign-in", "", 200),
            (Method::GET, "/", "", 303),
            (Method::GET, "/nothing", "", 404),
            (Method::GET, "/api/nothing", "", 404),
            (Method::GET, "/assets/nothing.css", "", 404),
            (Method::GET, "/api/sign-out", "", 405),
            (Method::POST, "/api/sign-out", "", 401),
            (Method::POST, "/api/sign-in/begin", "junk", 422),
            (Method::POST, "/api/sign-in/begin", "ask[email]=x@desk.example", 200),
            (Method::POST, "/api/sign-in/finish", "ask[ceremony]=x&ask[credential]=x", 422),
        ] {
            let what = format!("{method} {path}");
            let answer = world.send(request(method, path, "", body)).await;
            assert_eq!(answer.status, status, "{what} {}", answer.text);
            assert!(!answer.headers.contains_key("strict-transport-security"), "{what}: HSTS is for https");
            nonces.push(check(&answer, &what));
        }
        for path in ["/me", "/customers", "/customers/C-404404", "/trail", "/nothing"] {
            let answer = support.get(path).await;
            let nonce = check(&answer, path);
            assert!(answer.text.contains(&format!("nonce=\"{nonce}\"")) || !answer.text.contains("<script"), "{path}");
            nonces.push(nonce);
        }
        let all = nonces.len();
        nonces.sort();
        nonces.dedup();
        assert_eq!(nonces.len(), all, "no nonce is used twice");
    }
}

#[tokio::test]
async fn on_https_browsers_are_told_to_stay_there() {
    for world in World::both_with(&Setting { origin: "https://desk.example", ..Setting::default() }).await {
        let request = axum::http::Request::builder()
            .uri("/sign-in")
            .header("host", "desk.example")
            .body(axum::body::Body::empty())
            .expect("a request");
        let answer = world.send(request).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"));
    }
}
