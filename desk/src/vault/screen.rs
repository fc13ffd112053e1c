//! What free text must not say: the customer's own identifiers, or anything shaped like an address, phone or card.

use std::collections::BTreeSet;

use heliodesk_wire::CustomerNo;
use sqlx::AnyConnection;
use unicode_normalization::UnicodeNormalization;

use super::{Kind, Vault, token::words};
use crate::error::Result;

/// Longest run of words that is compared with an identifier.
const LONGEST_RUN: usize = 8;

/// Why this text about this customer is refused, as the code for its field; `None` when it may stand.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn screen(
    vault: &Vault,
    conn: &mut AnyConnection,
    customer: &CustomerNo,
    text: &str,
) -> Result<Option<&'static str>> {
    let known: Vec<String> =
        sqlx::query_scalar("SELECT token FROM search_token WHERE customer = ? AND kind = ? LIMIT 100")
            .bind(customer.as_str())
            .bind(Kind::Screen.as_str())
            .fetch_all(conn)
            .await?;
    Ok(screen_against(vault, &known.into_iter().collect(), text))
}

/// As [`screen`], with the customer's tokens at hand.
pub(crate) fn screen_against(vault: &Vault, known: &BTreeSet<String>, text: &str) -> Option<&'static str> {
    let named = || runs(text).any(|run| known.contains(&vault.token(Kind::Screen, &run)));
    shaped(text).or_else(|| named().then_some("holds_personal_data"))
}

/// Every run of up to eight words, written together, so that blanks and punctuation hide nothing.
fn runs(text: &str) -> impl Iterator<Item = String> {
    let words = words(text);
    let starts = 0..words.len();
    starts.flat_map(move |start| {
        let longest = LONGEST_RUN.min(words.len() - start);
        (1..=longest).map(|length| words[start..start + length].concat()).collect::<Vec<_>>()
    })
}

/// The code of a text that holds something shaped like an e-mail address, phone or card number.
fn shaped(text: &str) -> Option<&'static str> {
    let text: String = text.nfkc().collect();
    if has_email(&text) {
        return Some("looks_like_email");
    }
    let numbers = numbers(&text);
    if numbers.iter().any(|digits| (13..=19).contains(&digits.len()) && is_luhn(digits)) {
        return Some("looks_like_card");
    }
    numbers.iter().any(|digits| digits.len() >= 7).then_some("looks_like_phone")
}

fn has_email(text: &str) -> bool {
    let parts = |word: &str| {
        let (local, domain) = word.split_once('@')?;
        let local = local.chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_%+-".contains(c));
        let host = domain.trim_end_matches(|c: char| !c.is_alphanumeric());
        (local && host.split('.').count() >= 2 && host.chars().next().is_some_and(char::is_alphanumeric)).then_some(())
    };
    text.split_whitespace().any(|word| parts(word).is_some())
}

/// The digits of every stretch that reads as one number: digits with at most two of ` -./()+` between them.
/// The company's own numbers (`O-900001`), dates and amounts are left out.
fn numbers(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if !signs[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        if let Some(length) = date(&signs[at..]) {
            at += length;
            continue;
        }
        let (start, mut end, mut digits) = (at, at, String::new());
        while end < signs.len() {
            let gap = signs[end..].iter().take_while(|c| " -./()+\u{a0}".contains(**c)).count();
            let next = end + gap;
            let follows = digits.is_empty() || gap <= 2;
            if !follows || !signs.get(next).is_some_and(char::is_ascii_digit) || date(&signs[next..]).is_some() {
                break;
            }
            digits.push(signs[next]);
            end = next + 1;
        }
        if !is_own_number(&signs, start, &digits) && !is_amount(&signs[start..end]) {
            numbers.push(digits);
        }
        at = end.max(at + 1);
    }
    numbers
}

/// Whether a number is the tail of one of the company's: a letter, perhaps a hyphen, then at most nine digits.
fn is_own_number(signs: &[char], start: usize, digits: &str) -> bool {
    let before = signs[..start].iter().rev().find(|c| **c != '-');
    digits.len() <= 9 && start > 0 && before.is_some_and(|c| c.is_alphabetic()) && !signs[start - 1].is_whitespace()
}

/// Whether a number is an amount: digits, one point, one or two digits.
fn is_amount(signs: &[char]) -> bool {
    let mut parts = signs.split(|c| *c == '.');
    let (whole, rest, more) = (parts.next(), parts.next(), parts.next());
    let digits = |part: Option<&[char]>| part.is_some_and(|part| part.iter().all(char::is_ascii_digit));
    digits(whole) && digits(rest) && more.is_none() && rest.is_some_and(|rest| rest.len() <= 2)
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
        ] {
            assert_eq!(shaped(text), None, "{text}");
        }
    }

    #[test]
    fn runs_write_words_together() {
        let all: Vec<String> = runs("Mrs. O'Brien-Smith").collect();
        assert_eq!(all, ["mrs", "mrsobrien", "mrsobriensmith", "obrien", "obriensmith", "smith"]);
        assert_eq!(runs("a b c d e f g h i").map(|run| run.len()).max(), Some(8));
    }
}
