//! Things to do. Ink is for the one thing a panel or dialog is for; everything else has a thin rim.
//!
//! Further attributes and handlers are given as `attr:name="…"` and `on:click=…`.

use leptos::prelude::*;

use super::Icon;

/// The classes of a button.
fn classes(primary: bool, danger: bool, quiet: bool, small: bool, square: bool, fill: bool) -> String {
    let flags = [primary, danger, quiet, small, square, fill];
    let names = ["primary", "danger", "quiet", "small", "square", "fill"];
    let chosen = names.into_iter().zip(flags).filter_map(|(name, on)| on.then_some(name));
    std::iter::once("button").chain(chosen).collect::<Vec<_>>().join(" ")
}

/// A button; without `kind` it submits its form.
#[component]
pub fn Button(
    /// The one thing to do here.
    #[prop(optional)]
    primary: bool,
    /// Takes something away.
    #[prop(optional)]
    danger: bool,
    /// Without a rim, in dense rows.
    #[prop(optional)]
    quiet: bool,
    /// Lower, in rows and panel heads.
    #[prop(optional)]
    small: bool,
    /// Holds an icon only; give it `attr:aria-label`.
    #[prop(optional)]
    square: bool,
    /// As wide as its place.
    #[prop(optional)]
    fill: bool,
    /// `submit` or `button`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// Name in the sprite.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <button class=classes(primary, danger, quiet, small, square, fill) r#type=kind>
            {icon.map(|name| view! { <Icon name/> })}
            {children.map(|children| children())}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// The one thing to do here.
    #[prop(optional)]
    primary: bool,
    /// Without a rim, in dense rows.
    #[prop(optional)]
    quiet: bool,
    /// Lower, in rows and panel heads.
    #[prop(optional)]
    small: bool,
    /// Holds an icon only; give it `attr:aria-label`.
    #[prop(optional)]
    square: bool,
    /// As wide as its place.
    #[prop(optional)]
    fill: bool,
    /// Name in the sprite.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <a class=classes(primary, false, quiet, small, square, fill) href=href>
            {icon.map(|name| view! { <Icon name/> })}
            {children.map(|children| children())}
        </a>
    }
}
