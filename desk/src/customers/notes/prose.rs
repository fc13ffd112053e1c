//! From Markdown to the small safe set of HTML that notes are made of: paragraphs, line breaks, strong, emphasis, code,
//! quotes and lists. There is no link, no image, no class, id or style; the only attribute is the number a list begins at.
//!
//! What is written is sanitised before it is sealed, and again each time it is shown.

use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use ammonia::Builder;
use heliodesk_wire::notes::CleanHtml;
use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd};

/// Every tag there is.
const TAGS: [&str; 9] = ["p", "br", "strong", "em", "code", "blockquote", "ul", "ol", "li"];
/// How often sanitising is repeated until it changes nothing any more.
const ROUNDS: usize = 4;

static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut safe = Builder::empty();
    safe.tags(HashSet::from(TAGS)).clean_content_tags(HashSet::from(["script", "style"]));
    safe.add_tag_attributes("ol", ["start"]);
    safe.attribute_filter(|_, _, value| {
        value.bytes().all(|byte| byte.is_ascii_digit()).then_some(Cow::Borrowed(value))
    });
    safe
});

/// A note's HTML, sanitised until nothing changes. What does not settle becomes plain text, which does.
pub(crate) fn sanitised(html: &str) -> CleanHtml {
    let mut before = Cow::Borrowed(html);
    for _ in 0..ROUNDS {
        let after = SAFE.clean(&before).to_string();
        if after == before {
            return CleanHtml::sanitised(after);
        }
        before = Cow::Owned(after);
    }
    CleanHtml::sanitised(plain(html))
}

/// The HTML of a note as it was typed. Tags that were typed are read as they stand; addresses of links stand beside
/// their words, since there are no links.
pub(super) fn rendered(markdown: &str) -> String {
    let mut html = String::with_capacity(markdown.len() * 2);
    let mut addresses: Vec<Option<CowStr<'_>>> = Vec::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => addresses.push(None),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => addresses.push(Some(dest_url)),
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some(address) = addresses.pop().flatten().filter(|address| !address.is_empty()) {
                    push(&mut html, &format!(" ({address})"));
                }
            }
            Event::Start(Tag::List(Some(first))) if first != 1 => html.push_str(&format!("<ol start=\"{first}\">")),
            Event::Start(tag) => html.push_str(begin(&tag)),
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                html.truncate(html.trim_end_matches("<br>").len());
                html.push_str("</p>");
            }
            Event::End(tag) => html.push_str(end(tag)),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => push(&mut html, &text),
            Event::Code(text) => {
                html.push_str("<code>");
                push(&mut html, &text);
                html.push_str("</code>");
            }
            // A new line is a new line: people on the phone do not type two blanks first.
            Event::SoftBreak | Event::HardBreak => html.push_str("<br>"),
            _ => {}
        }
    }
    html
}

const fn begin(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock => "<p>",
        // A page has its own headings.
        Tag::Heading { .. } => "<p><strong>",
        Tag::BlockQuote(_) => "<blockquote>",
        Tag::List(None) => "<ul>",
        Tag::List(Some(_)) => "<ol>",
        Tag::Item => "<li>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        _ => "",
    }
}

const fn end(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph => "</p>",
        TagEnd::Heading(_) => "</strong></p>",
        TagEnd::BlockQuote(_) => "</blockquote>",
        TagEnd::List(false) => "</ul>",
        TagEnd::List(true) => "</ol>",
        TagEnd::Item => "</li>",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        _ => "",
    }
}

/// Appends text, escaped, a line feed as a line break.
fn push(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\u{a0}' => html.push_str("&nbsp;"),
            '\n' => html.push_str("<br>"),
            '\r' | '\0' => {}
            other => html.push(other),
        }
    }
}

/// All of a text as one paragraph.
fn plain(text: &str) -> String {
    let mut html = "<p>".to_owned();
    push(&mut html, text);
    html + "</p>"
}

#[cfg(test)]
mod tests {
    use fake::rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};

    use super::*;

    fn written(markdown: &str) -> String {
        sanitised(&rendered(markdown)).into_html()
    }

    /// Every `<` begins one of the tags, without attributes but the number of a list; so nothing runs and nothing loads.
    fn harmless(html: &str) -> bool {
        html.split('<').skip(1).all(|rest| {
            let Some((tag, _)) = rest.split_once('>') else { return false };
            let start = tag.strip_prefix("ol start=\"").and_then(|rest| rest.strip_suffix('"'));
            start.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
                || TAGS.contains(&tag.strip_prefix('/').unwrap_or(tag))
        })
    }

    #[test]
    fn markdown_becomes_the_small_set() {
        let table = [
            ("Calls **after 17:00**, *not* before", "<p>Calls <strong>after 17:00</strong>, <em>not</em> before</p>"),
            ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("3. floor\n4. roof", "<ol start=\"3\"><li>floor</li><li>roof</li></ol>"),
            ("1. floor", "<ol><li>floor</li></ol>"),
            ("> said so", "<blockquote><p>said so</p></blockquote>"),
            ("# Roof\n`a < b`", "<p><strong>Roof</strong></p><p><code>a &lt; b</code></p>"),
            ("    indented\n    twice", "<p>indented<br>twice</p>"),
            ("the <b>bold</b> & 3 < 4", "<p>the &lt;b&gt;bold&lt;/b&gt; &amp; 3 &lt; 4</p>"),
            ("<div>\nx\n</div>", "<p>&lt;div&gt;<br>x<br>&lt;/div&gt;</p>"),
            ("[plans](https://example.com/a?b=1&c)", "<p>plans (https://example.com/a?b=1&amp;c)</p>"),
            ("<https://example.com>", "<p>https://example.com</p>"),
            ("![roof](roof.png)", "<p>roof (roof.png)</p>"),
            ("a\n\n***\n\nb", "<p>a</p><p>b</p>"),
        ];
        for (markdown, html) in table {
            assert_eq!(written(markdown), html, "{markdown}");
        }
    }

    /// What people have got past sanitisers with, as it would be stored, and as it would be typed.
    const ATTACKS: &[&str] = &[
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<p style=\"background:url(javascript:alert(1))\" class=\"button\" id=\"main\">x</p>",
        "<a href=\"javascript:alert(1)\">x</a><a href=\"data:text/html,<script>alert(1)</script>\">y</a>",
        "<ol start=\"1 onclick=alert(1)\"><li onclick=alert(1)>x</ol>",
        "<ol start='\"><script>alert(1)</script>'>",
        "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
        "<base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
        "<template><script>alert(1)</script></template><details open ontoggle=alert(1)>",
        "<textarea><script>alert(1)</script></textarea><title><img src=x onerror=alert(1)></title>",
        "<p><button><p><button><p>nested",
        "<strong><p><strong><p><strong><blockquote><p>deep",
        "<input autofocus onfocus=alert(1)><select><option><img src=x onerror=alert(1)>",
        "<plaintext><script>alert(1)</script>",
        "<![CDATA[<script>alert(1)</script>]]><!--<script>alert(1)</script>--><?php x ?>",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;script&#x3e;",
        "<scr\0ipt>alert(1)</scr\0ipt>\u{feff}<\u{a0}script>",
        "<leptos-island data-component=\"ContactCard\"></leptos-island>",
        "[x](javascript:alert(1)) ![y](x\"onerror=alert(1)) [z]: javascript:alert(1)",
        "`</code><script>alert(1)</script>` <javascript:alert(1)>",
    ];

    #[test]
    fn no_attack_leaves_more_than_bare_tags() {
        for attack in ATTACKS {
            for html in [sanitised(attack).into_html(), written(attack), written(&format!("> - {attack}\n\n{attack}"))]
            {
                assert!(harmless(&html), "{attack}: {html}");
            }
        }
        assert_eq!(sanitised("<script>alert(1)</script><style>x</style>").into_html(), "");
        assert_eq!(written("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        assert!(!harmless("<p class=\"x\">") && !harmless("<a>") && !harmless("a <") && harmless("<p>a</p>"));
    }

    #[test]
    fn what_is_sanitised_stays_as_it_is() {
        let tags = TAGS.iter().flat_map(|tag| [format!("<{tag}>"), format!("</{tag}>")]);
        let others =
            ["table", "tr", "td", "button", "a", "b", "svg", "math", "select", "template", "pre", "h1", "script"];
        let others = others.iter().flat_map(|tag| [format!("<{tag}>"), format!("</{tag} x=\"y\">")]);
        let signs = [
            "<", ">", "&", "&amp;", "&nbsp;", "\n", " ", "\"", "'", "-->", "<!--", "\r", "\0", "\u{a0}", "é", "x",
            "**", "> ", "- ",
        ];
        let attacks = ATTACKS.iter().map(|attack| (*attack).to_owned());
        let parts: Vec<String> = tags.chain(others).chain(signs.map(str::to_owned)).chain(attacks).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        for _ in 0..3000 {
            let count = rng.random_range(0..24);
            let text: String = (0..count).filter_map(|_| parts.choose(&mut rng)).map(String::as_str).collect();
            for once in [sanitised(&text).into_html(), written(&text)] {
                assert_eq!(sanitised(&once).into_html(), once, "{text:?}");
                assert!(harmless(&once), "{text:?}: {once}");
            }
            let text = plain(&text);
            assert_eq!(SAFE.clean(&text).to_string(), text, "plain text always stays as it is");
        }
    }
}
