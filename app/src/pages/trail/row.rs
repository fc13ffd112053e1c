//! One line of the list of entries, printed.

use heliodesk_wire::trail::{Filter, Line};
use maud::{Markup, html};

use super::address;
use crate::components::{exact_time, icon, number};
use crate::pages::story::{detail, kind, outcome_badge, subject as subject_of, who};

/// Where an entry in the table is, beside the opened one.
pub(super) enum Beside {
    /// It is that one.
    Opened,
    /// One further on: the key that opens it, and what that does.
    Key(&'static str, &'static str),
    /// Any other.
    Other,
}

/// One entry in the table; `href` opens it.
pub(super) fn row(line: &Line, href: &str, beside: Beside) -> Markup {
    let about = line.subject.as_ref().map(|subject| {
        let filter = Filter { subject: subject.id.clone(), ..Filter::default() };
        (address(&filter), subject_of(line).or_else(|| kind(line).map(str::to_owned)).unwrap_or_default())
    });
    let actor = address(&Filter { actor: line.actor.id.clone(), ..Filter::default() });
    let (number, here) = (number(line.seq), matches!(beside, Beside::Opened));
    let (key, words) = match beside {
        Beside::Key(key, words) => (Some(key), Some(words)),
        _ => (None, None),
    };
    html! {
        tr {
            th scope="row" {
                a
                    href=(href)
                    aria-label={ "Entry " (number) }
                    aria-current=[here.then_some("true")]
                    aria-keyshortcuts=[key]
                    data-shortcut=[words]
                { (number) }
            }
            td data-label="Time, UTC" { (exact_time(line.at)) }
            td data-label="Actor" {
                span {
                    a href=(actor) { bdi { (who(&line.actor)) } }
                    " "
                    @if let Some(role) = &line.role { span class="sub" { (role) } }
                }
            }
            td data-label="Action" { span { span class="code" { (line.action) } " " span class="sub" { (detail(line)) } } }
            td data-label="Subject" { @if let Some((href, words)) = about { a href=(href) { bdi { (words) } } } }
            td data-label="Outcome" {
                span class="row" {
                    (outcome_badge(&line.outcome))
                    " "
                    @if line.altered { span class="mark bad" { (icon("alert", 14)) "changed" } }
                }
            }
        }
    }
}
