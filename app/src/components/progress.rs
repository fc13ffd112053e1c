//! How something stands, what happened to it, and what a form would change.

use leptos::prelude::*;

use super::{Icon, Time, Words};

/// One stage of a way.
pub struct Step {
    /// Its name.
    pub label: String,
    /// True for stages that lie behind.
    pub done: bool,
    /// True for the one it stands at.
    pub here: bool,
}

/// Where something stands on its way.
#[component]
pub fn Steps(
    /// What kind of stages, for screen readers.
    label: &'static str,
    /// The stages in order.
    steps: Vec<Step>,
) -> impl IntoView {
    let steps: Vec<_> = steps
        .into_iter()
        .map(|step| {
            let class = step.done.then_some("done");
            let tick = step.done.then(|| view! { <Icon name="check" size=12/> });
            view! { <li class=class aria-current=step.here.then_some("step")><span>{tick} {step.label}</span></li> }
        })
        .collect();
    view! { <ol class="steps" aria-label=label>{steps}</ol> }
}

/// What happened, newest first; children are [`Event`]s.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="timeline">{children()}</ol> }
}

/// One thing that happened: a sentence, its time and, smaller, why.
#[component]
pub fn Event(
    /// Name in the sprite.
    icon: &'static str,
    /// When, in UTC milliseconds.
    at: i64,
    /// Now, in UTC milliseconds, to say how long ago; absent: the time itself.
    #[prop(optional)]
    now: Option<i64>,
    /// Why, from where, which entry.
    #[prop(optional, into)]
    why: Words,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    let why = why.0.filter(|why| !why.is_empty()).map(|why| view! { <p class="why">{why}</p> });
    view! {
        <li>
            <Icon name=icon/>
            <p>{children()}</p>
            <Time at now=now.unwrap_or_default()/>
            {why}
        </li>
    }
}

/// One field's old and new value as people read them; `None` is *none*.
pub struct Change {
    /// The field's label.
    pub field: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// Field by field: old → new.
#[component]
pub fn Changes(
    /// The changes; a personal field has no values, only its name.
    changes: Vec<Change>,
) -> impl IntoView {
    let shown = |value: Option<String>| value.filter(|text| !text.is_empty()).unwrap_or_else(|| "none".to_owned());
    let rows: Vec<_> = changes
        .into_iter()
        .map(|change| {
            view! {
                <li>
                    <b>{change.field}</b>
                    <p>
                        <del><span class="visually-hidden">"old "</span><bdi>{shown(change.old)}</bdi></del>
                        <Icon name="arrow" size=14/>
                        <ins><span class="visually-hidden">"new "</span><bdi>{shown(change.new)}</bdi></ins>
                    </p>
                </li>
            }
        })
        .collect();
    view! { <ul class="changes">{rows}</ul> }
}

/// Names and values of one thing, such as an entry's columns.
#[component]
pub fn Detail(
    /// Name and value, in order; empty values are left out.
    rows: Vec<(&'static str, String)>,
) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <dt>{name}</dt><dd><bdi>{value}</bdi></dd> })
        .collect();
    view! { <dl class="detail">{rows}</dl> }
}
