//! Every function and page there is, for everybody: who is refused and how, and what a success leaves on the trail.
//!
//! A new row of the policy without a valid request here fails.

use axum::http::Method;
use heliodesk_desk::policy::{POLICY, Row};
use heliodesk_wire::Role;

use crate::{
    orders::value,
    person::Person,
    world::{Answer, World, form, request},
};

/// The number of the last entry so far: there always is one.
const SOME_ENTRY: &str = "1";

/// A path of this row; what stands for a part of it need not exist.
fn some_path(row: &Row) -> String {
    row.path.replace("{id}", "C-404404").replace("{seq}", SOME_ENTRY).replace("{token}", "none")
}

/// A request that succeeds, with everything that must be done before it.
pub async fn valid(world: &World, person: &mut Person<'_>, row: &Row) -> (String, Vec<(&'static str, String)>) {
    let fields = |pairs: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let path = row.path.to_owned();
    match row.path {
        "/sign-in" => {
            // Whoever is signed in has no business there.
            person.jar.clear();
            (path, Vec::new())
        }
        "/" | "/me" | "/customers" | "/orders" | "/pipeline" | "/trail" => (path, Vec::new()),
        "/api/sign-in/forget" | "/api/passkeys/begin" | "/api/sign-out" | "/api/sessions/left" => (path, Vec::new()),
        "/customers/{id}" => ("/customers/C-900001".into(), Vec::new()),
        "/orders/{id}" => ("/orders/O-900001".into(), Vec::new()),
        _ if row.path.contains("{seq}") => (row.path.replace("{seq}", SOME_ENTRY), Vec::new()),
        "/enroll/{token}" => {
            (format!("/enroll/{}", world.invite("new.page@desk.example", Role::Support).await), Vec::new())
        }
        "/api/enroll/begin" => {
            (path, fields(&[("token", &world.invite("new.begin@desk.example", Role::Support).await)]))
        }
        "/api/enroll/finish" => {
            let token = world.invite("new.finish@desk.example", Role::Support).await;
            person.jar.clear();
            person.take_another_key();
            (path, fields(&person.enrolment(&token).await))
        }
        "/api/sign-in/begin" => (path, fields(&[("email", &person.email)])),
        "/api/sign-in/finish" => {
            let email = person.email.clone();
            let begun = person.post("/api/sign-in/begin", &[("email", &email)]).await.json();
            (path, fields(&person.assertion(&begun)))
        }
        "/api/step-up/begin" => (path, fields(&[("action", "passkeys/remove"), ("target", &passkey(person).await)])),
        "/api/step-up/finish" => {
            let target = passkey(person).await;
            let ask = [("action", "passkeys/remove"), ("target", target.as_str())];
            let begun = person.post("/api/step-up/begin", &ask).await.json();
            (path, fields(&person.assertion(&begun)))
        }
        "/api/passkeys/finish" => {
            let begun = person.post("/api/passkeys/begin", &[]).await.json();
            let ceremony = begun["ceremony"].as_str().expect("a ceremony").to_owned();
            person.touch("passkeys/finish", &ceremony).await;
            person.take_another_key();
            (path, fields(&person.creation(&begun)))
        }
        "/api/passkeys/remove" => {
            // The last passkey cannot be removed, so there must be a second one first.
            let target = passkey(person).await;
            person.add_passkey().await;
            person.touch("passkeys/remove", &target).await;
            (path, fields(&[("passkey", &target)]))
        }
        "/api/sessions/end" => {
            // Another browser of the same person.
            let cookies = std::mem::take(&mut person.jar);
            person.sign_in().await;
            let other = person.session().await;
            person.jar = cookies;
            (path, fields(&[("session", &other)]))
        }
        "/api/customers/search" => (path, fields(&[("term", "amelia.rivers@example.net"), ("kind", "")])),
        "/api/customers/verify" => {
            (path, fields(&[("customer", "C-900001"), ("field", "phone"), ("value", "+1 520 555 0142")]))
        }
        "/api/customers/reveal" => {
            person.touch("customers/reveal", "C-900001").await;
            let ask = [("customer", "C-900001"), ("field", "phone"), ("category", "caller_asked")];
            (path, fields(&[&ask[..], &[("order", "O-900001"), ("details", "")]].concat()))
        }
        "/api/customers/copied" => {
            person.touch("customers/reveal", "C-900001").await;
            let ask =
                [("customer", "C-900001"), ("field", "phone"), ("category", "caller_asked"), ("order", "O-900001")];
            let revealed = person.post("/api/customers/reveal", &ask).await;
            assert_eq!(revealed.status, 200, "{}", revealed.text);
            (path, fields(&ask[..2]))
        }
        "/api/customers/replace" => {
            (path, fields(&[("customer", "C-900002"), ("field", "phone"), ("value", "+1 520 555 0188")]))
        }
        "/api/orders/edit" => {
            (path, fields(&[("order", "O-900001"), ("version", "1"), ("next_step", "Send the drawings")]))
        }
        "/api/orders/presence" => (path, fields(&[("order", "O-900001"), ("left", "")])),
        _ if row.path.starts_with("/api/change-orders/") => {
            let act = row.path.rsplit('/').next().expect("a verb");
            (path, changing(person, act).await)
        }
        "/api/pipeline/move" => {
            (path, fields(&[("order", "O-900003"), ("version", "1"), ("next_step", "Call about the roof")]))
        }
        "/api/notes/write" => (path, fields(&[("customer", "C-900001"), ("text", "Prefers calls **after 17:00**")])),
        "/api/notes/pin" | "/api/notes/redact" => {
            let ask = [("customer", "C-900002"), ("text", "Roof hatch through the garage")];
            let written = person.post("/api/notes/write", &ask).await.json();
            let note = written["note"].to_string();
            let last = if row.path.ends_with("pin") { ("pinned", "yes") } else { ("reason", "Of another house") };
            (path, fields(&[("customer", "C-900002"), ("note", &note), last]))
        }
        "/api/snippets/write" => (path, fields(&[("name", "papers"), ("text", "Sent the list of papers")])),
        "/api/snippets/remove" => {
            person.post("/api/snippets/write", &[("name", "no-answer"), ("text", "Rang twice")]).await;
            (path, fields(&[("name", "no-answer")]))
        }
        "/api/accounts/change" => {
            let ask = [("customer", "C-900002"), ("from", "active"), ("to", "locked"), ("reason", "Strange orders")];
            (path, fields(&ask))
        }
        "/api/preferences/save" => (path, fields(&[("theme", "dark"), ("shortcuts", "on")])),
        "/api/views/save" => (path, fields(&[("name", "Denied"), ("share", "me"), ("q", "outcome:denied")])),
        "/api/views/remove" => {
            let ask = [("name", "To be removed"), ("share", "everyone"), ("q", "")];
            let saved = person.post("/api/views/save", &ask).await.json();
            (path, fields(&[("view", saved["view"].as_str().expect("a view"))]))
        }
        "/api/trail/export" => {
            person.touch("trail/export", "jsonl").await;
            (path, fields(&[("format", "jsonl"), ("reason", "Quarterly review"), ("q", "since:24h")]))
        }
        "/trail/exports/{id}" => {
            person.touch("trail/export", "csv").await;
            let ask = [("format", "csv"), ("reason", "Quarterly review"), ("q", "")];
            let export = person.post("/api/trail/export", &ask).await.json();
            (path.replace("{id}", export["export"].as_str().expect("an export")), Vec::new())
        }
        other => panic!("{other} is in the policy but has no valid request here"),
    }
}

/// What to ask so that an act with a change order of `O-900002`, the one sold order, succeeds. What another turn has left
/// open there is given up first.
async fn changing(person: &mut Person<'_>, act: &str) -> Vec<(&'static str, String)> {
    let page = person.get("/orders/O-900002").await;
    let seen = |number: String, revision: String| {
        vec![("order", "O-900002".to_owned()), ("change_order", number), ("revision", revision)]
    };
    let why = ("reason", "The customer keeps the old system".to_owned());
    if page.text.contains("ask[change_order]") {
        let mut ask = seen(value(&page, "change_order"), value(&page, "revision"));
        ask.push(why.clone());
        assert_eq!(post(person, "void", &ask).await.status, 200);
    }
    let version = value(&page, "version");
    let new = [
        ("order", "O-900002".to_owned()),
        ("version", version.clone()),
        ("panels", format!("4{version}")),
        why.clone(),
    ];
    if act == "draft" {
        return new.to_vec();
    }
    let mut last = post(person, "draft", &new).await.json();
    if act == "sign" {
        last = post(person, "send", &seen(last["number"].to_string(), last["revision"].to_string())).await.json();
    }
    let mut ask = seen(last["number"].to_string(), last["revision"].to_string());
    ask.extend((act == "void").then_some(why));
    ask
}

async fn post(person: &mut Person<'_>, act: &str, ask: &[(&'static str, String)]) -> Answer {
    let ask: Vec<(&str, &str)> = ask.iter().map(|(name, value)| (*name, value.as_str())).collect();
    person.post(&format!("/api/change-orders/{act}"), &ask).await
}

/// The id of this person's first passkey.
async fn passkey(person: &Person<'_>) -> String {
    person.me().await.passkeys.first().expect("a passkey").id.clone()
}

fn method(row: &Row) -> Method {
    row.method.parse().expect("a method")
}

#[tokio::test]
async fn strangers_reach_nothing_but_what_is_open() {
    for world in World::both().await {
        let before = world.entries().await;
        for row in POLICY.iter().filter(|row| !row.is_open()) {
            let answer = world.send(request(method(row), &some_path(row), "", "")).await;
            if row.method == "GET" {
                assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"), "{}", row.path);
            } else {
                assert_eq!(answer.status, 401, "{}", row.path);
            }
        }
        assert_eq!(world.entries().await, before, "strangers are in the log only");
    }
}

#[tokio::test]
async fn a_role_without_the_permission_is_refused_and_that_is_an_entry() {
    for world in World::both().await {
        for role in Role::ALL {
            let mut person = world.join(role).await;
            for row in POLICY.iter().filter(|row| !row.allows(role)) {
                let before = world.entries().await;
                // Nothing is decoded before the role is known: a body that nobody could read changes nothing.
                let answer = person.send(request(method(row), &some_path(row), &person.cookies(), "\u{0}junk")).await;
                assert_eq!(answer.status, 403, "{role} {}", row.path);
                assert_eq!(world.entries().await, before + 1, "{role} {}", row.path);
            }
        }
    }
}

#[tokio::test]
async fn a_success_appends_the_entries_its_row_says() {
    for world in World::both().await {
        for (number, row) in POLICY.iter().enumerate() {
            let roles = if row.is_open() { &[Role::Support] } else { row.roles };
            for role in roles {
                let mut person = world.join_as(&format!("{role}{number}@desk.example"), *role).await;
                let (path, fields) = valid(&world, &mut person, row).await;
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let before = world.entries().await;
                let answer = person.send(request(method(row), &path, &person.cookies(), &form(&fields))).await;
                let expected = if row.path == "/" { 303 } else { 200 };
                assert_eq!(answer.status, expected, "{role} {} {}", row.path, answer.text);
                assert_eq!(world.entries().await - before, u64::from(row.entries), "{role} {}", row.path);
                if row.permission != "SignedIn" {
                    break;
                }
            }
        }
    }
}
