//! Any list. On a narrow screen each row becomes a card: give cells `data-label` to name them there.

use leptos::prelude::*;
use maud::html;

use super::{Words, icon, printed};

/// A table; its caption is for screen readers. Children are `thead` and `tbody`.
#[component]
pub fn Table(
    /// What the table holds and how it is sorted.
    #[prop(into)]
    caption: String,
    /// True to stay a table on a narrow screen (few, short columns).
    #[prop(optional)]
    keep: bool,
    /// `thead` and `tbody`.
    children: Children,
) -> impl IntoView {
    let class = if keep { "table keep" } else { "table" };
    view! {
        <table class=class>
            <caption class="visually-hidden">{caption}</caption>
            {children()}
        </table>
    }
}

/// The foot of a long list: how much is shown, and the ways on.
#[component]
pub fn Pager(
    /// What is shown, such as `1–50 of 2,000`.
    #[prop(into)]
    shown: String,
    /// Address of the page before.
    #[prop(optional, into)]
    newer: Words,
    /// Address of the page after.
    #[prop(optional, into)]
    older: Words,
    /// Words of the way back.
    #[prop(default = "Previous")]
    newer_label: &'static str,
    /// Words of the way on.
    #[prop(default = "Next")]
    older_label: &'static str,
    /// What the pages are of, where a page of the console has several lists.
    #[prop(default = "Pages".to_owned(), into)]
    name: String,
) -> impl IntoView {
    printed(html! {
        footer {
            span class="hint" { (shown) }
            nav class="end row" aria-label=(name) {
                @if let Some(href) = newer.0 { a class="button small" href=(href) rel="prev" { (newer_label) } }
                " "
                @if let Some(href) = older.0 { a class="button small" href=(href) rel="next" { (older_label) (icon("next", 14)) } }
            }
        }
    })
}

/// Says under a list how far was looked, and goes on from there: the list ended for that, not because it is full.
#[component]
pub fn Rest(
    /// How far was looked.
    words: String,
    /// Address of what comes next.
    href: String,
) -> impl IntoView {
    view! { <p class="rest"><span class="hint">{words}</span> <a class="button small" href=href rel="next">"Continue"</a></p> }
}
