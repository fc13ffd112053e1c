//! Exports the trail into a folder that can be verified away from the app; the export is an entry itself.

use std::{
    fs::{DirBuilder, File},
    io::{self, BufWriter, Write},
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

use sqlx::{AnyConnection, FromRow};

use super::{
    TrailExported,
    entry::{Entry, Record, columns},
    folder::{self, Folder},
    note::Checkpoint,
    publish::{Head, blocking},
    rows::json_line,
};
use crate::{
    access::{Actor, ServerCommand},
    error::{Error, Result},
};

/// The entries: one JSON object a line.
pub(super) const ENTRIES: &str = "entries.jsonl";
/// What the files are.
const README: &str = include_str!("../../../docs/TRAIL-FORMAT.md");
/// Entries per batch.
const BATCH: i64 = 500;

/// What an export holds.
#[derive(Clone, Debug)]
pub struct Exported {
    /// How many entries.
    pub entries: u64,
    /// The checkpoint over them; none when nothing was ever published.
    pub checkpoint: Option<Checkpoint>,
    /// Why no new checkpoint could be published for it: then the database contradicts what was published before, and
    /// verifying the export says where.
    pub contradiction: Option<String>,
}

/// Writes everything recorded so far into `folder`, which must be empty or absent. `progress` hears how many entries are
/// done, of how many.
///
/// # Errors
/// When the folder holds something already or cannot be written, or the database does not answer.
pub async fn export(
    actor: &Actor<ServerCommand>,
    folder: &Path,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Exported> {
    let desk = actor.desk();
    let to = Folder(folder.to_owned());
    let (file, from) = (to.0.join(ENTRIES), desk.checkpoint_folder());
    let file = blocking({
        let to = to.clone();
        move || {
            // Entries say who did what from where: for their owner only.
            DirBuilder::new().recursive(true).mode(0o700).create(&to.0)?;
            if to.0.read_dir()?.next().is_some() {
                return Err(io::Error::other(format!("{} is not empty", to.0.display())));
            }
            File::create_new(file)
        }
    })
    .await?;
    // 1. The entry: no export without it. A crash after this leaves an entry about an export nobody got.
    let _ = actor.record(Entry::of(TrailExported {})).await?;
    // 2. A checkpoint over everything, this entry included. Where the database contradicts an earlier one, the export is
    //    evidence, so it goes on with what was published before.
    let (checkpoint, contradiction) = match desk.publish_now().await {
        Ok(newest) => (newest, None),
        Err(error) => (desk.newest_checkpoint().await.unwrap_or(None), Some(error.to_string())),
    };
    // 3. The entries it covers, no later ones: they would be signed by nothing.
    let mut conn = desk.db().read().acquire().await?;
    let last = match (&checkpoint, &contradiction) {
        (Some(checkpoint), None) => i64::try_from(checkpoint.size()).unwrap_or(i64::MAX),
        _ => Head::read(&mut conn).await?.last,
    };
    let mut writer = BufWriter::new(file);
    let (mut done, mut entries) = (0, 0);
    while done < last {
        let records = batch(&mut conn, done, last.min(done + BATCH)).await?;
        entries += records.len() as u64;
        writer = blocking(move || {
            for record in &records {
                writeln!(writer, "{}", json_line(record))?;
            }
            Ok(writer)
        })
        .await?;
        done = last.min(done + BATCH);
        progress(u64::try_from(done).unwrap_or(0), u64::try_from(last).unwrap_or(0));
    }
    drop(conn);
    // 4. What proves them. A crash before the last file leaves an export without a checkpoint, which no verification takes.
    let (key, signed) = (desk.checkpoint_key()?, checkpoint.clone());
    blocking(move || {
        writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        to.write("README.md", README.as_bytes())?;
        to.write("key.pub", format!("{}\n", key.text()).as_bytes())?;
        let Some(newest) = signed else { return Ok(()) };
        for tile in folder::tiles(0, newest.size) {
            // A tile that is missing is for verification to say.
            if let Some(bytes) = from.tile(&tile)? {
                to.write(&folder::path(&tile), &bytes)?;
            }
        }
        for size in from.sizes()?.into_iter().filter(|size| *size <= newest.size) {
            if let Some(bytes) = from.read(&folder::kept(size))? {
                to.write(&folder::kept(size), &bytes)?;
            }
        }
        to.write("checkpoint", newest.text().as_bytes())
    })
    .await?;
    Ok(Exported { entries, checkpoint, contradiction })
}

async fn batch(conn: &mut AnyConnection, from: i64, to: i64) -> Result<Vec<Record>> {
    let rows =
        sqlx::query(concat!("SELECT ", columns!(), " FROM trail WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1000"))
            .bind(from)
            .bind(to)
            .fetch_all(conn)
            .await?;
    let read = rows.iter().map(Record::from_row).collect::<sqlx::Result<Vec<_>>>();
    read.map_err(|_| Error::broken(format!("an entry between {} and {to} cannot be read", from + 1)))
}
