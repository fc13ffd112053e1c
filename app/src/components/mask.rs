//! Personal values, covered for everybody. A clear one is only ever made in the browser, where somebody has just
//! revealed it.

use leptos::prelude::*;
use maud::{Render, html};

use super::{icon, printed, printed::writes_tags};

/// What everybody sees instead of a personal value. The element's text is exactly the mask.
#[component]
pub fn Masked(
    /// The mask.
    #[prop(into)]
    mask: String,
    /// Without chip and lock: in lists, titles and sentences.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    if plain {
        return printed(masked(&mask).render());
    }
    printed(html! { bdi data-masked="" class="masked" { (icon("lock", 14)) (mask) } })
}

/// In lists, titles and sentences, printed.
pub fn masked(mask: &str) -> impl Render {
    writes_tags(move |out| {
        out.push_str("<bdi data-masked=\"\" class=\"masked plain\">");
        mask.render_to(out);
        out.push_str("</bdi>");
    })
}
