//! Places in a part: one takes text or any view (`title="Trail"`, `end=view! { … }`), one takes words or none.

use leptos::prelude::*;

/// What was put into a place.
pub struct Slot(AnyView);

impl<V: IntoView + 'static> From<V> for Slot {
    fn from(view: V) -> Self {
        Self(view.into_any())
    }
}

impl Slot {
    /// The view itself.
    pub(super) fn into_view(self) -> AnyView {
        self.0
    }
}

/// Words that may be absent: takes `"…"`, `String`, and `Option` of either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Option<String>);

impl From<&str> for Words {
    fn from(words: &str) -> Self {
        Self(Some(words.to_owned()))
    }
}

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self(Some(words))
    }
}

impl From<Option<String>> for Words {
    fn from(words: Option<String>) -> Self {
        Self(words)
    }
}

impl From<Option<&str>> for Words {
    fn from(words: Option<&str>) -> Self {
        Self(words.map(str::to_owned))
    }
}
