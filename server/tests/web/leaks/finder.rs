//! Finds clear personal values in any bytes, however they were written there.

use std::collections::BTreeMap;

/// Something that must not be found: what it is, and its bytes in small letters.
struct Needle {
    what: String,
    bytes: Vec<u8>,
}

/// Looks for all of them at once.
pub struct Finder {
    needles: Vec<Needle>,
    /// The needles that begin with two bytes.
    starts: Vec<Vec<usize>>,
}

impl Finder {
    /// For these values: what each is, and its text.
    pub fn new(values: &[(String, String)]) -> Self {
        let mut finder = Self { needles: Vec::new(), starts: vec![Vec::new(); 1 << 16] };
        for (what, text) in values {
            for form in [text.clone(), text.to_lowercase()] {
                finder.add(what, form.as_bytes());
                finder.add(&format!("{what} in hex"), hex(form.as_bytes()).as_bytes());
                for before in 0..3 {
                    let coded = base64(form.as_bytes(), before);
                    finder.add(&format!("{what} in base64"), coded.as_bytes());
                    finder.add(&format!("{what} in base64"), coded.replace('+', "-").replace('/', "_").as_bytes());
                }
            }
        }
        finder
    }

    fn add(&mut self, what: &str, bytes: &[u8]) {
        let bytes = bytes.to_ascii_lowercase();
        assert!(bytes.len() >= 6, "{what} is too short to be told from chance");
        if !self.needles.iter().any(|known| known.bytes == bytes) {
            self.starts[usize::from(bytes[0]) << 8 | usize::from(bytes[1])].push(self.needles.len());
            self.needles.push(Needle { what: what.to_owned(), bytes });
        }
    }

    /// Everything found in these bytes, as they are and decoded in every way.
    pub fn find(&self, bytes: &[u8]) -> Vec<String> {
        let readings = [
            ("as it is", bytes.to_vec()),
            ("percent-encoded", percent_decoded(bytes)),
            ("HTML-escaped", entities_decoded(bytes)),
            ("JSON-escaped", json_decoded(bytes)),
            ("without its punctuation", bytes.iter().copied().filter(|b| !b" -()./+".contains(b)).collect()),
        ];
        let mut found = BTreeMap::new();
        for (how, reading) in readings {
            for needle in self.inside(&reading.to_ascii_lowercase()) {
                found.entry(&needle.what).or_insert(how);
            }
        }
        found.into_iter().map(|(what, how)| format!("{what}, {how}")).collect()
    }

    /// A plain loop: it goes over megabytes, unoptimised.
    fn inside<'a>(&'a self, text: &[u8]) -> Vec<&'a Needle> {
        let mut found = Vec::new();
        let mut at = 1;
        while at < text.len() {
            let begun = &self.starts[usize::from(text[at - 1]) << 8 | usize::from(text[at])];
            if !begun.is_empty() {
                let rest = &text[at - 1..];
                found.extend(begun.iter().map(|one| &self.needles[*one]).filter(|one| rest.starts_with(&one.bytes)));
            }
            at += 1;
        }
        found
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The characters of a base64 text that these bytes decide alone when `before` others stand in front of them.
fn base64(bytes: &[u8], before: usize) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let skipped = (6 - before * 8 % 6) % 6;
    let whole = bits[skipped..].chunks_exact(6);
    whole.map(|six| char::from(SIGNS[six.iter().fold(0, |sum, bit| sum << 1 | usize::from(*bit))])).collect()
}

/// Percent-decoding, with `+` as a blank.
pub fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    decoded(bytes, |rest| match rest {
        [b'%', high, low, ..] => {
            let digits = [*high, *low];
            let code = std::str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok())?;
            Some((vec![code], 3))
        }
        [b'+', ..] => Some((vec![b' '], 1)),
        _ => None,
    })
}

/// The text behind HTML's escapes, numbered ones too.
pub fn entities_decoded(bytes: &[u8]) -> Vec<u8> {
    decoded(bytes, |rest| {
        let end = rest.iter().take(12).position(|byte| *byte == b';')?;
        let name = std::str::from_utf8(rest[..end].strip_prefix(b"&")?).ok()?;
        let sign = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            _ => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        };
        Some((sign.to_string().into_bytes(), end + 1))
    })
}

/// The text behind JSON's escapes.
fn json_decoded(bytes: &[u8]) -> Vec<u8> {
    decoded(bytes, |rest| match rest {
        [b'\\', b'u', digits @ ..] => {
            let code = u32::from_str_radix(std::str::from_utf8(digits.get(..4)?).ok()?, 16).ok()?;
            Some((char::from_u32(code)?.to_string().into_bytes(), 6))
        }
        [b'\\', sign @ (b'"' | b'\\' | b'/'), ..] => Some((vec![*sign], 2)),
        _ => None,
    })
}

/// Goes through bytes and puts in what `escape` reads at a place, and how many bytes that took.
fn decoded(bytes: &[u8], escape: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = matches!(bytes[at], b'%' | b'+' | b'&' | b'\\');
        let read = if escaped { escape(&bytes[at..]) } else { None };
        match read {
            Some((text, length)) => {
                out.extend(text);
                at += length;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

/// A finder that finds nothing would let everything pass: each way to write a value is planted once, none of them made
/// with the code above.
#[test]
fn the_finder_finds_a_value_in_every_encoding_and_nothing_in_masks() {
    let values = [("name", "Zoë O’Ørsted-\"Brontë\" & Co"), ("phone", "+44 20 7946-0958"), ("digits", "442079460958")];
    let finder = Finder::new(&values.map(|(what, text)| (what.to_owned(), text.to_owned())));
    for (text, how) in WRITTEN {
        let page = format!("<p data-masked>Zoë C.</p> xx{text}yy ••• ••• 58");
        let found = finder.find(page.as_bytes());
        assert!(found.iter().any(|told| told.contains(how)), "{text}: {found:?}");
    }
    let masks = r#"{"mask":"Zoë C.","phone":"••• ••• 58","at":1763785701442,"hash":"VWcgOTQyMDc5NDYw"}"#;
    assert_eq!(finder.find(masks.as_bytes()), [""; 0]);
    let mut file = vec![0_u8, 255, 13];
    file.extend(b"\x04442079460958\x00");
    assert_eq!(finder.find(&file)[0], "digits, as it is", "in a file that is no text");
}

const WRITTEN: &[(&str, &str)] = &[
    (r#"Zoë O’Ørsted-"Brontë" & Co"#, "name, as it is"),
    (r#"zoë o’ørsted-"brontë" & co"#, "name, as it is"),
    (r#"ZOë O’ØRSTED-"BRONTë" & CO"#, "name, as it is"),
    (r#"Zoë O’Ørsted-&quot;Brontë&quot; &amp; Co"#, "name, HTML"),
    (r#"Zo&#235;&#32;O&#8217;&#216;rsted&#45;&#34;Bront&#235;&#34;&#32;&#38;&#32;Co"#, "name, HTML"),
    (
        r#"&#x5A;&#x6F;&#xEB;&#x20;&#x4F;&#x2019;&#xD8;&#x72;&#x73;&#x74;&#x65;&#x64;&#x2D;&#x22;&#x42;&#x72;&#x6F;&#x6E;&#x74;&#xEB;&#x22;&#x20;&#x26;&#x20;&#x43;&#x6F;"#,
        "name, HTML",
    ),
    (r#"Zo%C3%AB%20O%E2%80%99%C3%98rsted-%22Bront%C3%AB%22%20%26%20Co"#, "name, percent"),
    (r#"zo%c3%ab+o%e2%80%99%c3%98rsted-%22bront%c3%ab%22+%26+co"#, "name, percent"),
    (r#"Zo%C3%AB O%E2%80%99%C3%98rsted-"Bront%C3%AB" & Co"#, "name, percent"),
    (r#"Zo\u00eb O\u2019\u00d8rsted-\"Bront\u00eb\" & Co"#, "name, JSON"),
    (r#"Zoë O’Ørsted-\"Brontë\" & Co"#, "name, JSON"),
    (r#"KzQ0IDIwIDc5NDYtMDk1OCE="#, "phone in base64"),
    (r#"Wm_DqyBP4oCZw5hyc3RlZC0iQnJvbnTDqyIgJiBDbz8_"#, "name in base64"),
    (r#"Wm/DqyBP4oCZw5hyc3RlZC0iQnJvbnTDqyIgJiBDbw=="#, "name in base64"),
    (r#"YSs0NCAyMCA3OTQ2LTA5NTgh"#, "phone in base64"),
    (r#"YVpvw6sgT-KAmcOYcnN0ZWQtIkJyb250w6siICYgQ28_Pw=="#, "name in base64"),
    (r#"YVpvw6sgT+KAmcOYcnN0ZWQtIkJyb250w6siICYgQ28="#, "name in base64"),
    (r#"YWIrNDQgMjAgNzk0Ni0wOTU4IQ=="#, "phone in base64"),
    (r#"YWJab8OrIE_igJnDmHJzdGVkLSJCcm9udMOrIiAmIENvPz8="#, "name in base64"),
    (r#"YWJab8OrIE/igJnDmHJzdGVkLSJCcm9udMOrIiAmIENv"#, "name in base64"),
    (r#"5a6fc3ab204fe28099c39872737465642d2242726f6e74c3ab22202620436f"#, "name in hex"),
    (r#"2B343420323020373934362D30393538"#, "phone in hex"),
    (r#"+44 20 7946-0958"#, "phone, as it is"),
    (r#"442079460958"#, "digits, as it is"),
    (r#"+44 20.7946.0958"#, "digits, without"),
    (r#"44-20-7946-0958"#, "digits, without"),
    (r#"%2B44%2020%207946-0958"#, "phone, percent"),
];
