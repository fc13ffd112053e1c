//! How many reveals of the day are used up.

use leptos::prelude::*;

use super::Icon;

/// `6 of 25 today`, with a bar that turns red towards the end. A reveal moves it in the page.
#[component]
pub fn Allowance(
    /// Reveals of this person today.
    used: u32,
    /// Reveals allowed per person and day.
    cap: u32,
) -> impl IntoView {
    view! {
        <p class="allowance" data-allowance="">
            <Icon name="eye"/>
            <span><span class="word">"Reveals "</span> <strong>{reveals_used(used, cap)}</strong> " today"</span>
            <meter
                min="0"
                max=cap.to_string()
                high=(cap * 4 / 5).to_string()
                optimum="0"
                value=used.to_string()
                aria-label="Reveals used today"
            ></meter>
        </p>
    }
}

/// `6 of 25`.
pub fn reveals_used(used: u32, cap: u32) -> String {
    format!("{used} of {cap}")
}

/// How many tries to verify a caller are left.
pub fn tries_left(left: u32) -> String {
    format!("{left} of 3 tries left in this hour")
}

/// Why no caller can be verified just now, and in how many seconds one can be.
pub fn no_tries(seconds: u64) -> String {
    let next = match seconds {
        0..=90 => "in a minute".to_owned(),
        // A wait is told to the second after it.
        _ => format!("in {} min", (seconds - 1).div_ceil(60)),
    };
    format!("3 tries per customer and hour, over all agents. The next opens {next}.")
}

/// What the next reveal would be.
pub fn next_reveal(used: u32, cap: u32) -> String {
    if used < cap { format!("Number {} of {cap} today", used + 1) } else { format!("All {cap} of today are used") }
}
