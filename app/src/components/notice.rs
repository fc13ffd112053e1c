//! Words to the person: in the page, for everybody, and where there is nothing to show.

use leptos::prelude::*;

use super::badge::{Tone, toned};
use super::{Icon, Words};

/// The icon that goes with a tone.
const fn icon_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Ok => "check",
        Tone::Warn | Tone::Bad => "alert",
        Tone::Wait => "clock",
        Tone::Info | Tone::Neutral => "info",
    }
}

/// A message in the page.
#[component]
pub fn Notice(
    /// Colour family.
    #[prop(optional)]
    tone: Tone,
    /// Name in the sprite; by tone when absent.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// A heading.
    #[prop(optional, into)]
    title: Words,
    /// True for what must be heard at once (`role=alert`).
    #[prop(optional)]
    alert: bool,
    /// The words, as paragraphs.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=toned("notice", tone) role=alert.then_some("alert")>
            <Icon name=icon.unwrap_or(icon_of(tone))/>
            <div>{title.0.map(|title| view! { <h2>{title}</h2> })} {children.map(|children| children())}</div>
        </div>
    }
}

/// Where a script says what was refused; hidden until then.
#[component]
pub fn Refused() -> impl IntoView {
    view! {
        <div class="notice bad" role="alert" data-refused="" hidden>
            <Icon name="alert"/>
            <div><h2></h2><p></p></div>
        </div>
    }
}

/// Which of two passkeys is asked for while a further one is added; a script shows the line that fits.
#[component]
pub fn AddingPasskey() -> impl IntoView {
    view! {
        <div role="status">
            <p class="hint" data-first="" hidden>"First confirm with the passkey you have."</p>
            <p class="hint" data-then-second="" hidden>
                "Now create the new passkey, on another device or a security key."
            </p>
        </div>
    }
}

/// A message for everybody, above the shell.
#[component]
pub fn Banner(
    /// Colour family.
    #[prop(optional)]
    tone: Tone,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=toned("banner", tone) role="region" aria-label="Notice for everyone">
            <Icon name=icon_of(tone)/>
            <p>{children()}</p>
        </div>
    }
}

/// Nothing here: what happened, what to do.
#[component]
pub fn Empty(
    /// Name in the sprite.
    icon: &'static str,
    /// What happened.
    #[prop(into)]
    title: String,
    /// What to do, as paragraphs.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon size=24/>
            <h3>{title}</h3>
            {children.map(|children| children())}
        </div>
    }
}
