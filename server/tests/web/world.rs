//! The whole program in one process, on a database of its own, and people with authenticators in software.

use std::{collections::BTreeMap, io::Cursor, path::PathBuf};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use heliodesk_desk::{Desk, Settings, clock::Clock, import, keys::Keys, staff};
use heliodesk_server::{Options, app, origin::Origin};
use heliodesk_wire::Role;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use webauthn_authenticator_rs::{WebauthnAuthenticator as _, prelude::Url, softpasskey::SoftPasskey};

/// Where the program is browsed.
pub const ORIGIN: &str = "http://localhost:3000";
/// Its `Host`.
pub const HOST: &str = "localhost:3000";

/// A customer with two presold orders that nobody owns, and one whose order is installed.
const PLANTED: &str = r#"{"number":"C-900001","name":"Amelia Rivers","email":"amelia.rivers@example.net","phone":"+1 520 555 0142","street":"12 Juniper Lane","postcode":"85701","city":"Tucson","country":"US","account":"active","orders":[{"number":"O-900001","stage":"proposal_sent","panels":20,"watts":410,"price_minor":2465000,"currency":"USD"},{"number":"O-900003","stage":"lead","price_minor":1,"currency":"USD"}]}
{"number":"C-900002","name":"Bruno Keller","email":"bruno.keller@example.net","phone":"+1 520 555 0177","street":"9 Mesa Road","postcode":"85702","city":"Tucson","country":"US","account":"active","orders":[{"number":"O-900002","stage":"installed","price_minor":1800000,"currency":"USD"}]}
"#;

/// The program and its database.
pub struct World {
    pub desk: Desk,
    pub app: Router,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The JSON it holds.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text))
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

/// A request that our own page could have sent.
pub fn request(method: Method, path: &str, cookies: &str, body: &str) -> Request<Body> {
    let mut request = Request::builder().method(&method).uri(path).header(header::HOST, HOST);
    if !cookies.is_empty() {
        request = request.header(header::COOKIE, cookies);
    }
    if method == Method::POST {
        request = request
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len());
    }
    request.body(Body::from(body.to_owned())).expect("a request")
}

/// Fields as a form posts them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("ask%5B{name}%5D={}", escape(value))).collect();
    pairs.join("&")
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

impl World {
    /// An empty program with two customers, on SQLite.
    pub async fn new() -> Self {
        Self::at(ORIGIN, Clock::at(1_700_000_000_000)).await
    }

    /// A program browsed at `origin`, whose time is `clock`.
    pub async fn at(origin: &str, clock: Clock) -> Self {
        let folder = std::env::temp_dir().join(format!("heliodesk-web-{}", Clock::System.id()));
        std::fs::create_dir_all(folder.join("checkpoints")).expect("a folder");
        let settings = Settings {
            database_url: format!("sqlite:{}", folder.join("desk.db").display()),
            keys: Keys::generate(),
            origin: origin.to_owned(),
            checkpoint_dir: folder.join("checkpoints"),
            reveal_cap: 25,
            time_zone: jiff::tz::TimeZone::UTC,
            clock,
        };
        let desk = Desk::open(settings).await.expect("opens");
        let planted = import::run(&desk.server_command(), Cursor::new(PLANTED), |_, _| {}).await;
        assert_eq!(planted.expect("imports").new, 2);
        let app = app(desk.clone(), Options::new(&desk, Origin::parse(origin).expect("an origin")));
        Self { desk, app, folder }
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.app.clone().oneshot(request).await.expect("the program always answers");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// Asks for a page as nobody.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, "", "")).await
    }

    /// How many entries the trail has.
    pub async fn entries(&self) -> u64 {
        self.desk.publish_now().await.expect("publishes").map_or(0, |newest| newest.size())
    }

    /// Invites, enrols and signs in a person of this role, through the public functions only.
    pub async fn join(&self, role: Role) -> Person<'_> {
        self.join_as(&format!("{role}@desk.example"), role).await
    }

    /// As [`World::join`], with an e-mail address.
    pub async fn join_as(&self, email: &str, role: Role) -> Person<'_> {
        let token = self.invite(email, role).await;
        let mut person =
            Person { world: self, email: email.to_owned(), jar: BTreeMap::new(), key: SoftPasskey::new(true) };
        let ask = person.enrolment(&token).await;
        let answer = person.post("/api/enroll/finish", &ask).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        person
    }

    /// The token of a fresh enrolment link.
    pub async fn invite(&self, email: &str, role: Role) -> String {
        let invited = staff::invite(&self.desk.server_command(), email, "Ada Example", role, role == Role::Admin).await;
        invited.expect("is invited").link.rsplit('/').next().expect("a token").to_owned()
    }
}

/// A person, their browser's cookies and their passkey.
pub struct Person<'w> {
    world: &'w World,
    pub email: String,
    pub jar: BTreeMap<String, String>,
    key: SoftPasskey,
}

impl Person<'_> {
    /// The `Cookie` header of this browser.
    pub fn cookies(&self) -> String {
        let pairs: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(request(Method::GET, path, &self.cookies(), "")).await
    }

    /// Calls a function, or posts a form to its page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(request(Method::POST, path, &self.cookies(), &form(fields))).await
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.world.send(request).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.jar.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Begins an enrolment and makes the passkey: what `enroll/finish` is to be sent.
    pub async fn enrolment(&mut self, token: &str) -> [(&'static str, &'static str); 2] {
        let begun = self.post("/api/enroll/begin", &[("token", token)]).await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        self.creation(&begun.json())
    }

    /// Makes a passkey as the options say: what the function that finishes is to be sent.
    pub fn creation(&mut self, begun: &Value) -> [(&'static str, &'static str); 2] {
        let options = serde_json::from_value(json!({ "publicKey": begun["publicKey"] })).expect("creation options");
        let made = self.key.do_registration(url(), options).expect("creates a passkey");
        answer(begun, serde_json::to_string(&made).expect("JSON"))
    }

    /// Signs as the options say: what the function that finishes is to be sent.
    pub fn assertion(&mut self, begun: &Value) -> [(&'static str, &'static str); 2] {
        let options = serde_json::from_value(json!({ "publicKey": begun["publicKey"] })).expect("request options");
        let signed = self.key.do_authentication(url(), options).expect("signs");
        answer(begun, serde_json::to_string(&signed).expect("JSON"))
    }

    /// Uses another authenticator from now on.
    pub fn take_another_key(&mut self) {
        self.key = SoftPasskey::new(true);
    }

    /// Signs in, in this browser.
    pub async fn sign_in(&mut self) {
        let email = self.email.clone();
        let begun = self.post("/api/sign-in/begin", &[("email", &email)]).await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        let ask = self.assertion(&begun.json());
        let done = self.post("/api/sign-in/finish", &ask).await;
        assert_eq!(done.status, 200, "{}", done.text);
    }

    /// Adds a passkey on another authenticator and goes on with that one.
    pub async fn add_passkey(&mut self) {
        let begun = self.post("/api/passkeys/begin", &[]).await.json();
        self.touch("passkeys/finish", begun["ceremony"].as_str().expect("a ceremony")).await;
        self.take_another_key();
        let ask = self.creation(&begun);
        let done = self.post("/api/passkeys/finish", &ask).await;
        assert_eq!(done.status, 200, "{}", done.text);
    }

    /// A fresh touch for one function on one target.
    pub async fn touch(&mut self, action: &str, target: &str) {
        let begun = self.post("/api/step-up/begin", &[("action", action), ("target", target)]).await;
        assert_eq!(begun.status, 200, "{action}: {}", begun.text);
        let ask = self.assertion(&begun.json());
        let done = self.post("/api/step-up/finish", &ask).await;
        assert_eq!(done.status, 200, "{action}: {}", done.text);
    }
}

fn url() -> Url {
    Url::parse(ORIGIN).expect("a URL")
}

/// Tests end soon; leaking two short texts keeps their tables readable.
fn answer(begun: &Value, credential: String) -> [(&'static str, &'static str); 2] {
    let ceremony = begun["ceremony"].as_str().expect("a ceremony").to_owned();
    [("ceremony", ceremony.leak()), ("credential", credential.leak())]
}
