//! Parts that stand many times on a page, and fragments that are the same on every page: printed, not built as views.
//! `maud` escapes whatever is put in; nothing of them changes in the browser.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use maud::Markup;

/// Markup as a part of a view.
pub fn printed(markup: Markup) -> InertElement {
    InertElement::new(markup.into_string())
}

/// A view that is always the same: rendered when it is first asked for, and kept as text.
#[derive(Debug, Default)]
pub struct Kept(OnceLock<String>);

impl Kept {
    /// None yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The view as it was rendered the first time.
    pub fn or<V: IntoView + 'static>(&'static self, view: impl FnOnce() -> V) -> InertElement {
        InertElement::new(self.0.get_or_init(|| view().into_view().to_html()).as_str())
    }
}
