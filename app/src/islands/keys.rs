//! Creating, adding and removing passkeys.

use heliodesk_wire::sign_in::RemoveAsk;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sign_in::Told;
use super::{leave_to, passkey};
use crate::api::step_up::remove_passkey;
use crate::components::Icon;
use crate::problem::Problem;

/// How far an enrolment is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Second,
}

/// The first passkey, then the offer of a second one.
#[island]
pub fn Enroll(
    /// The last part of the link.
    token: String,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::First);
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy, touched) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || ready.set(true));
    let create = move |_| {
        let token = token.clone();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match passkey::enroll(&token).await {
                Ok(()) => stage.set(Stage::Second),
                Err(refusal) => problem.set(Some(refusal)),
            }
            busy.set(false);
        });
    };
    let add = move |_| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match passkey::add(move || touched.set(true)).await {
                Ok(()) => leave_to("/"),
                Err(refusal) => problem.set(Some(refusal)),
            }
            touched.set(false);
            busy.set(false);
        });
    };
    let waiting = move || !ready.get() || busy.get();
    view! {
        <div class="stack" aria-live="polite">
            <Told problem/>
            <div class="stack" hidden=move || stage.get() != Stage::First>
                <p>"A passkey replaces the password: your device keeps it, and you unlock it with your fingerprint, your \
                    face, a PIN or a security key."</p>
                <button class="button primary fill" type="button" disabled=waiting on:click=create.clone()>
                    <Icon name="key"/>"Create passkey"
                </button>
            </div>
            <div class="stack" hidden=move || stage.get() != Stage::Second>
                <p>"Your passkey works, and you are signed in. With a second one, on another device or a security key, you \
                    are not locked out when this one is lost."</p>
                <Progress busy touched/>
                <button class="button primary fill" type="button" disabled=waiting on:click=add>
                    <Icon name="key"/>"Add another passkey"
                </button>
                <button class="button fill" type="button" disabled=waiting on:click=move |_| leave_to("/")>
                    "Skip for now"
                </button>
            </div>
        </div>
    }
}

/// Which of the two passkeys is asked for just now.
#[component]
fn Progress(busy: RwSignal<bool>, touched: RwSignal<bool>) -> impl IntoView {
    move || {
        busy.get().then(|| {
            let words = if touched.get() {
                "Now create the new passkey, on another device or a security key."
            } else {
                "First confirm with the passkey you have."
            };
            view! { <p class="hint" role="status">{words}</p> }
        })
    }
}

/// The button that adds a further passkey.
#[island]
pub fn AddPasskey() -> impl IntoView {
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy, touched) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || ready.set(true));
    let add = move |_| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let added = passkey::resent(async || passkey::add(move || touched.set(true)).await).await;
            touched.set(false);
            busy.set(false);
            match added {
                Ok(()) => leave_to("/me"),
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    view! {
        <div class="stack">
            <button class="button" type="button" disabled=move || !ready.get() || busy.get() on:click=add>
                <Icon name="key"/>"Add a passkey"
            </button>
            <Progress busy touched/>
            <Told problem/>
        </div>
    }
}

/// The button that removes one passkey.
#[island]
pub fn RemovePasskey(
    /// Its opaque id.
    passkey: String,
    /// Its name, for screen readers.
    name: String,
    /// True for the last one that signs in: it stays.
    last: bool,
) -> impl IntoView {
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || ready.set(true));
    let id = passkey.clone();
    let remove = move |_| {
        let ask = RemoveAsk { passkey: id.clone() };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let target = ask.passkey.clone();
            let removed =
                passkey::with_touch("passkeys/remove", &target, async || remove_passkey(ask.clone()).await).await;
            busy.set(false);
            match removed {
                Ok(_) => leave_to("/me"),
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    view! {
        <div>
            <input type="hidden" name="ask[passkey]" value=passkey/>
            <button class="button danger small" type="button"
                disabled=move || last || !ready.get() || busy.get()
                aria-label=format!("Remove {name}")
                on:click=remove>"Remove"</button>
            <Told problem/>
        </div>
    }
}
