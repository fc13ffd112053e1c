//! The sign-in form: the page writes it, this answers it.

use leptos::prelude::*;

/// Brings the form with `data-then` to life; until then it does nothing.
#[island]
pub fn SignIn() -> impl IntoView {
    Effect::new(start);
    view! { <span hidden></span> }
}

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start() {}

#[cfg(feature = "hydrate")]
fn start() {
    use super::{ask::Ask, leave_to, nearby, passkey};
    use crate::problem::Problem;
    use heliodesk_wire::sign_in::Email;
    use leptos::task::spawn_local;

    nearby::awake();
    nearby::listen("submit", "form[data-then]", |form, event| {
        event.prevent_default();
        let address = Ask::of(&form).text("email");
        let wrong = address.parse::<Email>().err().map(|code| Problem::invalid([("email", code)]));
        nearby::tell(&form, wrong.as_ref());
        nearby::refuse(None);
        if wrong.is_some() || !nearby::begin(&form) {
            return;
        }
        let button = nearby::one("form[data-then] .primary");
        button.iter().for_each(|button| nearby::set(button, "aria-busy", Some("true")));
        spawn_local(async move {
            match passkey::sign_in(&address).await {
                Ok(()) => leave_to(&form.get_attribute("data-then").unwrap_or_default()),
                Err(refusal) => {
                    nearby::done(&form);
                    button.iter().for_each(nearby::done);
                    nearby::refuse(Some(&refusal));
                }
            }
        });
    });
}
