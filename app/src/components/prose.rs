//! The one place where HTML is put into a page as it is: it takes nothing but what was sanitised.
#![cfg(feature = "ssr")]

use heliodesk_wire::notes::CleanHtml;
use leptos::prelude::*;

/// What somebody wrote, with its paragraphs, lists and emphasis.
#[component]
pub fn Prose(
    /// The text.
    html: CleanHtml,
) -> impl IntoView {
    view! { <div class="prose" dir="auto" inner_html=html.into_html()></div> }
}
