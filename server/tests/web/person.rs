//! A person, their browser and their passkey in software.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use heliodesk_desk::{
    access::{Actor, Permission, Request as Sender},
    me, sessions,
};
use heliodesk_wire::{Role, me::Me};
use serde_json::{Value, json};
use webauthn_authenticator_rs::{WebauthnAuthenticator as _, prelude::Url, softpasskey::SoftPasskey};

use crate::world::{Answer, ORIGIN, World, form, request};

impl World {
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

    /// This person's proof of a permission, as a page or function would get it.
    pub async fn actor<P: Permission>(&self) -> Actor<P> {
        let secret = self.jar.get("__Host-session").and_then(|cookie| sessions::secret(cookie));
        self.world.desk.actor(&Sender { secret, ..Sender::default() }).await.expect("may")
    }

    /// What this person's own page shows.
    pub async fn me(&self) -> Me {
        me::view(&self.actor().await).await.expect("reads")
    }

    /// The public id of this browser's session.
    pub async fn session(&self) -> String {
        self.me().await.sessions.into_iter().find(|session| session.current).expect("is signed in").id
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
