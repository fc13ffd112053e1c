//! A titled box, and boxes side by side.

use leptos::prelude::*;

use super::Slot;

/// A section with a heading. Tables, lists and `footer` stand in it directly; other content in `div.body`.
#[component]
pub fn Panel(
    /// Unique in the page; names the section.
    #[prop(into)]
    id: String,
    /// The heading.
    #[prop(into)]
    title: String,
    /// What stands at the end of the head: a button, a mark, a hint.
    #[prop(optional, into)]
    end: Option<Slot>,
    /// True to hide the heading from eyes, where the page's `h1` already says it.
    #[prop(optional)]
    untitled: bool,
    /// True where a form inside is answered in its place, and the rest of the page stays as it is.
    #[prop(optional)]
    part: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled = heading.clone();
    let head = if untitled {
        view! { <h2 class="visually-hidden" id=heading>{title}</h2> }.into_any()
    } else {
        let end = end.map(|end| view! { <div class="end">{end.into_view()}</div> });
        view! { <header><h2 id=heading>{title}</h2> {end}</header> }.into_any()
    };
    view! { <section class="panel" id=id aria-labelledby=labelled data-part=part.then_some("")>{head} {children()}</section> }
}

/// Boxes side by side, one under the other where it is narrow.
#[component]
pub fn Columns(
    /// `lead` (a narrow one first), `tail` (a narrow one last) or `even`.
    shape: &'static str,
    /// The boxes; wrap several of one column in `div.stack`.
    children: Children,
) -> impl IntoView {
    view! { <div class=format!("columns {shape}")>{children()}</div> }
}
