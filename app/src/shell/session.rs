//! What a signed-in page says about its session: that it ends soon, and that it has ended. Scripts open both; without
//! one the server says the same when something is asked for too late.

use heliodesk_wire::me::Viewer;
use leptos::prelude::*;
use maud::{Markup, html};

use crate::components::{Button, ButtonLink, Icon, Kept, Mistake};
use crate::islands::{SIGN_IN_AGAIN, SOON};

/// Two minutes before the end.
#[component]
pub(super) fn EndsSoon() -> impl IntoView {
    view! {
        <dialog class="dialog" id=SOON role="alertdialog" aria-labelledby="soon-title" aria-describedby="soon-words">
            <header><h2 id="soon-title">"You will be signed out soon"</h2></header>
            <form method="dialog">
                <div class="body" id="soon-words">
                    <p>"This session ends in " <strong role="timer">"2 minutes"</strong> ". What you typed stays on this page."</p>
                    <p data-why="end">"It is then 12 hours old, and you sign in again with your passkey."</p>
                </div>
                <footer>
                    <Button attr:value="later">"Close"</Button>
                    <Button primary=true attr:value="stay" attr:data-why="idle" attr:autofocus=true>"Stay signed in"</Button>
                </footer>
            </form>
        </dialog>
    }
}

/// The lock over a page whose session has ended: page and what was typed in it stay beneath.
pub(super) fn sign_in_again(viewer: &Viewer) -> Markup {
    static HEAD: Kept = Kept::new();
    static MISTAKE: Kept = Kept::new();
    static FOOT: Kept = Kept::new();
    html! {
        dialog class="dialog lock" id=(SIGN_IN_AGAIN) aria-labelledby="lock-title" {
            (HEAD.text(|| view! { <header><h2 id="lock-title"><Icon name="lock"/> "Your session has ended"</h2></header> }))
            form method="dialog" {
                input type="hidden" name="ask[email]" value=(viewer.email);
                div class="body" {
                    p {
                        "Nothing you typed is lost, and nothing of it was sent. The page goes on when " bdi { (viewer.name) }
                        " signs in again."
                    }
                    (MISTAKE.text(|| view! { <Mistake id="lock-error"/> }))
                }
                (FOOT.text(|| view! {
                    <footer>
                        <ButtonLink href="/sign-in" quiet=true>"Leave this page"</ButtonLink>
                        <Button primary=true icon="key" attr:autofocus=true>"Sign in with a passkey"</Button>
                    </footer>
                }))
            }
        }
    }
}
