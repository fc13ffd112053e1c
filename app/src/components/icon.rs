//! An icon of the sprite, and the mark of the product.

use leptos::prelude::*;
use maud::Render;

use super::{printed, printed::writes_tags};

/// An icon of the sprite. It says nothing to screen readers: the words beside it do.
#[component]
pub fn Icon(
    /// Name in the sprite.
    name: &'static str,
    /// Edge in CSS pixels.
    #[prop(default = 16)]
    size: u16,
) -> impl IntoView {
    printed(icon(name, size).render())
}

/// The same, printed.
pub fn icon(name: &'static str, size: u16) -> impl Render {
    writes_tags(move |out| {
        out.push_str("<svg width=\"");
        size.render_to(out);
        out.push_str("\" height=\"");
        size.render_to(out);
        out.push_str("\" aria-hidden=\"true\" class=\"icon\"><use href=\"#i-");
        out.push_str(name);
        out.push_str("\"></use></svg>");
    })
}

/// The mark and the name.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <svg width="24" height="24" viewBox="0 0 24 24" fill="none" aria-hidden="true">
                <path class="sun" d="M4.5 15.5a7.5 7.5 0 0 1 15 0Z"/>
                <path class="desk" d="M2 18.5h20" stroke-width="2.25" stroke-linecap="round"/>
            </svg>
            "Heliodesk"
        </span>
    }
}
