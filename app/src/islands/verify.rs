//! Verifying a caller: the form of the dialog, answered in place. Without this script the form posts as it is.

use heliodesk_wire::PersonalField;
use heliodesk_wire::Typed;
use heliodesk_wire::customers::{Verified, VerifyAsk};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::passkey;
use crate::api::customers::verify_caller;
use crate::components::{Button, Icon};
use crate::problem::Problem;

/// What the caller says about one field, and whether it is right.
#[island]
pub fn Verify(
    /// The customer's number.
    customer: String,
    /// The field.
    field: PersonalField,
    /// Where the form posts without this script.
    action: String,
    /// Tries left when the page was made.
    tries: u32,
    /// What was wrong with a value posted without this script.
    error: Option<String>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let answer = RwSignal::new(None::<Result<Verified, Problem>>);
    let (first, busy) = (RwSignal::new(error), RwSignal::new(false));
    let hidden = customer.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let ask = VerifyAsk {
            customer: customer.clone(),
            field: field.as_str().to_owned(),
            value: Typed(typed.get_untracked()),
        };
        busy.set(true);
        first.set(None);
        spawn_local(async move {
            let verified = passkey::resent(async || verify_caller(ask.clone()).await).await;
            if verified.is_ok() {
                typed.set(String::new());
            }
            answer.set(Some(verified));
            busy.set(false);
        });
    };
    let wrong = move || {
        let said = answer.with(|answer| {
            let problem = answer.as_ref()?.as_ref().err()?;
            Some(problem.field("value").map_or_else(|| problem.meaning().sentence.to_owned(), str::to_owned))
        });
        said.or_else(|| first.get())
    };
    let told = move || match answer.get() {
        Some(Ok(Verified { matches: true, .. })) => Some(("mark ok", "check", "Match")),
        Some(Ok(_)) => Some(("mark bad", "cross", "No match")),
        _ => None,
    };
    let left = move || match answer.get() {
        Some(Ok(verified)) => verified.tries_left,
        _ => tries,
    };
    let id = format!("verify-{field}-value");
    let wrong_id = format!("{id}-error");
    view! {
        <form method="post" action=action on:submit=send aria-busy=move || busy.get().to_string()>
            <input type="hidden" name="ask[customer]" value=hidden/>
            <input type="hidden" name="ask[field]" value=field.as_str()/>
            <div class="body">
                <div class="field">
                    <label r#for=id.clone()>{format!("The caller’s {}", field.label())}</label>
                    <input
                        id=id
                        name="ask[value]"
                        required
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="254"
                        aria-invalid=move || wrong().map(|_| "true")
                        aria-describedby=wrong_id.clone()
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <div id=wrong_id>
                        {move || wrong().map(|words| view! { <p class="error"><Icon name="alert" size=14/><span>{words}</span></p> })}
                    </div>
                </div>
                <p role="status">
                    {move || told().map(|(class, icon, words)| view! { <span class=class><Icon name=icon size=14/>{words}</span> })}
                </p>
            </div>
            <footer>
                <span class="hint">{move || format!("{} of 3 tries left in this hour", left())}</span>
                <Button primary=true icon="check">"Verify"</Button>
            </footer>
        </form>
    }
    .into_any()
}
