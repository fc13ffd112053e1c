//! The icons, drawn for a square of 16 with a line of 1.5, and the mark of the product.

use leptos::prelude::*;
use maud::{Render, html};

use super::{Kept, Rendered, printed, printed::part};

/// An icon of the sprite. It says nothing to screen readers: the words beside it do.
#[component]
pub fn Icon(
    /// Name in the sprite.
    name: &'static str,
    /// Edge in CSS pixels.
    #[prop(default = 16)]
    size: u16,
) -> impl IntoView {
    printed(icon(name, size))
}

/// The same, printed.
pub fn icon(name: &'static str, size: u16) -> impl Render {
    part(move |out| {
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

/// All icons, once per page; [`Icon`] refers to them.
pub fn sprite() -> Rendered {
    static SPRITE: Kept = Kept::new();
    SPRITE.text(|| {
        printed(html! {
            svg class="sprite" aria-hidden="true" {
                @for (name, line) in ICONS { symbol id={ "i-" (name) } viewBox="0 0 16 16" { path d=(line) {} } }
            }
        })
    })
}

/// Name and line of each icon.
#[rustfmt::skip]
const ICONS: &[(&str, &str)] = &[
    ("alert", "M8 2.25 14.25 13H1.75L8 2.25ZM8 6.5v3M8 11.2v.1"),
    ("arrow", "M2.5 8h11M9.5 4l4 4-4 4"),
    ("bell", "M8 2.25A3.75 3.75 0 0 0 4.25 6c0 3.5-1.5 4.5-1.5 5.25h10.5C13.25 10.5 11.75 9.5 11.75 6A3.75 3.75 0 0 0 8 2.25ZM6.75 13.5h2.5"),
    ("board", "M2.75 2.5h1.75a.75 .75 0 0 1 .75 .75v9.5a.75 .75 0 0 1 -.75 .75h-1.75a.75 .75 0 0 1 -.75 -.75v-9.5a.75 .75 0 0 1 .75 -.75ZM7.15 2.5h1.75a.75 .75 0 0 1 .75 .75v5.5a.75 .75 0 0 1 -.75 .75h-1.75a.75 .75 0 0 1 -.75 -.75v-5.5a.75 .75 0 0 1 .75 -.75ZM11.5 2.5h1.75a.75 .75 0 0 1 .75 .75v7.5a.75 .75 0 0 1 -.75 .75h-1.75a.75 .75 0 0 1 -.75 -.75v-7.5a.75 .75 0 0 1 .75 -.75Z"),
    ("check", "M3 8.5l3.2 3.2L13 4.8"),
    ("clock", "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0 -11.5 0M8 4.75V8l2.25 1.5"),
    ("copy", "M7 5.5h5a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1 -1.5 1.5h-5a1.5 1.5 0 0 1 -1.5 -1.5v-5a1.5 1.5 0 0 1 1.5 -1.5ZM10.5 3.25v-.25A.75.75 0 0 0 9.75 2.25h-6.5A.75.75 0 0 0 2.5 3v6.5c0 .4.3.75.75.75h.25"),
    ("cross", "M4 4l8 8M12 4l-8 8"),
    ("device", "M3 3h10a1.25 1.25 0 0 1 1.25 1.25v5.5a1.25 1.25 0 0 1 -1.25 1.25h-10a1.25 1.25 0 0 1 -1.25 -1.25v-5.5a1.25 1.25 0 0 1 1.25 -1.25ZM5.5 13.5h5"),
    ("dots", "M2.75 8a.75 .75 0 1 0 1.5 0a.75 .75 0 1 0 -1.5 0M7.25 8a.75 .75 0 1 0 1.5 0a.75 .75 0 1 0 -1.5 0M11.75 8a.75 .75 0 1 0 1.5 0a.75 .75 0 1 0 -1.5 0"),
    ("down", "M8 2.5v7.5M4.75 7 8 10.25 11.25 7M2.5 13.5h11"),
    ("eye", "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM6 8a2 2 0 1 0 4 0a2 2 0 1 0 -4 0"),
    ("flag", "M3.5 14V2.5M3.5 3h8.5l-2 2.75 2 2.75H3.5"),
    ("hide", "M6.4 3.7A7 7 0 0 1 8 3.5C12 3.5 14.5 8 14.5 8a12 12 0 0 1-1.7 2.2M4 4.9A12 12 0 0 0 1.5 8S4 12.5 8 12.5a6.4 6.4 0 0 0 3.6-1.1M2 2l12 12"),
    ("info", "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0 -11.5 0M8 7.5v3.25M8 5.2v.1"),
    ("key", "M2.25 10.5a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0 -5.5 0M7 8.5l6-6M11 4.5l1.75 1.75M9 6.5l1.25 1.25"),
    ("lock", "M4.75 7h6.5a1.5 1.5 0 0 1 1.5 1.5v3.5a1.5 1.5 0 0 1 -1.5 1.5h-6.5a1.5 1.5 0 0 1 -1.5 -1.5v-3.5a1.5 1.5 0 0 1 1.5 -1.5ZM5.25 7V5.25a2.75 2.75 0 0 1 5.5 0V7"),
    ("menu", "M2.5 4.5h11M2.5 8h11M2.5 11.5h11"),
    ("mobile", "M6 1.75h4a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1 -1.5 1.5h-4a1.5 1.5 0 0 1 -1.5 -1.5v-9.5a1.5 1.5 0 0 1 1.5 -1.5ZM7.25 12h1.5"),
    ("next", "M6 3.5l4.5 4.5L6 12.5"),
    ("note", "M3 2.5h10v7.5l-3.5 3.5H3v-11ZM13 10H9.5v3.5"),
    ("order", "M4.5 2h7a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1 -1.5 1.5h-7a1.5 1.5 0 0 1 -1.5 -1.5v-9a1.5 1.5 0 0 1 1.5 -1.5ZM5.5 5.5h5M5.5 8h5M5.5 10.5h3"),
    ("out", "M6.5 2.5H3.25a.75.75 0 0 0-.75.75v9.5c0 .4.35.75.75.75H6.5M10.5 11l3-3-3-3M13.5 8h-7"),
    ("pause", "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0 -11.5 0M6.5 6v4M9.5 6v4"),
    ("pen", "M10.5 3l2.5 2.5L5.5 13l-3 .5.5-3L10.5 3Z"),
    ("people", "M3.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M1.5 13c.4-2.5 2.2-3.75 4.5-3.75s4.1 1.25 4.5 3.75M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 9.6c1.4.5 2.3 1.7 2.5 3.4"),
    ("pin", "M9.5 2.5 13.5 6.5 10.5 7.5 8.5 11.5 4.5 7.5 8.5 5.5 9.5 2.5ZM6.5 9.5l-4 4"),
    ("place", "M8 14s4.75-4.2 4.75-7.5a4.75 4.75 0 0 0-9.5 0C3.25 9.8 8 14 8 14ZM6.4 6.5a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0 -3.2 0"),
    ("print", "M4.5 6V2.25h7V6M4.5 11.5h-1.75a.75.75 0 0 1-.75-.75V6.75c0-.4.35-.75.75-.75h10.5c.4 0 .75.35.75.75v4c0 .4-.35.75-.75.75H11.5M4.5 9.5h7v4.25h-7Z"),
    ("review", "M4 2.5h8a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1 -1.5 1.5h-8a1.5 1.5 0 0 1 -1.5 -1.5v-8a1.5 1.5 0 0 1 1.5 -1.5ZM5.25 8.25l2 2 3.5-4"),
    ("search", "M2.75 7a4.25 4.25 0 1 0 8.5 0a4.25 4.25 0 1 0 -8.5 0M10.2 10.2l3.3 3.3"),
    ("shield", "M8 1.75 13 3.5v4c0 3.25-2 5.5-5 6.75-3-1.25-5-3.5-5-6.75v-4L8 1.75ZM5.75 7.75l1.75 1.75 3-3.25"),
    ("stop", "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0 -11.5 0M4 4l8 8"),
    ("swap", "M2.5 5.5h10l-2.5-2.5M13.5 10.5h-10l2.5 2.5"),
    ("tool", "M13.5 4.5 11 7 9 5l2.5-2.5A3.75 3.75 0 0 0 6.7 7.3L2.5 11.5l2 2 4.2-4.2a3.75 3.75 0 0 0 4.8-4.8Z"),
    ("trail", "M5.5 4h8M5.5 8h8M5.5 12h8M1.9 4a.6 .6 0 1 0 1.2 0a.6 .6 0 1 0 -1.2 0M1.9 8a.6 .6 0 1 0 1.2 0a.6 .6 0 1 0 -1.2 0M1.9 12a.6 .6 0 1 0 1.2 0a.6 .6 0 1 0 -1.2 0"),
    ("undo", "M5.5 3 2.5 6l3 3M2.5 6h7a3.75 3.75 0 0 1 0 7.5H6"),
    ("usb", "M6 6h4a1 1 0 0 1 1 1v6a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1v-6a1 1 0 0 1 1 -1ZM6.25 6V2.25h3.5V6M7.5 4h1"),
];
