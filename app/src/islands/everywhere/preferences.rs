//! Preferences changed from anywhere: saved, and applied where they are without loading the page again.

use js_sys::Reflect;
use leptos::task::spawn_local;

use crate::api::preferences::SavePreferences;
use crate::islands::ask::{Answer, Ask};
use crate::islands::nearby::{alert, all, begin, done, focus, listen, named, one, say, set};
use crate::islands::passkey;

pub(super) fn start() {
    listen("submit", "form[data-preferences]", |form, event| {
        event.prevent_default();
        if !begin(&form) {
            return;
        }
        spawn_local(async move {
            let ask = Ask::of(&form);
            let saved = passkey::resent(async || ask.post::<SavePreferences>().await).await;
            done(&form);
            match saved {
                Ok(saved) => apply(&saved),
                Err(problem) => alert(&problem),
            }
        });
    });
}

fn apply(saved: &Answer) {
    let Some(html) = one("html") else { return };
    let theme = saved.text("theme");
    let keys = if saved.part("shortcuts").is_truthy() { "on" } else { "off" };
    set(&html, "data-theme", Some(theme.as_str()).filter(|theme| *theme != "system"));
    set(&html, "data-shortcuts", Some(keys).filter(|keys| *keys == "off"));
    // The form on one's own page says the same.
    for (name, value) in [("theme", theme.as_str()), ("shortcuts", keys)] {
        for choice in all(&format!("[type='radio'][name='ask[{name}]']")) {
            let chosen = named(&choice, "value") == value;
            set(&choice, "checked", chosen.then_some(""));
            let _ = Reflect::set(&choice, &"checked".into(), &chosen.into());
        }
    }
    // The button that was pressed in the sheet has made room for the other one.
    focus(&format!("#shortcuts[open] form[data-keys='{keys}'] button"));
    say("Preferences saved.");
}
