//! `/sign-in`: an address and one button; the same page, with a word about it, where a session has ended.

use heliodesk_desk::access::Request as Sender;
use heliodesk_wire::me::Viewer;
use leptos::prelude::*;

use super::Page;
use super::home::RESUME;
use crate::components::{Button, Mistake, Notice, Refused, Tone};
use crate::cookies::remembered;
use crate::islands::sign_in::SignIn;
use crate::problem::Problem;
use crate::request::{extension, request_id, shown};
use crate::way_back;

/// The sign-in page; who is signed in goes home.
pub async fn sign_in() -> Result<Page, Problem> {
    if extension::<Viewer>().is_some() {
        return Ok(Page::go("/"));
    }
    // A browser that brings a session which no longer stands was signed in before.
    let ended = extension::<Sender>().is_some_and(|sender| sender.secret.is_some());
    let notice = ended.then(|| {
        view! { <Notice tone=Tone::Info title="Your session has ended"><p>"Sign in to go on."</p></Notice> }.into_any()
    });
    Ok(page(notice, if way_back::is_kept() { RESUME } else { "/" }.to_owned()))
}

/// The sign-in page in place of one that was posted with an ended session: nothing was saved.
pub(crate) fn again(problem: &Problem) -> Page {
    let meaning = problem.meaning();
    let notice = view! {
        <Notice tone=Tone::Warn title=meaning.title alert=true>
            <p>{meaning.sentence}</p>
            <p class="hint incident">"Incident " <span class="code">{request_id()}</span></p>
        </Notice>
    };
    page(Some(notice.into_any()), shown())
}

fn page(notice: Option<AnyView>, then: String) -> Page {
    let email = remembered().unwrap_or_default();
    let known = !email.is_empty();
    let hint = if known { "Remembered on this device only." } else { "The address your invitation was sent for." };
    let view = view! {
        <div class="welcome">
            <h1>"Sign in"</h1>
            {notice}
            // `dialog` outside of one submits nowhere: before the script runs, no address can end up in a URL.
            <form method="dialog" data-then=then novalidate>
                <div class="field">
                    <div class="remembered">
                        <label r#for="email">"Work e-mail"</label>
                        {known.then(|| view! { <button class="button quiet small" form="forget">"Not you?"</button> })}
                    </div>
                    <input
                        id="email"
                        name="ask[email]"
                        r#type="email"
                        autocomplete="username webauthn"
                        required
                        value=email
                        aria-describedby="email-hint email-error"
                    />
                    <p class="hint" id="email-hint">{hint}</p>
                    <Mistake id="email-error" name="email"/>
                </div>
                <Refused/>
                <Button primary=true fill=true icon="key" attr:disabled=true attr:data-needs-script="">
                    "Sign in with a passkey"
                </Button>
            </form>
            <SignIn/>
            <form id="forget" method="post" action="/sign-in?do=sign-in/forget"></form>
            <p class="lede">
                "Your device then asks for your fingerprint, your face, its PIN, or your security key. "
                "This needs a browser that runs scripts."
            </p>
            <details>
                <summary>"I lost my passkey"</summary>
                <p>"Ask an admin in person or by video for a new link. It works once, for one hour."</p>
            </details>
        </div>
    }
    .into_any();
    Page::alone("Sign in", view)
}
