//! The account's actions: a menu that says of each whether it can be done, and a dialog that asks why.

use heliodesk_wire::customers::{Account, CustomerRecord};
use leptos::prelude::*;

use crate::components::{Area, Button, Dialog, Icon};
use crate::forms::Form;

/// What an account can become: icon, what is done, why not where it cannot, and what to know before.
const ACTIONS: [(Account, &str, &str, &str, &str); 3] = [
    (
        Account::Locked,
        "lock",
        "Lock account",
        "Only an active account is locked",
        "For as long as something is wrong. It can be unlocked again.",
    ),
    (
        Account::Active,
        "check",
        "Unlock account",
        "Only a locked account is unlocked",
        "What it was locked for is settled.",
    ),
    (
        Account::Closed,
        "cross",
        "Close account",
        "A closed account stays closed",
        "The customer ended it. A closed account cannot be opened again.",
    ),
];

/// The button, its menu and the dialogs.
#[component]
pub(super) fn AccountActions(record: CustomerRecord) -> impl IntoView {
    let next = record.account.next();
    let entries: Vec<_> = ACTIONS
        .into_iter()
        .map(|(to, icon, words, refusal, _)| {
            if next.contains(&to) {
                let dialog = format!("account-{to}");
                view! {
                    <button r#type="button" command="show-modal" commandfor=dialog><Icon name=icon/> {words}</button>
                }
                .into_any()
            } else {
                view! {
                    <button r#type="button" aria-disabled="true">
                        <Icon name=icon/>
                        <span>{words} <small>{refusal}</small></span>
                    </button>
                }
                .into_any()
            }
        })
        .collect();
    let allowed = ACTIONS.into_iter().filter(|(to, ..)| next.contains(to));
    let dialogs: Vec<_> = allowed
        .map(|(to, icon, title, _, lede)| {
            view! { <ChangeDialog customer=record.number.to_string() from=record.account to icon title lede/> }
        })
        .collect();
    view! {
        <Button square=true icon="dots" kind="button"
            attr:popovertarget="account-menu"
            attr:aria-label="Account actions"
            attr:title="Account actions"/>
        <div class="menu" id="account-menu" popover="auto">{entries}</div>
        {dialogs}
    }
    .into_any()
}

#[component]
fn ChangeDialog(
    customer: String,
    from: Account,
    to: Account,
    icon: &'static str,
    title: &'static str,
    lede: &'static str,
) -> impl IntoView {
    let form = Form::of("accounts/change");
    let here = form.refused() && form.typed("to").as_deref() == Some(to.as_str());
    let reason = form.typed("reason").filter(|_| here).unwrap_or_default();
    let error = here.then(|| form.error("reason")).flatten();
    let danger = to != Account::Active;
    view! {
        <Dialog id=format!("account-{to}") title lede attr:open=here>
            <form method="post" action=form.action()>
                <input type="hidden" name="ask[customer]" value=customer/>
                <input type="hidden" name="ask[from]" value=from.as_str()/>
                <input type="hidden" name="ask[to]" value=to.as_str()/>
                <div class="body">
                    <Area label="Reason" name="ask[reason]" id=format!("account-{to}-reason") value=reason error
                        note="for the trail" hint="No names, numbers or addresses" required=true first=true/>
                </div>
                <footer><Button primary=!danger danger icon>{title}</Button></footer>
            </form>
        </Dialog>
    }
    .into_any()
}
