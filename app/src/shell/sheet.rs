//! The sheet of shortcuts: those of every page, those of this one, and the switch that turns single keys off.
//!
//! A page registers a key where it stands: `aria-keyshortcuts="m" data-shortcut="Move the order"`. The script lists
//! what stands there when the sheet opens.

use heliodesk_wire::Role;
use leptos::prelude::*;

use super::places::{opens, places};
use crate::components::{Button, Dialog};
use crate::islands::SHEET;

/// The dialog.
#[component]
pub(super) fn Sheet(role: Role) -> impl IntoView {
    let search = opens("/api/customers/search", role).then(|| row(&["/"], "Search customers"));
    let going = places(role)
        .filter_map(|place| place.key.map(|key| (key, place.label)))
        .map(|(key, label)| {
            view! { <div data-keys="on"><dt><kbd>"g"</kbd> " then " <kbd>{key}</kbd></dt><dd>{label}</dd></div> }
        })
        .collect::<Vec<_>>();
    view! {
        <Dialog id=SHEET title="Keyboard shortcuts" lede=view! { "They need a browser that runs scripts." }>
            <div class="body">
                <dl class="shortcuts">
                    <div><dt><kbd>"Ctrl K"</kbd></dt><dd>"Go to, also while typing"</dd></div>
                    <div><dt><kbd>"Esc"</kbd></dt><dd>"Close"</dd></div>
                    {row(&["?"], "This list")}
                    {search}
                    {going}
                </dl>
                <section class="stack" data-here="" hidden>
                    <h3>"On this page"</h3>
                    <dl class="shortcuts" data-keys="on"></dl>
                </section>
            </div>
            <footer>
                <p class="hint" data-keys="on">"Single keys do nothing while you type or a dialog is open."</p>
                <p class="hint" data-keys="off">"Single keys are turned off."</p>
                <Switch to="off" words="Turn single keys off" shown="on"/>
                <Switch to="on" words="Turn single keys on" shown="off"/>
            </footer>
        </Dialog>
    }
}

/// One shortcut of single keys.
fn row(keys: &[&'static str], words: &'static str) -> impl IntoView + use<> {
    let keys: Vec<_> = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect();
    view! { <div data-keys="on"><dt>{keys}</dt><dd>{words}</dd></div> }
}

/// Turns single keys on or off; shown where they are `shown`.
#[component]
fn Switch(to: &'static str, words: &'static str, shown: &'static str) -> impl IntoView {
    view! {
        <form method="post" action="/me?do=preferences/save" data-preferences="" data-keys=shown>
            <input type="hidden" name="ask[shortcuts]" value=to/>
            <Button>{words}</Button>
        </form>
    }
}
