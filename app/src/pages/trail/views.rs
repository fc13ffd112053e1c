//! Often used filters: built in, and saved by people for themselves, their role or everyone.

use heliodesk_wire::trail::{Counts, Filter, Sharing, View};
use leptos::prelude::*;

use super::asked::{address, posting};
use crate::components::{Button as Press, Choice, Dialog, Field, FormProblem, Icon, number};
use crate::forms::Form;

/// Tabs, and what can be done with the saved view that is shown.
#[component]
pub(super) fn Views(filter: Filter, views: Vec<View>, counts: Counts) -> impl IntoView {
    let with = |pairs: &[(&str, &str)]| {
        let mut filter = Filter::default();
        for (name, value) in pairs {
            if let Some(field) = filter.field(name) {
                *field = (*value).to_owned();
            }
        }
        filter
    };
    let reveals = with(&[("action", "field.revealed"), ("outcome", "ok"), ("since", "today")]);
    let built_in = [
        ("Everything", Filter::default(), None),
        ("Reveals today", reveals, Some(counts.reveals_today)),
        ("Denied", with(&[("outcome", "denied")]), Some(counts.denied)),
        ("Failed", with(&[("outcome", "failed")]), Some(counts.failed)),
        ("Exports", with(&[("action", "trail.exported")]), Some(counts.exports)),
        ("After hours", with(&[("hours", "after")]), None),
        ("My own", with(&[("actor", "me")]), None),
    ];
    let current =
        views.iter().find(|view| Filter::parse(&view.text).is_ok_and(|saved| saved.pairs() == filter.pairs()));
    let foot = current.map(|view| {
        view! { <Saved view=view.clone() action=posting(&filter, "views/remove")/> }
    });
    let tabs: Vec<_> = built_in
        .into_iter()
        .map(|(label, shows, count)| {
            let here = (shows.pairs() == filter.pairs()).then_some("page");
            let count = count.map(|count| view! { <span class="count">{counted(count)}</span> });
            view! { <a href=address(&shows) aria-current=here>{label} " " {count}</a> }
        })
        .collect();
    let saved: Vec<_> = views
        .iter()
        .map(|view| {
            let shows = Filter::parse(&view.text).unwrap_or_default();
            let here = (shows.pairs() == filter.pairs()).then_some("page");
            let icon = if view.sharing == Sharing::Me { "flag" } else { "people" };
            let name = view.name.clone();
            view! { <a href=address(&shows) aria-current=here><Icon name=icon/><bdi>{name}</bdi></a> }
        })
        .collect();
    view! { <nav class="tabs" aria-label="Views">{tabs} {saved}</nav> {foot} }.into_any()
}

/// How many, as far as they were counted.
fn counted(count: u64) -> String {
    if count > 1000 { "1,000+".to_owned() } else { number(count) }
}

/// The saved view that is shown: whose it is, and a way to remove it.
#[component]
fn Saved(view: View, action: String) -> impl IntoView {
    let whom = match view.sharing {
        Sharing::Me => "for yourself".to_owned(),
        Sharing::Role(role) => format!("for the role {role}"),
        Sharing::Everyone => "for everyone".to_owned(),
    };
    let by = view.owner.map(|owner| view! { ", saved by " <bdi>{owner}</bdi> });
    let remove = view.removable.then(|| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="ask[view]" value=view.id/>
                <Press small=true danger=true>"Remove view"</Press>
            </form>
        }
    });
    view! {
        <div class="row">
            <p class="hint">"Saved view " <bdi>{view.name}</bdi> ", " {whom} {by}</p>
            {remove}
        </div>
    }
    .into_any()
}

/// Opens the dialog.
#[component]
pub(super) fn SaveButton() -> impl IntoView {
    view! {
        <Press kind="button" icon="flag" attr:command="show-modal" attr:commandfor="save-view">"Save view"</Press>
    }
}

/// Keeps the filters that are shown under a name.
#[component]
pub(super) fn SaveDialog(filter: Filter) -> impl IntoView {
    let text = filter.text();
    let form = Form::of("views/save");
    let open = form.refused();
    let shares = [("me", "Only me"), ("role", "Everyone of my role"), ("everyone", "Everyone who reads the trail")];
    let shares = shares.map(|(key, words)| (key.to_owned(), words.to_owned())).to_vec();
    let shown = if text.is_empty() { "everything".to_owned() } else { text.clone() };
    let problem = form.problem().filter(|problem| problem.fields.is_empty() || problem.field("q").is_some()).cloned();
    view! {
        <Dialog id="save-view" title="Save view" lede="Recorded, with its name and its filters." attr:open=open>
            <form method="post" action=posting(&filter, "views/save")>
                <input type="hidden" name="ask[q]" value=text/>
                <div class="body">
                    <FormProblem problem labels=vec![("q", "Filters")]/>
                    <p class="hint">"Filters: " <span class="code"><bdi>{shown}</bdi></span></p>
                    <Field
                        label="Name"
                        name="ask[name]"
                        value=form.value("name", "")
                        error=form.error("name")
                        required=true
                        first=true
                        maxlength=40
                    />
                    <Choice
                        label="Who sees it"
                        name="ask[share]"
                        options=shares
                        value=form.value("share", "me")
                        error=form.error("share")
                        required=true
                    />
                </div>
                <footer><span></span><Press primary=true icon="flag">"Save view"</Press></footer>
            </form>
        </Dialog>
    }
    .into_any()
}
