//! `heliodesk keys`: make and check the keys.

use clap::Subcommand;

use super::say;
use crate::{failure::Failure, key_file, settings::Settings};

/// What to do with the keys.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Keys {
    /// Create HELIODESK_KEY_FILE with new random keys; never overwrites.
    Init,
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
            Self::Status => {
                let keys = key_file::read(&path)?;
                say(format!("{}: key {}, readable by its owner only", path.display(), keys.id()))
            }
        }
    }
}
