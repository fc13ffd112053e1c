//! Single requests, for everything around a measurement; measured requests come from wrk.

use crate::Result;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The host that everybody names, wherever the program listens: passkeys and the signatures of checkpoints belong to it, and
/// `cargo xtask demo` uses the same.
pub const HOST: &str = "localhost:3000";

/// How long an answer may take: longer than the program gives itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a program is served.
#[derive(Clone, Copy, Debug)]
pub struct Place(pub SocketAddr);

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// What came after the head.
    pub body: Vec<u8>,
    /// Bytes of head and body together.
    pub bytes: usize,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, of an answer that must be 200.
    ///
    /// # Errors
    /// With the status, when it is another one.
    pub fn json(&self, of: &str) -> Result<serde_json::Value> {
        if self.status != 200 {
            return Err(format!("{of} was answered with {}: {}", self.status, self.text()).into());
        }
        Ok(serde_json::from_slice(&self.body)?)
    }
}

impl Place {
    /// Sends one request over a connection of its own.
    ///
    /// # Errors
    /// When nobody answers, or not in HTTP.
    pub fn send(self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.0)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        read(answer).ok_or_else(|| format!("{path} was not answered in HTTP").into())
    }
}

fn read(answer: Vec<u8>) -> Option<Answer> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Some(Answer { status, headers, body: answer[end + 4..].to_vec(), bytes: answer.len() })
}

/// The cookies of one browser.
#[derive(Clone, Debug, Default)]
pub struct Cookies(BTreeMap<String, String>);

impl Cookies {
    /// Keeps what an answer sets.
    pub fn keep(&mut self, answer: &Answer) {
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            if let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The `Cookie` header.
    pub fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// Fields of an `ask` as a form posts them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("ask%5B{name}%5D={}", escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What stands in a field of a form on a page.
///
/// # Errors
/// When the form has no such field.
pub fn typed(page: &str, field: &str) -> Result<String> {
    let input = page.split("<input").find(|input| input.contains(&format!("name=\"ask[{field}]\"")));
    let value = input.and_then(|input| input.split("value=\"").nth(1)?.split('"').next());
    value.map(str::to_owned).ok_or_else(|| format!("the form has no {field}").into())
}

/// The numbers after a beginning, such as that of a link, each once, in the order they stand in.
pub fn numbers_in(page: &str, beginning: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for rest in page.split(beginning).skip(1) {
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if !number.is_empty() && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

fn escaped(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_from_links_and_values_from_forms() {
        let page = r#"<a href="/orders/O-12">x</a><a href="/orders/O-7?tab=1">y</a><a href="/orders/O-12">z</a>"#;
        assert_eq!(numbers_in(page, "/orders/O-"), ["12", "7"]);
        let page = r#"<form><input type="hidden" name="ask[version]" value="4"><input value="20" name="ask[panels]">"#;
        assert_eq!((typed(page, "version").unwrap(), typed(page, "panels").unwrap()), ("4".into(), "20".into()));
        assert!(typed(page, "watts").is_err());
    }

    #[test]
    fn answers_are_read_and_forms_written() {
        let bytes = b"HTTP/1.1 303 See Other\r\nSet-Cookie: a=b=c; Path=/\r\n\r\nbody".to_vec();
        let answer = read(bytes).unwrap();
        let mut cookies = Cookies::default();
        cookies.keep(&answer);
        assert_eq!((answer.status, answer.text().as_str(), cookies.header().as_str()), (303, "body", "a=b=c"));
        assert!(answer.json("x").is_err());
        assert_eq!(form(&[("a", "x y"), ("b", "1")]), "ask%5Ba%5D=x%20y&ask%5Bb%5D=1");
    }
}
