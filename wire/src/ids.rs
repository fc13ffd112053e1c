//! The company's own numbers. Internal ids (ULIDs) never cross the wire, except the opaque ones of sessions and passkeys.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest number, in bytes.
const LONGEST: usize = 32;

fn parse(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("missing");
    }
    let fits = text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.as_bytes()[0].is_ascii_alphabetic();
    if fits { Ok(text.to_ascii_uppercase()) } else { Err("malformed") }
}

macro_rules! number {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        /// At most 32 of `A-Z`, `0-9` and `-`, a letter first; small letters are raised.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The number as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, &'static str> {
                parse(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

number!(CustomerNo, "A customer's number, as imported (`C-900001`).");
number!(OrderNo, "An order's number, as imported (`O-900001`).");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_trimmed_raised_and_bounded() {
        assert_eq!("  c-900001 ".parse::<CustomerNo>().expect("fits").as_str(), "C-900001");
        assert_eq!("".parse::<OrderNo>(), Err("missing"));
        for bad in ["C 1", "C'1", "-1", "1C", "C-é", &"C".repeat(33)] {
            assert_eq!(bad.parse::<OrderNo>(), Err("malformed"), "{bad}");
        }
    }
}
