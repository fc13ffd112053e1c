//! The fields of an order that staff change, and how each is read.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    reason,
    stage::{Stage, WaitingOn},
};

/// Longest text of a part, in characters.
const PART: usize = 120;
/// Most adders of an order.
const ADDERS: usize = 20;
/// Largest price, in minor units.
const PRICE: i64 = 1_000_000_000_000;

/// One field of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Where it stands.
    Stage,
    /// Since when.
    StageSince,
    /// Who looks after it.
    Owner,
    /// Number of panels.
    Panels,
    /// Watts of one panel.
    Watts,
    /// The inverter.
    Inverter,
    /// The battery.
    Battery,
    /// What is built besides.
    Adders,
    /// Price in minor units.
    PriceMinor,
    /// Its currency.
    Currency,
    /// Day of the installation.
    InstallOn,
    /// What happens next.
    NextStep,
    /// When it should.
    NextStepOn,
    /// Whom it waits for.
    WaitingOn,
}

impl Field {
    /// All of them, in the order pages show them.
    pub const ALL: [Self; 14] = [
        Self::Stage,
        Self::StageSince,
        Self::Owner,
        Self::Panels,
        Self::Watts,
        Self::Inverter,
        Self::Battery,
        Self::Adders,
        Self::PriceMinor,
        Self::Currency,
        Self::InstallOn,
        Self::NextStep,
        Self::NextStepOn,
        Self::WaitingOn,
    ];

    /// What the customer signs for. Once an order is sold, only a change order changes these.
    pub const COMMERCIAL: [Self; 7] =
        [Self::Panels, Self::Watts, Self::Inverter, Self::Battery, Self::Adders, Self::PriceMinor, Self::Currency];

    /// Whether the customer signs for it.
    #[must_use]
    pub fn is_commercial(self) -> bool {
        Self::COMMERCIAL.contains(&self)
    }

    /// The name in asks, the database and the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The field as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Stage => ("stage", "Stage"),
            Self::StageSince => ("stage_since", "In this stage since"),
            Self::Owner => ("owner", "Owner"),
            Self::Panels => ("panels", "Panels"),
            Self::Watts => ("watts", "Watts per panel"),
            Self::Inverter => ("inverter", "Inverter"),
            Self::Battery => ("battery", "Battery"),
            Self::Adders => ("adders", "Adders"),
            Self::PriceMinor => ("price_minor", "Price"),
            Self::Currency => ("currency", "Currency"),
            Self::InstallOn => ("install_on", "Install on"),
            Self::NextStep => ("next_step", "Next step"),
            Self::NextStepOn => ("next_step_on", "Next step on"),
            Self::WaitingOn => ("waiting_on", "Waiting on"),
        }
    }

    /// Whether people write it freely, so that it could name the customer.
    #[must_use]
    pub const fn is_free_text(self) -> bool {
        matches!(self, Self::Inverter | Self::Battery | Self::Adders | Self::NextStep)
    }

    /// Reads what was sent for this field into its one canonical text; `None` is cleared.
    ///
    /// # Errors
    /// `missing`, `malformed`, `unknown`, `too_long`, `too_many`, `not_a_number`, `out_of_range`, `not_a_date`.
    pub fn read(self, text: &str) -> Result<Option<String>, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            let needed = matches!(self, Self::Stage | Self::StageSince | Self::PriceMinor | Self::Currency);
            return if needed { Err("missing") } else { Ok(None) };
        }
        match self {
            Self::Stage => text.parse::<Stage>().map(|stage| stage.to_string()),
            Self::WaitingOn => text.parse::<WaitingOn>().map(|who| who.as_str().to_owned()),
            Self::StageSince => whole(text, i64::MAX),
            Self::Panels | Self::Watts => whole(text, 100_000),
            Self::PriceMinor => whole(text, PRICE),
            Self::Currency => currency(text),
            Self::Owner if text.chars().count() > 254 => Err("too_long"),
            Self::Owner if text.chars().any(char::is_control) => Err("malformed"),
            Self::Owner => Ok(text.to_lowercase()),
            Self::Inverter | Self::Battery => line(text, PART),
            Self::NextStep => line(text, reason::LONGEST),
            Self::InstallOn | Self::NextStepOn => day(text),
            Self::Adders => adders(text),
        }
        .map(Some)
        .map(|value| value.filter(|text| !text.is_empty()))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn whole(text: &str, most: i64) -> Result<String, &'static str> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        let negative = text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        return Err(if negative && text.len() > 1 { "out_of_range" } else { "not_a_number" });
    }
    let number: i64 = text.parse().map_err(|_| "out_of_range")?;
    if number <= most { Ok(number.to_string()) } else { Err("out_of_range") }
}

fn line(text: &str, most: usize) -> Result<String, &'static str> {
    if text.chars().any(char::is_control) {
        return Err("malformed");
    }
    if text.chars().count() > most { Err("too_long") } else { Ok(text.to_owned()) }
}

fn adders(text: &str) -> Result<String, &'static str> {
    let parts = text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
    let parts = parts.map(|part| line(part, PART)).collect::<Result<Vec<_>, _>>()?;
    if parts.len() > ADDERS { Err("too_many") } else { Ok(parts.join("\n")) }
}

fn currency(text: &str) -> Result<String, &'static str> {
    let fits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if fits { Ok(text.to_ascii_uppercase()) } else { Err("malformed") }
}

/// A day of the calendar between 2000 and 2199, `YYYY-MM-DD`.
fn day(text: &str) -> Result<String, &'static str> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err("not_a_date");
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, date) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    if !(1..=days).contains(&date) {
        return Err("not_a_date");
    }
    if (2000..2200).contains(&year) { Ok(text.to_owned()) } else { Err("out_of_range") }
}

/// Reads a list, or one text with a line for each, into lines. Use as [`crate::present`].
///
/// # Errors
/// When the value is neither.
pub fn lines<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    struct Lines;
    impl<'de> de::Visitor<'de> for Lines {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text or a list of texts")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_unit<E: de::Error>(self) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_none<E: de::Error>(self) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
            from.deserialize_any(self)
        }
        fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<String, A::Error> {
            let mut parts: Vec<String> = Vec::new();
            while let Some(part) = list.next_element()? {
                parts.push(part);
            }
            Ok(parts.join("\n"))
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
            let mut parts = std::collections::BTreeMap::new();
            while let Some((index, part)) = map.next_entry::<String, String>()? {
                let index: u32 = index.parse().map_err(de::Error::custom)?;
                parts.insert(index, part);
            }
            Ok(parts.into_values().collect::<Vec<_>>().join("\n"))
        }
    }
    from.deserialize_any(Lines).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_canonical_text() {
        for (field, sent, read) in [
            (Field::Stage, " design ", "design"),
            (Field::Owner, "Omar@Example.com", "omar@example.com"),
            (Field::Watts, "0410", "410"),
            (Field::Adders, " Trenching \r\n\r\nTree trimming", "Trenching\nTree trimming"),
            (Field::PriceMinor, "2465000", "2465000"),
            (Field::Currency, "usd", "USD"),
            (Field::InstallOn, "2028-02-29", "2028-02-29"),
            (Field::NextStep, " Call = ok ", "Call = ok"),
        ] {
            assert_eq!(field.read(sent), Ok(Some(read.to_owned())));
            assert_eq!(field.read(read), Ok(Some(read.to_owned())), "reading twice changes nothing");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (field, sent, code) in [
            (Field::Stage, "sold", "unknown"),
            (Field::Panels, "-3", "out_of_range"),
            (Field::Panels, "3.5", "not_a_number"),
            (Field::PriceMinor, "99999999999999999999", "out_of_range"),
            (Field::InstallOn, "2026-13-01", "not_a_date"),
            (Field::InstallOn, "26-1-1", "not_a_date"),
            (Field::InstallOn, "20é6-01-1", "not_a_date"),
            (Field::NextStepOn, "1999-01-01", "out_of_range"),
            (Field::NextStep, "a\tb", "malformed"),
            (Field::WaitingOn, "me", "unknown"),
        ] {
            assert_eq!(field.read(sent), Err(code), "{field} {sent}");
        }
        assert_eq!(Field::Battery.read(&"x".repeat(121)), Err("too_long"));
        assert_eq!(Field::Adders.read(&"x\n".repeat(21)), Err("too_many"));
    }
}
