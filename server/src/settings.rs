//! Settings: read from `HELIODESK_*` variables, else from a TOML file; each checked when it is asked for.
//!
//! No setting is a command-line argument, so no secret can be one.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use crate::{address::Block, failure::Failure, origin::Origin};

/// One setting: its variable, its value when nobody gives one, and what it is for.
struct Known {
    name: &'static str,
    default: Option<&'static str>,
    what: &'static str,
}

const fn known(name: &'static str, default: Option<&'static str>, what: &'static str) -> Known {
    Known { name, default, what }
}

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    known("HELIODESK_DATABASE_URL", None, "sqlite:PATH, or mysql://USER:PASSWORD@HOST/DATABASE (ssl-mode=VERIFY_IDENTITY when the host is not this machine)"),
    known("HELIODESK_ORIGIN", None, "the address people browse: https://HOST[:PORT]; http only for localhost"),
    known("HELIODESK_KEY_FILE", None, "the file with the keys, made by `keys init`, readable by nobody else (0600)"),
    known("HELIODESK_CHECKPOINT_DIR", None, "the folder for signed checkpoints and hash tiles of the trail; keep it apart from the database"),
    known("HELIODESK_ADDR", Some("127.0.0.1:3000"), "where to listen, IP:PORT; beyond loopback only with an https origin and HELIODESK_TRUSTED_PROXIES"),
    known("HELIODESK_TRUSTED_PROXIES", Some(""), "addresses of the proxies in front, parted by commas: 10.0.0.0/8,192.0.2.7"),
    known("HELIODESK_REVEAL_CAP", Some("25"), "how many values one person may reveal a day"),
    known("HELIODESK_TIME_ZONE", Some("UTC"), "the time zone that days and nights are counted in: Europe/Berlin"),
    known("HELIODESK_LOG", Some("info"), "how much to log: error, warn, info, debug, trace"),
];

/// The settings as text, with where each came from.
#[derive(Debug)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
}

/// A value; `Debug` hides it, since a database URL holds a password.
struct Value {
    text: String,
    /// How to name it in a complaint.
    named: String,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.named)
    }
}

/// The explanation of every setting, for `--help`.
#[must_use]
pub fn help() -> String {
    let mut text = String::from(
        "Settings (environment variables; or a TOML file given with --config, keys like database_url; a variable wins):\n",
    );
    for Known { name, default, what } in KNOWN {
        let default = match default {
            None => "required".to_owned(),
            Some("") => "default: none".to_owned(),
            Some(value) => format!("default: {value}"),
        };
        text.push_str(&format!("  {name}\n          {what} [{default}]\n"));
    }
    text.push_str(
        "\nExit status: 0 done, 1 failed or something is wrong with the trail, 2 a setting is missing or wrong.",
    );
    text
}

impl Settings {
    /// Reads the variables of this process and, when given, the file.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, or has a key that is no setting.
    pub fn load(config: Option<&Path>) -> Result<Self, Failure> {
        let file = match config {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|e| Failure::setting(format!("--config {}: {e}", path.display())))?,
        };
        Self::read(&file, |name| std::env::var(name).ok())
    }

    /// Reads a file's text and variables from `variable`.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn read(file: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let mut values = BTreeMap::new();
        // The parser's own message quotes the line it stopped at, and lines hold passwords.
        let table: toml::Table = file.parse().map_err(|e: toml::de::Error| {
            let line = e.span().map_or(1, |span| file[..span.start.min(file.len())].matches('\n').count() + 1);
            Failure::setting(format!("the configuration file is not TOML: line {line}"))
        })?;
        for (key, value) in table {
            let name = format!("HELIODESK_{}", key.to_ascii_uppercase().trim_start_matches("HELIODESK_"));
            let known = KNOWN.iter().find(|known| known.name == name);
            let known =
                known.ok_or_else(|| Failure::setting(format!("{key} in the configuration file is no setting")))?;
            let text = plain(&value)
                .ok_or_else(|| Failure::setting(format!("{key} in the configuration file must be text or a number")))?;
            values.insert(known.name, Value { text, named: format!("{key} in the configuration file") });
        }
        for known in KNOWN {
            if let Some(text) = variable(known.name) {
                values.insert(known.name, Value { text, named: known.name.to_owned() });
            } else if let (None, Some(default)) = (values.get(known.name), known.default) {
                values.insert(known.name, Value { text: default.to_owned(), named: known.name.to_owned() });
            }
        }
        Ok(Self { values })
    }

    fn required(&self, name: &'static str) -> Result<&Value, Failure> {
        let given = self.values.get(name).filter(|value| !value.text.trim().is_empty());
        given.ok_or_else(|| {
            let what = KNOWN.iter().find(|known| known.name == name).map_or("", |known| known.what);
            Failure::setting(format!("{name} is not set: {what}"))
        })
    }

    /// Where the database is. Not to be printed: it may hold a password.
    ///
    /// # Errors
    /// When it is missing, of another kind, or MySQL beyond this machine without TLS.
    pub fn database_url(&self) -> Result<String, Failure> {
        let value = self.required("HELIODESK_DATABASE_URL")?;
        let wrong = |why: &str| Failure::setting(format!("{} {why}", value.named));
        let url = value.text.trim();
        match url.split_once(':') {
            Some(("sqlite", path)) if path.starts_with(":memory:") || path.is_empty() => {
                Err(wrong("must name a file: what is only in memory is lost"))
            }
            Some(("sqlite", _)) => Ok(url.to_owned()),
            Some(("mysql" | "mariadb", rest)) => {
                let rest = rest.strip_prefix("//").ok_or_else(|| wrong("must begin with mysql://"))?;
                if is_private(rest) {
                    Ok(url.to_owned())
                } else {
                    Err(wrong(
                        "leads to another machine without TLS: add ?ssl-mode=VERIFY_IDENTITY (or VERIFY_CA, REQUIRED)",
                    ))
                }
            }
            _ => Err(wrong("must begin with sqlite: or mysql://")),
        }
    }

    /// The address people browse.
    ///
    /// # Errors
    /// When it is missing, or neither https nor localhost.
    pub fn origin(&self) -> Result<Origin, Failure> {
        let value = self.required("HELIODESK_ORIGIN")?;
        Origin::parse(value.text.trim()).map_err(|why| Failure::setting(format!("{} {why}", value.named)))
    }

    /// Where the key file is.
    ///
    /// # Errors
    /// When it is missing.
    pub fn key_file(&self) -> Result<PathBuf, Failure> {
        Ok(PathBuf::from(&self.required("HELIODESK_KEY_FILE")?.text))
    }

    /// Where checkpoints are published.
    ///
    /// # Errors
    /// When it is missing.
    pub fn checkpoint_dir(&self) -> Result<PathBuf, Failure> {
        Ok(PathBuf::from(&self.required("HELIODESK_CHECKPOINT_DIR")?.text))
    }

    /// Where to listen: on loopback, or behind listed proxies with an https origin.
    ///
    /// # Errors
    /// When it is no address, or open to the network without both.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        let value = self.required("HELIODESK_ADDR")?;
        let address: SocketAddr =
            value.text.trim().parse().map_err(|_| Failure::setting(format!("{} is not IP:PORT", value.named)))?;
        if address.ip().to_canonical().is_loopback() {
            return Ok(address);
        }
        if !self.origin()?.is_https() {
            return Err(Failure::setting(format!(
                "{} is open to the network, so HELIODESK_ORIGIN must be https",
                value.named
            )));
        }
        if self.trusted_proxies()?.is_empty() {
            return Err(Failure::setting(format!(
                "{} is open to the network, so HELIODESK_TRUSTED_PROXIES must name the proxy that speaks TLS",
                value.named
            )));
        }
        Ok(address)
    }

    /// The proxies whose `X-Forwarded-For` is believed.
    ///
    /// # Errors
    /// When one is no block of addresses.
    pub fn trusted_proxies(&self) -> Result<Vec<Block>, Failure> {
        let Some(value) = self.values.get("HELIODESK_TRUSTED_PROXIES") else { return Ok(Vec::new()) };
        let blocks = value.text.split(',').map(str::trim).filter(|text| !text.is_empty());
        blocks
            .map(|text| Block::parse(text).map_err(|why| Failure::setting(format!("{}: {text} {why}", value.named))))
            .collect()
    }

    /// Reveals per person and day.
    ///
    /// # Errors
    /// When it is no whole number.
    pub fn reveal_cap(&self) -> Result<u32, Failure> {
        let value = self.required("HELIODESK_REVEAL_CAP")?;
        let cap = value.text.trim().parse();
        cap.map_err(|_| Failure::setting(format!("{} is no whole number", value.named)))
    }

    /// Where days begin and nights are.
    ///
    /// # Errors
    /// When there is no such time zone.
    pub fn time_zone(&self) -> Result<jiff::tz::TimeZone, Failure> {
        let value = self.required("HELIODESK_TIME_ZONE")?;
        let zone = jiff::tz::TimeZone::get(value.text.trim());
        zone.map_err(|_| Failure::setting(format!("{} is no time zone, such as Europe/Berlin", value.named)))
    }

    /// How much is logged.
    ///
    /// # Errors
    /// When it is no level.
    pub fn log_level(&self) -> Result<tracing::Level, Failure> {
        let value = self.required("HELIODESK_LOG")?;
        let level = value.text.trim().parse();
        level.map_err(|_| Failure::setting(format!("{} is none of error, warn, info, debug, trace", value.named)))
    }
}

/// A TOML value as the text a variable would hold.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(all) => all.iter().map(plain).collect::<Option<Vec<_>>>().map(|all| all.join(",")),
        _ => None,
    }
}

/// Whether nobody on a network can read what goes to this server: it is on this machine, or TLS is demanded.
fn is_private(rest: &str) -> bool {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let server = place.split('/').next().unwrap_or_default();
    let server = server.rsplit('@').next().unwrap_or_default();
    let host = match server.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => server.split(':').next().unwrap_or_default(),
    };
    if host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()) {
        return true;
    }
    let modes: Vec<String> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| matches!(*key, "ssl-mode" | "sslmode"))
        .map(|(_, mode)| mode.to_ascii_uppercase())
        .collect();
    let strict = |mode: &String| matches!(mode.as_str(), "REQUIRED" | "VERIFY_CA" | "VERIFY_IDENTITY");
    !modes.is_empty() && modes.iter().all(strict)
}
