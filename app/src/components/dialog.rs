//! A modal dialog: opened by `showModal()` in an island, or without a script by a button with
//! `attr:command="show-modal" attr:commandfor="{id}"`.

use leptos::html::Dialog as Node;
use leptos::prelude::*;

use super::{Icon, Slot};

/// A dialog named by its heading. The content is usually one `form` with `div.body` and `footer` inside.
#[component]
pub fn Dialog(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// Heading, and the dialog's accessible name.
    #[prop(into)]
    title: String,
    /// One line under the heading.
    #[prop(optional, into)]
    lede: Option<Slot>,
    /// The element, for islands that open and close it.
    #[prop(optional)]
    node: NodeRef<Node>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let heading = title_id.clone();
    view! {
        <dialog class="dialog" id=id.clone() aria-labelledby=title_id node_ref=node>
            <header>
                <h2 id=heading>{title}</h2>
                {lede.map(|lede| view! { <div class="lede">{lede.into_view()}</div> })}
            </header>
            {children()}
            // Last, so that a dialog opens with the focus on the first thing to fill in.
            <form class="close" method="dialog">
                <button class="button quiet square small" aria-label="Close"><Icon name="cross"/></button>
            </form>
        </dialog>
    }
}
