//! What can be written, with which snippets, and what a redaction must say.

use super::*;

fn snippets() -> Vec<Snippet> {
    let snippet = |name: &str, text: &str| Snippet { name: name.into(), text: text.into() };
    vec![snippet("papers", "Sent the **list of papers**."), snippet("no-answer", "Rang twice, no answer.")]
}

fn written(text: &str, snippet: &str) -> Result<(String, bool), Fields> {
    let ask = WriteAsk { text: Typed(text.into()), snippet: snippet.into(), ..WriteAsk::default() };
    ask.parse(&snippets())
}

#[test]
fn a_snippet_stands_where_its_name_was_typed() {
    let table = [
        ("::papers", "", "Sent the **list of papers**."),
        ("Called. ::no-answer ::papers", "", "Called. Rang twice, no answer. Sent the **list of papers**."),
        ("a\n::PAPERS!", "", "a\nSent the **list of papers**.!"),
        ("Called.  ", "no-answer", "Called.\n\nRang twice, no answer."),
        ("", "papers", "Sent the **list of papers**."),
        ("std::papers and ::1 and :: x ::::", "", "std::papers and ::1 and :: x ::::"),
    ];
    for (text, snippet, expected) in table {
        assert_eq!(written(text, snippet).expect(text).0, expected, "{text}");
    }
    for (text, snippet) in [("::nothing", ""), ("x", "nothing"), ("::papers-2", "")] {
        assert_eq!(written(text, snippet).expect_err(text).code("text"), Some("unknown_snippet"), "{text}");
    }
}

#[test]
fn a_note_has_a_text_of_bounded_length_without_control_characters() {
    for (text, code) in [(" \n ", "missing"), ("a\u{7}", "malformed"), (&"x".repeat(LONGEST + 1), "too_long")] {
        assert_eq!(written(text, "").expect_err(text).code("text"), Some(code));
    }
    assert_eq!(written("a\r\n\tb", "").expect("right"), ("a\n\tb".to_owned(), false));
    let long = WriteAsk { text: Typed("::papers ".repeat(400)), ..WriteAsk::default() };
    assert_eq!(long.parse(&snippets()).expect_err("too long").code("text"), Some("too_long"));
    let pinned = |pinned: &str| {
        let ask = WriteAsk { text: Typed("a".into()), pinned: pinned.into(), ..WriteAsk::default() };
        ask.parse(&[]).map(|(_, pinned)| pinned)
    };
    assert_eq!((pinned("yes"), pinned("no"), pinned("")), (Ok(true), Ok(false), Ok(false)));
    assert_eq!(pinned("on").expect_err("wrong").code("pinned"), Some("not_offered"));
}

#[test]
fn a_redaction_says_why_without_repeating_what_it_takes_out() {
    let ask = |part: &str, reason: &str| {
        let ask = RedactAsk { part: Typed(part.into()), reason: reason.into(), ..RedactAsk::default() };
        ask.parse()
    };
    assert_eq!(ask("", "Written about somebody else").expect("all of it").0, None);
    assert_eq!(ask(" ", "Written about somebody else").expect_err("no part").code("part"), Some("missing"));
    assert_eq!(ask(" gate  code ", "Not for us").expect("a part").0.as_deref(), Some("gate  code"));
    assert_eq!(ask("", "").expect_err("wrong").code("reason"), Some("missing"));
    assert_eq!(ask("4711 X", "Said 4711\n x").expect_err("wrong").code("reason"), Some("repeats_part"));
}

#[test]
fn snippets_have_plain_names() {
    let named = |name: &str| SnippetAsk { name: name.into(), text: "x".into() }.parse().map(|snippet| snippet.name);
    assert_eq!(named(" No-Answer2 ").as_deref(), Ok("no-answer2"));
    for (name, code) in [
        ("", "missing"),
        ("2x", "not_a_snippet"),
        ("a b", "not_a_snippet"),
        ("é", "not_a_snippet"),
        (&"a".repeat(41), "too_long"),
    ] {
        assert_eq!(named(name).expect_err(name).code("name"), Some(code), "{name}");
    }
    let empty = SnippetAsk { name: "a".into(), text: " ".into() };
    assert_eq!(empty.parse().expect_err("wrong").code("text"), Some("missing"));
}

#[test]
fn what_a_note_says_is_not_for_logs() {
    let note = Note {
        number: 1,
        author: "Mia".into(),
        at: 0,
        pinned: false,
        body: Body::Text(CleanHtml::sanitised("<p>gate</p>".into())),
    };
    let ask = WriteAsk { text: Typed("gate".into()), ..WriteAsk::default() };
    let redact = RedactAsk { part: Typed("gate".into()), ..RedactAsk::default() };
    assert!(!format!("{note:?} {ask:?} {redact:?}").contains("gate"));
}
