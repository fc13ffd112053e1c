//! Why a value is needed: the controls of the dialog **Reveal**, each with its own mistake under it.

use heliodesk_wire::PersonalField;
use heliodesk_wire::customers::{Category, RevealAsk};
use leptos::prelude::*;

use crate::components::Icon;
use crate::problem::Problem;

/// What stands in the controls.
#[derive(Clone, Copy)]
pub(super) struct Why {
    pub(super) category: RwSignal<String>,
    pub(super) order: RwSignal<String>,
    pub(super) details: RwSignal<String>,
}

impl Why {
    /// The ask with the reason in it.
    pub(super) fn added_to(self, ask: RevealAsk) -> RevealAsk {
        RevealAsk {
            category: self.category.get_untracked(),
            order: self.order.get_untracked(),
            details: self.details.get_untracked(),
            ..ask
        }
    }
}

/// **Reason**, **Order** where there are any, and **Details**.
#[component]
pub(super) fn Reason(
    field: PersonalField,
    /// Number and words.
    orders: Vec<(String, String)>,
    why: Why,
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let id = move |name: &str| format!("reveal-{field}-{name}");
    let whole = move || {
        let told = problem.with(|problem| {
            let problem = problem.as_ref()?;
            let known = ["category", "order", "details"].iter().any(|name| problem.field(name).is_some());
            let sentence = problem.field("field").unwrap_or(problem.meaning().sentence);
            (!known).then(|| sentence.to_owned())
        });
        told.map(|words| view! { <p class="error" role="alert"><Icon name="alert" size=14/><span>{words}</span></p> })
    };
    let reasons: Vec<_> = Category::ALL
        .into_iter()
        .map(|one| view! { <option value=one.as_str() selected=one == Category::CallerAsked>{one.label()}</option> })
        .collect();
    let choices: Vec<_> =
        orders.iter().map(|(number, words)| view! { <option value=number.clone()>{words.clone()}</option> }).collect();
    let order = (!orders.is_empty()).then(|| {
        view! {
            <div class="field">
                <label r#for=id("order")>"Order"</label>
                <select id=id("order") name="ask[order]" required
                    aria-describedby=id("order-error")
                    on:change=move |event| why.order.set(event_target_value(&event))>
                    {choices}
                </select>
                <Wrong id=id("order-error") name="order" problem/>
            </div>
        }
    });
    view! {
        {whole}
        <div class="field">
            <label r#for=id("reason")>"Reason"</label>
            <select id=id("reason") name="ask[category]" required
                aria-describedby=id("reason-error")
                on:change=move |event| why.category.set(event_target_value(&event))>
                {reasons}
            </select>
            <Wrong id=id("reason-error") name="category" problem/>
        </div>
        {order}
        <div class="field">
            <label r#for=id("details")>"Details"</label>
            <textarea id=id("details") name="ask[details]" rows="2" maxlength="500"
                aria-describedby=format!("{} {}", id("details-hint"), id("details-error"))
                on:input=move |event| why.details.set(event_target_value(&event))></textarea>
            <p class="hint" id=id("details-hint")>
                "Needed for the reason Other, at least 10 characters. No names, numbers or addresses."
            </p>
            <Wrong id=id("details-error") name="details" problem/>
        </div>
    }
    .into_any()
}

/// What is wrong with one control, if it is.
#[component]
fn Wrong(id: String, name: &'static str, problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let words = move || problem.with(|problem| problem.as_ref().and_then(|problem| problem.field(name)));
    view! {
        <div id=id aria-live="polite">
            {move || words().map(|words| view! { <p class="error"><Icon name="alert" size=14/><span>{words}</span></p> })}
        </div>
    }
}
