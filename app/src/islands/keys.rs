//! Creating, adding and removing passkeys.

use leptos::html::Button;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sign_in::Told;
use super::{leave_to, passkey};
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
pub fn Enroll() -> impl IntoView {
    let stage = RwSignal::new(Stage::First);
    let second = NodeRef::<Button>::new();
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy, touched) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || ready.set(true));
    let create = move |_| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match passkey::enroll().await {
                Ok(()) => {
                    stage.set(Stage::Second);
                    // The button that was pressed is gone; once the page shows the next one, the keyboard is there.
                    request_animation_frame(move || {
                        if let Some(button) = second.get_untracked() {
                            let _ = button.focus();
                        }
                    });
                }
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
                <button class="button primary fill" type="button" disabled=waiting on:click=create>
                    <Icon name="key"/>"Create passkey"
                </button>
            </div>
            <div class="stack" hidden=move || stage.get() != Stage::Second>
                <p>"Your passkey works, and you are signed in. With a second one, on another device or a security key, you \
                    are not locked out when this one is lost."</p>
                <Progress busy touched/>
                <button class="button primary fill" type="button" node_ref=second disabled=waiting on:click=add>
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

/// The button that adds a further passkey; and what the buttons that remove one do, which the page writes.
#[island]
pub fn Passkeys() -> impl IntoView {
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy, touched) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || {
        ready.set(true);
        start(problem);
    });
    let add = move |_| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let added = passkey::add(move || touched.set(true)).await;
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

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start(_: RwSignal<Option<Problem>>) {}

#[cfg(feature = "hydrate")]
fn start(problem: RwSignal<Option<Problem>>) {
    use super::nearby;

    nearby::awake();
    nearby::listen("click", "[data-remove]", move |button, _| {
        if !nearby::begin(&button) {
            return;
        }
        problem.set(None);
        spawn_local(async move {
            let removed = passkey::remove(&button.get_attribute("data-remove").unwrap_or_default()).await;
            nearby::done(&button);
            match removed {
                Ok(()) => leave_to("/me"),
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    });
}
