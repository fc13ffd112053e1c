//! Opens the desk as the settings say, and refuses what must not be opened.

use std::{
    fs::{DirBuilder, OpenOptions},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use heliodesk_desk::{Desk, Error, Settings as DeskSettings, clock::Clock};

use crate::{failure::Failure, key_file, settings::Settings};

/// Opens the desk; creates a missing SQLite file and the folder for checkpoints.
///
/// # Errors
/// One line: which setting is missing or wrong, or what it leads to that cannot be used.
pub async fn desk(settings: &Settings) -> Result<Desk, Failure> {
    at(settings, Clock::System).await
}

async fn at(settings: &Settings, clock: Clock) -> Result<Desk, Failure> {
    let desk_settings = DeskSettings {
        database_url: settings.database_url()?,
        origin: settings.origin()?.as_str().to_owned(),
        checkpoint_dir: settings.checkpoint_dir()?,
        reveal_cap: settings.reveal_cap()?,
        time_zone: settings.time_zone()?,
        clock,
        keys: key_file::read(&settings.key_file()?)?,
    };
    make_folder("HELIODESK_CHECKPOINT_DIR", &desk_settings.checkpoint_dir)?;
    if let Some(file) = desk_settings.database_url.strip_prefix("sqlite:") {
        let file = Path::new(file.trim_start_matches("//").split('?').next().unwrap_or_default());
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder("HELIODESK_DATABASE_URL", folder)?;
        }
        // For its owner only, like the files SQLite makes beside it, which take over its mode.
        let made = OpenOptions::new().append(true).create(true).mode(0o600).open(file);
        made.map_err(|e| Failure::setting(format!("HELIODESK_DATABASE_URL: {}: {e}", file.display())))?;
    }
    Desk::open(desk_settings).await.map_err(|error| match error {
        Error::Broken(why) => Failure::setting(why),
        other => Failure::setting(format!("HELIODESK_DATABASE_URL cannot be opened: {other}")),
    })
}

/// Opens the desk for a command that adds to the trail, once the trail agrees with its newest checkpoint.
///
/// # Errors
/// As [`desk`]; and what contradicts the checkpoint.
pub async fn checked(settings: &Settings) -> Result<Desk, Failure> {
    checked_at(settings, Clock::System).await
}

/// As [`checked`], with this clock.
///
/// # Errors
/// As [`checked`].
pub async fn checked_at(settings: &Settings, clock: Clock) -> Result<Desk, Failure> {
    let desk = at(settings, clock).await?;
    match desk.check_against_checkpoint().await {
        Ok(()) => Ok(desk),
        Err(Error::Broken(why)) => Err(Failure::setting(why)),
        Err(other) => Err(Failure::setting(format!("the trail could not be checked: {other}"))),
    }
}

/// Makes a missing folder that only its owner can enter.
fn make_folder(setting: &str, folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|e| Failure::setting(format!("{setting}: {} cannot be made: {e}", folder.display())))
}
