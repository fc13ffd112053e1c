//! What the form of the page before has done, told once.
#![cfg(feature = "ssr")]

use maud::{Markup, html};

use super::{Tone, icon};
use crate::forms::flash;

/// The words for what has just been done; what its page shows by itself has none, such as a saved order with its undo.
fn words(code: &str) -> Option<(Tone, &'static str)> {
    let words = match code {
        "sign-out" => "Signed out.",
        "sessions/end" => "Session ended.",
        "preferences/save" => "Preferences saved.",
        "customers/verify-match" => "Match: the caller gave the right value.",
        "customers/verify-no-match" => "No match: the value is not the one on record.",
        "change-orders/draft" => "Change order saved.",
        "change-orders/send" => "Change order sent.",
        "change-orders/sign" => "Change order signed. The order has its values now.",
        "change-orders/void" => "Change order given up.",
        "notes/write" => "Note saved.",
        "notes/redact" => "Redacted for good.",
        "snippets/write" => "Company text added.",
        "snippets/remove" => "Company text removed.",
        "accounts/change-locked" => "Account locked.",
        "accounts/change-active" => "Account unlocked.",
        "accounts/change-closed" => "Account closed.",
        "views/save" => "View saved.",
        "views/remove" => "View removed.",
        "customers/replace" => "Value replaced. The old one was never shown.",
        _ => return None,
    };
    Some((if code.ends_with("no-match") { Tone::Warn } else { Tone::Ok }, words))
}

/// Passing messages, in a corner: what the form of the page before has done, and what islands say (`nearby::say` and
/// `nearby::alert`). What is good goes away by itself unless somebody points at it; what failed stays until dismissed.
pub fn toasts() -> Markup {
    let told = flash().and_then(|code| words(&code));
    html! {
        div class="toasts" {
            (toast("status", told.map_or(Tone::Ok, |(tone, _)| tone), told.map(|(_, words)| words)))
            (toast("alert", Tone::Bad, None))
        }
    }
}

/// One message, or the place for one.
fn toast(role: &'static str, tone: Tone, words: Option<&'static str>) -> Markup {
    html! {
        div class={ "toast " (tone.class()) } role=(role) data-toast="" hidden[words.is_none()] {
            (icon(if tone == Tone::Ok { "check" } else { "alert" }, 16))
            p { (words.unwrap_or_default()) }
            button class="button quiet square small" type="button" aria-label="Dismiss" data-dismiss="" data-with-script="" hidden {
                (icon("cross", 16))
            }
        }
    }
}
