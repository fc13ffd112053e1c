//! A selection of the trail as a file: asked for with a reason and a touch, recorded, then downloaded once.
//!
//! What it holds is settled when it is recorded: the entries that match, up to a checkpoint published for it. Entries never
//! change, so the download finds exactly those.

use heliodesk_wire::{
    Fields,
    sign_in::id as opaque,
    trail::{ExportAsk, Exported, Filter, Format},
};
use sqlx::AnyConnection;

use super::{
    Change, ExportDownloaded, SelectionExported,
    entry::{Entry, Record},
    filter::Parsed,
    lines::names,
    note::Checkpoint,
    rows,
    scan::{BUDGET, Scan},
};
use crate::{
    access::{Actor, ReadTrail},
    clock::{HOUR, MINUTE},
    error::{Error, Result},
    step_up::Touch,
    vault::shaped,
};

mod kept;

use kept::{find, forget, keep, take};

/// The action a touch is given for; its target is the format.
const ACTION: &str = "trail/export";
/// Most entries of one export.
const MOST: u64 = 100_000;
/// How many budgets of entries are looked through for one export.
const STEPS: usize = 5;
/// Entries at once.
const BATCH: usize = 500;
/// How long a download waits.
const GOOD: i64 = 5 * MINUTE;
/// How long what was downloaded, or never was, is kept.
const KEPT: i64 = 24 * HOUR;

/// Records an export, and makes its file ready for one download in this session.
///
/// # Errors
/// In this order: the wrong fields; [`crate::Refusal::StepUpRequired`]; the field `q` when nothing matches, or too much.
pub async fn export_selection(actor: &Actor<ReadTrail>, ask: ExportAsk) -> Result<Exported> {
    let desk = actor.desk();
    let (format, reason, parsed) = read(actor, &ask).await?;
    // First only a look, rolled back: nothing is counted for want of a touch.
    actor.begin().await?.touched(ACTION, format.as_str()).await?;
    let checkpoint = desk.publish_now().await?.ok_or(Error::NotFound)?;
    let up_to = i64::try_from(checkpoint.size()).map_err(|_| Error::broken("the trail is full"))?;
    let mut conn = desk.db().read().acquire().await?;
    let entries = count(&mut conn, &parsed, up_to).await?.map_err(|code| Error::field("q", code))?;
    drop(conn);
    let export = desk.clock().id();
    let mut work = actor.begin().await?;
    let at = work.at();
    let session = work.presence()?.session().to_owned();
    let touch = work.touched(ACTION, format.as_str()).await?;
    forget(work.conn(), at - KEPT).await?;
    keep(work.conn(), (&export, &session, at), format, &parsed, &checkpoint).await?;
    let entry = Entry::selection_exported(&touch, format, &parsed, entries, &checkpoint);
    let _ = work.commit(entry.subject(&export).reason(reason)).await?;
    Ok(Exported { export, entries })
}

impl Entry<SelectionExported> {
    /// What was exported: the filters as the trail records them, how much it was, and what covers it.
    fn selection_exported(touch: &Touch, format: Format, parsed: &Parsed, entries: u64, signed: &Checkpoint) -> Self {
        let told = |name, value: String| Change::of(name, None, Some(value));
        let mut changes = vec![
            told("format", format.as_str().to_owned()),
            told("entries", entries.to_string()),
            told("checkpoint", signed.size().to_string()),
        ];
        changes.extend(parsed.recorded());
        Self::by_touch(SelectionExported {}, touch).changes(changes)
    }
}

/// Format, reason and filters; every wrong field at once. The reason stays on the trail, so it holds nothing that looks personal.
async fn read(actor: &Actor<ReadTrail>, ask: &ExportAsk) -> Result<(Format, String, Parsed)> {
    let mut fields = Fields::new();
    let asked = ask.parse().map_err(|wrong| fields.0.extend(wrong.0)).ok();
    if let Some(code) = asked.as_ref().and_then(|(_, reason)| shaped(reason.as_str())) {
        fields.add("reason", code);
    }
    let parsed = fields.take("q", Parsed::of_text(actor, &ask.q).await?);
    let read = || {
        let (format, reason) = asked?;
        Some((format, reason.as_str().to_owned(), parsed?))
    };
    Ok(fields.into_result(read())?)
}

/// How many entries match up to this one, or why that is no export.
async fn count(conn: &mut AnyConnection, parsed: &Parsed, up_to: i64) -> Result<Result<u64, &'static str>> {
    let (mut before, mut sum) = (up_to + 1, 0);
    for _ in 0..STEPS {
        let scan = Scan::plan(conn, parsed, before, BUDGET).await?;
        sum += scan.count(conn, parsed).await?;
        if sum > MOST {
            return Ok(Err("too_many_entries"));
        }
        match scan.rest() {
            Some(rest) => before = rest,
            None if sum == 0 => return Ok(Err("no_entries")),
            None => return Ok(Ok(sum)),
        }
    }
    Ok(Err("too_many_to_look_through"))
}

/// A file on its way to whoever asked for it, piece by piece.
#[derive(Debug)]
pub struct Download {
    actor: Actor<ReadTrail>,
    format: Format,
    filter: Parsed,
    scan: Option<Scan>,
    before: i64,
    up_to: i64,
    checkpoint: String,
    stage: Stage,
}

/// What comes next.
#[derive(Debug)]
enum Stage {
    Head,
    Rows,
    Tail,
    Done,
}

/// Begins the one download of an export, in the session that asked for it and within five minutes.
///
/// # Errors
/// [`Error::NotFound`] for any other.
pub async fn download(actor: Actor<ReadTrail>, export: &str) -> Result<Download> {
    let export = opaque(export).map_err(|_| Error::NotFound)?;
    let mut work = actor.begin().await?;
    let at = work.at();
    let session = work.presence()?.session().to_owned();
    if !take(work.conn(), &export, &session, at).await? {
        return Err(Error::NotFound);
    }
    let kept = find(work.conn(), &export).await?.ok_or(Error::NotFound)?;
    // No entry, no file: what follows is read only.
    let _ = work.commit(Entry::of(ExportDownloaded {}).subject(&export)).await?;
    let unreadable = || Error::broken("a kept export cannot be read");
    let filter = Filter::parse(&kept.filters).map_err(|_| unreadable())?;
    let filter = Parsed::of(&actor, &filter).await?.during(kept.from, kept.to);
    Ok(Download {
        format: kept.format.parse().map_err(|_| unreadable())?,
        actor,
        filter,
        scan: None,
        before: kept.up_to + 1,
        up_to: kept.up_to,
        checkpoint: kept.checkpoint,
        stage: Stage::Head,
    })
}

impl Download {
    /// The file's name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("heliodesk-trail-{}.{}", self.up_to, self.format.as_str())
    }

    /// The file's type.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.format {
            Format::Csv => "text/csv; charset=utf-8",
            Format::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    /// The next piece; none after the last one.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session ended meanwhile: the file then ends where it is.
    pub async fn next(&mut self) -> Result<Option<String>> {
        self.actor.still_present().await?;
        loop {
            match self.stage {
                Stage::Head => {
                    self.stage = Stage::Rows;
                    if self.format == Format::Csv {
                        return Ok(Some(rows::csv_head()));
                    }
                }
                Stage::Rows => {
                    let text = self.rows().await?;
                    if !text.is_empty() {
                        return Ok(Some(text));
                    }
                }
                Stage::Tail => {
                    self.stage = Stage::Done;
                    return Ok(Some(match self.format {
                        Format::Csv => rows::csv_tail(&self.checkpoint),
                        Format::JsonLines => rows::json_tail(&self.checkpoint),
                    }));
                }
                Stage::Done => return Ok(None),
            }
        }
    }

    /// Some more entries as text.
    async fn rows(&mut self) -> Result<String> {
        let mut conn = self.actor.desk().db().read().acquire().await?;
        let scan = match self.scan.take() {
            Some(scan) => scan,
            None => Scan::plan(&mut conn, &self.filter, self.before, BUDGET).await?,
        };
        let records = scan.page(&mut conn, &self.filter, self.before, BATCH).await?;
        match (records.last(), scan.rest()) {
            (Some(last), _) if records.len() == BATCH => {
                self.before = last.seq;
                self.scan = Some(scan);
            }
            (_, Some(rest)) => self.before = rest,
            (_, None) => self.stage = Stage::Tail,
        }
        self.text(&mut conn, &records).await
    }

    async fn text(&self, conn: &mut AnyConnection, records: &[Record]) -> Result<String> {
        if self.format == Format::JsonLines {
            return Ok(records.iter().map(|record| rows::json_line(record) + "\n").collect());
        }
        let ids: std::collections::BTreeSet<&str> = records.iter().map(|record| record.actor.as_str()).collect();
        let names = names(conn, &ids.into_iter().collect::<Vec<_>>()).await?;
        Ok(records.iter().map(|record| rows::csv_line(record, &names)).collect())
    }
}
