//! The whole program on a database of its own, SQLite's and MariaDB's, as its callers see it.
//!
//! A test of the program runs on both:
//!
//! ```ignore
//! for world in World::both().await {
//!     let mut mia = world.join(Role::Support).await;
//!     assert_eq!(mia.get("/orders").await.status, 200);
//! }
//! ```

use std::{fs, io::Cursor};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use heliodesk_desk::{Desk, Settings, clock::Clock, import, keys::Keys, staff, trail};
use heliodesk_server::{Limits, Options, address::Block, app, origin::Origin};
use heliodesk_testbed::{Database, MariaDb};
use heliodesk_wire::Role;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    folder::{Folder, Server},
    tcp,
};

/// Where the program is browsed.
pub const ORIGIN: &str = "http://localhost:3000";
/// Its `Host`.
pub const HOST: &str = "localhost:3000";

/// A customer with two presold orders that nobody owns, and one whose order is installed.
const PLANTED: &str = r#"{"number":"C-900001","name":"Amelia Rivers","email":"amelia.rivers@example.net","phone":"+1 520 555 0142","street":"12 Juniper Lane","postcode":"85701","city":"Tucson","country":"US","account":"active","orders":[{"number":"O-900001","stage":"proposal_sent","panels":20,"watts":410,"price_minor":2465000,"currency":"USD"},{"number":"O-900003","stage":"lead","price_minor":1,"currency":"USD"}]}
{"number":"C-900002","name":"Bruno Keller","email":"bruno.keller@example.net","phone":"+1 520 555 0177","street":"9 Mesa Road","postcode":"85702","city":"Tucson","country":"US","account":"active","orders":[{"number":"O-900002","stage":"installed","price_minor":1800000,"currency":"USD"}]}
"#;

/// The rights of the account that serves on MariaDB, as in production.
pub const GRANTS: &str = include_str!("../../../desk/migrations/mysql-grants.sql");

/// The program and its database.
pub struct World {
    pub desk: Desk,
    pub app: Router,
    /// The folder with keys, checkpoints and, on SQLite, the database; commands run in it.
    pub folder: Folder,
    /// The database on MariaDB, to act on it as somebody who owns the machine.
    pub database: Option<Database>,
    served_at: Option<String>,
}

/// What may be set differently.
#[derive(Clone)]
pub struct Setting {
    pub origin: &'static str,
    pub clock: Clock,
    pub proxies: Vec<Block>,
    pub limits: Limits,
}

impl Default for Setting {
    fn default() -> Self {
        let clock = Clock::at(1_700_000_000_000);
        Self { origin: ORIGIN, clock, proxies: Vec::new(), limits: Limits::default() }
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
    /// Two programs with two customers each: on SQLite, and on MariaDB with the rights of production.
    pub async fn both() -> [Self; 2] {
        Self::both_with(&Setting::default()).await
    }

    /// As [`World::both`], with another setting.
    pub async fn both_with(setting: &Setting) -> [Self; 2] {
        [Self::on(None, setting).await, Self::on(Some(MariaDb::shared().database()), setting).await]
    }

    async fn on(database: Option<Database>, setting: &Setting) -> Self {
        let mut folder = Folder::with_keys();
        fs::create_dir_all(folder.path("checkpoints")).expect("a folder");
        if let Some(database) = &database {
            open(&folder, database.owner_url.clone(), setting).await.close().await;
            database.grant(GRANTS);
            folder.database_url = database.url.clone();
        }
        let desk = open(&folder, folder.database_url.clone(), setting).await;
        let planted = import::run(&desk.server_command(), Cursor::new(PLANTED), |_, _| {}).await;
        assert_eq!(planted.expect("imports").new, 2);
        let origin = Origin::parse(setting.origin).expect("an origin");
        let (proxies, limits) = (setting.proxies.clone(), setting.limits);
        let app = app(desk.clone(), Options { proxies, limits, ..Options::new(&desk, origin) });
        Self { desk, app, folder, database, served_at: None }
    }

    /// Starts `serve` as a process of its own; from here on every request goes to it. Its clock is the machine's.
    pub fn serve(&mut self) -> Server {
        let server = Server::start(&self.folder);
        self.served_at = Some(server.address.clone());
        server
    }

    /// A program that another process serves on the database of this folder; `way` leads to it.
    pub async fn behind(way: Router, folder: Folder, database: Option<Database>) -> Self {
        let setting = Setting { clock: Clock::System, ..Setting::default() };
        let desk = open(&folder, folder.database_url.clone(), &setting).await;
        Self { desk, app: way, folder, database, served_at: None }
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        if let Some(address) = &self.served_at {
            return tcp::send(address, request).await;
        }
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

    /// Every entry so far, oldest first: its columns by name. Reading them this way is one more.
    pub async fn trail(&self) -> Vec<Value> {
        let folder = self.folder.path(&format!("export-{}", Clock::System.id()));
        let done = trail::export(&self.desk.server_command(), &folder, |_, _| {}).await;
        assert_eq!(done.expect("exports").contradiction, None);
        let lines = fs::read_to_string(folder.join("entries.jsonl")).expect("entries");
        let mut entries: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        entries.pop();
        entries
    }

    /// The token of a fresh enrolment link.
    pub async fn invite(&self, email: &str, role: Role) -> String {
        let invited = staff::invite(&self.desk.server_command(), email, "Ada Example", role, role == Role::Admin).await;
        invited.expect("is invited").link.rsplit('/').next().expect("a token").to_owned()
    }
}

/// The desk of this folder on that database.
async fn open(folder: &Folder, database_url: String, setting: &Setting) -> Desk {
    let keys = fs::read_to_string(folder.path("keys")).expect("keys are there");
    let settings = Settings {
        database_url,
        keys: Keys::parse(&keys).expect("keys are read"),
        origin: setting.origin.to_owned(),
        checkpoint_dir: folder.path("checkpoints"),
        reveal_cap: 25,
        time_zone: jiff::tz::TimeZone::UTC,
        clock: setting.clock.clone(),
    };
    Desk::open(settings).await.expect("opens")
}
