//! The folder checkpoints and hash tiles are published in, in the layout of C2SP tlog-tiles:
//!
//! ```text
//! key.pub             the C2SP verifier key
//! checkpoint          the newest checkpoint
//! checkpoints/<size>  every checkpoint there was
//! tile/<L>/<N>        256 hashes of level 8 L; tile/<L>/<N>.p/<W> the first W of them
//! lock                held while publishing, so that two processes take turns
//! ```
//! Every file appears whole or not at all: written beside, synced, renamed, its folder synced.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    thread,
    time::UNIX_EPOCH,
};

use tlog_tiles::{Hash, HashReader, Tile, TileHashReader, TileReader, stored_hash_index};

use super::note::{Checkpoint, VerifierKey};

/// Height of the tiles: 2⁸ hashes each.
const HEIGHT: u8 = 8;
/// Files that are written at a time.
const WRITERS: usize = 16;
/// Entries per tile of the lowest level.
pub(crate) const WIDTH: u64 = 1 << HEIGHT;

/// A folder with checkpoints and tiles: the published one, or an export.
#[derive(Clone, Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

/// Everything signed that a folder holds.
#[derive(Debug, Default)]
pub(crate) struct Signed {
    /// By size, smallest first.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// Files that claim to be checkpoints and are not: name and why.
    pub(crate) refused: Vec<(String, String)>,
}

impl Folder {
    /// Makes the folder where it is missing, and takes its lock until the returned file is dropped.
    pub(crate) fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(self.0.join("checkpoints"))?;
        let lock = File::options().create(true).append(true).open(self.0.join("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// Writes a file whole. A crash anywhere here leaves the old file, or the new one; perhaps also a `.new` nobody reads.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.0.join(path);
        let folder = target.parent().unwrap_or(&self.0).to_owned();
        if !folder.is_dir() {
            fs::create_dir_all(&folder)?;
            sync_folders(&self.0, &folder)?;
        }
        let beside = target.with_added_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &target)?;
        File::open(&folder)?.sync_all()
    }

    /// Writes files, each whole as [`Folder::write`] does, many at a time: they wait for the disk together.
    pub(crate) fn write_all(&self, files: &[(String, Vec<u8>)]) -> io::Result<()> {
        let write = |some: &[(String, Vec<u8>)]| some.iter().try_for_each(|(path, bytes)| self.write(path, bytes));
        thread::scope(|scope| {
            let shares = files.chunks(files.len().div_ceil(WRITERS).max(1));
            let writers: Vec<_> = shares.map(|some| scope.spawn(move || write(some))).collect();
            writers.into_iter().try_for_each(|it| it.join().unwrap_or_else(|_| Err(ErrorKind::Other.into())))
        })
    }

    /// A file's bytes; `None` when it is not there.
    pub(crate) fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// A file's text; `None` when it is not there. What is not UTF-8 comes back as something no parser takes.
    pub(crate) fn text(&self, path: &str) -> io::Result<Option<String>> {
        Ok(self.read(path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The sizes of the kept checkpoints, smallest first.
    pub(crate) fn sizes(&self) -> io::Result<Vec<u64>> {
        let entries = match fs::read_dir(self.0.join("checkpoints")) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut sizes = Vec::new();
        for entry in entries {
            sizes.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        sizes.sort_unstable();
        Ok(sizes)
    }

    /// The published checkpoint, read from one file: for what is shown often.
    pub(crate) fn published(&self, key: &VerifierKey) -> io::Result<Option<Result<Checkpoint, String>>> {
        Ok(self.text("checkpoint")?.map(|text| key.open(&text)))
    }

    /// The newest checkpoint: the published one, or a kept one that is larger, which a crash may have left.
    pub(crate) fn newest(&self, key: &VerifierKey) -> io::Result<Option<Result<Checkpoint, String>>> {
        let published = self.published(key)?;
        let Some(largest) = self.sizes()?.last().copied() else { return Ok(published) };
        if let Some(Ok(checkpoint)) = &published
            && checkpoint.size >= largest
        {
            return Ok(published);
        }
        let kept = self.text(&kept(largest))?.map(|text| key.open(&text));
        Ok(match (published, kept) {
            (Some(Ok(_)) | None, kept) => kept,
            (published, _) => published,
        })
    }

    /// When the newest checkpoint was written, UTC milliseconds.
    pub(crate) fn published_at(&self) -> io::Result<Option<i64>> {
        let written = match fs::metadata(self.0.join("checkpoint")) {
            Ok(file) => file.modified()?,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let since = written.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(i64::try_from(since.as_millis()).ok())
    }

    /// Every checkpoint, each checked against the key.
    pub(crate) fn signed(&self, key: &VerifierKey) -> io::Result<Signed> {
        let mut signed = Signed::default();
        let names = self.sizes()?.into_iter().map(kept).chain(["checkpoint".to_owned()]);
        for name in names {
            let Some(text) = self.text(&name)? else { continue };
            match key.open(&text) {
                Ok(checkpoint) if name == "checkpoint" || name == kept(checkpoint.size) => {
                    signed.checkpoints.push(checkpoint);
                }
                Ok(checkpoint) => {
                    let why = format!("it covers {} entries, not as many as its name says", checkpoint.size);
                    signed.refused.push((name, why));
                }
                Err(why) => signed.refused.push((name, why)),
            }
        }
        // Equal ones fall together; two of one size with different roots both stay, and one of them will disagree.
        signed.checkpoints.sort_by_key(|one| (one.size, one.root.0));
        signed.checkpoints.dedup_by(|a, b| (a.size, a.root) == (b.size, b.root));
        Ok(signed)
    }

    /// A tile's bytes; `None` when it is missing or too short. A partial tile may have given way to the full one, which
    /// begins with the same hashes.
    pub(crate) fn tile(&self, tile: &Tile) -> io::Result<Option<Vec<u8>>> {
        let wanted = tile.width() as usize * tlog_tiles::HASH_SIZE;
        let full = Tile::new(HEIGHT, tile.level(), tile.level_index(), 1 << HEIGHT, false);
        for path in [path(tile), path(&full)] {
            if let Some(mut bytes) = self.read(&path)?.filter(|bytes| bytes.len() >= wanted) {
                bytes.truncate(wanted);
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// The leaf hashes of entries `first` up to before `first + WIDTH`, or before the checkpoint's end, proven to be in
    /// its tree. `first` is a multiple of [`WIDTH`].
    pub(crate) fn leaves(&self, checkpoint: &Checkpoint, first: u64) -> Result<Vec<Hash>, Fault> {
        let end = checkpoint.size.min(first + WIDTH);
        let indexes: Vec<u64> = (first..end).map(|n| stored_hash_index(0, n)).collect();
        let tiles = Tiles { folder: self, missing: std::cell::RefCell::default() };
        match TileHashReader::new(checkpoint.size, checkpoint.root, &tiles).read_hashes(&indexes) {
            Ok(hashes) => Ok(hashes),
            Err(_) => Err(tiles.missing.into_inner().map_or(Fault::Altered, Fault::Missing)),
        }
    }
}

/// Why tiles prove nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A tile is not there: its path.
    Missing(String),
    /// The tiles do not give the checkpoint's root.
    Altered,
}

/// Where the checkpoint of so many entries is kept.
pub(crate) fn kept(size: u64) -> String {
    format!("checkpoints/{size}")
}

/// The tiles that must stand before a checkpoint of `new` entries, when those of `old` do.
pub(crate) fn tiles(old: u64, new: u64) -> Vec<Tile> {
    Tile::new_tiles(HEIGHT, old, new)
}

/// A tile's path: C2SP leaves out the height.
pub(crate) fn path(tile: &Tile) -> String {
    tile.path().replacen(&format!("tile/{HEIGHT}/"), "tile/", 1)
}

/// The folder of a tile's earlier, partial versions; none for a tile that is partial itself.
pub(crate) fn partials(tile: &Tile) -> Option<String> {
    (u64::from(tile.width()) == WIDTH).then(|| format!("{}.p", path(tile)))
}

/// Tiles as files.
struct Tiles<'a> {
    folder: &'a Folder,
    missing: std::cell::RefCell<Option<String>>,
}

impl TileReader for Tiles<'_> {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &Tile| match self.folder.tile(tile) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) | Err(_) => {
                self.missing.replace(Some(path(tile)));
                Err(tlog_tiles::Error::InvalidTile)
            }
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// Makes new folders durable: each lives in the one above it.
fn sync_folders(top: &Path, folder: &Path) -> io::Result<()> {
    for above in folder.ancestors().skip(1) {
        File::open(above)?.sync_all()?;
        if above == top {
            break;
        }
    }
    Ok(())
}
