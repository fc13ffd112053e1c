//! What a function's body may hold: `ask[f]` with the names of its row in the policy, each once. Nothing else gets near
//! the decoder behind it, which ignores what it does not know and tells no field from another.

use std::{collections::BTreeMap, time::Duration};

use axum::body::{Body, HttpBody as _};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

/// How long the rest of a refused request is listened to, and how much of it, in bytes.
const REST_TIME: Duration = Duration::from_secs(2);
const LONGEST_REST: usize = 64 * 1024 * 1024;

/// Reads what a refused request still sends and throws it away, beside the answer and within limits. Without that the
/// connection would break off under the answer, which who is still sending would then never read.
pub(crate) fn discard(mut rest: Body) {
    if rest.is_end_stream() {
        return;
    }
    tokio::spawn(timeout(REST_TIME, async move {
        let mut read = 0;
        while let Some(Ok(frame)) = rest.frame().await {
            read += frame.data_ref().map_or(0, |data| data.len());
            if read > LONGEST_REST {
                return;
            }
        }
    }));
}

/// The decoded fields by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Value>);

/// What a field holds.
#[derive(Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    List(Vec<String>),
}

/// The body is not what the function's row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Junk;

impl Fields {
    /// Reads a form body whose fields must be among `known`.
    ///
    /// # Errors
    /// [`Junk`] for anything undecodable, unknown or repeated.
    pub fn read(body: &[u8], known: &[&str]) -> Result<Self, Junk> {
        let mut fields = Self::default();
        // A list's numbers: each once and from 0 on, in whatever order they come.
        let mut lists: BTreeMap<String, BTreeMap<usize, String>> = BTreeMap::new();
        if body.is_empty() {
            return Ok(fields);
        }
        for pair in body.split(|byte| *byte == b'&') {
            let cut = pair.iter().position(|byte| *byte == b'=');
            let (key, value) = cut.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            let (key, value) = (decode(key)?, decode(value)?);
            let (name, index) = parse(&key).ok_or(Junk)?;
            if !known.contains(&name) {
                return Err(Junk);
            }
            let repeated = match index {
                None => fields.0.insert(name.to_owned(), Value::Text(value)).is_some(),
                Some(index) => lists.entry(name.to_owned()).or_default().insert(index, value).is_some(),
            };
            if repeated {
                return Err(Junk);
            }
        }
        for (name, list) in lists {
            let whole = list.keys().copied().eq(0..list.len());
            if !whole || fields.0.insert(name, Value::List(list.into_values().collect())).is_some() {
                return Err(Junk);
            }
        }
        Ok(fields)
    }

    /// The value of a field that is no list.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) => Some(text),
            Value::List(_) => None,
        }
    }

    /// The same fields as a form body written in one way only, so that whatever reads it next sees what was seen here.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut pairs = Vec::with_capacity(self.0.len());
        for (name, value) in &self.0 {
            match value {
                Value::Text(text) => pairs.push(format!("ask[{name}]={}", encode(text))),
                Value::List(list) => {
                    let numbered = list.iter().enumerate();
                    pairs.extend(numbered.map(|(index, text)| format!("ask[{name}][{index}]={}", encode(text))));
                }
            }
        }
        pairs.join("&")
    }
}

/// `ask[name]` or `ask[name][7]`.
fn parse(key: &str) -> Option<(&str, Option<usize>)> {
    let (name, rest) = key.strip_prefix("ask[")?.split_once(']')?;
    if rest.is_empty() {
        return Some((name, None));
    }
    let digits = rest.strip_prefix('[')?.strip_suffix(']')?;
    let index: usize = digits.parse().ok()?;
    (index < 100 && index.to_string() == digits).then_some((name, Some(index)))
}

/// Percent-decoding with `+` as blank; a broken escape or bytes that are no text are junk.
pub(crate) fn decode(text: &[u8]) -> Result<String, Junk> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let [high, low, tail @ ..] = tail else { return Err(Junk) };
                out.push(hex(*high).ok_or(Junk)? << 4 | hex(*low).ok_or(Junk)?);
                rest = tail;
            }
            other => out.push(*other),
        }
    }
    String::from_utf8(out).map_err(|_| Junk)
}

/// Percent-encoding of everything but letters, digits and what never needs it.
fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["order", "version", "adders"];

    #[test]
    fn plain_and_encoded_keys_are_the_same_key() {
        for body in [
            "ask[order]=O-1&ask[version]=3",
            "ask%5Border%5D=O-1&ask%5bversion%5d=3",
            "%61sk[order]=O-1&ask[version]=3",
        ] {
            let fields = Fields::read(body.as_bytes(), KNOWN).expect(body);
            assert_eq!((fields.get("order"), fields.get("version")), (Some("O-1"), Some("3")), "{body}");
        }
        let fields = Fields::read(b"ask[adders][1]=b+c&ask[adders][0]=a%20&ask[order]", KNOWN).expect("fits");
        assert_eq!(fields.0["adders"], Value::List(vec!["a ".into(), "b c".into()]));
        assert_eq!(fields.get("order"), Some(""));
        assert_eq!(Fields::read(b"", &[]), Ok(Fields::default()));
    }

    #[test]
    fn what_goes_on_is_what_was_read() {
        let fields = Fields::read(b"ask%5badders%5d%5b0%5d=caf%c3%a9+%26&ask[order]=", KNOWN).expect("fits");
        assert_eq!(fields.encode(), "ask[adders][0]=caf%C3%A9%20%26&ask[order]=");
        assert_eq!(Fields::read(fields.encode().as_bytes(), KNOWN), Ok(fields));
        assert_eq!(Fields::default().encode(), "");
    }

    #[test]
    fn everything_else_is_junk() {
        for body in [
            "order=O-1",
            "ask=O-1",
            "ask[order]=1&ask[order]=2",
            "ask[order]=1&ask%5Border%5D=2",
            "ask[order]=1&%61sk[order]=2",
            "ask[price]=1",
            "ask[order]=1&extra=1",
            "ask[order]=1&",
            "&",
            "ask[order][customer]=1",
            "ask[order][]=1",
            "ask[order]]=1",
            "ask[[order]=1",
            "ask[]=1",
            "ask[order=1",
            " ask[order]=1",
            "ask[order] =1",
            "ask.order=1",
            "ask[adders][1]=b",
            "ask[adders][00]=b",
            "ask[adders][+0]=b",
            "ask[adders][0]=a&ask[adders][0]=b",
            "ask[adders][0]=a&ask[adders]=b",
            "ask[adders][0][0]=a",
            "ask[order]=%",
            "ask[order]=%4",
            "ask[order]=%zz",
            "ask[order]=%ff",
            "ask[order]=%+1",
            "{\"ask\":{}}",
        ] {
            assert_eq!(Fields::read(body.as_bytes(), KNOWN), Err(Junk), "{body}");
        }
        assert_eq!(Fields::read(b"ask[order]=1", &[]), Err(Junk));
        assert_eq!(Fields::read(b"ask", &[]), Err(Junk));
    }
}
