//! Creating, adding and removing passkeys: the page writes the buttons, this answers them.

use leptos::prelude::*;

/// Brings the buttons to life: `data-enroll`, `data-add`, and `data-remove` with a passkey's id.
#[island]
pub fn Passkeys() -> impl IntoView {
    Effect::new(start);
    view! { <span hidden></span> }
}

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start() {}

#[cfg(feature = "hydrate")]
fn start() {
    use super::nearby::{awake, begin, listen};

    awake();
    listen("click", "[data-enroll], [data-add], [data-remove]", |button, _| {
        if begin(&button) {
            leptos::task::spawn_local(answer(button));
        }
    });
}

#[cfg(feature = "hydrate")]
async fn answer(button: web_sys::Element) {
    use super::nearby::{done, focus, hide, one, refuse, show};
    use super::{leave_to, passkey};

    refuse(None);
    let enrolls = button.has_attribute("data-enroll");
    let outcome = if enrolls {
        passkey::enroll().await
    } else if let Some(id) = button.get_attribute("data-remove") {
        passkey::remove(&id).await
    } else {
        show("[data-first]");
        let added = passkey::add(|| show("[data-then-second]")).await;
        ["[data-first]", "[data-then-second]"].iter().filter_map(|line| one(line)).for_each(|line| hide(&line, true));
        added
    };
    done(&button);
    match outcome {
        // The button that was pressed is gone; the keyboard goes on to the next one.
        Ok(()) if enrolls => {
            one("[data-stage=first]").iter().for_each(|stage| hide(stage, true));
            show("[data-stage=second]");
            focus("[data-add]");
        }
        Ok(()) => leave_to(&button.get_attribute("data-then").unwrap_or_default()),
        Err(problem) => refuse(Some(&problem)),
    }
}
