//! One file per area; a page is an async function that answers with a [`Page`] or with the [`Problem`] that refuses it.
//!
//! ```text
//! pub async fn record() -> Result<Page, Problem> {
//!     let customer = desk::customers::view(&actor().await?, &param("id")).await?;
//!     Ok(Page::new(customer.number.to_string(), view! { <Record customer/> }))
//! }
//! ```
//! The shell puts the title, the rail and the search box around it and sets the status.

use leptos::prelude::*;

pub mod customer;
pub mod customers;
pub mod enroll;
pub mod entry;
pub mod errors;
pub(crate) mod filters;
pub mod home;
pub mod me;
pub mod order;
pub mod orders;
pub mod pipeline;
mod recorded;
pub mod sign_in;
mod story;
pub mod trail;

/// What a route shows, or where it sends the browser instead.
pub struct Page {
    /// The document's title, without the product's name.
    pub title: String,
    /// The content of `main`; its first heading is the page's only `h1`.
    pub view: AnyView,
    /// True for pages without rail and search box: sign-in and enrolment.
    pub alone: bool,
    /// Where to go instead, with 303.
    pub go: Option<String>,
}

impl Page {
    /// A page inside the shell.
    pub fn new(title: impl Into<String>, view: impl IntoView + 'static) -> Self {
        Self { title: title.into(), view: view.into_any(), alone: false, go: None }
    }

    /// A page that stands alone, for people who are not signed in yet.
    pub fn alone(title: impl Into<String>, view: impl IntoView + 'static) -> Self {
        Self { alone: true, ..Self::new(title, view) }
    }

    /// No page but another address on this host, answered with 303.
    pub fn go(path: impl Into<String>) -> Self {
        Self { go: Some(path.into()), ..Self::new("", ()) }
    }
}
