//! Views as text, in what is printed around every page.
#![cfg(feature = "ssr")]

use std::{borrow::Cow, sync::OnceLock};

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use maud::Render;
use memchr::memmem;

/// A view as a part of what is printed.
pub fn rendered(view: impl IntoView) -> Rendered {
    Rendered(plain(&view.into_view().to_html()).into())
}

/// What a view has become: nothing else is printed as it is.
#[derive(Clone, Debug)]
pub struct Rendered(Cow<'static, str>);

impl Render for Rendered {
    fn render_to(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

/// A view that is always the same: rendered when it is first asked for, and kept as text.
#[derive(Debug, Default)]
pub struct Kept(OnceLock<String>);

impl Kept {
    /// None yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The view as it was rendered the first time, as a part of another.
    pub fn or<V: IntoView + 'static>(&'static self, view: impl FnOnce() -> V) -> InertElement {
        InertElement::new(self.html(view))
    }

    /// The same as a part of what is printed.
    pub fn text<V: IntoView + 'static>(&'static self, view: impl FnOnce() -> V) -> Rendered {
        Rendered(self.html(view).into())
    }

    fn html<V: IntoView + 'static>(&'static self, view: impl FnOnce() -> V) -> &'static str {
        self.0.get_or_init(|| plain(&view().into_view().to_html()))
    }
}

/// A view without the framework's markers between parts. Only islands are brought to life in the browser, so only they keep
/// theirs; in a text that is edited a marker would be read as text. What people have written cannot hold one, since its `<`
/// is escaped.
fn plain(html: &str) -> String {
    let (marker, island, end) = ("<!>", "<leptos-island", "</leptos-island>");
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while !rest.is_empty() {
        let (outside, further) = rest.split_at(memmem::find(rest.as_bytes(), island.as_bytes()).unwrap_or(rest.len()));
        let mut from = 0;
        for at in memmem::find_iter(outside.as_bytes(), marker) {
            out.push_str(&outside[from..at]);
            from = at + marker.len();
        }
        out.push_str(&outside[from..]);
        let end_at = memmem::find(further.as_bytes(), end.as_bytes());
        let (inside, after) = further.split_at(end_at.map_or(further.len(), |at| at + end.len()));
        out.push_str(inside);
        rest = after;
    }
    out
}
