//! The head of a page: way back, title with its badges, facts in a line, things to do.

use leptos::prelude::*;

use super::{Icon, Slot, Words};

/// The head of a page. Children are the things to do, on the right.
#[component]
pub fn PageHead(
    /// The page's only `h1`; text, or a masked name.
    #[prop(into)]
    title: Slot,
    /// The way back: address and words, outermost first.
    #[prop(optional)]
    crumbs: Vec<(String, String)>,
    /// The last crumb: this page in short.
    #[prop(optional, into)]
    here: Words,
    /// Badges beside the title.
    #[prop(optional, into)]
    badges: Option<Slot>,
    /// [`Fact`]s under the title.
    #[prop(optional, into)]
    facts: Option<Slot>,
    /// Things to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let crumbs = (!crumbs.is_empty()).then(|| view! { <Crumbs crumbs here=here.0.unwrap_or_default()/> });
    view! {
        <div class="page-head">
            <div>
                {crumbs}
                <div class="title"><h1>{title.into_view()}</h1> {badges.map(Slot::into_view)}</div>
                {facts.map(|facts| view! { <div class="facts">{facts.into_view()}</div> })}
            </div>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

/// The way back.
#[component]
fn Crumbs(crumbs: Vec<(String, String)>, here: String) -> impl IntoView {
    let links: Vec<_> = crumbs
        .into_iter()
        .map(|(href, words)| view! { <li><a href=href>{words}</a><Icon name="next" size=12/></li> })
        .collect();
    view! {
        <nav aria-label="Way back">
            <ol class="crumbs">{links}<li><span>{here}</span></li></ol>
        </nav>
    }
}

/// One fact of a page's head.
#[component]
pub fn Fact(
    /// Name in the sprite.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <span>{icon.map(|name| view! { <Icon name/> })} <span>{children()}</span></span> }
}

/// A section of a page that is reached by a link.
pub struct Tab {
    /// Address of the section.
    pub href: String,
    /// Its name.
    pub label: &'static str,
    /// How many it holds.
    pub count: Option<u64>,
    /// True for the one being shown.
    pub here: bool,
}

/// The sections of a page.
#[component]
pub fn Tabs(
    /// What they belong to, for screen readers.
    label: &'static str,
    /// The sections.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs: Vec<_> = tabs
        .into_iter()
        .map(|tab| {
            let count = tab.count.map(|count| view! { <span class="count">{super::number(count)}</span> });
            view! { <a href=tab.href aria-current=tab.here.then_some("page")>{tab.label} " " {count}</a> }
        })
        .collect();
    view! { <nav class="tabs" id="tabs" aria-label=label data-part="">{tabs}</nav> }
}
