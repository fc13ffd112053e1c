//! The notes on a customer: a box for a new one, pinned ones first, and what can be done to each.

use heliodesk_wire::Typed;
use heliodesk_wire::customers::{Account, CustomerRecord};
use heliodesk_wire::notes::{Body, LONGEST, Note, WriteAsk};
use leptos::prelude::*;

use super::snippets::SnippetDialog;
use crate::components::{Area, Button, Dialog, Empty, Mark, Pager, Panel, Prose, Time, Tone, number};
use crate::forms::Form;
use crate::request::query;

/// The panel.
#[component]
pub(super) fn Notes(
    record: CustomerRecord,
    /// Only the first, with a link to all.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let first = format!("/customers/{}?tab=notes", record.number);
    let count = record.noted;
    let more = (short && record.older_notes.is_some())
        .then(|| view! { <a href=first.clone()>{format!("All {} notes", number(count))}</a> });
    let customer = record.number.to_string();
    let notes: Vec<_> = record.notes.iter().map(|note| article(note.clone(), &customer, record.now)).collect();
    let newer = query("before").filter(|_| !short).map(|_| first.clone());
    let older = record.older_notes.filter(|_| !short).map(|before| format!("{first}&before={before}"));
    let pager = (newer.is_some() || older.is_some()).then(|| {
        let shown = format!("{} of {} notes", notes.len(), number(count));
        view! { <Pager shown newer older newer_label="First page" older_label="Older"/> }
    });
    let none = notes.is_empty().then(|| {
        view! {
            <Empty icon="note" title="No notes yet">
                <p>"What the next person on the phone should know. Personal details stay out."</p>
            </Empty>
        }
    });
    let write = (record.account != Account::Erased).then(|| view! { <WriteNote record=record.clone()/> });
    view! {
        <Panel id="notes" title="Notes" end=more part=true>
            {write}
            {none}
            {notes}
            {pager}
        </Panel>
        <SnippetDialog snippets=record.snippets/>
    }
    .into_any()
}

/// The box for a new note. A snippet's button brings the page back with the snippet in the box.
#[component]
fn WriteNote(record: CustomerRecord) -> impl IntoView {
    let form = Form::of("notes/write");
    let typed = |name: &str| form.typed(name).unwrap_or_default();
    let ask = WriteAsk { text: Typed(typed("text")), snippet: typed("snippet"), ..WriteAsk::default() };
    let text = match form.step() {
        Some(_) => ask.whole(&record.snippets).unwrap_or(ask.text.0),
        None => ask.text.0,
    };
    let pinned = typed("pinned") == "yes";
    let again = format!("{}&step=edit#notes", form.action());
    let snippets: Vec<_> = record
        .snippets
        .into_iter()
        .map(|snippet| {
            view! {
                <Button small=true
                    attr:name="ask[snippet]"
                    attr:value=snippet.name.clone()
                    attr:formaction=again.clone()
                    attr:formnovalidate=true
                    attr:title=snippet.text>
                    {format!("::{}", snippet.name)}
                </Button>
            }
        })
        .collect();
    view! {
        <form class="body stack" method="post" action=format!("{}#notes", form.action())>
            <input type="hidden" name="ask[customer]" value=record.number.to_string()/>
            <Area label="New note" name="ask[text]" value=text error=form.error("text") required=true
                first=form.step().is_some()
                maxlength=u32::try_from(LONGEST).unwrap_or(u32::MAX)
                hint="**strong**, *emphasis*, - list, > quote, ::name for a company text. No names, numbers or addresses."/>
            <div class="row apart">
                <label class="option">
                    <input type="checkbox" name="ask[pinned]" value="yes" checked=pinned/>
                    "Pin above the others"
                </label>
                <Button primary=true icon="note">"Save note"</Button>
            </div>
            <div class="row snippets" role="group" aria-label="Company texts">
                {snippets}
                <Button quiet=true small=true icon="pen" kind="button"
                    attr:command="show-modal" attr:commandfor="snippets">
                    "Company texts"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// One note.
fn article(note: Note, customer: &str, now: i64) -> AnyView {
    let name = format!("Note {}", note.number);
    let pinned = note.pinned.then(|| view! { <Mark icon="pin">"Pinned"</Mark> });
    let acts = (note.body != Body::Redacted).then(|| {
        view! { <PinNote customer=customer.to_owned() note=note.clone()/> <RedactNote customer=customer.to_owned() number=note.number/> }
    });
    let body = match note.body {
        Body::Text(html) => view! { <Prose html/> }.into_any(),
        Body::Redacted => view! { <p class="hint">"Redacted. The timeline says by whom, and why."</p> }.into_any(),
        Body::Unreadable => view! {
            <p><Mark icon="alert" tone=Tone::Bad>"unreadable"</Mark> " This note is damaged, or not where it was written."</p>
        }
        .into_any(),
    };
    view! {
        <article class="note" aria-label=name>
            <header>
                {pinned}
                <strong><bdi>{note.author}</bdi></strong>
                <Time at=note.at now/>
                <div class="acts">{acts}</div>
            </header>
            {body}
        </article>
    }
    .into_any()
}

#[component]
fn PinNote(customer: String, note: Note) -> impl IntoView {
    let (words, pinned) = if note.pinned { ("Unpin", "no") } else { ("Pin", "yes") };
    let name = format!("{words} note {}", note.number);
    view! {
        <form method="post" action=Form::of("notes/pin").action()>
            <input type="hidden" name="ask[customer]" value=customer/>
            <input type="hidden" name="ask[note]" value=note.number/>
            <input type="hidden" name="ask[pinned]" value=pinned/>
            <Button quiet=true small=true icon="pin" attr:aria-label=name>{words}</Button>
        </form>
    }
    .into_any()
}

/// The button that opens the dialog, and the dialog.
#[component]
fn RedactNote(customer: String, number: u32) -> impl IntoView {
    let form = Form::of("notes/redact");
    let here = form.refused() && form.typed("note") == Some(number.to_string());
    // What was to be taken out is never shown again, but that something was is still known.
    let part = here.then(|| form.error("part")).flatten();
    let was_part = part.is_some();
    let id = move |name: &str| format!("redact-{number}{name}");
    let scope = |whole: bool, words: &'static str| {
        view! {
            <label class="option">
                <input type="radio" name=id("-scope") value=if whole { "whole" } else { "part" }
                    checked=here && whole != was_part autofocus=!whole/>
                {words}
            </label>
        }
        .into_any()
    };
    // One form each, of which the style sheet shows the chosen one, so that nothing is a choice nobody made.
    let scoped = |whole: bool, words: &'static str, what: AnyView| {
        let typed = here && whole != was_part;
        let why = form.error("reason").filter(|_| typed);
        let reason = form.typed("reason").filter(|_| typed).unwrap_or_default();
        let of = if whole { "-whole" } else { "-part" };
        view! {
            <form method="post" action=form.action() data-scope=&of[1..]>
                <input type="hidden" name="ask[customer]" value=customer.clone()/>
                <input type="hidden" name="ask[note]" value=number/>
                <div class="body">
                    {what}
                    <Area label="Reason" name="ask[reason]" id=id(&format!("{of}-reason")) value=reason error=why
                        note="for the trail" hint="Do not repeat what you take out" required=true/>
                </div>
                <footer>
                    <span class="hint">"This cannot be undone."</span>
                    <Button danger=true icon="hide">{words}</Button>
                </footer>
            </form>
        }
        .into_any()
    };
    let words = view! {
        <Area label="Take out" name="ask[part]" id=id("-part") error=part required=true
            hint="The words as they stand in the note"/>
    };
    let all = view! { <p>"Everything this note says goes. Its place stays, with who wrote it and when."</p> };
    let scopes = vec![scope(false, "A part"), scope(true, "The whole note")];
    let forms =
        vec![scoped(false, "Redact the part", words.into_any()), scoped(true, "Redact the whole note", all.into_any())];
    view! {
        <Button quiet=true small=true square=true icon="hide" kind="button"
            attr:command="show-modal"
            attr:commandfor=id("")
            attr:aria-label=format!("Redact note {number}")
            attr:title="Redact"/>
        <Dialog
            id=id("")
            title=format!("Redact note {number}")
            lede="What you take out is gone for good: from the page, the history and every export. Nobody can bring it back."
            attr:open=here
        >
            <fieldset class="scope">
                <legend>"What is taken out"</legend>
                {scopes}
            </fieldset>
            {forms}
        </Dialog>
    }
    .into_any()
}
