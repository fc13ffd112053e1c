//! Posts from elsewhere, in every way a page can send one; and bodies with junk in them.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use heliodesk_wire::Role;

use crate::world::{HOST, ORIGIN, World};

const KINDS: [&str; 4] =
    ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/json"];

#[tokio::test]
async fn no_other_site_can_post_whatever_the_encoding() {
    for world in World::both().await {
        let mut support = world.join(Role::Support).await;
        let cookies = support.cookies();
        let before = world.entries().await;
        let foreign: [&[(&str, &str)]; 8] = [
            &[],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:3001")],
            &[("sec-fetch-site", "same-site"), ("origin", ORIGIN)],
        ];
        for kind in KINDS {
            for path in ["/api/sign-out", "/me?do=sign-out"] {
                for headers in foreign {
                    let mut request = Request::builder().method(Method::POST).uri(path);
                    request = request.header(header::HOST, HOST).header(header::COOKIE, &cookies);
                    request = request.header(header::CONTENT_TYPE, kind);
                    for (name, value) in headers {
                        request = request.header(*name, *value);
                    }
                    let answer = world.send(request.body(Body::empty()).expect("a request")).await;
                    assert_eq!(answer.status, 403, "{kind} {path} {headers:?}");
                }
            }
        }
        assert_eq!(world.entries().await, before + 1, "they are equal refusals, so one entry stands for them at once");
        assert_eq!(support.get("/me").await.status, 200, "and the session still lives");
    }
}

#[tokio::test]
async fn an_exact_origin_will_do_for_browsers_that_say_nothing_else() {
    for world in World::both().await {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/sign-in/begin")
            .header(header::HOST, HOST)
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("ask[email]=nobody@desk.example"))
            .expect("a request");
        assert_eq!(world.send(request).await.status, 200);
    }
}

#[tokio::test]
async fn however_a_name_is_escaped_it_is_the_same_name() {
    for world in World::both().await {
        let support = world.join(Role::Support).await;
        for (path, body) in [
            ("/api/orders/edit", "ask%5border%5d=O-900001&ask%5Bversion%5D=1&%61sk[adders]%5b0%5D="),
            ("/orders/O-900001?do=orders%2Fedit", "ask[order]=O-900001&ask[version]=1"),
            ("/orders/O-900001?%64o=orders%2fedit", "ask[order]=O-900001&ask[version]=1"),
        ] {
            let answer = world.send(crate::world::request(Method::POST, path, &support.cookies(), body)).await;
            assert!(matches!(answer.status, 200 | 303), "{path} {body}: {} {}", answer.status, answer.text);
        }
        let twice = "/orders/O-900001?do=orders/edit&%64o=orders/edit";
        let answer = world.send(crate::world::request(Method::POST, twice, &support.cookies(), "")).await;
        assert_eq!(answer.status, 404);
    }
}

#[tokio::test]
async fn junk_in_a_body_is_refused_before_anything_is_decoded() {
    for world in World::both().await {
        let support = world.join(Role::Support).await;
        let before = world.entries().await;
        for (path, body) in [
            ("/api/sign-out", "ask[x]=1"),
            ("/api/sign-out", "x=1"),
            ("/api/sign-out", "ask="),
            ("/api/customers/verify", "ask[customer]=C-900001&ask[field]=phone&ask[value]=1&ask[extra]=1"),
            ("/api/customers/verify", "ask[customer]=C-900001&ask[field]=phone&ask[value]=1&ask%5Bvalue%5D=2"),
            ("/api/customers/verify", "customer=C-900001&field=phone&value=1"),
            ("/api/customers/verify", "ask[customer]=C-900001&ask[field]=phone&ask[value]=%ff"),
            ("/api/customers/verify", "ask[customer][0]=C-900001&ask[field]=phone&ask[value]=1"),
            ("/api/customers/verify", "ask[customer]=C-900001&ask[field]=phone&ask[value]=1&"),
            ("/api/customers/verify", "{\"ask\":{\"customer\":\"C-900001\"}}"),
        ] {
            let answer = world.send(crate::world::request(Method::POST, path, &support.cookies(), body)).await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some("invalid")), "{path} {body}");
            assert!(!answer.text.contains("900001"), "{}", answer.text);
        }
        assert_eq!(world.entries().await, before, "junk is no try and leaves no entry");
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_not_found_in_the_same_way_as_any_other() {
    for world in World::both().await {
        let mut support = world.join(Role::Support).await;
        let mut engineer = world.join(Role::Engineer).await;
        let paths =
            [(true, "/customers/%ff"), (true, "/orders/%c3%28"), (false, "/trail/%ff"), (false, "/trail/%ff/proof")];
        for (is_support, path) in paths {
            let before = world.entries().await;
            let person = if is_support { &mut support } else { &mut engineer };
            let answer = person.get(path).await;
            assert_eq!(answer.status, 404, "{path} {}", answer.text);
            assert!(answer.text.contains("Nothing at this address"), "{path} {}", answer.text);
            assert_eq!(world.entries().await, before + 1, "{path}");
        }
        assert_eq!(world.get("/enroll/%ff").await.status, 404);
    }
}
