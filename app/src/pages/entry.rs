//! One entry, what it changed, and whether it can be proven: as a page, `/trail/{seq}`, and beside the list.
//! `/trail/{seq}/proof` is its proof as a file.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, Request, Response};
use axum::response::IntoResponse;
use heliodesk_desk::access::Request as Sender;
use heliodesk_desk::trail;
use heliodesk_wire::trail::{Entry, Filter, Line, Proof};
use leptos::prelude::*;

use super::Page;
use super::recorded::{fields, recorded};
use super::story::{OutcomeBadge, Sentence, about, did};
use super::trail::opened;
use crate::components::{ButtonLink, Columns, Icon, Mark, Notice, PageHead, Panel, Time, Tone, number};
use crate::problem::Problem;
use crate::request::{actor, param};
use crate::routes::{App, error_page};

/// One entry.
pub async fn entry() -> Result<Page, Problem> {
    let entry = trail::view(&actor().await?, &param("seq")).await?;
    let title = format!("Entry {}", number(entry.seq));
    Ok(Page::new(title.clone(), view! { <Shown entry title/> }))
}

/// The proof of one entry, to keep and to check away from the app.
pub(crate) async fn proof(
    State(app): State<App>,
    seq: Result<Path<String>, PathRejection>,
    request: Request<Body>,
) -> Response<Body> {
    // What is no text is no entry's number.
    let seq = seq.map(|Path(seq)| seq).unwrap_or_default();
    let sender = request.extensions().get::<Sender>().cloned().unwrap_or_default();
    let file = async { trail::proof_file(&app.desk.actor(&sender).await?, &seq).await };
    match file.await {
        Ok(text) => {
            let name = format!("attachment; filename=\"heliodesk-entry-{seq}.tlog-proof\"");
            let headers: [(HeaderName, String); 2] =
                [(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
            (headers, text).into_response()
        }
        Err(error) => error_page(&app, request, error.into()).await,
    }
}

/// The whole page.
#[component]
fn Shown(entry: Entry, title: String) -> impl IntoView {
    let Parts { seq, badges, warning, download, sentence, recorded, fields, near, proof } =
        Parts::of(entry, |seq| format!("/trail/{seq}"));
    let earlier = (seq > 1).then(|| view! { <ButtonLink href=format!("/trail/{}", seq - 1)>"Earlier"</ButtonLink> });
    let crumbs = vec![("/trail".to_owned(), "Trail".to_owned())];
    let panel = |id: &'static str, title: &'static str, part: Option<AnyView>| {
        part.map(|part| view! { <Panel id title><div class="body stack">{part}</div></Panel> })
    };
    let recorded = recorded.map(|recorded| view! { {sentence} {recorded} }.into_any());
    view! {
        <PageHead title=title.clone() crumbs here=title badges=badges>
            {earlier}
            <ButtonLink href=format!("/trail/{}", seq + 1)>"Later"</ButtonLink>
            {download}
        </PageHead>
        {warning}
        <Columns shape="tail">
            <div class="stack">
                {panel("recorded", "Recorded", recorded)} {panel("fields", "Fields", fields)}
                {panel("near", "Same session", near)}
            </div>
            {panel("proof", "Proof", Some(proof))}
        </Columns>
    }
    .into_any()
}

/// One entry beside the list. `close` is the list alone, `here` the filters of the list as it stands.
#[component]
pub(super) fn Drawer(entry: Entry, close: String, here: Filter) -> impl IntoView {
    let Parts { seq, badges, warning, download, sentence, recorded, fields, near, proof } =
        Parts::of(entry, |seq| opened(&here, seq));
    let section = |title: &'static str, part: Option<AnyView>| {
        part.map(|part| view! { <section class="stack"><h3>{title}</h3>{part}</section> })
    };
    view! {
        <aside class="drawer" id="entry" tabindex="-1" aria-labelledby="entry-title">
            <header>
                <h2 id="entry-title">{format!("Entry {}", number(seq))}</h2>
                <a class="button quiet square small" href=close aria-label="Close entry" data-close-entry="">
                    <Icon name="cross"/>
                </a>
                {sentence}
                <p class="row">{badges}</p>
            </header>
            {warning}
            {section("Recorded", recorded)} {section("Fields", fields)} {section("Same session", near)}
            {section("Proof", Some(proof))}
            <section class="row">{download} <ButtonLink href=format!("/trail/{seq}")>"Open as a page"</ButtonLink></section>
        </aside>
    }
    .into_any()
}

/// What is shown of an entry, wherever it is shown.
struct Parts {
    seq: u64,
    badges: Option<AnyView>,
    warning: Option<AnyView>,
    download: Option<AnyView>,
    sentence: Option<AnyView>,
    recorded: Option<AnyView>,
    fields: Option<AnyView>,
    near: Option<AnyView>,
    proof: AnyView,
}

impl Parts {
    fn of(entry: Entry, address: impl Fn(u64) -> String) -> Self {
        let Entry { seq, line, columns, currency, owners, near, proof } = entry;
        let gone = line.is_none();
        let download = matches!(proof, Proof::Included { .. }).then(|| {
            view! { <ButtonLink href=format!("/trail/{seq}/proof") icon="down">"Download proof"</ButtonLink> }
                .into_any()
        });
        let warning = warning(&proof, gone).map(|(title, sentence)| {
            view! { <Notice tone=Tone::Bad title=title alert=true><p>{sentence}</p></Notice> }.into_any()
        });
        Self {
            seq,
            badges: line.as_ref().map(|line| view! { <OutcomeBadge outcome=line.outcome.clone()/> }.into_any()),
            warning,
            download,
            sentence: line.clone().map(|line| view! { <Sentence line/> }.into_any()),
            fields: line
                .as_ref()
                .filter(|line| !line.changes.is_empty())
                .map(|line| fields(&line.changes, currency.as_deref(), &owners)),
            recorded: line.map(|line| recorded(line, columns)),
            near: (near.len() > 1).then(|| session(near, seq, address)),
            proof: proven(proof, gone),
        }
    }
}

/// What is wrong with an entry that cannot be proven.
fn warning(proof: &Proof, gone: bool) -> Option<(&'static str, &'static str)> {
    Some(match proof {
        _ if gone => (
            "This entry was removed after it was recorded",
            "Its number was given out, but the database no longer holds it. Run “heliodesk trail verify” to see what else is wrong.",
        ),
        Proof::Altered => (
            "This entry was changed after it was recorded",
            "What the database holds now is not what was signed. Run “heliodesk trail verify” to see what else is wrong.",
        ),
        Proof::Hashes => (
            "Stored hashes were changed",
            "The entry itself is as it was signed; hashes around it are not. Run “heliodesk trail verify” to see which.",
        ),
        Proof::Contradicted => (
            "The trail contradicts what was published",
            "Nothing new is signed, so this entry cannot be proven. Run “heliodesk trail verify” to see where it begins.",
        ),
        Proof::Included { .. } | Proof::Waiting => return None,
    })
}

/// Entries of the same session around this one.
fn session(near: Vec<Line>, seq: u64, address: impl Fn(u64) -> String) -> AnyView {
    let rows: Vec<_> = near
        .into_iter()
        .map(|line| {
            let here = line.seq == seq;
            let words = [did(&line)].into_iter().chain(about(&line)).collect::<Vec<_>>().join(" ");
            let words = match here {
                true => view! { <span>{words}</span> }.into_any(),
                false => view! { <a href=address(line.seq)>{words}</a> }.into_any(),
            };
            view! { <li aria-current=here.then_some("true")><Time at=line.at exact=true/> {words}</li> }
        })
        .collect();
    view! { <ol class="near">{rows}</ol> }.into_any()
}

/// Whether the entry can be proven: leaf, path and the checkpoint's signed text.
fn proven(proof: Proof, gone: bool) -> AnyView {
    match proof {
        Proof::Included { size, leaf, path, checkpoint } => {
            let hashes = path.len();
            // Line by line: its lines are longer than a phone is wide, and must break there.
            let lines = checkpoint.lines().filter(|line| !line.is_empty()).map(str::to_owned);
            let note: Vec<_> = lines.map(|line| view! { <p class="code">{line}</p> }).collect();
            let path: Vec<_> = path.into_iter().map(|hash| view! { <li class="code">{hash}</li> }).collect();
            view! {
                <p><Mark icon="shield" tone=Tone::Ok>{format!("Included in the tree of {}", number(size))}</Mark></p>
                <dl class="detail">
                    <dt>"Leaf"</dt>
                    <dd class="code">{leaf}</dd>
                    <dt>"Path"</dt>
                    <dd>{format!("{hashes} hashes, root agrees")}</dd>
                </dl>
                <details><summary>"Show the path"</summary><ol>{path}</ol></details>
                <details><summary>"Signed checkpoint"</summary><div>{note}</div></details>
                <p class="hint">
                    "Check it anywhere: "
                    <span class="code">"heliodesk trail verify --proof FILE --key key.pub"</span>
                </p>
            }
            .into_any()
        }
        Proof::Waiting => {
            view! { <p><Mark icon="clock" tone=Tone::Wait>"Not yet signed; open it again in some seconds"</Mark></p> }
                .into_any()
        }
        Proof::Hashes | Proof::Contradicted if !gone => {
            view! { <p><Mark icon="alert" tone=Tone::Warn>"Cannot be proven now"</Mark></p> }.into_any()
        }
        _ => view! { <p><Mark icon="alert" tone=Tone::Bad>"Not in the tree that was signed"</Mark></p> }.into_any(),
    }
}
