//! What a reader sees of a note's HTML, and the note without a part of it.

/// Stands where a part was.
const REDACTED: &str = "[redacted]";
/// Tags that do not part the words around them.
const INLINE: [&str; 3] = ["strong", "em", "code"];

/// One sign as it is read, and the bytes of the HTML it is written in; none for the gap between two blocks.
struct Sign {
    from: usize,
    to: usize,
    seen: char,
}

/// The text of sanitised HTML, with a line feed where a block or line ends.
pub(crate) fn seen(html: &str) -> String {
    signs(html).into_iter().map(|sign| sign.seen).collect()
}

/// The HTML without a part, wherever it is read, whatever its case, blanks and markup; `None` when it is not in it.
pub(super) fn without(html: &str, part: &str) -> Option<String> {
    let signs = folded(signs(html));
    let part: Vec<char> =
        part.split_whitespace().collect::<Vec<_>>().join(" ").chars().flat_map(char::to_lowercase).collect();
    let mut out = String::with_capacity(html.len());
    let (mut at, mut copied) = (0, 0);
    while !part.is_empty() && at + part.len() <= signs.len() {
        let found = &signs[at..at + part.len()];
        if !found.iter().map(|sign| sign.seen).eq(part.iter().copied()) {
            at += 1;
            continue;
        }
        // Tags between the signs stay, so that what was well formed still is.
        out.push_str(&html[copied..found[0].from]);
        out.push_str(REDACTED);
        copied = found[0].to;
        for sign in &found[1..] {
            out.push_str(&html[copied..sign.from.max(copied)]);
            copied = copied.max(sign.to);
        }
        at += part.len();
    }
    (copied > 0).then(|| out + &html[copied..])
}

/// The signs of sanitised HTML, in which `<` begins a tag and `&` one of four entities.
fn signs(html: &str) -> Vec<Sign> {
    let (mut signs, mut from) = (Vec::new(), 0);
    while let Some(first) = html[from..].chars().next() {
        let rest = &html[from..];
        let (length, seen) = match first {
            '<' => {
                let tag = &rest[..rest.find('>').map_or(rest.len(), |end| end + 1)];
                (tag.len(), (!INLINE.contains(&tag.trim_matches(['<', '/', '>']))).then_some('\n'))
            }
            '&' => {
                let entities = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&nbsp;", '\u{a0}')];
                let entity = entities.into_iter().find(|(written, _)| rest.starts_with(written));
                entity.map_or((1, Some('&')), |(written, seen)| (written.len(), Some(seen)))
            }
            other => (other.len_utf8(), Some(other)),
        };
        if let Some(seen) = seen {
            let to = if first == '<' { from } else { from + length };
            signs.push(Sign { from, to, seen });
        }
        from += length;
    }
    signs
}

/// Small letters, and one blank for several.
fn folded(signs: Vec<Sign>) -> Vec<Sign> {
    let mut folded: Vec<Sign> = Vec::with_capacity(signs.len());
    for Sign { from, to, seen } in signs {
        let blank = seen.is_whitespace();
        match folded.last_mut().filter(|last| blank && last.seen == ' ') {
            // A tag between two blanks is no part of either.
            Some(last) if last.to == from => last.to = to,
            Some(_) => {}
            None if blank => folded.push(Sign { from, to, seen: ' ' }),
            None => folded.extend(seen.to_lowercase().map(|seen| Sign { from, to, seen })),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_goes_wherever_it_is_read() {
        let table = [
            ("<p>gate code 4711</p>", "4711", "<p>gate code [redacted]</p>"),
            ("<p>GATE  code</p>", "gate code", "<p>[redacted]</p>"),
            ("<p>ga<strong>te co</strong>de x</p>", "gate code", "<p>[redacted]<strong></strong> x</p>"),
            ("<p>one<br>two</p>", "one two", "<p>[redacted]<br></p>"),
            ("<ul>\n<li>a b</li>\n<li>c</li>\n</ul>", "b c", "<ul>\n<li>a [redacted]</li>\n<li></li>\n</ul>"),
            ("<p>x &amp; y &lt;b&gt;</p>", "X & Y <b>", "<p>[redacted]</p>"),
            ("<p>a a&nbsp;a</p>", "a", "<p>[redacted] [redacted]&nbsp;[redacted]</p>"),
            ("<p>İx ẞ</p>", "İX ß", "<p>[redacted]</p>"),
            ("<p>p</p>", "p", "<p>[redacted]</p>"),
        ];
        for (html, part, expected) in table {
            assert_eq!(without(html, part).as_deref(), Some(expected), "{html} {part}");
        }
        for (html, part) in
            [("<p>gate</p>", "p>"), ("<p>gate</p>", "gates"), ("<p>a &amp; b</p>", "amp"), ("", "a"), ("<p>a</p>", " ")]
        {
            assert_eq!(without(html, part), None, "{html} {part}");
        }
    }

    #[test]
    fn a_reader_sees_words_across_markup_and_not_across_blocks() {
        assert_eq!(seen("<p>Rey<em>es</em></p><p>next</p>"), "\nReyes\n\nnext\n");
        assert_eq!(seen("a &amp;lt; b<br>c &unknown"), "a &lt; b\nc &unknown");
    }
}
