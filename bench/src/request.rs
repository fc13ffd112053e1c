//! A request as wrk sends it over and over, and the file that tells wrk.

use heliodesk_bench::http::HOST;
use heliodesk_bench::people::Person;

/// One request as wrk sends it over and over.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// The form of a post.
    pub body: Option<String>,
    cookies: String,
    address: String,
    /// The order that is changed.
    pub order: Option<Order>,
}

/// An order, its version and how many panels it has before the first change.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its number.
    pub number: String,
    /// Its version.
    pub version: String,
    /// How many panels it has.
    pub panels: String,
}

impl Request {
    /// Somebody asks for a page.
    pub fn get(person: &Person, path: String) -> Self {
        Self {
            method: "GET",
            path,
            body: None,
            cookies: person.cookies(),
            address: person.address.clone(),
            order: None,
        }
    }

    /// Somebody calls a function.
    pub fn post(person: &Person, path: &str, body: String) -> Self {
        Self { method: "POST", body: Some(body), ..Self::get(person, path.to_owned()) }
    }

    /// A change of this order.
    pub fn of(self, order: Order) -> Self {
        Self { order: Some(order), ..self }
    }

    /// Its headers, but for the host.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Cookie", self.cookies.clone()), ("X-Forwarded-For", self.address.clone())];
        if self.body.is_some() {
            headers.push(("Sec-Fetch-Site", "same-origin".to_owned()));
            headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
        }
        headers
    }

    /// As a table of Lua.
    fn lua(&self) -> String {
        let mut headers = self.headers();
        headers.push(("Host", HOST.to_owned()));
        let headers: Vec<_> = headers.iter().map(|(name, value)| format!("[{name:?}]={value:?}")).collect();
        let mut parts = vec![format!("method={:?},path={:?}", self.method, self.path)];
        parts.push(format!("headers={{{}}}", headers.join(",")));
        parts.extend(self.body.as_ref().map(|body| format!("body={body:?}")));
        parts.extend(self.order.as_ref().map(|Order { number, version, panels }| {
            format!("order={number:?},version={version:?},panels={panels:?}")
        }));
        format!("{{{}}}", parts.join(","))
    }
}

/// Requests as the file that `load.lua` reads.
pub fn lua(requests: &[Request]) -> String {
    let versioned = requests.iter().any(|request| request.order.is_some());
    let requests: Vec<_> = requests.iter().map(|request| request.lua()).collect();
    format!("return {{versioned={versioned},requests={{\n{}\n}}}}\n", requests.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_for_lua() {
        let request = Request {
            method: "POST",
            path: "/api/x".into(),
            body: Some("a=1".into()),
            cookies: "c=d".into(),
            address: "10.0.0.1".into(),
            order: Some(Order { number: "O-1".into(), version: "3".into(), panels: "20".into() }),
        };
        let text = lua(&[request]);
        assert!(text.starts_with(
            "return {versioned=true,requests={\n{method=\"POST\",path=\"/api/x\",headers={[\"Cookie\"]=\"c=d\","
        ));
        assert!(
            text.contains("[\"Host\"]=\"localhost:3000\"},body=\"a=1\",order=\"O-1\",version=\"3\",panels=\"20\"}"),
            "{text}"
        );
    }
}
