//! How many reveals of the day are used up.

use leptos::prelude::*;

use super::Icon;

/// `6 of 25 today`, with a bar that turns red towards the end.
#[component]
pub fn Allowance(
    /// Reveals of this person today.
    #[prop(into)]
    used: Signal<u32>,
    /// Reveals allowed per person and day.
    cap: u32,
) -> impl IntoView {
    let words = move || format!("{} of {cap}", used.get());
    view! {
        <p class="allowance">
            <Icon name="eye"/>
            <span><span class="word">"Reveals "</span> <strong>{words}</strong> " today"</span>
            <meter
                min="0"
                max=cap.to_string()
                high=(cap * 4 / 5).to_string()
                optimum="0"
                value=move || used.get().to_string()
                aria-label="Reveals used today"
            ></meter>
        </p>
    }
}
