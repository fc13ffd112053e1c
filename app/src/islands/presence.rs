//! An order's page in the browser: who else has it open, kept true while the page is, and printing it. The page says that
//! it is open every 25 seconds, and when it is left.

use leptos::prelude::*;

/// Brings the names on the page, and its button to print, to life.
#[island]
pub fn OpenOrder() -> impl IntoView {
    Effect::new(start);
    view! { <span hidden></span> }
}

/// `Jan Kowal has this order open`; nothing where nobody has.
pub fn told(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} has this order open"),
        [one, other] => format!("{one} and {other} have this order open"),
        [one, rest @ ..] => format!("{one} and {} others have this order open", rest.len()),
    }
}

#[cfg(feature = "hydrate")]
use browser::start;

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start() {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;
    use std::time::Duration;

    use js_sys::Array;
    use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
    use leptos::prelude::{window, window_event_listener_untyped};
    use leptos::task::spawn_local;
    use web_sys::Element;

    use crate::api::orders::OrderPresence;
    use crate::islands::ask::{Answer, Ask};
    use crate::islands::nearby::{all, hide, listen, member, named, one, set, write};

    /// How often the page says that it is open.
    const EVERY: Duration = Duration::from_secs(25);

    thread_local! {
        /// What asks; gone once the answer is that nobody may.
        static ASKING: Cell<Option<IntervalHandle>> = const { Cell::new(None) };
    }

    pub(super) fn start() {
        if let Ok(handle) = set_interval_with_handle(|| spawn_local(stay()), EVERY) {
            ASKING.set(Some(handle));
        }
        all("[data-print]").iter().for_each(|button| hide(button, false));
        listen("click", "[data-print]", |_, _| {
            // A browser that does not print leaves the page as it is.
            let _ = window().print();
        });
        window_event_listener_untyped("pagehide", |_| leave());
        // A page that the browser has kept for the way back was left.
        window_event_listener_untyped("pageshow", |event| {
            if member(&event, "persisted").is_truthy() {
                spawn_local(stay());
            }
        });
    }

    /// Where the names stand, and the order's number.
    fn place() -> Option<(Element, String)> {
        let place = one("[data-presence]")?;
        let number = named(&place, "data-presence");
        Some((place, number))
    }

    async fn stay() {
        let Some((place, number)) = place() else { return };
        match Ask::new(&[("order", number.as_str())]).post::<OrderPresence>().await {
            Ok(answer) => show(&place, &answer),
            Err(problem) if problem.status() < 500 => {
                if let Some(asking) = ASKING.take() {
                    asking.clear();
                }
            }
            Err(_) => {}
        }
    }

    fn show(place: &Element, answer: &Answer) {
        if let Some(now) = answer.part("now").as_f64() {
            set(place, "data-now", Some(&now.to_string()));
        }
        let (Ok(Some(mark)), Ok(Some(words))) = (place.query_selector(".mark"), place.query_selector("bdi")) else {
            return;
        };
        let names: Vec<String> =
            Array::from(&answer.part("others")).iter().filter_map(|name| name.as_string()).collect();
        let told = super::told(&names);
        write(&words, &told);
        hide(&mark, names.is_empty());
    }

    fn leave() {
        if let Some((place, number)) = place() {
            let until = named(&place, "data-now");
            Ask::new(&[("order", number.as_str()), ("left", until.as_str())]).send_off::<OrderPresence>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn names_are_told_in_one_sentence() {
        let names = ["Jan Kowal", "Mia Torres", "Omar Haddad"].map(str::to_owned);
        assert_eq!(told(&[]), "");
        assert_eq!(told(&names[..1]), "Jan Kowal has this order open");
        assert_eq!(told(&names[..2]), "Jan Kowal and Mia Torres have this order open");
        assert_eq!(told(&names), "Jan Kowal and 2 others have this order open");
    }
}
