//! The filtered entries as a file: asked for here with a reason and a touch, then downloaded once.

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, Request, Response};
use axum::response::IntoResponse;
use futures::stream::try_unfold;
use heliodesk_desk::access::Request as Sender;
use heliodesk_desk::{Error, trail};
use heliodesk_wire::trail::Filter;
use leptos::prelude::*;

use super::asked::posting;
use crate::components::{Area, Button as Press, Choice, Dialog as Box, Mistake};
use crate::forms::Form;
use crate::routes::{App, error_page};

/// `/trail/exports/{id}`: the file, sent as it is read.
pub(crate) async fn file(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    request: Request<Body>,
) -> Response<Body> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let sender = request.extensions().get::<Sender>().cloned().unwrap_or_default();
    let begun = async { trail::download(app.desk.actor(&sender).await?, &id).await };
    match begun.await {
        Ok(download) => {
            let name = format!("attachment; filename=\"{}\"", download.name());
            let headers: [(HeaderName, String); 2] =
                [(CONTENT_TYPE, download.kind().to_owned()), (CONTENT_DISPOSITION, name)];
            let pieces = try_unfold(download, |mut download| async move {
                let piece = download.next().await.inspect_err(|error| {
                    tracing::warn!(code = error.code(), "a download was broken off");
                })?;
                Ok::<_, Error>(piece.map(|piece| (Bytes::from(piece), download)))
            });
            (headers, Body::from_stream(pieces)).into_response()
        }
        Err(error) => error_page(&app, request, error.into()).await,
    }
}

/// Opens the dialog.
#[component]
pub(super) fn Button() -> impl IntoView {
    view! { <Press kind="button" icon="down" attr:command="show-modal" attr:commandfor="export">"Export"</Press> }
}

/// Asks for the format and why. A touch needs a script, so an island answers this form.
#[component]
pub(super) fn Dialog(filter: Filter) -> impl IntoView {
    let text = filter.text();
    let form = Form::of("trail/export");
    let open = form.refused();
    let formats = [("csv", "CSV, for spreadsheets"), ("jsonl", "JSON Lines, as recorded")];
    let formats = formats.map(|(key, words)| (key.to_owned(), words.to_owned())).to_vec();
    let shown = if text.is_empty() { "everything".to_owned() } else { text.clone() };
    let told = form.problem().map(|problem| problem.field("q").unwrap_or(problem.meaning().sentence));
    view! {
        <Box
            id="export"
            title="Export"
            lede="Recorded with your reason. The file holds the checkpoint that covers it, and is downloaded once."
            attr:open=open
        >
            <form method="post" action=posting(&filter, "trail/export") data-export="" data-guard="off">
                <input type="hidden" name="ask[q]" value=text/>
                <div class="body">
                    <p class="hint" data-no-script="">
                        "An export needs a touch of your passkey, and a touch needs scripts, which do not run here."
                    </p>
                    <Mistake id="export-error" words=told/>
                    <Mistake id="export-q-error" name="q"/>
                    <p class="hint">"Filters: " <span class="code"><bdi>{shown}</bdi></span></p>
                    <Choice
                        label="Format"
                        name="ask[format]"
                        options=formats
                        value=form.value("format", "csv")
                        error=form.error("format")
                        required=true
                    />
                    <Area
                        label="Reason"
                        name="ask[reason]"
                        value=form.value("reason", "")
                        hint="What it is for. No names, numbers or addresses of customers."
                        required=true
                    />
                    <Mistake id="export-reason-error" name="reason" words=form.error("reason")/>
                </div>
                <footer>
                    <span class="hint">"At most 100,000 entries"</span>
                    <Press primary=true icon="key" attr:disabled=true attr:data-needs-script="">"Export"</Press>
                </footer>
            </form>
        </Box>
    }
    .into_any()
}
