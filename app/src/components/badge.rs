//! A status in words, with an icon and a colour; colour alone never says anything.

use leptos::prelude::*;
use maud::Render;

use super::{Icon, icon, printed::writes_tags};

/// The colour family of a status or message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to notice.
    #[default]
    Neutral,
    /// Well, done, allowed.
    Ok,
    /// Look at this.
    Warn,
    /// Wrong, denied, gone.
    Bad,
    /// For information.
    Info,
    /// Waiting on somebody outside.
    Wait,
}

impl Tone {
    /// The variant's class; empty for neutral.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Wait => "wait",
        }
    }
}

/// A class and its tone, without a blank at the end.
pub(super) fn toned(class: &'static str, tone: Tone) -> String {
    [class, tone.class()].join(" ").trim_end().to_owned()
}

/// A status as a pill.
#[component]
pub fn Badge(
    /// Name in the sprite.
    icon: &'static str,
    /// Colour family.
    #[prop(optional)]
    tone: Tone,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=toned("badge", tone)>
            <Icon name=icon size=14/>
            {children()}
        </span>
    }
}

/// The same in a dense row, printed.
pub fn badge(name: &'static str, tone: Tone, words: &str) -> impl Render {
    writes_tags(move |out| {
        out.push_str("<span class=\"badge");
        if tone != Tone::Neutral {
            out.push(' ');
            out.push_str(tone.class());
        }
        out.push_str("\">");
        icon(name, 14).render_to(out);
        words.render_to(out);
        out.push_str("</span>");
    })
}

/// A status in a dense row, without the pill.
#[component]
pub fn Mark(
    /// Name in the sprite.
    icon: &'static str,
    /// Colour family.
    #[prop(optional)]
    tone: Tone,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=toned("mark", tone)>
            <Icon name=icon size=14/>
            {children()}
        </span>
    }
}
