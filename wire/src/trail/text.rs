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
    /// The first word that cannot be read.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        if text.chars().count() > LONGEST {
            return Err(Mistake { word: 1, code: "too_long" });
        }
        let mut filter = Self::default();
        let mut rest = text.trim_start();
        let mut word = 0;
        while !rest.is_empty() {
            word += 1;
            let mistake = |code| Mistake { word, code };
            let end = rest.find(|c: char| c == ':' || c.is_whitespace());
            let key = end.filter(|at| rest[*at..].starts_with(':')).map(|at| &rest[..at]);
            let key = key.ok_or_else(|| mistake("no_key"))?;
            let (value, after) = value(&rest[key.len() + 1..]).map_err(mistake)?;
            let key = key.to_ascii_lowercase();
            let field = filter.field(if key == "until" { "to" } else { &key }).ok_or_else(|| mistake("unknown_key"))?;
            if !field.is_empty() {
                return Err(mistake("said_twice"));
            }
            *field = value;
            rest = after.trim_start();
        }
        Ok(filter)
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
            ("actor mia:x", 1, "no_key"),
            ("acter:mia", 1, "unknown_key"),
            ("before:12", 1, "unknown_key"),
            (":mia", 1, "unknown_key"),
            ("actor:mia outcome:", 2, "missing"),
            ("actor: mia", 1, "missing"),
            (r#"actor:"""#, 1, "missing"),
            ("actor:mia role:x actor:jan", 3, "said_twice"),
            ("to:2026-11-24 until:2026-11-25", 2, "said_twice"),
            (r#"actor:"mia"#, 1, "open_quote"),
            (r#"actor:"mia"x"#, 1, "open_quote"),
        ] {
            assert_eq!(Filter::parse(text), Err(Mistake { word, code }), "{text}");
        }
        assert_eq!(Filter::parse(&"x".repeat(501)), Err(Mistake { word: 1, code: "too_long" }));
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
