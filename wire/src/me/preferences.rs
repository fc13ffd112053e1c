//! How somebody wants their pages: light or dark, and whether single keys do something.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Fields;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All themes, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Theme {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).ok_or("unknown")
    }
}

/// One person's preferences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// Whether single keys do something.
    pub shortcuts: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { theme: Theme::default(), shortcuts: true }
    }
}

/// `preferences/save`: what shall be different; what is absent or empty stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PreferencesAsk {
    /// A [`Theme`].
    pub theme: String,
    /// `on` or `off`.
    pub shortcuts: String,
}

impl PreferencesAsk {
    /// The names inside `ask`.
    pub const FIELDS: &'static [&'static str] = &["theme", "shortcuts"];

    /// The preferences after this, from those of `before`.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn parse(&self, before: Preferences) -> Result<Preferences, Fields> {
        let mut fields = Fields::new();
        let theme = if self.theme.is_empty() { Ok(before.theme) } else { self.theme.parse() };
        let theme = fields.take("theme", theme);
        let shortcuts = match self.shortcuts.as_str() {
            "" => Ok(before.shortcuts),
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err("unknown"),
        };
        let shortcuts = fields.take("shortcuts", shortcuts);
        fields.into_result(theme.zip(shortcuts).map(|(theme, shortcuts)| Preferences { theme, shortcuts }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_and_every_wrong_field_is_named() {
        let ask = |theme: &str, shortcuts: &str| PreferencesAsk { theme: theme.into(), shortcuts: shortcuts.into() };
        let quiet = Preferences { theme: Theme::Dark, shortcuts: false };
        assert_eq!(ask("", "").parse(quiet), Ok(quiet));
        assert_eq!(ask("light", "").parse(quiet), Ok(Preferences { theme: Theme::Light, shortcuts: false }));
        assert_eq!(ask("", "on").parse(quiet), Ok(Preferences { theme: Theme::Dark, shortcuts: true }));
        let wrong = ask("pink", "yes").parse(quiet).unwrap_err();
        assert_eq!((wrong.code("theme"), wrong.code("shortcuts")), (Some("unknown"), Some("unknown")));
    }
}
