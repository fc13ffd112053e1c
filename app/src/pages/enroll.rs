//! `/enroll/{token}`: whom the link is for, and the first passkey.

use heliodesk_wire::me::Viewer;
use leptos::prelude::*;

use super::Page;
use crate::islands::keys::Enroll;
use crate::problem::Problem;
use crate::request::{anyone, extension, param};

/// The enrolment page; a link that cannot be used (any more) is 404.
pub async fn enroll() -> Result<Page, Problem> {
    let token = param("token");
    let Some(invited) = heliodesk_desk::sign_in::invited(&anyone(), &token).await? else {
        // Whoever has just used the link may well reload its page.
        return if extension::<Viewer>().is_some() { Ok(Page::go("/me")) } else { Err(Problem::new("not_found")) };
    };
    let view = view! {
        <div class="welcome">
            <div>
                <h1>"Welcome, " <bdi>{invited.name}</bdi></h1>
                <p class="hint">"You will sign in as " <bdi>{invited.email}</bdi></p>
            </div>
            <Enroll/>
            <p class="hint">"The link works once, for one hour. This needs a browser that runs scripts."</p>
        </div>
    };
    Ok(Page::alone("Welcome", view))
}
