//! Personal values, covered for everybody. A clear one is only ever made in the browser, where somebody has just
//! revealed it.

use leptos::prelude::*;

use super::Icon;

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
        view! { <bdi class="masked plain" data-masked="">{mask}</bdi> }.into_any()
    } else {
        view! { <bdi class="masked" data-masked=""><Icon name="lock" size=14/>{mask}</bdi> }.into_any()
    }
}
