//! Often used filters: built in, and saved by people for themselves, their role or everyone.

use heliodesk_wire::trail::{Counts, Filter, Sharing, View};
use leptos::prelude::*;

use super::asked::{address, posting};
use crate::components::{Button as Press, Choice, Dialog, Field, FormProblem, Icon, number};
use crate::forms::Form;

/// Tabs, and what can be done with the saved view that is shown.
#[component]
pub(super) fn Views(filter: Filter, views: Vec<View>, counts: Option<Counts>) -> impl IntoView {
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
        ("Reveals today", reveals, counts.map(|counts| counts.reveals_today)),
        ("Denied", with(&[("outcome", "denied")]), counts.map(|counts| counts.denied)),
        ("Failed", with(&[("outcome", "failed")]), counts.map(|counts| counts.failed)),
        ("Exports", with(&[("action", "trail.exported")]), counts.map(|counts| counts.exports)),
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

/// The saved view that is shown: whose it is, and a way to remove it, which asks first.
#[component]
fn Saved(view: View, action: String) -> impl IntoView {
    let View { id, name, owner, sharing, removable, .. } = view;
    let whom = match sharing {
        Sharing::Me => "for yourself".to_owned(),
        Sharing::Role(role) => format!("for the role {role}"),
        Sharing::Everyone => "for everyone".to_owned(),
    };
    let lost = lost(sharing, owner.as_deref());
    let by = owner.map(|owner| view! { ", saved by " <bdi>{owner}</bdi> });
    let title = name.clone();
    let remove = removable.then(|| {
        view! {
            <Press kind="button" small=true danger=true attr:command="show-modal" attr:commandfor="remove-view">
                "Remove view"
            </Press>
            <Dialog id="remove-view" title="Remove view">
                <form method="post" action=action>
                    <input type="hidden" name="ask[view]" value=id/>
                    <div class="body">
                        <p><strong><bdi>{title}</bdi></strong> " " {lost}</p>
                        <p class="hint">"This is recorded and cannot be undone. The entries stay."</p>
                    </div>
                    <footer>
                        <Press quiet=true attr:formmethod="dialog">"Keep it"</Press>
                        <Press danger=true>"Remove view"</Press>
                    </footer>
                </form>
            </Dialog>
        }
    });
    view! {
        <div class="row">
            <p class="hint">"Saved view " <bdi>{name}</bdi> ", " {whom} {by}</p>
            {remove}
        </div>
    }
    .into_any()
}

/// Who loses a view that is removed.
fn lost(sharing: Sharing, owner: Option<&str>) -> String {
    let whom = match sharing {
        Sharing::Me => String::new(),
        Sharing::Role(role) => format!(" for everyone of the role {role}"),
        Sharing::Everyone => " for everyone who reads the trail".to_owned(),
    };
    match owner {
        None => format!("is removed{whom}."),
        Some(owner) => format!("is {owner}’s, not yours. It is removed{whom}, {owner} too."),
    }
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
                        hint="At most 40 characters."
                        required=true
                        first=true
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

#[cfg(test)]
mod tests {
    use heliodesk_wire::Role;

    use super::*;

    #[test]
    fn who_removes_a_view_is_told_who_loses_it() {
        assert_eq!(lost(Sharing::Me, None), "is removed.");
        assert_eq!(lost(Sharing::Everyone, None), "is removed for everyone who reads the trail.");
        assert_eq!(
            lost(Sharing::Role(Role::Engineer), Some("Priya Nair")),
            "is Priya Nair’s, not yours. It is removed for everyone of the role engineer, Priya Nair too."
        );
    }
}
