//! What the form of the page before has done, told once.
#![cfg(feature = "ssr")]

use leptos::prelude::*;

use super::Icon;
use super::badge::{Tone, toned};
use crate::forms::flash;

/// The words for what has just been done; what its page shows by itself has none.
fn words(code: &str) -> Option<(Tone, &'static str)> {
    let words = match code {
        "sign-out" => "Signed out.",
        "sessions/end" => "Session ended.",
        "customers/verify-match" => "Match: the caller gave the right value.",
        "customers/verify-no-match" => "No match: the value is not the one on record.",
        "orders/edit" => "Order saved.",
        "pipeline/move" => "Order moved.",
        "notes/write" => "Note saved.",
        "notes/redact" => "Redacted for good.",
        "snippets/write" => "Company text added.",
        "snippets/remove" => "Company text removed.",
        "accounts/change" => "Account changed.",
        "customers/replace" => "Value replaced. The old one was never shown.",
        _ => return None,
    };
    Some((if code.ends_with("no-match") { Tone::Warn } else { Tone::Ok }, words))
}

/// A passing message at the top of the page.
#[component]
pub fn Flash() -> impl IntoView {
    let words = flash().and_then(|code| words(&code));
    words.map(|(tone, words)| {
        let icon = if tone == Tone::Ok { "check" } else { "alert" };
        view! { <div class=toned("toast", tone) role="status"><Icon name=icon/><p>{words}</p></div> }
    })
}
