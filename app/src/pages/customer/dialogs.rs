//! The dialogs of the contact card. They are plain forms: **Verify caller** and **Replace** post without a script,
//! **Reveal** needs one, because a touch does.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::Category;
use leptos::prelude::*;

use crate::components::{Button, Dialog, Field, Icon, Mark, Mistake, Tone, next_reveal, no_tries, tries_left};
use crate::forms::Form;

/// Whether a refused form of this function was about this field, and what to tell at its value.
fn refused(form: &Form, field: PersonalField) -> (bool, Option<String>) {
    let here = form.typed("field").as_deref() == Some(field.as_str());
    (here, here.then(|| form.error("value")).flatten())
}

/// Asks what the caller says; the answer is match or no match, never the value.
#[component]
pub(super) fn VerifyDialog(
    customer: String,
    field: PersonalField,
    /// Tries left in this hour.
    tries: u32,
    /// In how many seconds there is another, when none is.
    wait: u64,
) -> impl IntoView {
    let form = Form::of("customers/verify");
    let (here, error) = refused(&form, field);
    let id = format!("verify-{field}-value");
    let wrong = format!("{id}-error");
    let rule = format!("verify-{field}-rule");
    let none = tries == 0;
    let error = error.filter(|_| !none);
    let answer = |name: &'static str, icon: &'static str, tone: Tone, words: &'static str| {
        view! { <span data-answer=name hidden><Mark icon tone>{words}</Mark></span> }
    };
    view! {
        <Dialog
            id=format!("verify-{field}")
            title="Verify caller"
            lede="Type what the caller says. The stored value stays hidden; only match or no match is told."
            attr:open=here
        >
            <form method="post" action=form.action() data-verify=field.as_str() data-guard="off">
                <input type="hidden" name="ask[customer]" value=customer/>
                <input type="hidden" name="ask[field]" value=field.as_str()/>
                <div class="body">
                    <p class="rule" id=rule.clone() data-rule="" hidden=!none>
                        <Icon name="lock" size=14/><span>{none.then(|| no_tries(wait))}</span>
                    </p>
                    <Mistake id=format!("verify-{field}-error")/>
                    <div class="field">
                        <label r#for=id.clone()>{format!("The caller’s {}", field.label())}</label>
                        <input id=id name="ask[value]" required disabled=none autofocus autocomplete="off"
                            spellcheck="false" maxlength="254" aria-describedby=wrong.clone()/>
                        <Mistake id=wrong.clone() name="value" words=error/>
                    </div>
                    <p role="status">
                        {answer("match", "check", Tone::Ok, "Match")} {answer("no-match", "cross", Tone::Bad, "No match")}
                    </p>
                </div>
                <footer>
                    <span class="hint" data-tries="">{tries_left(tries)}</span>
                    // Without tries it sends nothing, with or without a script.
                    <Button primary=true icon="check" kind=if none { "button" } else { "submit" }
                        attr:aria-disabled=none.then_some("true")
                        attr:aria-describedby=none.then(|| rule.clone())
                        attr:data-ruled=rule.clone()>
                        "Verify"
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

/// Takes a new value; the old one is never shown.
#[component]
pub(super) fn ReplaceDialog(customer: String, field: PersonalField) -> impl IntoView {
    let form = Form::of("customers/replace");
    let (here, error) = refused(&form, field);
    view! {
        <Dialog
            id=format!("replace-{field}")
            title=format!("Replace {}", field.label())
            lede="The old value stays hidden. The change is recorded by the field’s name, without values."
            attr:open=here
        >
            <form method="post" action=form.action()>
                <input type="hidden" name="ask[customer]" value=customer/>
                <input type="hidden" name="ask[field]" value=field.as_str()/>
                <div class="body">
                    <Field
                        label=format!("New {}", field.label())
                        name="ask[value]"
                        id=format!("replace-{field}-value")
                        error
                        first=true
                        required=true
                        maxlength=254
                    />
                </div>
                <footer><span></span><Button primary=true icon="swap">"Replace"</Button></footer>
            </form>
        </Dialog>
    }
    .into_any()
}

/// Asks why, then for a touch; the value itself appears in its line, not here.
#[component]
pub(super) fn RevealDialog(
    customer: String,
    field: PersonalField,
    /// Number and words of the orders it may be about.
    orders: Vec<(String, String)>,
    used: u32,
    cap: u32,
) -> impl IntoView {
    let id = move |name: &str| format!("reveal-{field}-{name}");
    let reasons: Vec<_> =
        Category::ALL.into_iter().map(|one| view! { <option value=one.as_str()>{one.label()}</option> }).collect();
    // A default would be a reason nobody gave; the only order there is needs no choice.
    let choose = (orders.len() > 1).then(|| view! { <option value="">"Choose an order"</option> });
    let order = (!orders.is_empty()).then(|| {
        let choices: Vec<_> =
            orders.into_iter().map(|(number, words)| view! { <option value=number>{words}</option> }).collect();
        view! {
            <div class="field">
                <label r#for=id("order")>"Order"</label>
                <select id=id("order") name="ask[order]" required aria-describedby=id("order-error")>
                    {choose} {choices}
                </select>
                <Mistake id=id("order-error") name="order"/>
            </div>
        }
        .into_any()
    });
    view! {
        <Dialog
            id=format!("reveal-{field}")
            title=format!("Reveal {}", field.label())
            lede="Recorded, with your name: the customer, the field and the reason; never the value."
        >
            <form method="dialog" data-reveal=field.as_str()>
                <input type="hidden" name="ask[customer]" value=customer/>
                <input type="hidden" name="ask[field]" value=field.as_str()/>
                <div class="body">
                    <p class="hint" data-no-script="">
                        "A reveal needs a touch of your passkey, and a touch needs scripts, which do not run here."
                    </p>
                    <Mistake id=id("error")/>
                    <div class="field">
                        <label r#for=id("reason")>"Reason"</label>
                        <select id=id("reason") name="ask[category]" required autofocus aria-describedby=id("reason-error")>
                            <option value="">"Choose a reason"</option>
                            {reasons}
                        </select>
                        <Mistake id=id("reason-error") name="category"/>
                    </div>
                    {order}
                    <div class="field">
                        <label r#for=id("details")>"Details"</label>
                        <textarea id=id("details") name="ask[details]" rows="2" maxlength="500"
                            aria-describedby=format!("{} {}", id("hint"), id("details-error"))></textarea>
                        <p class="hint" id=id("hint")>
                            "Needed for the reason Other, at least 10 characters. No names, numbers or addresses."
                        </p>
                        <Mistake id=id("details-error") name="details"/>
                    </div>
                    <p class="hint">
                        "Shown for 60 s. Then 5 minutes for further fields of this customer without a new touch."
                    </p>
                </div>
                <footer>
                    <span class="hint" data-used="">{next_reveal(used, cap)}</span>
                    <Button primary=true icon="key" attr:disabled=true attr:data-needs-script="">"Reveal"</Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
