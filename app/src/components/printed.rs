//! Parts that stand many times on a page, and fragments that are the same on every page: printed, not built as views.
//! `maud` escapes whatever is put in; nothing of them changes in the browser.

use std::{borrow::Cow, sync::OnceLock};

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use maud::Render;

/// What is printed, as a part of a view.
pub fn printed(part: impl Render) -> InertElement {
    InertElement::new(part.render().into_string())
}

/// A part that `html!` would make a text of its own for, to copy it where it stands. This one writes itself there: tags and
/// names as they are, and what anybody has written with its own `render_to`, which escapes it.
pub(super) fn part(write: impl Fn(&mut String)) -> impl Render {
    Part(write)
}

struct Part<F>(F);

impl<F: Fn(&mut String)> Render for Part<F> {
    fn render_to(&self, out: &mut String) {
        (self.0)(out);
    }
}

/// A view as a part of what is printed.
pub fn rendered(view: impl IntoView) -> Rendered {
    Rendered(view.into_view().to_html().into())
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
        self.0.get_or_init(|| view().into_view().to_html())
    }
}
