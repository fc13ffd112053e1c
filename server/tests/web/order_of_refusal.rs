//! The order of refusal: a request with every fault is told the first, and then the next once that one is mended.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use heliodesk_wire::Role;

use crate::world::{HOST, World};

/// A request with all faults but those already mended.
struct Faulty<'a> {
    declared: bool,
    host: bool,
    path: bool,
    method: bool,
    site: bool,
    cookies: &'a str,
    kind: bool,
    streamed: bool,
    keys: bool,
}

impl Faulty<'_> {
    fn request(&self) -> Request<Body> {
        let mut request = Request::builder()
            .method(if self.method { Method::PUT } else { Method::POST })
            .uri(if self.path { "/api/customers/destroy" } else { "/api/customers/verify" })
            .header(header::HOST, if self.host { "evil.example" } else { HOST })
            .header("sec-fetch-site", if self.site { "cross-site" } else { "same-origin" })
            .header(
                header::CONTENT_TYPE,
                if self.kind { "text/plain" } else { "application/x-www-form-urlencoded; charset=utf-8" },
            );
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookies);
        }
        if self.declared {
            request = request.header(header::CONTENT_LENGTH, 10_000_000);
        } else {
            request = request.header(header::TRANSFER_ENCODING, "chunked");
        }
        let body = match (self.streamed, self.keys) {
            (true, _) => format!("ask[customer]={}", "x".repeat(100_000)),
            (false, true) => "ask[customer]=C-1&ask%5Bcustomer%5D=C-2".to_owned(),
            (false, false) => "ask[customer]=C-404404&ask[field]=nonsense&ask[value]=x".to_owned(),
        };
        // A stream declares no length.
        let chunks = vec![Ok::<_, std::io::Error>(body)];
        request.body(Body::from_stream(futures::stream::iter(chunks))).expect("a request")
    }
}

#[tokio::test]
async fn a_request_with_every_fault_is_told_the_first_and_then_the_next() {
    for world in World::both().await {
        let (sales, support) = (world.join(Role::Sales).await.cookies(), world.join(Role::Support).await.cookies());
        let mut faulty = Faulty {
            declared: true,
            host: true,
            path: true,
            method: true,
            site: true,
            cookies: "",
            kind: true,
            streamed: true,
            keys: true,
        };
        let mut told = Vec::new();
        type Mend<'a> = Box<dyn Fn(&mut Faulty<'a>) + 'a>;
        let mends: [Mend; 10] = [
            Box::new(|_| {}),
            Box::new(|f| f.declared = false),
            Box::new(|f| f.host = false),
            Box::new(|f| f.path = false),
            Box::new(|f| f.method = false),
            Box::new(|f| f.site = false),
            Box::new(|f| f.cookies = &sales),
            Box::new(|f| f.cookies = &support),
            Box::new(|f| f.kind = false),
            Box::new(|f| f.streamed = false),
        ];
        for mend in mends {
            mend(&mut faulty);
            let answer = world.send(faulty.request()).await;
            let json = answer.json();
            assert_eq!(json["fields"], serde_json::json!({}), "{}", answer.text);
            assert_eq!(json["incident"].as_str().map(str::len), Some(26), "{}", answer.text);
            told.push((answer.status, json["code"].as_str().expect("a code").to_owned()));
        }
        let told: Vec<_> = told.iter().map(|(status, code)| (*status, code.as_str())).collect();
        assert_eq!(
            told,
            [
                (413, "too_large"),
                (421, "wrong_host"),
                (404, "not_found"),
                (405, "not_post"),
                (403, "cross_site"),
                (401, "signed_out"),
                (403, "forbidden"),
                (415, "wrong_type"),
                (413, "too_large"),
                (422, "invalid"),
            ]
        );
        faulty.keys = false;
        let answer = world.send(faulty.request()).await;
        assert!(
            [404, 422].contains(&answer.status),
            "the handler has the last word: {} {}",
            answer.status,
            answer.text
        );
    }
}

#[tokio::test]
async fn too_often_comes_before_signed_out_and_says_when_to_come_back() {
    for world in World::both().await {
        let mut told = Vec::new();
        while told.last() != Some(&429) && told.len() < 2000 {
            let request = crate::world::request(Method::POST, "/api/sign-out", "", "");
            let answer = world.send(request).await;
            if answer.status == 429 {
                assert_eq!(answer.json()["code"], "throttled");
                let wait: u64 = answer.header("retry-after").parse().expect("seconds");
                assert!((1..=60).contains(&wait));
            }
            told.push(answer.status);
        }
        assert_eq!((told[0], told[239], told.last()), (401, 401, Some(&429)));
    }
}

#[tokio::test]
async fn pages_send_strangers_to_the_sign_in_page_and_other_methods_away() {
    for world in World::both().await {
        for path in ["/", "/me"] {
            let answer = world.get(path).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"), "{path}");
        }
        for (method, path, status) in [
            (Method::DELETE, "/me", 405),
            (Method::POST, "/me", 405),
            (Method::OPTIONS, "/api/sign-out", 405),
            (Method::GET, "/api/sign-out", 405),
            (Method::HEAD, "/api/sign-out", 405),
            (Method::GET, "/api/", 404),
            (Method::GET, "/api/nothing", 404),
            (Method::GET, "/me/", 404),
            (Method::GET, "//me", 404),
            (Method::GET, "/%6De", 404),
            (Method::GET, "/Me", 404),
            (Method::GET, "/enroll/", 404),
            (Method::GET, "/assets/../me", 404),
            (Method::POST, "/assets/x", 405),
        ] {
            let answer = world.send(crate::world::request(method.clone(), path, "", "")).await;
            assert_eq!(answer.status, status, "{method} {path}");
        }
        for path in ["/me?do=sign-out", "/sign-in?do=sign-out", "/me?%64o=sign%2Dout"] {
            let answer = world.send(crate::world::request(Method::POST, path, "", "")).await;
            assert_eq!(answer.status, 401, "{path}");
            assert!(answer.text.contains("Nothing was saved"), "{path}");
        }
        for path in [
            "/me?do=me",
            "/me?do=",
            "/me?do=sign-out&do=sign-out",
            "/me?do=../me",
            "/me?do",
            "/me?%64o=sign-out&do=sign-out",
        ] {
            let answer = world.send(crate::world::request(Method::POST, path, "", "")).await;
            assert!([404, 405].contains(&answer.status), "{path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn only_our_host_is_served_and_probes_come_by_address() {
    for world in World::both().await {
        let ask = |path: &str, hosts: &[&str]| {
            let mut request = Request::builder().uri(path);
            for host in hosts {
                request = request.header(header::HOST, *host);
            }
            world.send(request.body(Body::empty()).expect("a request"))
        };
        for hosts in
            [&["evil.example"][..], &["localhost"], &["localhost:3001"], &[], &[HOST, HOST], &["localhost:3000."]]
        {
            assert_eq!(ask("/sign-in", hosts).await.status, 421, "{hosts:?}");
            assert_eq!(ask("/nothing", hosts).await.status, 421, "{hosts:?}");
        }
        assert_eq!(ask("http://evil.example/sign-in", &[HOST]).await.status, 421);
        assert_ne!(ask("/sign-in", &["LOCALHOST:3000"]).await.status, 421);
        for path in ["/healthz", "/readyz"] {
            let answer = ask(path, &["10.0.0.7:3000"]).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, "ok"), "{path}");
        }
    }
}
