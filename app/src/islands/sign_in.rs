//! The sign-in form: the page writes it, this answers it.

use leptos::prelude::*;

use crate::components::Icon;
use crate::problem::Problem;

/// What was refused, and the button. It works once the script runs; until then the form does nothing.
#[island]
pub fn SignIn() -> impl IntoView {
    let problem = RwSignal::new(None::<Problem>);
    let (ready, busy) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || {
        ready.set(true);
        start(problem, busy);
    });
    view! {
        <Told problem/>
        <button class="button primary fill"
            disabled=move || !ready.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")>
            <Icon name="key"/>"Sign in with a passkey"
        </button>
    }
}

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start(_: RwSignal<Option<Problem>>, _: RwSignal<bool>) {}

#[cfg(feature = "hydrate")]
fn start(problem: RwSignal<Option<Problem>>, busy: RwSignal<bool>) {
    use super::{ask::Ask, leave_to, nearby, passkey};
    use heliodesk_wire::sign_in::Email;
    use leptos::task::spawn_local;

    nearby::listen("submit", "form[data-then]", move |form, event| {
        event.prevent_default();
        let address = Ask::of(&form).text("email");
        let wrong = address.parse::<Email>().err().map(|code| Problem::invalid([("email", code)]));
        nearby::tell(&form, wrong.as_ref());
        problem.set(None);
        if wrong.is_some() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match passkey::sign_in(&address).await {
                Ok(()) => leave_to(&form.get_attribute("data-then").unwrap_or_default()),
                Err(refusal) => {
                    busy.set(false);
                    problem.set(Some(refusal));
                }
            }
        });
    });
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
