//! What free text must not say: the customer's own identifiers, or anything shaped like an address, phone or card.

use std::collections::BTreeSet;

use heliodesk_wire::CustomerNo;
use sqlx::AnyConnection;
use unicode_normalization::UnicodeNormalization;

use super::{
    Kind, Vault,
    token::{is_invisible, words},
};
use crate::error::Result;

/// The code of a text that names the customer.
pub(crate) const NAMED: &str = "holds_personal_data";
/// Longest run of words that is compared with an identifier.
const LONGEST_RUN: usize = 8;

/// The tokens of everything that names a customer.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn named_by(conn: &mut AnyConnection, customer: &CustomerNo) -> Result<BTreeSet<String>> {
    let known: Vec<String> =
        sqlx::query_scalar("SELECT token FROM search_token WHERE customer = ? AND kind = ? LIMIT 100")
            .bind(customer.as_str())
            .bind(Kind::Screen.as_str())
            .fetch_all(conn)
            .await?;
    Ok(known.into_iter().collect())
}

/// The tokens of every run of words of a text, to compare with those that name a customer.
pub(crate) fn tokens(vault: &Vault, text: &str) -> BTreeSet<String> {
    let words = words(text);
    let runs: BTreeSet<String> = runs(&words).map(<[String]>::concat).collect();
    runs.iter().map(|run| vault.token(Kind::Screen, run)).collect()
}

/// Why a text is refused, as the code for its field, with the tokens that name the customer; `None` when it may stand.
pub(crate) fn screen_against(vault: &Vault, known: &BTreeSet<String>, text: &str) -> Option<&'static str> {
    shaped(text).or_else(|| (!tokens(vault, text).is_disjoint(known)).then_some(NAMED))
}

/// Every run of up to eight words. They are compared written together, so that blanks and punctuation hide nothing.
fn runs(words: &[String]) -> impl Iterator<Item = &[String]> {
    (0..words.len()).flat_map(move |start| {
        let longest = LONGEST_RUN.min(words.len() - start);
        (1..=longest).map(move |length| &words[start..start + length])
    })
}

/// The code of a text that holds something shaped like an e-mail address, phone or card number. It says nothing about any
/// customer, so it may be told at once; for a text that is about nobody in particular it is the whole screen.
pub(crate) fn shaped(text: &str) -> Option<&'static str> {
    let signs: Vec<char> = text.nfkc().filter(|c| !is_invisible(*c)).map(plain).collect();
    if has_email(&signs) {
        return Some("looks_like_email");
    }
    let numbers = numbers(&signs);
    if numbers.iter().any(|digits| (13..=19).contains(&digits.len()) && is_luhn(digits)) {
        return Some("looks_like_card");
    }
    numbers.iter().any(|digits| digits.len() >= 7).then_some("looks_like_phone")
}

/// The zero of each set of decimal digits that people write phone numbers with; its nine others follow it.
const ZEROS: [char; 12] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}', '\u{d66}', '\u{e50}',
    '\u{ed0}', '\u{1040}',
];

/// A sign as the ASCII one it stands for.
fn plain(sign: char) -> char {
    match sign {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' => '-',
        '·' | '•' | '∙' | '。' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        _ if sign.is_whitespace() => ' ',
        _ => {
            let digit = ZEROS.iter().find_map(|zero| u32::from(sign).checked_sub(u32::from(*zero)).filter(|n| *n < 10));
            digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(sign)
        }
    }
}

/// Whether an `@` stands between something and a host with a top level of letters, with or without blanks around it.
fn has_email(signs: &[char]) -> bool {
    let is_one = |at: usize| {
        let local = signs[..at].iter().rev().find(|c| **c != ' ');
        let host: String = signs[at + 1..]
            .iter()
            .skip_while(|c| **c == ' ')
            .take_while(|c| c.is_alphanumeric() || matches!(**c, '.' | '-'))
            .collect();
        let labels: Vec<&str> = host.trim_end_matches(['.', '-']).split('.').collect();
        let top = labels.last().copied().unwrap_or_default();
        local.is_some_and(|c| c.is_alphanumeric() || "_%+-.\"'".contains(*c))
            && labels.len() >= 2
            && labels.iter().all(|label| !label.is_empty())
            && top.chars().count() >= 2
            && top.chars().all(char::is_alphabetic)
    };
    (0..signs.len()).any(|at| signs[at] == '@' && is_one(at))
}

/// The digits of every stretch that reads as one number: digits with at most three signs between them that people part
/// digits with. The company's own numbers (`O-900001`), dates, times and amounts are left out.
fn numbers(signs: &[char]) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if !signs[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        if let Some(length) = moment(&signs[at..]).or_else(|| own_number(signs, at)) {
            at += length;
            continue;
        }
        let (start, mut end, mut digits) = (at, at, String::new());
        while end < signs.len() {
            let next = end + if digits.is_empty() { 0 } else { gap(&signs[end..]) };
            if !signs.get(next).is_some_and(char::is_ascii_digit) || moment(&signs[next..]).is_some() {
                break;
            }
            digits.push(signs[next]);
            end = next + 1;
        }
        if !is_amount(&signs[start..end]) {
            numbers.push(digits);
        }
        at = end.max(at + 1);
    }
    numbers
}

/// How many signs part two digits here. A comma or colon before a blank parts the members of a list.
fn gap(signs: &[char]) -> usize {
    if let [',' | ':', ' ', ..] = signs {
        return 0;
    }
    let gap = signs.iter().take_while(|c| " -./()+_,:".contains(**c)).count();
    if gap <= 3 { gap } else { 0 }
}

/// How many digits here are the tail of one of the company's numbers: after one to three letters and perhaps a hyphen,
/// at most nine.
fn own_number(signs: &[char], start: usize) -> Option<usize> {
    let before = signs[..start].strip_suffix(&['-']).unwrap_or(&signs[..start]);
    let word = before.iter().rev().take_while(|c| c.is_alphanumeric());
    let (length, lettered) = word.fold((0, true), |(length, all), c| (length + 1, all && c.is_alphabetic()));
    let digits = signs[start..].iter().take_while(|c| c.is_ascii_digit()).count();
    (lettered && (1..=3).contains(&length) && digits <= 9).then_some(digits)
}

/// Whether a number is an amount: up to seven digits, or groups of three parted by commas; then perhaps a point and one
/// or two digits.
fn is_amount(signs: &[char]) -> bool {
    let text: String = signs.iter().collect();
    let (whole, cents) = text.split_once('.').map_or((&*text, None), |(whole, cents)| (whole, Some(cents)));
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() > 1 && groups[1..].iter().all(|group| digits(group, 3) && group.len() == 3);
    cents.is_none_or(|cents| digits(cents, 2))
        && (grouped && digits(groups[0], 3) || cents.is_some() && digits(whole, 7))
}

/// How many characters of a date or a time stand here.
fn moment(signs: &[char]) -> Option<usize> {
    date(signs).or_else(|| time(signs))
}

/// How many characters of a time stand here: `9:30`, `09:30`.
fn time(signs: &[char]) -> Option<usize> {
    let hour = signs.iter().take_while(|c| c.is_ascii_digit()).count();
    let minute = signs.get(hour + 1..)?.iter().take_while(|c| c.is_ascii_digit()).count();
    let ends = !matches!(signs.get(hour + 3), Some(':'));
    ((1..=2).contains(&hour) && signs[hour] == ':' && minute == 2 && ends).then_some(hour + 3)
}

/// How many characters of a date stand here, year first or last.
fn date(signs: &[char]) -> Option<usize> {
    let shape: String = signs.iter().take(11).map(|c| if c.is_ascii_digit() { '0' } else { *c }).collect();
    let shapes = [
        "0000-00-00",
        "00.00.0000",
        "00/00/0000",
        "0.00.0000",
        "00.0.0000",
        "0.0.0000",
        "0/00/0000",
        "00/0/0000",
        "0/0/0000",
    ];
    let found = shapes.into_iter().find(|date| shape.starts_with(date))?;
    let more = signs.get(found.len()).is_some_and(char::is_ascii_digit);
    (!more).then_some(found.len())
}

/// The check digit of card numbers.
fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_addresses_phones_and_cards_are_found() {
        let table = [
            ("write to amelia.r@mail.example.com.", "looks_like_email"),
            ("<a@b.de>", "looks_like_email"),
            ("ａ＠ｂ．ｄｅ", "looks_like_email"),
            ("call 520 555 0142", "looks_like_phone"),
            ("call +49 (0)30 / 123456-7", "looks_like_phone"),
            ("tel:5205550142 please", "looks_like_phone"),
            ("555.01.42 after five", "looks_like_phone"),
            ("paid with 4111 1111 1111 1111", "looks_like_card"),
            ("5500-0055-5555-5559", "looks_like_card"),
            // Signs that show nothing, and signs that look like others, hide nothing.
            ("520\u{200b}555\u{200b}0142", "looks_like_phone"),
            ("5\u{ad}2\u{2060}0\u{feff}5550142", "looks_like_phone"),
            ("520–555–0142", "looks_like_phone"),
            ("520\u{2011}555\u{2011}0142", "looks_like_phone"),
            ("520_555_0142, 520·555·0142", "looks_like_phone"),
            ("520 – 555 – 0142", "looks_like_phone"),
            ("520,555,0142", "looks_like_phone"),
            ("520:555:0142", "looks_like_phone"),
            ("٥٢٠٥٥٥٠١٤٢", "looks_like_phone"),
            ("５２０５５５０１４２", "looks_like_phone"),
            ("call\n520\n555\n0142", "looks_like_phone"),
            ("call 5205550142.0", "looks_like_phone"),
            ("phone-5550142", "looks_like_phone"),
            ("4111\u{200b}1111\u{200b}1111\u{200b}1111", "looks_like_card"),
            ("amelia\u{200b}@example.com", "looks_like_email"),
            ("amelia@\u{200b}example.com", "looks_like_email"),
            ("amelia @ example.com", "looks_like_email"),
            ("\"amelia\"@example.com", "looks_like_email"),
            ("@amelia@example.com", "looks_like_email"),
            ("amelia@example。com", "looks_like_email"),
        ];
        for (text, code) in table {
            assert_eq!(shaped(text), Some(code), "{text}");
        }
    }

    #[test]
    fn ordinary_texts_stand() {
        for text in [
            "Asked for the date of the site survey",
            "Order O-900001 of C-1042330 moved to 2026-11-24, 10:30",
            "From 18 to 20 panels of 410 W, price 24650.00",
            "on 24.11.2026 or 3/5/2027",
            "inverter @ 5 kW, twice",
            "survey 2026-11-24 2026-11-25",
            "survey 2026-11-24 – 2026-11-25, 10:30-12:30 or 14:00 - 16:30",
            "panels 18, 20, 22, 24, 26",
            "price 1,250,000.00, before that 24,650.00",
            "call @ 10.30, survey @ Tucson. Ask for the key",
            "inverter 2 @ 3.5 kW",
            "order o-900001: 10 - 12 days",
        ] {
            assert_eq!(shaped(text), None, "{text}");
        }
    }

    #[test]
    fn signs_that_show_nothing_hide_no_name() {
        let vault = Vault::new(&crate::keys::Keys::generate());
        let known = ["reyes"].map(|name| vault.token(Kind::Screen, name)).into();
        for text in ["Rey\u{200b}es", "R\u{115f}eyes", "re\u{3164}yes", "ＲＥＹＥＳ", "R.e.y.e.s", "Re\u{301}yes"]
        {
            assert_eq!(screen_against(&vault, &known, text), Some("holds_personal_data"), "{text:?}");
        }
    }

    #[test]
    fn runs_write_words_together() {
        let all: Vec<String> = runs(&words("Mrs. O'Brien-Smith")).map(<[String]>::concat).collect();
        assert_eq!(all, ["mrs", "mrsobrien", "mrsobriensmith", "obrien", "obriensmith", "smith"]);
        assert_eq!(runs(&words("a b c d e f g h i")).map(<[String]>::len).max(), Some(8));
    }
}
