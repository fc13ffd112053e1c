//! `/trail`: who did what, when, to whom. Filters combine freely, as controls and as text, and live in the address; an entry
//! opens beside the list.

mod asked;
mod controls;
pub(crate) mod export;
mod histogram;
mod row;
mod views;

use heliodesk_desk::Error;
use heliodesk_desk::trail::{around, list, view};
use heliodesk_wire::Fields;
use heliodesk_wire::trail::{Around, Entry, Filter, Line, Listing, Next, Seal};
use leptos::prelude::*;
use maud::html;

use self::asked::Asked;
pub(super) use self::asked::{address, opened};
use self::controls::{Chips, Controls};
use self::histogram::{Bars, in_selection};
use self::row::{Beside, row};
use self::views::Views;
use super::Page;
use super::entry::Drawer;
use crate::components::{
    Columns, Empty, Icon, Notice, PageHead, Pager, Panel, Rest, Table, Tone, iso, moment, number, printed,
};
use crate::islands::trail::TrailPage;
use crate::problem::Problem;
use crate::request::{actor, now, query, set_status};

/// The list, newest first, and the opened entry.
pub async fn trail() -> Result<Page, Problem> {
    let asked = Asked::read();
    let Some(filter) = asked.filter.clone() else {
        set_status(422);
        let around = around(&actor().await?).await?;
        return Ok(Page::new("Trail", view! { <Refused asked wrong=Fields::new() around/> }));
    };
    if asked.submitted {
        return Ok(Page::go(address(&filter)));
    }
    let actor = actor().await?;
    let entry = match query("entry") {
        Some(seq) => Some(view(&actor, &seq).await?),
        None => None,
    };
    match list(&actor, &filter).await {
        Ok(listing) => Ok(Page::new("Trail", view! { <Shown listing filter typed=asked.q entry/> })),
        Err(Error::Invalid(wrong)) => {
            set_status(422);
            let around = around(&actor).await?;
            Ok(Page::new("Trail", view! { <Refused asked wrong around/> }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The whole page. `filter` is as it was asked for, `listing.filter` as a form holds it, `typed` the text it was asked with.
#[component]
fn Shown(listing: Listing, mut filter: Filter, typed: String, entry: Option<Entry>) -> impl IntoView {
    let Listing { filter: held, known, lines, next, histogram, seal, views, counts, people } = listing;
    filter.before.clone_from(&held.before);
    // What is not on the trail may be anything; it comes back nowhere but where it was typed.
    if !known {
        filter = Filter { subject: String::new(), session: String::new(), ..filter };
    }
    let text = filter.text();
    let altered: Vec<u64> = lines.iter().filter(|line| line.altered).map(|line| line.seq).collect();
    let warning = (!altered.is_empty()).then(|| view! { <Changed altered/> });
    // The entry opens beside the list as it is now: each look is an entry itself, which would push the list on.
    let before = lines.first().map(|line| (line.seq + 1).to_string()).filter(|_| filter.before.is_empty());
    let here = Filter { before: before.unwrap_or_else(|| filter.before.clone()), ..filter.clone() };
    let open = entry.as_ref().map(|entry| entry.seq);
    let drawer = entry.map(|entry| view! { <Drawer entry close=address(&filter) here=here.clone()/> }.into_any());
    let sum = in_selection(&histogram);
    let list = view! { <List lines next sum filter=filter.clone() here open/> };
    let list = match drawer {
        Some(drawer) => view! { <Columns shape="tail">{list} {drawer}</Columns> }.into_any(),
        None => list.into_any(),
    };
    let acts = known.then(|| view! { <views::SaveButton/> <export::Button/> });
    let dialogs =
        known.then(|| view! { <views::SaveDialog filter=filter.clone()/> <export::Dialog filter=filter.clone()/> });
    let q = if known { text } else { typed };
    view! {
        <PageHead title="Trail"><Strip seal/> {acts}</PageHead>
        <Views filter=filter.clone() views counts=Some(counts)/>
        {warning}
        <Controls filter=Filter { before: String::new(), ..held } q people wrong=Fields::new() mistakes=Vec::new()/>
        <Chips filter=filter.clone() known/>
        <Bars histogram filter=filter.clone()/>
        {list}
        {dialogs}
        <TrailPage/>
    }
    .into_any()
}

/// The page when a filter was not understood: no entry is shown, and nothing typed is lost.
#[component]
fn Refused(asked: Asked, wrong: Fields, around: Around) -> impl IntoView {
    let filter = asked.filter.unwrap_or(asked.controls);
    let Around { seal, views } = around;
    view! {
        <PageHead title="Trail"><Strip seal/></PageHead>
        <Views filter=filter.clone() views counts=None/>
        <Notice tone=Tone::Bad title="A filter needs a change" alert=true>
            <p>"Nothing was looked up yet."</p>
        </Notice>
        <Controls filter q=asked.q people=Vec::new() wrong mistakes=asked.mistakes/>
        <TrailPage/>
    }
    .into_any()
}

/// The integrity strip.
#[component]
fn Strip(seal: Seal) -> impl IntoView {
    let Seal { entries, published, published_at, wrong } = seal;
    let up_to = match (published, published_at) {
        (0, _) => view! { <span>"nothing published yet"</span> }.into_any(),
        (size, None) => view! { <span>{format!("published up to {}", number(size))}</span> }.into_any(),
        (size, Some(at)) => {
            let (words, exact) = (clock(at, now()), moment(at));
            let up_to = format!("published up to {} at ", number(size));
            view! { <span>{up_to}<time datetime=iso(at) title=exact>{words}</time></span> }.into_any()
        }
    };
    let waiting = Some(entries.saturating_sub(published)).filter(|waiting| *waiting > 0 && !wrong);
    let waiting = waiting.map(|waiting| {
        view! { <Dot/> <span>{format!("{} not yet published", number(waiting))}</span> }
    });
    if wrong {
        view! {
            <p class="seal bad" role="alert">
                <strong><Icon name="alert"/>"The trail contradicts what was published"</strong>
                <Dot/>
                {up_to}
                <Dot/>
                <span>"run “heliodesk trail verify”"</span>
            </p>
        }
        .into_any()
    } else {
        let words = format!("1–{} intact", number(entries));
        view! { <p class="seal"><strong><Icon name="shield"/>{words}</strong> <Dot/> {up_to} {waiting}</p> }.into_any()
    }
}

/// What stands between two parts of the strip when it is read out or copied; eyes see a line.
#[component]
fn Dot() -> impl IntoView {
    view! { <i class="visually-hidden">" · "</i> }
}

/// The time of day; with the day, when it is another one than today's. UTC.
fn clock(at: i64, now: i64) -> String {
    let (at, now) = (iso(at), iso(now));
    if at[..10] == now[..10] { at[11..16].to_owned() } else { format!("{} {}", &at[..10], &at[11..16]) }
}

/// Entries of this page that were changed.
#[component]
fn Changed(altered: Vec<u64>) -> impl IntoView {
    let links: Vec<_> = altered
        .into_iter()
        .map(|seq| view! { <li><a href=format!("/trail/{seq}")>{format!("Entry {}", number(seq))}</a></li> })
        .collect();
    view! {
        <Notice tone=Tone::Bad title="Entries were changed after they were recorded" alert=true>
            <ul>{links}</ul>
        </Notice>
    }
    .into_any()
}

/// The entries of a page, and the ways on.
#[component]
fn List(
    lines: Vec<Line>,
    next: Option<Next>,
    sum: String,
    filter: Filter,
    here: Filter,
    open: Option<u64>,
) -> impl IntoView {
    let at = |seq: u64| address(&Filter { before: seq.to_string(), ..filter.clone() });
    let newer = (!filter.before.is_empty()).then(|| address(&Filter { before: String::new(), ..filter.clone() }));
    let older = match next {
        Some(Next::Older(seq)) => Some(at(seq)),
        _ => None,
    };
    let rest = match next {
        Some(Next::Continue(seq)) => {
            let words = format!("Looked back to entry {}: so much is looked through at once.", number(seq));
            Some(view! { <Rest words href=at(seq)/> })
        }
        _ => None,
    };
    let opened_at = open.and_then(|open| lines.iter().position(|line| line.seq == open));
    let beside = |place: usize| match opened_at {
        Some(open) if place == open => Beside::Opened,
        Some(open) if place == open + 1 => Beside::Key("j", "Next entry"),
        Some(open) if place + 1 == open => Beside::Key("k", "Previous entry"),
        _ => Beside::Other,
    };
    let shown = match (lines.first(), lines.last()) {
        (Some(first), Some(last)) => format!("{} to {}, newest first", number(last.seq), number(first.seq)),
        _ => String::new(),
    };
    let empty = lines.is_empty();
    let rows = printed(html! {
        @for (place, line) in lines.iter().enumerate() { (row(line, &opened(&here, line.seq), beside(place))) }
    });
    let content = if empty {
        let ended = rest.is_none();
        let title = if ended { "No entry matches" } else { "No entry matches so far" };
        view! {
            <Empty icon="trail" title=title>
                {ended.then(|| view! { <p>"Take a filter away, or widen the time. All times are UTC."</p> })}
            </Empty>
            {rest}
        }
        .into_any()
    } else {
        view! {
            <Table caption="Entries, newest first">
                <thead>
                    <tr>
                        <th scope="col">"No."</th>
                        <th scope="col">"Time, UTC"</th>
                        <th scope="col">"Actor"</th>
                        <th scope="col">"Action"</th>
                        <th scope="col">"Subject"</th>
                        <th scope="col">"Outcome"</th>
                    </tr>
                </thead>
                <tbody class="log">{rows}</tbody>
            </Table>
            {rest}
            <Pager shown=shown newer=newer older=older newer_label="Newest" older_label="Older"/>
        }
        .into_any()
    };
    let sum = view! { <span class="hint">{sum}</span> };
    view! { <Panel id="entries" title="Entries" end=sum>{content}</Panel> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn another_day_is_named() {
        let now = 1_795_269_582_118;
        assert_eq!(clock(now - 3_600_000, now), "12:59");
        assert_eq!(clock(now - 24 * 3_600_000, now), "2026-11-20 13:59");
    }
}
