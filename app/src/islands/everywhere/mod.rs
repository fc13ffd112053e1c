//! What every signed-in page can do in the browser, beside what it does by itself: palette and keys, the session's end
//! and the lock over a page whose session has ended, forms that lose nothing, and passing messages.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod in_place;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
mod leaving;
#[cfg(feature = "hydrate")]
pub(super) mod lock;
#[cfg(feature = "hydrate")]
mod messages;
#[cfg(feature = "hydrate")]
mod palette;
#[cfg(feature = "hydrate")]
mod place;
#[cfg(feature = "hydrate")]
mod preferences;
#[cfg(feature = "hydrate")]
mod sending;
#[cfg(feature = "hydrate")]
mod session;

/// Stands last in every signed-in page, so that what the page's own islands answer is answered by them.
#[island]
pub fn Everywhere() -> impl IntoView {
    Effect::new(start);
    view! { <span hidden></span> }
}

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start() {}

#[cfg(feature = "hydrate")]
fn start() {
    super::nearby::awake();
    keys::start();
    palette::start();
    preferences::start();
    messages::start();
    session::start();
    lock::start();
    leaving::start();
    sending::start();
    place::start();
}
