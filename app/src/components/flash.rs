//! What the form of the page before has done, told once.
#![cfg(feature = "ssr")]

use leptos::prelude::*;

use super::Icon;
use crate::forms::flash;

/// The words for a function that has just been done; functions whose page shows it by itself have none.
fn words(function: &str) -> Option<&'static str> {
    Some(match function {
        "sign-out" => "Signed out.",
        "sessions/end" => "Session ended.",
        "orders/edit" => "Order saved.",
        "pipeline/move" => "Order moved.",
        "customers/replace" => "Value replaced. The old one was never shown.",
        _ => return None,
    })
}

/// A passing message at the top of the page.
#[component]
pub fn Flash() -> impl IntoView {
    let words = flash().and_then(|function| words(&function));
    words.map(|words| view! { <div class="toast ok" role="status"><Icon name="check"/><p>{words}</p></div> })
}
