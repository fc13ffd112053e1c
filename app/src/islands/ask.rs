//! Asking the server: a form for one of its functions, and the few members of the answer that are shown.
//!
//! The islands send exactly what the same form sends without a script. They use neither the framework's client nor
//! decoders for whole answers: those would more than double what a browser has to load.

use std::collections::BTreeMap;

use js_sys::Object;
use leptos::prelude::window;
use leptos::server_fn::ServerFn;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, FormData, Headers, RequestInit, RequestRedirect, Response, UrlSearchParams};

use super::nearby::member;
use crate::problem::Problem;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = navigator, js_name = sendBeacon)]
    fn beacon(path: &str, form: &UrlSearchParams) -> bool;
}

/// What a function is asked: the pairs of a form.
pub(super) struct Ask(Option<UrlSearchParams>);

impl Ask {
    /// What a form holds now.
    pub(super) fn of(form: &Element) -> Self {
        let pairs = FormData::new_with_form(form.unchecked_ref());
        Self(pairs.and_then(|pairs| UrlSearchParams::new_with_str_sequence_sequence(&pairs)).ok())
    }

    /// These fields and nothing else.
    pub(super) fn new(fields: &[(&str, &str)]) -> Self {
        let pairs = UrlSearchParams::new().ok();
        if let Some(pairs) = &pairs {
            fields.iter().for_each(|(name, value)| pairs.append(&key(name), value));
        }
        Self(pairs)
    }

    /// The value of a field; empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.0.as_ref().and_then(|pairs| pairs.get(&key(name))).unwrap_or_default()
    }

    /// Leaves a field out.
    pub(super) fn remove(&self, name: &str) {
        if let Some(pairs) = &self.0 {
            pairs.delete(&key(name));
        }
    }

    /// Adds what a button says; a button without a name says nothing.
    pub(super) fn add(&self, name: &str, value: &str) {
        if let Some(pairs) = self.0.as_ref().filter(|_| !name.is_empty()) {
            pairs.append(name, value);
        }
    }

    /// Posts it as the browser would, and answers the page that comes of it.
    pub(super) async fn page(&self, address: &str) -> Result<String, Problem> {
        let lost = |_: JsValue| Problem::new("unreachable");
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_body_opt_url_search_params(self.0.as_ref());
        let answer = JsFuture::from(window().fetch_with_str_and_init(address, &request)).await.map_err(lost)?;
        let answer: Response = answer.unchecked_into();
        let code = match answer.status() {
            403 => "forbidden",
            404 => "not_found",
            429 => "throttled",
            503 => "busy",
            _ => {
                let text = JsFuture::from(answer.text().map_err(lost)?).await.map_err(lost)?;
                return Ok(text.as_string().unwrap_or_default());
            }
        };
        Err(Problem::new(code))
    }

    /// Hands it to the browser, which posts it even when the page goes; nobody waits for an answer.
    pub(super) fn send_off<F: ServerFn>(&self) {
        if let Some(pairs) = &self.0 {
            beacon(F::PATH, pairs);
        }
    }

    /// Posts it to a function.
    pub(super) async fn post<F: ServerFn>(&self) -> Result<Answer, Problem> {
        send(F::PATH, self.0.as_ref()).await
    }
}

/// Asks a function, with these fields and nothing else.
pub(super) async fn ask<F: ServerFn>(fields: &[(&str, &str)]) -> Result<Answer, Problem> {
    Ask::new(fields).post::<F>().await
}

/// A field as the functions name it.
fn key(name: &str) -> String {
    format!("ask[{name}]")
}

/// What a function has answered.
pub(super) struct Answer(JsValue);

impl Answer {
    /// A member as it is; `undefined` when there is none.
    pub(super) fn part(&self, name: &str) -> JsValue {
        member(&self.0, name)
    }

    /// A member that is a text; empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.part(name).as_string().unwrap_or_default()
    }

    /// A member that counts something; 0 when there is none.
    pub(super) fn count(&self, name: &str) -> u32 {
        self.part(name).as_f64().unwrap_or_default() as u32
    }

    /// The refusal this answer is.
    fn problem(&self) -> Problem {
        let told = Answer(self.part("fields"));
        let names = told.0.dyn_ref::<Object>().map(Object::keys).unwrap_or_default();
        let names = names.iter().filter_map(|name| name.as_string());
        let fields: BTreeMap<_, _> = names.map(|name| (name.clone(), told.text(&name))).collect();
        Problem { incident: self.text("incident"), fields, ..Problem::new(self.text("code")) }
    }
}

async fn send(path: &str, form: Option<&UrlSearchParams>) -> Result<Answer, Problem> {
    let lost = |_: JsValue| Problem::new("unreachable");
    let headers = Headers::new().map_err(lost)?;
    headers.set("accept", "application/json").map_err(lost)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body_opt_url_search_params(form);
    let answer = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await.map_err(lost)?;
    let answer: Response = answer.unchecked_into();
    // What is no JSON was not written by this server.
    let body = Answer(JsFuture::from(answer.json().map_err(lost)?).await.map_err(lost)?);
    if answer.ok() {
        return Ok(body);
    }
    let retry_after = answer.headers().get("retry-after").ok().flatten().and_then(|seconds| seconds.parse().ok());
    Err(Problem { retry_after, ..body.problem() })
}

/// An ordinary request that asks for nothing: the home page's head. The session it comes with lasts as long again.
pub(super) async fn visit() {
    let request = RequestInit::new();
    request.set_method("HEAD");
    request.set_redirect(RequestRedirect::Manual);
    // Whether it came through is seen by who asks how long the session lasts.
    let _ = JsFuture::from(window().fetch_with_str_and_init("/", &request)).await;
}
