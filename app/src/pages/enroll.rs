//! `/enroll/{token}`: whom the link is for, and the first passkey.

use heliodesk_wire::me::Viewer;
use leptos::prelude::*;

use super::Page;
use crate::components::{AddingPasskey, Button, Refused};
use crate::islands::keys::Passkeys;
use crate::problem::Problem;
use crate::request::{anyone, extension, param};

/// The enrolment page; a link that cannot be used (any more) is 404.
pub async fn enroll() -> Result<Page, Problem> {
    let token = param("token");
    let Some(invited) = heliodesk_desk::sign_in::invited(&anyone(), &token).await? else {
        // Whoever has just used the link may well reload its page.
        return if extension::<Viewer>().is_some() { Ok(Page::go("/me")) } else { Err(Problem::new("not_found")) };
    };
    let view = view! {
        <div class="welcome">
            <div>
                <h1>"Welcome, " <bdi>{invited.name}</bdi></h1>
                <p class="hint">"You will sign in as " <bdi>{invited.email}</bdi></p>
            </div>
            <Steps/>
            <p class="hint">"The link works once, for one hour. This needs a browser that runs scripts."</p>
        </div>
    };
    Ok(Page::alone("Welcome", view))
}

/// The first passkey, then the offer of a second one.
#[component]
fn Steps() -> impl IntoView {
    view! {
        <div class="stack" aria-live="polite">
            <Refused/>
            <div class="stack" data-stage="first">
                <p>
                    "A passkey replaces the password: your device keeps it, and you unlock it with your fingerprint, your "
                    "face, a PIN or a security key."
                </p>
                <Button primary=true fill=true icon="key" kind="button" attr:disabled=true attr:data-needs-script=""
                    attr:data-enroll="">"Create passkey"</Button>
            </div>
            <div class="stack" data-stage="second" hidden>
                <p>
                    "Your passkey works, and you are signed in. With a second one, on another device or a security key, you "
                    "are not locked out when this one is lost."
                </p>
                <AddingPasskey/>
                <Button primary=true fill=true icon="key" kind="button" attr:disabled=true attr:data-needs-script=""
                    attr:data-add="" attr:data-then="/">"Add another passkey"</Button>
                <form action="/"><Button fill=true>"Skip for now"</Button></form>
            </div>
            <Passkeys/>
        </div>
    }
}
