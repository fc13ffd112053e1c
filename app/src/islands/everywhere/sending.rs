//! Before a form leaves the page for good, the server is asked whether the session still stands. Where it does not, the
//! page locks, and the form goes out once the same person has signed in again; so nothing typed is lost.

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, SubmitEvent};

use super::{in_place, leaving, lock, session};
use crate::islands::nearby::{alert, begin, done, listen, named, set};
use crate::problem::Problem;

/// Marks the form that goes out now.
const ASKED: &str = "data-asked";

pub(super) fn start() {
    listen("submit", "form[method='post']", |form, event| {
        // An island answers it.
        if event.default_prevented() {
            return;
        }
        // Whoever signs out needs no session for it, and looks for none.
        if form.has_attribute(ASKED) || named(&form, "action").ends_with("do=sign-out") {
            leaving::sent(&form);
            return;
        }
        event.prevent_default();
        let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        if begin(&form) {
            spawn_local(async move {
                let standing = standing().await;
                let told = match (standing, in_place::part_of(&form)) {
                    (Ok(()), Some(part)) => in_place::answer(&form, &part, button.as_ref()).await,
                    (standing, _) => standing.map(|()| {
                        done(&form);
                        send(&form, button.as_ref());
                    }),
                };
                done(&form);
                if let Err(problem) = told {
                    alert(&problem);
                }
            });
        }
    });
}

/// Answers once there is a session, at once or after the lock.
async fn standing() -> Result<(), Problem> {
    match session::stands().await {
        Err(problem) if problem.code == "signed_out" && lock::opened().await => Ok(()),
        answer => answer,
    }
}

/// Sends a form as the browser does, by the button that was pressed.
fn send(form: &Element, button: Option<&HtmlElement>) {
    let shown: &HtmlFormElement = form.unchecked_ref();
    set(form, ASKED, Some(""));
    // What the browser refuses to send, it tells at its field.
    let _ = match button {
        Some(button) => shown.request_submit_with_submitter(Some(button)),
        None => shown.request_submit(),
    };
    set(form, ASKED, None);
}
