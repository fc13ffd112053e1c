//! Parts that stand many times on a page: printed, not built as views. `maud` escapes whatever is put in, and what is written
//! with [`writes_tags`] escapes it itself; nothing of them changes in the browser.

use leptos::tachys::html::InertElement;
use maud::{Markup, Render};

/// Markup as a part of a view.
pub fn printed(markup: Markup) -> InertElement {
    InertElement::new(markup.into_string())
}

/// A part that `html!` would make a text of its own for, to copy it where it stands. This one writes itself there: tags and
/// names as they are, and what anybody has written with its own `render_to`, which escapes it.
pub(super) fn writes_tags(write: impl Fn(&mut String)) -> impl Render {
    Part(write)
}

struct Part<F>(F);

impl<F: Fn(&mut String)> Render for Part<F> {
    fn render_to(&self, out: &mut String) {
        (self.0)(out);
    }
}
