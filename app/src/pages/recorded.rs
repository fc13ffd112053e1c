//! An entry's columns and changed fields as people read them; the columns also as they are recorded.

use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::Owner;
use heliodesk_wire::trail::{Change, Filter, Line};
use leptos::prelude::*;

use super::order::words::words;
use super::story::{kind, label, subject, who, why};
use super::trail::address;
use crate::components::{Icon, device, iso, moment};

/// The entry in words, and beneath, its columns as the database holds them.
pub(super) fn recorded(line: Line, columns: Vec<(&'static str, String)>) -> AnyView {
    let column = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, value)| value.clone());
    let actor = [who(&line.actor)].into_iter().chain(line.role.clone()).collect::<Vec<_>>().join(", ");
    let about = subject(&line).or_else(|| kind(&line).map(str::to_owned));
    let row = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd><bdi>{value}</bdi></dd> })
    };
    let session = column("session").map(|session| {
        let filter = Filter { session, ..Filter::default() };
        view! { <dt>"Session"</dt><dd><a href=address(&filter)>"All entries of this session"</a></dd> }
    });
    let raw = [("actor", line.actor.id.clone()), ("action", line.action.clone())].into_iter();
    let raw = raw.chain(line.subject.as_ref().map(|subject| ("subject", subject.id.clone()))).chain(columns.clone());
    let raw: Vec<_> =
        raw.map(|(name, value)| view! { <dt>{name}</dt><dd class="code"><bdi>{value}</bdi></dd> }).collect();
    view! {
        <dl class="detail">
            <dt>"At"</dt>
            <dd><time datetime=iso(line.at)>{exactly(line.at)}</time></dd>
            {row("Actor", Some(actor))}
            <dt>"Action"</dt>
            <dd class="code">{line.action.clone()}</dd>
            {row("Subject", about)}
            {row("Reason", line.reason.as_deref().map(why))}
            {session}
            {row("Address", column("address"))}
            {row("Device", column("agent").map(|agent| device(Some(&agent))))}
        </dl>
        <details><summary>"As recorded"</summary><dl class="detail">{raw}</dl></details>
    }
    .into_any()
}

/// `21 Nov 2026, 13:59:42.118 UTC`.
fn exactly(at: i64) -> String {
    moment(at).replace(" UTC", &format!(".{:03} UTC", at.rem_euclid(1000)))
}

/// What changed, field by field; personal fields by name only. Prices are told in the order's currency, `currency`.
pub(super) fn fields(changes: &[Change], currency: Option<&str>, owners: &[Owner]) -> AnyView {
    let rows: Vec<_> = told(changes, currency, owners)
        .into_iter()
        .map(|(field, old, new)| {
            let value = match (old, new) {
                (None, None) => view! { <p class="hint">"by name only"</p> }.into_any(),
                (None, Some(new)) => view! { <p><ins><bdi>{new}</bdi></ins></p> }.into_any(),
                (Some(old), new) => view! {
                    <p>
                        <del><span class="visually-hidden">"old "</span><bdi>{old}</bdi></del>
                        <Icon name="arrow" size=14/>
                        <ins><span class="visually-hidden">"new "</span><bdi>{new.unwrap_or_else(|| "none".into())}</bdi></ins>
                    </p>
                }
                .into_any(),
            };
            view! { <li><b>{field}</b> {value}</li> }
        })
        .collect();
    view! { <ul class="changes">{rows}</ul> }.into_any()
}

/// Field, old and new value as the order's own history says them.
fn told(changes: &[Change], currency: Option<&str>, owners: &[Owner]) -> Vec<(String, Option<String>, Option<String>)> {
    // A price before and after its currency was changed are told each in its own.
    let other = changes.iter().find(|change| change.field == Field::Currency.as_str());
    let [before, after] = [other.and_then(|c| c.old.as_deref()), other.and_then(|c| c.new.as_deref())];
    let say = |name: &str, value: &Option<String>, currency: Option<&str>| {
        let field = Field::ALL.into_iter().find(|field| field.as_str() == name);
        match (field, currency) {
            (None, _) | (Some(Field::PriceMinor), None) => value.clone(),
            (Some(field), currency) => words(field, value.as_deref(), currency.unwrap_or_default(), owners),
        }
    };
    let row = |change: &Change| {
        let name = change.field.as_str();
        let (old, new) = (say(name, &change.old, before.or(currency)), say(name, &change.new, after.or(currency)));
        (label(name), old, new)
    };
    changes.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(field: &str, old: Option<&str>, new: Option<&str>) -> Change {
        Change { field: field.into(), old: old.map(str::to_owned), new: new.map(str::to_owned) }
    }

    #[test]
    fn fields_are_told_as_in_the_history_of_the_order() {
        let changes = [
            change("price_minor", Some("123456789012"), Some("2465050")),
            change("stage", Some("lead"), Some("pto_granted")),
            change("owner", Some("omar@example.com"), None),
            change("phone", None, None),
            change("path", None, Some("/trail")),
        ];
        let owners = [Owner { email: "omar@example.com".into(), name: "Omar Haddad".into() }];
        let all = told(&changes, Some("EUR"), &owners);
        let all: Vec<_> = all.iter().map(|(field, old, new)| (&**field, old.as_deref(), new.as_deref())).collect();
        assert_eq!(
            all,
            [
                ("Price", Some("€1,234,567,890.12"), Some("€24,650.50")),
                ("Stage", Some("Lead"), Some("PTO granted")),
                ("Owner", Some("Omar Haddad"), None),
                ("Phone", None, None),
                ("Path", None, Some("/trail")),
            ]
        );
        let moved = [change("price_minor", Some("100"), Some("100")), change("currency", Some("JPY"), Some("USD"))];
        assert_eq!(told(&moved, Some("USD"), &[])[0], ("Price".into(), Some("100 JPY".into()), Some("$1.00".into())));
        assert_eq!(told(&moved[..1], None, &[])[0].1.as_deref(), Some("100"), "of an order that is gone");
    }
}
