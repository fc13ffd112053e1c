//! Personal values on the server: one type, read by one parser, printed by nobody.

use std::fmt;

use heliodesk_wire::{PersonalField, Typed};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, Zeroizing};

/// A personal value in the clear. There is no `Serialize`, `Display` or `Clone`, `Debug` prints dots, and the memory is
/// wiped when it is dropped.
pub struct Pii<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Pii<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value, for the vault: to seal it, mask it, or make tokens of it.
    pub(crate) fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// Reads what somebody typed, or a file holds, as a value of this field. The text is kept as it is but for blanks
/// around it.
///
/// # Errors
/// `missing`, `too_long`, `malformed`, `not_an_email` or `not_a_phone`.
pub fn parse(field: PersonalField, typed: &Typed) -> Result<Pii<String>, &'static str> {
    let text = typed.0.trim();
    if text.is_empty() {
        return Err("missing");
    }
    if text.graphemes(true).count() > longest(field) || text.len() > 1000 {
        return Err("too_long");
    }
    if text.chars().any(|c| c.is_control() || is_direction(c)) {
        return Err("malformed");
    }
    match field {
        PersonalField::Name if !text.chars().any(char::is_alphabetic) => return Err("malformed"),
        PersonalField::Email if !is_email(text) => return Err("not_an_email"),
        PersonalField::Phone if !is_phone(text) => return Err("not_a_phone"),
        PersonalField::Postcode if !is_postcode(text) => return Err("malformed"),
        _ => {}
    }
    Ok(Pii::new(text.to_owned()))
}

/// Longest value, in characters as people count them.
const fn longest(field: PersonalField) -> usize {
    match field {
        PersonalField::Name => 120,
        PersonalField::Email => 254,
        PersonalField::Phone => 40,
        PersonalField::Street => 200,
        PersonalField::Postcode => 12,
    }
}

/// Marks that turn the direction of the text around them, and could make a page lie.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    (1..=64).contains(&local.len())
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && !text.contains(|c: char| c.is_whitespace() || "<>()[],;:\\\"".contains(c))
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=17).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-()./x".contains(c))
}

fn is_postcode(text: &str) -> bool {
    let signs = text.chars().filter(|c| c.is_alphanumeric()).count();
    signs >= 3 && text.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_their_field_and_refused_by_code() {
        use PersonalField::{Email, Name, Phone, Postcode, Street};
        let good = [
            (Name, " Amélie O’Brien-Reyes "),
            (Name, "王小明"),
            (Email, "amelia.r+solar@mail.example.com"),
            (Phone, "+1 (520) 555-0142"),
            (Street, "12 Elm Street, Apt 4"),
            (Postcode, "SW1A 1AA"),
            (Postcode, "101"),
        ];
        for (field, text) in good {
            assert_eq!(parse(field, &Typed(text.into())).expect(text).expose(), text.trim());
        }
        let bad = [
            (Name, "", "missing"),
            (Name, "12", "malformed"),
            (Name, "a\u{202e}b", "malformed"),
            (Name, &"x".repeat(121), "too_long"),
            (Email, "amelia", "not_an_email"),
            (Email, "a@b", "not_an_email"),
            (Email, "a b@example.com", "not_an_email"),
            (Email, "a@example..com", "not_an_email"),
            (Phone, "12", "not_a_phone"),
            (Phone, "call me", "not_a_phone"),
            (Postcode, "1", "malformed"),
            (Postcode, "85701; --", "malformed"),
        ];
        for (field, text, code) in bad {
            assert_eq!(parse(field, &Typed(text.into())).err(), Some(code), "{field} {text}");
        }
    }

    #[test]
    fn debug_prints_dots_only() {
        let value = parse(PersonalField::Name, &Typed("Amelia Reyes".into())).expect("a name");
        assert_eq!(format!("{value:?}"), "•••");
    }
}
