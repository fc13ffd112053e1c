//! Passkeys in the browser: the ceremonies, for the islands that need one.
//!
//! ```text
//! let revealed = passkey::with_touch("customers/reveal", &customer, async || reveal_field(ask.clone()).await).await?;
//! ```
//! A ceremony is two calls with the authenticator in between; what the authenticator says goes back as it is.

use heliodesk_wire::sign_in::{BeginAsk, EnrollAsk, FinishAsk, StepUpAsk};

use crate::api::{sign_in as api, step_up};
use crate::problem::Problem;

#[cfg(feature = "hydrate")]
use browser::{confirm_sign_in, create, get};
#[cfg(not(feature = "hydrate"))]
use elsewhere::{confirm_sign_in, create, get};

/// Id of the dialog that says a session has ended.
pub const SIGN_IN_AGAIN: &str = "sign-in-again";

/// Signs in; an empty address stands for the one remembered on this device.
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn sign_in(email: &str) -> Result<(), Problem> {
    let begun = api::begin_sign_in(BeginAsk { email: email.to_owned() }).await?;
    let credential = get(&begun.public_key.to_string()).await?;
    api::finish_sign_in(FinishAsk { ceremony: begun.ceremony, credential }).await.map(|_| ())
}

/// Creates the first passkey of an invitation.
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn enroll(token: &str) -> Result<(), Problem> {
    let begun = api::begin_enrolment(EnrollAsk { token: token.to_owned() }).await?;
    let credential = create(&begun.public_key.to_string()).await?;
    api::finish_enrolment(FinishAsk { ceremony: begun.ceremony, credential }).await.map(|_| ())
}

/// Touches a passkey for one action (a function's path without `/api/`) on one target (its first field).
///
/// # Errors
/// What the server or the authenticator refused.
pub async fn step_up(action: &str, target: &str) -> Result<(), Problem> {
    let ask = StepUpAsk { action: action.to_owned(), target: target.to_owned() };
    let begun = step_up::begin_step_up(ask).await?;
    let credential = get(&begun.public_key.to_string()).await?;
    step_up::finish_step_up(FinishAsk { ceremony: begun.ceremony, credential }).await.map(|_| ())
}

/// Adds a further passkey: a touch of one there is, then the new one. `stage` is told when the new one's turn comes.
///
/// # Errors
/// What the server or an authenticator refused.
pub async fn add(stage: impl Fn()) -> Result<(), Problem> {
    let begun = step_up::begin_passkey().await?;
    step_up("passkeys/finish", &begun.ceremony).await?;
    stage();
    let credential = create(&begun.public_key.to_string()).await?;
    step_up::finish_passkey(FinishAsk { ceremony: begun.ceremony, credential }).await.map(|_| ())
}

/// Sends; where the session has ended, asks for the passkey in a dialog and sends again.
///
/// # Errors
/// What was refused in the end.
pub async fn resent<T>(send: impl AsyncFn() -> Result<T, Problem>) -> Result<T, Problem> {
    match send().await {
        Err(problem) if problem.code == "signed_out" => {
            if !confirm_sign_in().await {
                return Err(problem);
            }
            sign_in("").await?;
            send().await
        }
        answer => answer,
    }
}

/// Sends; where a touch is needed for this action on this target, asks for it and sends again.
///
/// # Errors
/// What was refused in the end.
pub async fn with_touch<T>(
    action: &str,
    target: &str,
    send: impl AsyncFn() -> Result<T, Problem>,
) -> Result<T, Problem> {
    match resent(&send).await {
        Err(problem) if problem.code == "step_up_required" => {
            resent(async || step_up(action, target).await).await?;
            send().await
        }
        answer => answer,
    }
}

/// What only a browser has.
#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::document;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::HtmlDialogElement;

    use super::{Problem, SIGN_IN_AGAIN};

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
        async fn ask(options: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = create)]
        async fn ask_new(options: &JsValue) -> Result<JsValue, JsValue>;
        type Credential;
        #[wasm_bindgen(method, catch, js_name = toJSON)]
        fn to_json(this: &Credential) -> Result<JsValue, JsValue>;
    }

    /// An assertion, as JSON text.
    pub(super) async fn get(options: &str) -> Result<String, Problem> {
        let options = wrapped(options, parse_request)?;
        text(ask(&options).await.map_err(refused)?)
    }

    /// A new passkey, as JSON text.
    pub(super) async fn create(options: &str) -> Result<String, Problem> {
        let options = wrapped(options, parse_creation)?;
        text(ask_new(&options).await.map_err(refused)?)
    }

    /// Options as the browser wants them, from JSON text.
    fn wrapped(options: &str, parse: fn(&JsValue) -> Result<JsValue, JsValue>) -> Result<JsValue, Problem> {
        if KNOWN.with(Option::is_none) {
            return Err(Problem::new("passkey_unsupported"));
        }
        let options = js_sys::JSON::parse(options).and_then(|options| parse(&options)).map_err(refused)?;
        let wrapped = js_sys::Object::new();
        js_sys::Reflect::set(&wrapped, &"publicKey".into(), &options).map_err(refused)?;
        Ok(wrapped.into())
    }

    /// What the authenticator answered, as JSON text.
    fn text(credential: JsValue) -> Result<String, Problem> {
        let json = credential.unchecked_into::<Credential>().to_json().map_err(refused)?;
        js_sys::JSON::stringify(&json).map(String::from).map_err(refused)
    }

    /// Why the browser threw: by the name of the exception, never by its text.
    fn refused(error: JsValue) -> Problem {
        let name = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.name())).unwrap_or_default();
        Problem::new(match name.as_str() {
            "NotAllowedError" | "AbortError" => "passkey_cancelled",
            "InvalidStateError" => "passkey_exists",
            _ => "passkey_unsupported",
        })
    }

    /// Shows the dialog that says the session has ended; true when the person wants to sign in again.
    pub(super) async fn confirm_sign_in() -> bool {
        let dialog = document().get_element_by_id(SIGN_IN_AGAIN);
        let Some(dialog) = dialog.and_then(|node| node.dyn_into::<HtmlDialogElement>().ok()) else { return false };
        dialog.set_return_value("");
        if !dialog.open() && dialog.show_modal().is_err() {
            return false;
        }
        let closed = js_sys::Promise::new(&mut |resolve, _| {
            dialog.set_onclose(Some(&resolve));
        });
        JsFuture::from(closed).await.is_ok() && dialog.return_value() == "again"
    }
}

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
mod elsewhere {
    use super::Problem;

    pub(super) async fn get(_: &str) -> Result<String, Problem> {
        Err(Problem::new("passkey_unsupported"))
    }

    pub(super) async fn create(_: &str) -> Result<String, Problem> {
        Err(Problem::new("passkey_unsupported"))
    }

    pub(super) async fn confirm_sign_in() -> bool {
        false
    }
}
