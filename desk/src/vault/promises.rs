//! What is promised of masks and of the screen, for invented values without number: the same ones at every run.

use std::collections::BTreeSet;

use fake::rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};
use heliodesk_wire::PersonalField;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::{Vault, folded, mask, screen_against, tokens_of, words};
use crate::{keys::Keys, pii::Pii};

/// How many customers are invented.
const MANY: u64 = 400;

const SYLLABLES: [&str; 24] = [
    "an", "be", "cor", "dé", "el", "fü", "gø", "hå", "ił", "jo", "kaß", "lœ", "mi", "ñu", "ol", "pry", "qui", "ré",
    "ša", "tor", "ulm", "vej", "wyn", "źe",
];

/// A customer with a value in every field.
struct Invented {
    first: String,
    last: String,
    values: [(PersonalField, String); 5],
}

impl Invented {
    fn of(number: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(number);
        let rng = &mut rng;
        let first = word(rng, 2..4);
        let middle = if rng.random_range(0..3) == 0 { format!(" {}", word(rng, 1..3)) } else { String::new() };
        let last = match rng.random_range(0..4) {
            0 => format!("{}-{}", word(rng, 2..4), word(rng, 2..4)),
            1 => format!("O’{}", word(rng, 2..4)),
            _ => word(rng, 3..5),
        };
        let digits = |rng: &mut ChaCha8Rng, count: usize| -> String {
            (0..count).map(|_| char::from(b'0' + rng.random_range(0..10_u8))).collect()
        };
        let plain = |text: &str| words(text).concat().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let email = format!("{}.{}{number}@{}.example", plain(&first), plain(&last), plain(&word(rng, 2..4)));
        let phone = format!("+{} {} {}", rng.random_range(20..99), digits(rng, 3), digits(rng, 6));
        let street = match rng.random_range(0..2) {
            0 => format!("{} {}straße", rng.random_range(1..900), word(rng, 2..4)),
            _ => format!("{} Platz {}b", word(rng, 2..4), rng.random_range(1..90)),
        };
        let postcode = match rng.random_range(0..2) {
            0 => digits(rng, 5),
            _ => format!("{}{} {}XQ", ["BS", "SW", "EC"].choose(rng).expect("one"), digits(rng, 1), digits(rng, 1)),
        };
        let name = format!("{first}{middle} {last}");
        let fields = PersonalField::ALL.into_iter().zip([name, email, phone, street, postcode]);
        let values: Vec<_> = fields.collect();
        Self { first, last, values: values.try_into().expect("five") }
    }

    /// What free text about them must not say.
    fn screened(&self, vault: &Vault) -> BTreeSet<String> {
        let tokens = self.values.iter().flat_map(|(field, value)| tokens_of(vault, *field, &Pii::new(value.clone())));
        tokens.filter(|(kind, _)| *kind == "screen").map(|(_, token)| token).collect()
    }
}

/// A word of some syllables, with a capital.
fn word(rng: &mut ChaCha8Rng, syllables: std::ops::Range<usize>) -> String {
    let count = rng.random_range(syllables);
    let word: String = (0..count).map(|_| *SYLLABLES.choose(rng).expect("one")).collect();
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same words as people write them, in a hurry or to get past a screen.
fn inflected(text: &str) -> Vec<String> {
    let bare: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let (left, right) = text.split_at(middle);
    let letters = text.graphemes(true).filter(|sign| *sign != " ").collect::<Vec<_>>();
    let mut all = vec![
        text.to_owned(),
        text.to_uppercase(),
        text.to_lowercase(),
        text.nfd().collect(),
        text.nfkc().collect(),
        bare.to_uppercase(),
        text.replace(' ', "  \t"),
        text.replace(' ', "\n"),
        text.replace(' ', ", "),
        text.replace(' ', " - "),
        text.replace(' ', "_"),
        text.replace(' ', ""),
        format!("{left}\u{200b}{right}"),
        format!("{left}\u{ad}{right}"),
        format!("«{text}»"),
        format!("({text})."),
    ];
    // Runs of eight words are compared, and letters one by one are words.
    if words(&letters.join(".")).len() <= 8 {
        all.push(letters.join("."));
    }
    all
}

#[test]
fn no_inflection_of_a_value_gets_past_the_screen() {
    let vault = Vault::new(&Keys::generate());
    for number in 0..MANY {
        let invented = Invented::of(number);
        let known = invented.screened(&vault);
        let last = [(PersonalField::Name, invented.last.clone())];
        for (field, value) in invented.values.iter().chain(&last) {
            for text in inflected(value).into_iter().flat_map(|said| {
                let amid = format!("Asked twice, {said}, then about the roof");
                [said, amid]
            }) {
                assert!(screen_against(&vault, &known, &text).is_some(), "{field} {value}: {text:?}");
            }
        }
    }
}

#[test]
fn the_first_name_and_what_names_nobody_get_past_the_screen() {
    let vault = Vault::new(&Keys::generate());
    for number in 0..MANY {
        let invented = Invented::of(number);
        let known = invented.screened(&vault);
        let city = Invented::of(number + MANY).last;
        for text in [
            format!("{} rang about O-{} of 2026-11-24", invented.first, 200_000 + number),
            format!("Lives in {city} now, {number} panels at 410 W"),
        ] {
            let told = screen_against(&vault, &known, &text);
            assert!(
                told.is_none() || folded(&invented.last).contains(&folded(&city)),
                "{told:?} {:?}: {text}",
                invented.values
            );
        }
    }
}

#[test]
fn a_mask_holds_no_more_of_a_value_than_it_may() {
    for number in 0..MANY {
        let Invented { first, values, .. } = Invented::of(number);
        let [name, email, phone, street, postcode] =
            values.each_ref().map(|(field, value)| (value, mask(*field, value)));
        let initial = |text: &str| text.graphemes(true).next().expect("a sign").to_owned();
        let last = name.0.split(' ').next_back().expect("a word");
        assert_eq!(name.1, format!("{first} {}.", initial(last)));
        let (local, domain) = email.0.split_once('@').expect("an address");
        assert_eq!(email.1, format!("{}•••@{}•••example", initial(local), initial(domain)));
        assert_eq!(phone.1, format!("••• ••• {}", &phone.0[phone.0.len() - 2..]));
        assert_eq!(street.1, "•••");
        assert_eq!(postcode.1, format!("{}•••", &postcode.0.replace(' ', "")[..2]));
        for (value, mask) in [name, email, phone, street, postcode] {
            let told: usize = mask.chars().filter(|c| c.is_alphanumeric()).count();
            assert!(told < value.chars().filter(|c| c.is_alphanumeric()).count(), "{value}: {mask}");
        }
        let alone = mask(PersonalField::Name, &first);
        assert_eq!(alone, format!("{}.", initial(&first)), "one word: its initial");
    }
}
