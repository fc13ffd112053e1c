//! The sign-in form: an address and one button.

use heliodesk_wire::sign_in::Email;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::leave_to;
use super::passkey;
use crate::components::Icon;
use crate::problem::{Problem, field_sentence};

/// Address and button. The button works once the script runs; until then the form does nothing.
#[island]
pub fn SignIn(
    /// The address remembered on this device, or nothing.
    email: String,
    /// Where to go when signed in.
    then: String,
) -> impl IntoView {
    let typed = RwSignal::new(email.clone());
    let wrong = RwSignal::new(None::<&'static str>);
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || ready.set(true));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        problem.set(None);
        wrong.set(None);
        let address = match typed.get_untracked().parse::<Email>() {
            Ok(address) => address,
            Err(code) => return wrong.set(Some(field_sentence(code))),
        };
        let then = then.clone();
        busy.set(true);
        spawn_local(async move {
            match passkey::sign_in(address.as_str()).await {
                Ok(()) => leave_to(&then),
                Err(refusal) => {
                    busy.set(false);
                    problem.set(Some(refusal));
                }
            }
        });
    };
    let known = !email.is_empty();
    view! {
        // `dialog` outside of one submits nowhere: before the script runs, no address can end up in a URL.
        <form method="dialog" on:submit=send novalidate>
            <Told problem/>
            <div class="field">
                <div class="remembered">
                    <label for="email">"Work e-mail"</label>
                    {known.then(|| view! { <button class="button quiet small" form="forget">"Not you?"</button> })}
                </div>
                <input
                    id="email"
                    name="ask[email]"
                    type="email"
                    autocomplete="username webauthn"
                    required
                    value=email
                    on:input=move |event| typed.set(event_target_value(&event))
                    aria-invalid=move || wrong.get().map(|_| "true")
                    aria-describedby=move || if wrong.get().is_some() { "email-error" } else { "email-hint" }
                />
                <p class="hint" id="email-hint">
                    {if known { "Remembered on this device only." } else { "The address your invitation was sent for." }}
                </p>
                {move || wrong.get().map(|words| {
                    view! { <p class="error" id="email-error"><Icon name="alert" size=14/><span>{words}</span></p> }
                })}
            </div>
            <button class="button primary fill"
                disabled=move || !ready.get() || busy.get()
                aria-busy=move || busy.get().then_some("true")>
                <Icon name="key"/>"Sign in with a passkey"
            </button>
        </form>
    }
}

/// What was refused, said at once.
#[component]
pub(super) fn Told(
    /// The refusal, if there is one.
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    move || {
        problem.get().map(|problem| {
            let meaning = problem.meaning();
            // Not the component, whose children are a view of any type: that alone costs the browser several kilobytes.
            view! {
                <div class="notice bad" role="alert">
                    <Icon name="alert"/>
                    <div><h2>{meaning.title}</h2><p>{meaning.sentence}</p></div>
                </div>
            }
        })
    }
}
