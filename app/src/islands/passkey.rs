//! Passkeys in the browser: the ceremonies, for the islands that need one.
//!
//! ```text
//! passkey::step_up("customers/reveal", &customer).await?;
//! let revealed = passkey::resent(async || ask.post::<RevealField>().await).await?;
//! ```
//! A ceremony is two calls with the authenticator in between; what the authenticator says goes back as it is.

use js_sys::{Error, JSON, Object, Reflect};
use leptos::prelude::window;
use leptos::server_fn::ServerFn;
use wasm_bindgen::prelude::*;

use super::ask::{Answer, ask};
use super::everywhere::lock;
use crate::api::sign_in::{BeginEnrolment, BeginSignIn, FinishEnrolment, FinishSignIn};
use crate::api::step_up::{BeginPasskey, BeginStepUp, FinishPasskey, FinishStepUp, RemovePasskey};
use crate::problem::Problem;

/// Signs in; an empty address stands for the one remembered on this device.
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn sign_in(email: &str) -> Result<(), Problem> {
    let begun = ask::<BeginSignIn>(&[("email", email)]).await?;
    let credential = get(&begun).await?;
    finish::<FinishSignIn>(&begun, &credential).await
}

/// Creates the first passkey of the invitation whose link is this page's address.
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn enroll() -> Result<(), Problem> {
    let path = window().location().pathname().unwrap_or_default();
    let token = path.rsplit('/').next().unwrap_or_default();
    let begun = ask::<BeginEnrolment>(&[("token", token)]).await?;
    let credential = create(&begun).await?;
    finish::<FinishEnrolment>(&begun, &credential).await
}

/// Touches a passkey for one action (a function's path without `/api/`) on one target (its first field).
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn step_up(action: &str, target: &str) -> Result<(), Problem> {
    let begun = resent(async || ask::<BeginStepUp>(&[("action", action), ("target", target)]).await).await?;
    let credential = get(&begun).await?;
    finish::<FinishStepUp>(&begun, &credential).await
}

/// Adds a further passkey: a touch of one there is, then the new one. `stage` is told when the new one's turn comes.
///
/// # Errors
/// What the server or an authenticator refused.
pub async fn add(stage: impl Fn()) -> Result<(), Problem> {
    let begun = resent(async || ask::<BeginPasskey>(&[]).await).await?;
    step_up("passkeys/finish", &begun.text("ceremony")).await?;
    stage();
    let credential = create(&begun).await?;
    finish::<FinishPasskey>(&begun, &credential).await
}

/// Removes a passkey, with a touch for it.
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn remove(passkey: &str) -> Result<(), Problem> {
    step_up("passkeys/remove", passkey).await?;
    ask::<RemovePasskey>(&[("passkey", passkey)]).await.map(drop)
}

/// Sends what the authenticator said about a ceremony.
async fn finish<F: ServerFn>(begun: &Answer, credential: &str) -> Result<(), Problem> {
    ask::<F>(&[("ceremony", &begun.text("ceremony")), ("credential", credential)]).await.map(drop)
}

/// Sends; where the session has ended, locks the page until the same person has signed in again, and sends again.
///
/// # Errors
/// What was refused in the end.
pub async fn resent<T>(send: impl AsyncFn() -> Result<T, Problem>) -> Result<T, Problem> {
    match send().await {
        Err(problem) if problem.code == "signed_out" => {
            if !lock::opened().await {
                return Err(problem);
            }
            send().await
        }
        answer => answer,
    }
}

#[wasm_bindgen]
extern "C" {
    /// `PublicKeyCredential`, only to know whether there is one.
    #[wasm_bindgen(thread_local_v2, js_name = PublicKeyCredential)]
    static KNOWN: Option<JsValue>;
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn parse_request(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn parse_creation(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = get)]
    async fn ask_known(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = create)]
    async fn ask_new(options: &JsValue) -> Result<JsValue, JsValue>;
    type Credential;
    #[wasm_bindgen(method, catch, js_name = toJSON)]
    fn to_json(this: &Credential) -> Result<JsValue, JsValue>;
}

/// An assertion for a ceremony that was begun, as JSON text.
async fn get(begun: &Answer) -> Result<String, Problem> {
    let options = options(begun, parse_request)?;
    text(ask_known(&options).await.map_err(refused)?)
}

/// A new passkey for a ceremony that was begun, as JSON text.
async fn create(begun: &Answer) -> Result<String, Problem> {
    let options = options(begun, parse_creation)?;
    text(ask_new(&options).await.map_err(refused)?)
}

/// A ceremony's options as the browser wants them.
fn options(begun: &Answer, parse: fn(&JsValue) -> Result<JsValue, JsValue>) -> Result<JsValue, Problem> {
    if KNOWN.with(Option::is_none) {
        return Err(Problem::new("passkey_unsupported"));
    }
    let options = parse(&begun.part("publicKey")).map_err(refused)?;
    let wrapped = Object::new();
    Reflect::set(&wrapped, &"publicKey".into(), &options).map_err(refused)?;
    Ok(wrapped.into())
}

/// What the authenticator answered, as JSON text.
fn text(credential: JsValue) -> Result<String, Problem> {
    let json = credential.unchecked_into::<Credential>().to_json().map_err(refused)?;
    JSON::stringify(&json).map(String::from).map_err(refused)
}

/// Why the browser threw: by the name of the exception, never by its text.
fn refused(error: JsValue) -> Problem {
    let name = error.dyn_ref::<Error>().map(|error| String::from(error.name())).unwrap_or_default();
    Problem::new(match name.as_str() {
        "NotAllowedError" | "AbortError" => "passkey_cancelled",
        "InvalidStateError" => "passkey_exists",
        _ => "passkey_unsupported",
    })
}
