//! The one address people browse. Pages, passkeys, the cross-site guard and the checkpoint's name all hang on it.

use std::net::IpAddr;

/// `https://host[:port]`, or `http://localhost[:port]` for a try-out on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: String,
    authority: String,
    https: bool,
}

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// What is wrong with it, as the rest of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let (https, authority) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(authority), _) => (true, authority),
            (None, Some(authority)) => (false, authority),
            (None, None) => return Err("must begin with https:// (or be http://localhost)".into()),
        };
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let named = !host.is_empty() && host.split('.').all(is_label);
        if !named || host.parse::<IpAddr>().is_ok() || authority.contains('[') {
            return Err("must name a host, without a path; an IP address will not do, passkeys refuse it".into());
        }
        if port.is_some_and(|port| !port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)) {
            return Err("has a port that is no number from 1 to 65535".into());
        }
        if port == Some(if https { "443" } else { "80" }) {
            return Err("names its scheme's own port, which browsers leave out; leave it out too".into());
        }
        if !https && host != "localhost" {
            return Err("is http:// on a host other than localhost: use https://".into());
        }
        let authority = authority.to_owned();
        Ok(Self { text, authority, https })
    }

    /// The origin as browsers write it: scheme, host, port unless it is the scheme's own.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `host[:port]`: what `Host` must be, and the name of the checkpoints' origin and key.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether browsers reach it over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }
}

/// A label of a host name.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_localhost_are_origins_and_nothing_else_is() {
        let origin = Origin::parse("https://Desk.Example:8443/").expect("fits");
        assert_eq!((origin.as_str(), origin.authority()), ("https://desk.example:8443", "desk.example:8443"));
        assert!(!Origin::parse("http://localhost:3000").expect("fits").is_https());
        for bad in [
            "",
            "desk.example",
            "ftp://desk.example",
            "http://desk.example",
            "http://localhost.evil.example",
            "http://127.0.0.1:3000",
            "https://10.0.0.1",
            "https://[::1]",
            "https://",
            "https://desk.example/path",
            "https://user@desk.example",
            "https://desk.example:0",
            "https://desk.example:+1",
            "https://desk.example:443",
            "https://desk..example",
            "https://desk.example?x",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }
}
