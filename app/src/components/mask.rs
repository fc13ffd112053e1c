//! Personal values, covered for everybody. A clear one is only ever made in the browser, where somebody has just
//! revealed it.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{icon, printed};

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
    printed(if plain {
        masked(&mask)
    } else {
        html! { bdi data-masked="" class="masked" { (icon("lock", 14)) (mask) } }
    })
}

/// In lists, titles and sentences, printed.
pub fn masked(mask: &str) -> Markup {
    html! { bdi data-masked="" class="masked plain" { (mask) } }
}
