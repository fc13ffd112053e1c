//! What everybody sees instead of a personal value. The number of dots says nothing about the value.

use heliodesk_wire::PersonalField;
use unicode_segmentation::UnicodeSegmentation;

/// Three dots, whatever they stand for.
const DOTS: &str = "•••";
/// Instead of a value that does not exist.
pub(crate) const ABSENT: &str = "–";
/// Instead of a value that was damaged or moved.
pub(crate) const UNREADABLE: &str = "unreadable";

/// The mask of a value.
pub(crate) fn mask(field: PersonalField, value: &str) -> String {
    match field {
        PersonalField::Name => name(value),
        PersonalField::Email => email(value),
        PersonalField::Phone => phone(value),
        PersonalField::Street => DOTS.to_owned(),
        PersonalField::Postcode => value.graphemes(true).filter(|sign| *sign != " ").take(2).collect::<String>() + DOTS,
    }
}

/// First word and initial of the last; of one word, its initial.
fn name(value: &str) -> String {
    let mut words = value.split_whitespace();
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) => format!("{first} {}.", first_sign(last)),
        (Some(only), None) => format!("{}.", first_sign(only)),
        (None, _) => DOTS.to_owned(),
    }
}

fn email(value: &str) -> String {
    let (local, domain) = value.split_once('@').unwrap_or((value, ""));
    let last = domain.rsplit('.').next().unwrap_or_default();
    format!("{}{DOTS}@{}{DOTS}{last}", first_sign(local), first_sign(domain))
}

fn phone(value: &str) -> String {
    let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits[digits.len().saturating_sub(2)..].iter().collect();
    format!("{DOTS} {DOTS} {last}")
}

/// The first character as people see it: a letter with its accents, a whole emoji.
fn first_sign(text: &str) -> &str {
    text.graphemes(true).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_the_contracts() {
        use PersonalField::{Email, Name, Phone, Postcode, Street};
        let table = [
            (Name, "Amelia Reyes", "Amelia R."),
            (Name, "Amelia  Maria Reyes-Garcia", "Amelia R."),
            (Name, "Cher", "C."),
            (Name, "Zoe\u{308} A\u{30a}ngstrom", "Zoe\u{308} A\u{30a}."),
            (Name, "王小明", "王."),
            (Name, "👩‍👩‍👧 Émile", "👩‍👩‍👧 É."),
            (Email, "amelia@example.com", "a•••@e•••com"),
            (Email, "x@mail.example.co.uk", "x•••@m•••uk"),
            (Phone, "+1 520 555 0142", "••• ••• 42"),
            (Phone, "(030) 12-34.5", "••• ••• 45"),
            (Street, "12 Elm Street", "•••"),
            (Street, "1", "•••"),
            (Postcode, "85701", "85•••"),
            (Postcode, "SW1A 1AA", "SW•••"),
            (Postcode, "1 01", "10•••"),
        ];
        for (field, value, expected) in table {
            assert_eq!(mask(field, value), expected);
        }
    }

    #[test]
    fn masks_have_the_same_length_whatever_they_hide() {
        for (short, long) in [("12 Elm", "1200 Northwest Boulevard of the Allies"), ("1", "99")] {
            assert_eq!(mask(PersonalField::Street, short), mask(PersonalField::Street, long));
        }
        let length = |phone| mask(PersonalField::Phone, phone).chars().count();
        assert_eq!(length("12345"), length("+49 (0) 30 1234567890"));
    }
}
