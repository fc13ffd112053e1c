//! The filters of the trail as one line of text: `actor:mia action:reveal since:7d outcome:denied`.
//!
//! A value with blanks stands in quotation marks; a quotation mark in it is written twice. What is printed reads as what it
//! was printed from.

use super::Filter;

/// Longest text, in characters.
const LONGEST: usize = 500;

/// What cannot be read of a text. It says which word, never what the word was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Which word, from 1.
    pub word: usize,
    /// Why: `no_key`, `unknown_key`, `missing`, `said_twice`, `open_quote` or `too_long`.
    pub code: &'static str,
}

impl Filter {
    /// The filters as text, without the page.
    #[must_use]
    pub fn text(&self) -> String {
        let set = self.pairs().into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| format!("{name}:{}", quoted(value))).collect::<Vec<_>>().join(" ")
    }

    /// Reads filters written as text. Values are only taken apart here; whether they mean something is for the desk to say.
    ///
    /// # Errors
    /// Every word that cannot be read.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        if text.chars().count() > LONGEST {
            return Err(vec![Mistake { word: 1, code: "too_long" }]);
        }
        let mut filter = Self::default();
        let (mut mistakes, mut rest, mut word) = (Vec::new(), text.trim_start(), 0);
        while !rest.is_empty() {
            word += 1;
            let (read, after) = filter.word(rest);
            mistakes.extend(read.err().map(|code| Mistake { word, code }));
            rest = after.trim_start();
        }
        if mistakes.is_empty() { Ok(filter) } else { Err(mistakes) }
    }

    /// Reads the first word, and gives what comes after it.
    fn word<'t>(&mut self, text: &'t str) -> (Result<(), &'static str>, &'t str) {
        let (first, after) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        let Some((key, _)) = first.split_once(':') else { return (Err("no_key"), after) };
        let (value, after) = match value(&text[key.len() + 1..]) {
            Ok(read) => read,
            // Where a quotation is not closed, nobody can say what a word is.
            Err("open_quote") => return (Err("open_quote"), ""),
            Err(code) => return (Err(code), after),
        };
        let key = key.to_ascii_lowercase();
        let set = match self.field(if key == "until" { "to" } else { &key }) {
            None => Err("unknown_key"),
            Some(field) if !field.is_empty() => Err("said_twice"),
            Some(field) => {
                *field = value;
                Ok(())
            }
        };
        (set, after)
    }
}

/// A value as it stands in a text.
fn quoted(value: &str) -> String {
    if value.contains(|c: char| c == '"' || c.is_whitespace()) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// The value at the beginning of a text, and what comes after it.
fn value(text: &str) -> Result<(String, &str), &'static str> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return if end == 0 { Err("missing") } else { Ok((text[..end].to_owned(), &text[end..])) };
    };
    let mut value = String::new();
    let mut rest = inside;
    loop {
        let (part, after) = rest.split_once('"').ok_or("open_quote")?;
        value.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                value.push('"');
                rest = more;
            }
            None if value.is_empty() => return Err("missing"),
            None if after.is_empty() || after.starts_with(char::is_whitespace) => return Ok((value, after)),
            None => return Err("open_quote"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(pairs: &[(&str, &str)]) -> Filter {
        let mut filter = Filter::default();
        for (name, value) in pairs {
            *filter.field(name).unwrap() = (*value).to_owned();
        }
        filter
    }

    #[test]
    fn filters_are_written_as_words() {
        for (text, pairs) in [
            ("", &[][..]),
            ("  ", &[]),
            (
                "actor:mia action:reveal since:7d outcome:denied",
                &[("actor", "mia"), ("action", "reveal"), ("since", "7d"), ("outcome", "denied")],
            ),
            ("Subject:C-900001\tUNTIL:2026-11-24", &[("subject", "C-900001"), ("to", "2026-11-24")]),
            (r#"actor:"Mia Torres"  from:2026-11-21T09:00"#, &[("actor", "Mia Torres"), ("from", "2026-11-21T09:00")]),
            (r#"actor:"Mia ""M"" Torres""#, &[("actor", r#"Mia "M" Torres"#)]),
            ("role:support session:01J0 hours:after", &[("role", "support"), ("session", "01J0"), ("hours", "after")]),
            (r#"subject:a"b"#, &[("subject", r#"a"b"#)]),
        ] {
            assert_eq!(Filter::parse(text), Ok(filter(pairs)), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_place() {
        for (text, word, code) in [
            ("mia", 1, "no_key"),
            ("actor:mia reveal", 2, "no_key"),
            ("actor role:x", 1, "no_key"),
            ("acter:mia", 1, "unknown_key"),
            ("before:12", 1, "unknown_key"),
            (":mia", 1, "unknown_key"),
            ("actor:mia outcome:", 2, "missing"),
            (r#"actor:"""#, 1, "missing"),
            ("actor:mia role:x actor:jan", 3, "said_twice"),
            ("to:2026-11-24 until:2026-11-25", 2, "said_twice"),
            (r#"actor:"mia"#, 1, "open_quote"),
            (r#"actor:"mia"x"#, 1, "open_quote"),
        ] {
            assert_eq!(Filter::parse(text), Err(vec![Mistake { word, code }]), "{text}");
        }
        assert_eq!(Filter::parse(&"x".repeat(501)), Err(vec![Mistake { word: 1, code: "too_long" }]));
    }

    #[test]
    fn every_word_that_cannot_be_read_is_named() {
        let all = Filter::parse(r#"mia acter:x role:support outcome: role:admin subject:"C-9"#).unwrap_err();
        let all: Vec<_> = all.into_iter().map(|Mistake { word, code }| (word, code)).collect();
        assert_eq!(all, [(1, "no_key"), (2, "unknown_key"), (4, "missing"), (5, "said_twice"), (6, "open_quote")]);
    }

    /// Numbers that look like chance and are the same at every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % sides
        }
    }

    #[test]
    fn whatever_the_controls_hold_reads_back_from_its_text() {
        const SIGNS: [char; 16] =
            ['a', 'Z', '7', ':', '"', '"', ' ', '\t', '\u{a0}', '-', '.', '@', 'é', '☀', '\'', '\\'];
        let mut dice = Dice(7);
        for _ in 0..20_000 {
            let mut filter = Filter::default();
            let names = filter.pairs().map(|(name, _)| name);
            for name in names {
                let length = dice.roll(2) * dice.roll(9);
                *filter.field(name).unwrap() = (0..length).map(|_| SIGNS[dice.roll(SIGNS.len())]).collect();
            }
            let text = filter.text();
            assert_eq!(Filter::parse(&text).as_ref(), Ok(&filter), "{text}");
            assert_eq!(Filter::parse(&text).unwrap().text(), text, "and the text stays as it is");
        }
    }
}
