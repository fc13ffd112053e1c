//! What the trail says about a customer, in sentences.

use heliodesk_wire::customers::{CustomerRecord, Happening, History};
use leptos::prelude::*;

use super::sentence::{sentence, views, why};
use crate::components::{Empty, Event, Pager, Panel, Slot, Timeline};
use crate::request::query;

/// Milliseconds of a day; days begin where the times of a page do, at UTC's midnight.
const DAY: i64 = 86_400_000;

/// One of the two kinds of history, and how it is told.
struct Kind {
    id: &'static str,
    title: &'static str,
    /// Words of the link to all of it.
    all: &'static str,
    /// What to say when there is nothing, and what would stand here.
    empty: (&'static str, &'static str),
    /// Lines on the overview.
    short: usize,
}

const TIMELINE: Kind = Kind {
    id: "timeline",
    title: "Timeline",
    all: "Whole timeline",
    empty: ("Nothing has happened yet", "Notes, reveals, and changes of the account or an order will stand here."),
    short: 8,
};

const ACCESS: Kind = Kind {
    id: "access",
    title: "Access",
    all: "Everyone who looked",
    empty: (
        "Nobody has looked yet",
        "Whoever opens this page or an order, and whatever is revealed to whom, will stand here.",
    ),
    short: 4,
};

/// What happened to the customer and the orders.
#[component]
pub(super) fn What(
    record: CustomerRecord,
    /// Only the newest, with a link to all.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    panel(&TIMELINE, record.timeline.clone(), &record, short)
}

/// Who looked, when, and why.
#[component]
pub(super) fn Who(
    record: CustomerRecord,
    /// Only the newest, with a link to all.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    panel(&ACCESS, record.access.clone(), &record, short)
}

fn panel(kind: &Kind, history: History, record: &CustomerRecord, short: bool) -> AnyView {
    let (id, title) = (kind.id, kind.title);
    let first = format!("/customers/{}?tab={id}", record.number);
    let later = query("before").filter(|_| !short).map(|_| first.clone());
    let lines = lines(history.entries);
    if lines.is_empty() && later.is_none() {
        let (empty, words) = kind.empty;
        return view! { <Panel id title part=true><Empty icon="trail" title=empty><p>{words}</p></Empty></Panel> }
            .into_any();
    }
    let shown = if short { kind.short } else { lines.len() };
    let more = lines.len() > shown || history.older.is_some();
    let end: Option<Slot> = (short && more).then(|| view! { <a href=first.clone()>{kind.all}</a> }.into());
    let (customer, now) = (record.number.to_string(), record.now);
    let events: Vec<_> = lines.iter().take(shown).map(|line| event(line, &customer, now)).collect();
    let older = history.older.filter(|_| !short).map(|before| format!("{first}&before={before}"));
    let pager = (older.is_some() || later.is_some()).then(|| {
        let shown = format!("{} lines", lines.len());
        view! { <Pager shown newer=later older newer_label="Newest" older_label="Older"/> }
    });
    match end {
        Some(end) => view! { <Panel id title end part=true><Timeline>{events}</Timeline></Panel> }.into_any(),
        None => view! { <Panel id title part=true><Timeline>{events}</Timeline> {pager}</Panel> }.into_any(),
    }
}

/// One line: an entry, or the neighbouring views of one person and day.
pub(super) struct Line {
    /// The newest entry.
    pub(super) newest: Happening,
    /// What was viewed, and how often, the newest first; empty for what is no view.
    pub(super) viewed: Vec<(String, u32)>,
}

/// Puts neighbouring views of one person and day into one line.
fn lines(entries: Vec<Happening>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for entry in entries {
        let is_view = entry.outcome == "ok" && ["customer.viewed", "order.viewed"].contains(&entry.action.as_str());
        if !is_view {
            lines.push(Line { newest: entry, viewed: Vec::new() });
            continue;
        }
        let same = |line: &&mut Line| {
            let newest = &line.newest;
            !line.viewed.is_empty() && newest.who == entry.who && newest.at.div_euclid(DAY) == entry.at.div_euclid(DAY)
        };
        match lines.last_mut().filter(same) {
            Some(line) => match line.viewed.iter_mut().find(|(subject, _)| *subject == entry.subject) {
                Some((_, times)) => *times += 1,
                None => line.viewed.push((entry.subject, 1)),
            },
            None => lines.push(Line { viewed: vec![(entry.subject.clone(), 1)], newest: entry }),
        }
    }
    lines
}

fn event(line: &Line, customer: &str, now: i64) -> AnyView {
    let one = &line.newest;
    let (icon, did) = if line.viewed.is_empty() { sentence(one) } else { ("people", views(&line.viewed, customer)) };
    let orders = line.viewed.iter().map(|(subject, _)| subject).chain([&one.subject]).filter(|one| *one != customer);
    let did = linked(&did, &orders.collect::<Vec<_>>());
    let (who, at, why) = (one.who.clone(), one.at, why(line));
    view! { <Event icon at now why><strong><bdi>{who}</bdi></strong> " " {did}</Event> }.into_any()
}

/// A sentence in which the numbers of these orders lead to them.
fn linked(sentence: &str, orders: &[&String]) -> Vec<AnyView> {
    let words = sentence.split_inclusive(' ').map(|word| {
        let number = word.trim_end_matches([' ', ',', ':']);
        let rest = word[number.len()..].to_owned();
        if orders.iter().any(|order| **order == number) {
            view! { <a href=format!("/orders/{number}")>{number.to_owned()}</a> {rest} }.into_any()
        } else {
            word.to_owned().into_any()
        }
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view_of(seq: u64, who: &str, subject: &str, at: i64) -> Happening {
        let action = if subject.starts_with('C') { "customer.viewed" } else { "order.viewed" };
        Happening {
            seq,
            at,
            who: who.into(),
            action: action.into(),
            subject: subject.into(),
            outcome: "ok".into(),
            reason: None,
            fields: Vec::new(),
            moved: None,
            order: None,
        }
    }

    #[test]
    fn neighbouring_views_of_one_person_and_day_are_one_line() {
        let revealed = Happening { action: "field.revealed".into(), ..view_of(4, "Mia", "C-1", DAY + 4) };
        let lines = lines(vec![
            view_of(9, "Mia", "C-1", DAY + 9),
            view_of(8, "Mia", "O-1", DAY + 8),
            view_of(7, "Mia", "C-1", DAY + 7),
            view_of(6, "Jan", "C-1", DAY + 6),
            view_of(5, "Mia", "C-1", DAY + 5),
            revealed,
            view_of(3, "Mia", "C-1", DAY + 3),
            view_of(2, "Mia", "C-1", DAY - 1),
        ]);
        let told: Vec<_> = lines.iter().map(|line| (line.newest.seq, line.viewed.clone())).collect();
        let one = |times| vec![("C-1".to_owned(), times)];
        let first = vec![("C-1".to_owned(), 2), ("O-1".to_owned(), 1)];
        assert_eq!(told, [(9, first), (6, one(1)), (5, one(1)), (4, vec![]), (3, one(1)), (2, one(1))]);
    }
}
