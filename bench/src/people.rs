//! The many people who load the program, each with a passkey in software and an address of their own: no limit on one
//! person or one address is lifted, they are shared out.

use crate::Result;
use crate::http::{Answer, Cookies, HOST, form};
use crate::served::Desk;
use serde_json::{Value, json};
use webauthn_authenticator_rs::{WebauthnAuthenticator as _, prelude::Url, softpasskey::SoftPasskey};

/// Somebody at a browser, signed in.
pub struct Person<'a> {
    desk: &'a Desk,
    cookies: Cookies,
    key: SoftPasskey,
    /// The address the proxy in front saw.
    pub address: String,
    /// Their work e-mail.
    pub email: String,
}

impl<'a> Person<'a> {
    /// Invites, enrols and signs in the person of this number.
    ///
    /// # Errors
    /// When one of the steps is refused.
    pub fn join(desk: &'a Desk, role: &str, number: usize) -> Result<Self> {
        let (email, name) = (format!("{role}{number}@bench.example"), format!("Bench {role} {number}"));
        let said = desk.run(&["staff", "invite", "--email", &email, "--name", &name, "--role", role])?;
        let token = said.split("/enroll/").nth(1).and_then(|rest| rest.split_whitespace().next());
        let token = token.ok_or("the invitation printed no link")?;
        let block = if role == "support" { 0 } else { 1 };
        let address = format!("10.{block}.{}.{}", number / 250, number % 250 + 1);
        let mut person = Self { desk, cookies: Cookies::default(), key: SoftPasskey::new(true), address, email };
        let begun = person.post("/api/enroll/begin", &[("token", token)])?.json("enroll/begin")?;
        let options = serde_json::from_value(json!({ "publicKey": begun["publicKey"] }))?;
        let made = person.key.do_registration(url()?, options).map_err(|why| format!("{why:?}"))?;
        person.finish("/api/enroll/finish", &begun, &serde_json::to_string(&made)?)?;
        person.sign_in()?;
        Ok(person)
    }

    /// Signs in, in this browser.
    ///
    /// # Errors
    /// When it is refused.
    pub fn sign_in(&mut self) -> Result<()> {
        let email = self.email.clone();
        self.ceremony("sign-in", &[("email", &email)])
    }

    /// A fresh touch for one function on one target.
    ///
    /// # Errors
    /// When it is refused.
    pub fn touch(&mut self, action: &str, target: &str) -> Result<()> {
        self.ceremony("step-up", &[("action", action), ("target", target)])
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When it is not 200.
    pub fn page(&self, path: &str) -> Result<String> {
        let answer = self.get(path)?;
        if answer.status == 200 { Ok(answer.text()) } else { Err(format!("{path}: {}", answer.status).into()) }
    }

    /// Asks for a page, whatever the answer.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn get(&self, path: &str) -> Result<Answer> {
        let cookies = self.cookies.header();
        let headers = [("Cookie", &*cookies), ("X-Forwarded-For", &*self.address)];
        self.desk.place.send("GET", path, &headers, "")
    }

    /// Calls a function.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let cookies = self.cookies.header();
        let headers = [
            ("Cookie", &*cookies),
            ("X-Forwarded-For", &*self.address),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let answer = self.desk.place.send("POST", path, &headers, &form(fields))?;
        self.cookies.keep(&answer);
        Ok(answer)
    }

    /// The `Cookie` header of this person's browser.
    pub fn cookies(&self) -> String {
        self.cookies.header()
    }

    fn ceremony(&mut self, name: &str, fields: &[(&str, &str)]) -> Result<()> {
        let begun = self.post(&format!("/api/{name}/begin"), fields)?.json(name)?;
        let options = serde_json::from_value(json!({ "publicKey": begun["publicKey"] }))?;
        let signed = self.key.do_authentication(url()?, options).map_err(|why| format!("{why:?}"))?;
        self.finish(&format!("/api/{name}/finish"), &begun, &serde_json::to_string(&signed)?)
    }

    fn finish(&mut self, path: &str, begun: &Value, credential: &str) -> Result<()> {
        let ceremony = begun["ceremony"].as_str().ok_or("no ceremony was begun")?;
        self.post(path, &[("ceremony", ceremony), ("credential", credential)])?.json(path).map(|_| ())
    }
}

fn url() -> Result<Url> {
    Ok(Url::parse(&format!("http://{HOST}"))?)
}
