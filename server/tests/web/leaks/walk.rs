//! Every page and every function of the policy, for everybody, with good requests and bad ones.

use std::collections::BTreeMap;

use axum::http::Method;
use heliodesk_desk::policy::{POLICY, Row};
use heliodesk_wire::{PersonalField, Role};

use crate::{
    coverage::valid,
    person::Person,
    world::{Answer, World, form, request},
};

use super::planted::Planted;

/// How many requests one person sends before another takes over: nobody is throttled.
const TURN: usize = 40;
/// Keys that pages read from their address.
const KEYS: [&str; 31] = [
    "tab",
    "search",
    "account",
    "after",
    "stage",
    "owner",
    "waiting_on",
    "city",
    "change",
    "subject",
    "actor",
    "action",
    "outcome",
    "from",
    "to",
    "before",
    "role",
    "session",
    "hours",
    "since",
    "q",
    "shown",
    "entry",
    "undo",
    "move",
    "view",
    "value",
    "stale",
    "install",
    "column",
    "moved",
];

type Fields = Vec<(&'static str, String)>;

/// Walks through all of it.
pub async fn walk(world: &World) {
    let planted = Planted::all();
    let mut crowd = Crowd { world, people: BTreeMap::new(), joined: 0 };
    for (n, row) in POLICY.iter().enumerate() {
        let base = well(world, n, row).await;
        let callers = [None, Some(Role::Support), Some(Role::Sales), Some(Role::Engineer), Some(Role::Admin)];
        let first = callers.into_iter().find(|role| row.is_open() || role.is_some_and(|role| row.allows(role)));
        for role in callers {
            // The first who may tries everything; what the others are told does not depend on what they say.
            let requests =
                if Some(role) == first { all_bad(row, &base, &planted) } else { one_bad(row, &base, &planted[0]) };
            for (path, body) in requests {
                let method = if path.contains("do=") { Method::POST } else { method(row) };
                let answer = match role {
                    None => world.send(request(method, &path, "", &body)).await,
                    Some(role) => crowd.send(row, role, method, &path, &body).await,
                };
                assert!(answer.status < 500, "{path} {body}: {}", answer.text);
                let is_try = row.path == "/api/customers/verify";
                assert!(answer.status != 429 || is_try, "{path}: what was throttled was not looked at");
            }
        }
    }
}

/// Everybody who may, does it well. Answers the fields that served.
async fn well(world: &World, n: usize, row: &Row) -> Fields {
    let mut served = Vec::new();
    let roles = if row.is_open() { &[Role::Support][..] } else { row.roles };
    for (turn, role) in roles.iter().enumerate() {
        let mut person = world.join_as(&format!("{role}{n}@desk.example"), *role).await;
        let (path, fields) = valid(world, &mut person, row).await;
        let answer = person.send(request(method(row), &path, &person.cookies(), &posted(&fields))).await;
        // The second to change an order does so from an old version.
        assert!(turn > 0 || answer.status < 400, "{role} {}: {} {}", row.path, answer.status, answer.text);
        if row.path == "/api/customers/reveal" {
            // Under the same touch each of the other fields, too.
            for field in PersonalField::ALL {
                let other = with(&fields, "field", field.as_str());
                let answer = person.send(request(method(row), &path, &person.cookies(), &posted(&other))).await;
                assert_eq!(answer.status, 200, "{field}: {}", answer.text);
            }
        }
        if row.path == "/trail/exports/{id}" {
            // The other format, too.
            person.touch("trail/export", "jsonl").await;
            let ask = [("format", "jsonl"), ("reason", "Weekly look at refused acts")];
            let export = person.post("/api/trail/export", &ask).await.json();
            let path = row.path.replace("{id}", export["export"].as_str().expect("an export"));
            assert_eq!(person.get(&path).await.status, 200, "{path}");
        }
        served = fields;
    }
    served
}

/// The same fields with another value in one of them.
fn with(fields: &Fields, name: &str, value: &str) -> Fields {
    fields.iter().map(|(known, old)| (*known, if *known == name { value.to_owned() } else { old.clone() })).collect()
}

/// One person of each role, for a while.
struct Crowd<'w> {
    world: &'w World,
    people: BTreeMap<String, (Person<'w>, usize)>,
    joined: usize,
}

impl Crowd<'_> {
    /// Sends it by somebody of this role; by somebody else where one has named customers too often to be answered.
    async fn send(&mut self, row: &Row, role: Role, method: Method, path: &str, body: &str) -> Answer {
        let answer = self.by_one(row, role, method.clone(), path, body).await;
        if answer.status != 429 || row.path == "/api/customers/verify" {
            return answer;
        }
        self.people.clear();
        self.by_one(row, role, method, path, body).await
    }

    async fn by_one(&mut self, row: &Row, role: Role, method: Method, path: &str, body: &str) -> Answer {
        let reveals = row.path == "/api/customers/reveal" && row.allows(role);
        let name = format!("{role}{}", if reveals { " who touched" } else { "" });
        if self.people.get(&name).is_none_or(|(_, sent)| *sent >= TURN) {
            self.joined += 1;
            let mut person = self.world.join_as(&format!("{role}x{}@desk.example", self.joined), role).await;
            for planted in Planted::all().iter().filter(|_| reveals) {
                person.touch("customers/reveal", &planted.number).await;
            }
            self.people.insert(name.clone(), (person, 0));
        }
        let (person, sent) = self.people.get_mut(&name).expect("has joined");
        *sent += 1;
        let answer = person.send(request(method, path, &person.cookies(), body)).await;
        if row.path == "/api/sign-out" {
            self.people.remove(&name);
        }
        answer
    }
}

/// A request to send: its path and body.
type Sent = (String, String);

/// Bad requests for those who get far enough to be told why: every field, in every form, as a function and as a form.
fn all_bad(row: &Row, base: &Fields, planted: &[Planted]) -> Vec<Sent> {
    if row.method == "GET" {
        return bad_addresses(row, planted);
    }
    let about = subjects(row, planted);
    let mut requests = Vec::new();
    for (place, (field, _)) in base.iter().enumerate() {
        let bad =
            |about: &Planted, text: &str| both_ways(row, about, &posted(&with(&turned_to(base, about), field, text)));
        // What is about nobody may hold any word; what is shaped like an address or phone is refused there, too.
        let of_nobody = ["/api/snippets/write", "/api/views/save", "/api/trail/export"].contains(&row.path);
        for way in (0..about[0].typed().len()).filter(|way| !of_nobody || (2..4).contains(way)) {
            let about = about[(place + way / 2) % about.len()];
            let [function, form] = bad(about, &about.typed()[way]);
            requests.push(if (place + way) % 2 == 0 { function } else { form });
        }
        let about = about[place % about.len()];
        let typed = &about.typed()[place % 6];
        requests.extend(bad(about, &typed.repeat(300)));
        requests.extend(bad(about, "C-404404"));
        let repeated = format!("{}&ask[{field}]={}", posted(&turned_to(base, about)), escaped(typed));
        requests.push((row.path.to_owned(), repeated));
    }
    for about in about {
        let email = escaped(&about.typed()[2]);
        let unknown = format!("{}&ask[{email}]={email}", posted(&turned_to(base, about)));
        requests.extend(both_ways(row, about, &unknown));
        requests.extend(both_ways(row, about, &about.typed().join("&")));
        requests.extend(one_bad(row, base, about));
    }
    requests
}

/// A bad request that is the same for all who may not: they are told so before anything is read.
fn one_bad(row: &Row, base: &Fields, about: &Planted) -> Vec<Sent> {
    let typed = about.typed();
    if row.method == "GET" {
        return vec![(filled(row, &escaped(&typed[1])), String::new())];
    }
    let fields = base.iter().zip(typed.iter().cycle()).map(|((field, _), text)| (*field, text.clone())).collect();
    both_ways(row, about, &posted(&fields)).into()
}

/// Addresses with values in their parts and in every key; the trail takes each key alone, too.
fn bad_addresses(row: &Row, planted: &[Planted]) -> Vec<Sent> {
    let mut requests = Vec::new();
    for (way, typed) in planted.iter().flat_map(Planted::typed).enumerate() {
        let typed = escaped(&typed);
        let keys = KEYS.map(|key| format!("{key}={typed}"));
        requests.push(format!("{}?{}", filled(row, &typed), keys.join("&")));
        requests.extend((row.path == "/trail").then(|| format!("/trail?{}", keys[way % keys.len()])));
        let single = keys.iter().filter(|key| key.starts_with("subject") || key.starts_with("actor"));
        requests.extend(single.filter(|_| row.path == "/trail").map(|key| format!("/trail?{key}")));
    }
    requests.into_iter().map(|address| (address, String::new())).collect()
}

/// Whom requests of this row are about: a replaced value is screened for no longer, so only one customer's are.
fn subjects<'a>(row: &Row, planted: &'a [Planted]) -> Vec<&'a Planted> {
    let replaces = row.path == "/api/customers/replace";
    planted.iter().filter(|one| (one.number == "C-900002") == replaces).collect()
}

/// The same fields about another customer.
fn turned_to(base: &Fields, about: &Planted) -> Fields {
    with(&with(base, "customer", &about.number), "order", &about.order)
}

/// As the function, and as the form of its page.
fn both_ways(row: &Row, about: &Planted, body: &str) -> [Sent; 2] {
    let function = row.path.strip_prefix("/api/").expect("a function");
    let page = match function.split('/').next().unwrap_or_default() {
        "sign-in" => "/sign-in".to_owned(),
        "enroll" => "/enroll/none".to_owned(),
        "step-up" | "passkeys" | "sessions" | "sign-out" | "preferences" => "/me".to_owned(),
        "orders" | "change-orders" => format!("/orders/{}", about.order),
        "pipeline" => format!("/pipeline?move={}", about.order),
        "customers" if function == "customers/search" => "/customers".to_owned(),
        "views" | "trail" => "/trail".to_owned(),
        "customers" | "notes" | "snippets" | "accounts" => format!("/customers/{}", about.number),
        other => panic!("{other} is in the policy but its forms have no page here"),
    };
    let mark = if page.contains('?') { '&' } else { '?' };
    [(row.path.to_owned(), body.to_owned()), (format!("{page}{mark}do={function}"), body.to_owned())]
}

fn posted(fields: &Fields) -> String {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    form(&fields)
}

fn filled(row: &Row, part: &str) -> String {
    ["{id}", "{seq}", "{token}"].iter().fold(row.path.to_owned(), |path, name| path.replace(name, part))
}

fn escaped(text: &str) -> String {
    form(&[("", text)]).split_once('=').expect("a pair").1.to_owned()
}

fn method(row: &Row) -> Method {
    row.method.parse().expect("a method")
}
