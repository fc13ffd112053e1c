//! Keyed tokens: how values are found and compared without being opened.
//!
//! Texts are compared folded: without case, accents and doubled blanks; phones by their digits; names, streets and
//! postcodes without punctuation too.

use std::collections::BTreeSet;

use heliodesk_wire::PersonalField;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::Vault;
use crate::pii::Pii;

/// Letters a beginning of a name needs to be found by.
pub(crate) const SHORTEST_BEGINNING: usize = 3;

/// What a token is of; each kind has its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A customer's number, so that a kept search for it holds no term either.
    Number,
    /// A whole e-mail address.
    Email,
    /// All digits of a phone.
    Phone,
    /// The digits of a phone as they are dialled in its own country, without the zeros before them.
    PhoneHome,
    /// The last four digits of a phone.
    PhoneEnd,
    /// A postcode without blanks.
    Postcode,
    /// A word of a name, or a beginning of one.
    NamePart,
    /// A whole name.
    Name,
    /// A whole street.
    Street,
    /// Anything that free text must not say.
    Screen,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Number,
        Self::Email,
        Self::Phone,
        Self::PhoneHome,
        Self::PhoneEnd,
        Self::Postcode,
        Self::NamePart,
        Self::Name,
        Self::Street,
        Self::Screen,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::PhoneHome => "phone_home",
            Self::PhoneEnd => "phone_end",
            Self::Postcode => "postcode",
            Self::NamePart => "name_part",
            Self::Name => "name",
            Self::Street => "street",
            Self::Screen => "screen",
        }
    }
}

/// The forms in which what somebody says of a field may be the stored value: kind, and folded text.
pub(crate) fn said(field: PersonalField, value: &Pii<String>) -> Vec<(Kind, String)> {
    match field {
        PersonalField::Phone => phones(value.expose()),
        _ => vec![whole(field, value)],
    }
}

/// The forms in which a typed phone number may be stored: as it is, from abroad (`0049 …`), as it is dialled at home, or
/// with the zero in brackets that is dialled at home only (`+49 (0)711 …`).
pub(crate) fn phones(text: &str) -> Vec<(Kind, String)> {
    let digits = digits(text);
    let bare = digits.trim_start_matches('0').to_owned();
    let mut forms = vec![(Kind::Phone, digits.clone())];
    if bare.is_empty() {
        return forms;
    }
    let from_abroad = text.trim_start().starts_with('+') || digits.starts_with("00");
    // North Americans dial their country's code at home, too.
    let american = digits.len() == 11 && digits.starts_with('1');
    if from_abroad {
        forms.push((Kind::Phone, bare.clone()));
    } else {
        forms.push((Kind::PhoneHome, bare.clone()));
    }
    if let Some((code, home)) = parted(&bare).filter(|_| from_abroad || american) {
        let stored = [format!("{code}{home}"), format!("{code}0{home}"), home.to_owned(), format!("0{home}")];
        forms.extend(stored.map(|form| (Kind::Phone, form)));
    }
    let mut once = BTreeSet::new();
    forms.retain(|(kind, form)| once.insert((kind.as_str(), form.clone())));
    forms
}

/// A number that begins with its country's code, without that and without the zeros that are dialled at home.
fn home(phone: &str) -> Option<String> {
    let digits = phone.trim_start().starts_with('+').then(|| digits(phone))?;
    parted(&digits).map(|(_, home)| home.to_owned())
}

/// A country's code, and what follows without the zeros that are dialled at home. Codes are told by their first digits: no
/// code is the beginning of another.
fn parted(digits: &str) -> Option<(&str, &str)> {
    const OF_TWO: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let code = match digits.get(..2)? {
        one if one.starts_with(['1', '7']) => 1,
        two if OF_TWO.contains(&two) => 2,
        _ => 3,
    };
    let home = digits.get(code..)?.trim_start_matches('0');
    (home.len() >= 4).then_some((&digits[..code], home))
}

/// The kind that a whole value is compared by, and its folded form.
fn whole(field: PersonalField, value: &Pii<String>) -> (Kind, String) {
    let value = value.expose();
    match field {
        PersonalField::Name => (Kind::Name, words(value).join(" ")),
        PersonalField::Email => (Kind::Email, folded(value)),
        PersonalField::Phone => (Kind::Phone, digits(value)),
        PersonalField::Street => (Kind::Street, words(value).join(" ")),
        PersonalField::Postcode => (Kind::Postcode, words(value).concat()),
    }
}

/// Every token to store for a value: kind and token, none twice.
pub(crate) fn tokens_of(vault: &Vault, field: PersonalField, value: &Pii<String>) -> BTreeSet<(&'static str, String)> {
    let mut forms = vec![whole(field, value)];
    let text = value.expose();
    let words = words(text);
    match field {
        PersonalField::Name => {
            for word in &words {
                forms.extend(beginnings(word).map(|beginning| (Kind::NamePart, beginning)));
            }
            forms.push((Kind::Screen, words.concat()));
            forms.extend(last_words(text).into_iter().map(|word| (Kind::Screen, word)));
        }
        PersonalField::Phone => {
            let digits = digits(text);
            forms.push((Kind::PhoneEnd, digits[digits.len().saturating_sub(4)..].to_owned()));
            forms.push((Kind::Screen, digits));
            forms.extend(home(text).map(|home| (Kind::PhoneHome, home)));
        }
        PersonalField::Street => {
            forms.push((Kind::Screen, words.concat()));
            forms.extend(house(text).map(|house| (Kind::Screen, house)));
        }
        PersonalField::Email | PersonalField::Postcode => forms.push((Kind::Screen, words.concat())),
    }
    forms.retain(|(_, form)| !form.is_empty());
    forms.into_iter().map(|(kind, form)| (kind.as_str(), vault.token(kind, &form))).collect()
}

/// The whole word, and its beginnings of three letters and more.
fn beginnings(word: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = word.chars().collect();
    let shorter = SHORTEST_BEGINNING..letters.len().max(SHORTEST_BEGINNING);
    let beginnings: Vec<String> = shorter.map(|length| letters[..length.min(letters.len())].iter().collect()).collect();
    beginnings.into_iter().chain([word.to_owned()])
}

/// The last word of a name, once as written with its hyphens and apostrophes, once by its last part.
fn last_words(name: &str) -> Vec<String> {
    let last = name.split_whitespace().next_back().unwrap_or_default();
    let parts = words(last);
    let mut all = vec![parts.concat()];
    all.extend(parts.last().cloned());
    all
}

/// Street and house number without flat, floor or door: what stands before the first comma or `#`.
fn house(street: &str) -> Option<String> {
    let (house, _) = street.split_once([',', '#'])?;
    let house = words(house);
    (house.len() >= 2).then(|| house.concat())
}

/// Without case, accents and doubled blanks.
pub(crate) fn folded(text: &str) -> String {
    letters(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text without case, accents and punctuation. Apostrophes join, everything else parts.
pub(crate) fn words(text: &str) -> Vec<String> {
    let letters: String = letters(text).chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '`' | '´')).collect();
    letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The digits of a text.
pub(crate) fn digits(text: &str) -> String {
    text.nfkd().filter(char::is_ascii_digit).collect()
}

/// Whether a sign is not shown at all: joiners, fillers, marks of direction and variation.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Small letters without accents and without what is not shown; a few letters have no decomposition and are spelt out.
fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let shown = |c: &char| !is_combining_mark(*c) && !is_invisible(*c);
    for c in text.nfkd().flat_map(char::to_lowercase).filter(shown) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    #[test]
    fn folding_forgets_case_accents_blanks_and_punctuation() {
        assert_eq!(folded("  AMÉLIE@Example.COM "), "amelie@example.com");
        assert_eq!(folded("a \u{a0}  b"), "a b");
        assert_eq!(words("Seán O’Brien-Łukasz, Straße 5"), ["sean", "obrien", "lukasz", "strasse", "5"]);
        assert_eq!(words("İstanbul ＡＢＣ"), ["istanbul", "abc"]);
        assert_eq!(digits("+1 (520) 555-0142 ４"), "152055501424");
    }

    #[test]
    fn names_are_found_by_words_and_beginnings_of_three_letters() {
        let vault = Vault::new(&Keys::generate());
        let tokens = tokens_of(&vault, PersonalField::Name, &Pii::new("Amélie Li".into()));
        let found = |part: &str| tokens.contains(&(Kind::NamePart.as_str(), vault.token(Kind::NamePart, part)));
        for part in ["ame", "amel", "amelie", "li"] {
            assert!(found(part), "{part}");
        }
        for part in ["am", "l", "melie", "lie", "amelies"] {
            assert!(!found(part), "{part}");
        }
    }

    #[test]
    fn phones_have_their_digits_and_their_last_four() {
        let vault = Vault::new(&Keys::generate());
        let tokens = tokens_of(&vault, PersonalField::Phone, &Pii::new("+1 520 555 0142".into()));
        assert!(tokens.contains(&("phone", vault.token(Kind::Phone, "15205550142"))));
        assert!(tokens.contains(&("phone_end", vault.token(Kind::PhoneEnd, "0142"))));
        assert!(!tokens.contains(&("phone", vault.token(Kind::Phone, "0142"))));
    }

    #[test]
    fn a_number_with_its_countrys_code_is_known_as_it_is_dialled_at_home() {
        let table = [
            ("+1 520 555 0142", Some("5205550142")),
            ("+49 (0)151 2345 6742", Some("15123456742")),
            ("+44 20 7946 0958", Some("2079460958")),
            ("+39 051 5550 123", Some("515550123")),
            ("+351 21 555 0101", Some("215550101")),
            ("+7 495 555 01 02", Some("4955550102")),
            ("0228 73-99", None),
            ("+49", None),
        ];
        for (stored, expected) in table {
            assert_eq!(home(stored).as_deref(), expected, "{stored}");
        }
        let stored = |phone: &str| {
            let vault = Vault::new(&Keys::generate());
            let tokens = tokens_of(&vault, PersonalField::Phone, &Pii::new(phone.into()));
            move |typed: &str| {
                phones(typed).iter().any(|(kind, form)| tokens.contains(&(kind.as_str(), vault.token(*kind, form))))
            }
        };
        let is_german = stored("+49 151 2345 6742");
        for typed in ["0151 23456742", "151 2345 6742", "0049 151 2345 6742", "+49 151 2345 6742", "4915123456742"] {
            assert!(is_german(typed), "{typed}");
        }
        for typed in ["+1 151 2345 6742", "0033 151 2345 6742", "+151 2345 6742", "2345 6742", "000"] {
            assert!(!is_german(typed), "{typed}");
        }
        let is_american = stored("520.555.9999");
        for typed in ["+1-520-555-9999", "001 520 555 9999", "1-520-555-9999", "(520) 555-9999"] {
            assert!(is_american(typed), "{typed}");
        }
        for typed in ["+1-520-555-9998", "555-9999", "+1 520 555", "1-521-555-9999"] {
            assert!(!is_american(typed), "{typed}");
        }
        let with_zero = stored("+49 (0)711 123 456");
        let without = stored("+49 711 123456");
        let at_home = stored("0711 / 123456");
        for typed in ["0049711123456", "+49 711 123456", "+49 (0)711 123456", "0711 123456"] {
            assert!(with_zero(typed) && without(typed) && at_home(typed), "{typed}");
        }
    }
}
