//! `heliodesk keys`: make, show and check the keys.

use std::fs;

use clap::Subcommand;

use super::say;
use crate::{failure::Failure, key_file, settings::Settings};

/// What to do with the keys.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Keys {
    /// Create HELIODESK_KEY_FILE with new random keys; never overwrites.
    Init,
    /// Print the key that checks checkpoints and proofs; also writes it to HELIODESK_CHECKPOINT_DIR/key.pub.
    Public,
    /// Say whether the key file can be used.
    Status,
}

impl Keys {
    /// Does it.
    ///
    /// # Errors
    /// When the key file is missing, there already, or cannot be used.
    pub fn run(self, settings: &Settings) -> Result<(), Failure> {
        let path = settings.key_file()?;
        match self {
            Self::Init => {
                let keys = key_file::create(&path)?;
                say(format!("created {} with key {}; keep a copy somewhere safe", path.display(), keys.id()))
            }
            Self::Public => {
                let public = key_file::read(&path)?.public(settings.origin()?.as_str())?;
                let folder = settings.checkpoint_dir()?;
                fs::create_dir_all(&folder)
                    .and_then(|()| fs::write(folder.join("key.pub"), format!("{}\n", public.text())))
                    .map_err(|e| Failure::setting(format!("HELIODESK_CHECKPOINT_DIR {}: {e}", folder.display())))?;
                say(public.text())
            }
            Self::Status => {
                let keys = key_file::read(&path)?;
                say(format!("{}: key {}, readable by its owner only", path.display(), keys.id()))
            }
        }
    }
}
