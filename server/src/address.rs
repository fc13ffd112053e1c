//! Where a request came from: the peer, or, behind listed proxies, what the nearest of them says it saw.

use std::{fmt, net::IpAddr};

/// A block of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    base: IpAddr,
    bits: u8,
}

impl Block {
    /// Reads one block.
    ///
    /// # Errors
    /// When it is no address, or longer than one.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.parse().map_err(|_| "is no IP address")?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| "has a length that is no number")?;
        if bits > most { Err("is longer than an address") } else { Ok(Self { base, bits }) }
    }

    /// Whether the address lies inside.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let cut = |whole: u128, width: u32| whole.checked_shr(width - u32::from(self.bits)).unwrap_or(0);
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(other)) => {
                cut(u128::from(u32::from(base)), 32) == cut(u128::from(u32::from(other)), 32)
            }
            (IpAddr::V6(base), IpAddr::V6(other)) => cut(base.into(), 128) == cut(other.into(), 128),
            _ => false,
        }
    }
}

/// The client's address: from the right of `X-Forwarded-For`, the first that is not one of our proxies.
///
/// Only a listed proxy is believed: whatever stands left of the first stranger was written by that stranger.
#[must_use]
pub fn client<'a>(peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>, proxies: &[Block]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|block| block.holds(address));
    let mut client = peer.to_canonical();
    for hop in forwarded.flat_map(|line| line.split(',')).rev() {
        if !trusted(client) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

/// What is counted as one client when throttling: an IPv4 address, or the /64 a single IPv6 site is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site(u128);

impl Site {
    /// The site of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(v4.to_ipv6_mapped().into()),
            IpAddr::V6(v6) => Self(u128::from(v6) >> 64 << 64),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn blocks_hold_their_own_addresses_only() {
        let ten = Block::parse("10.0.0.0/8").expect("fits");
        assert!(ten.holds(ip("10.255.0.1")) && ten.holds(ip("::ffff:10.0.0.1")));
        assert!(!ten.holds(ip("11.0.0.1")) && !ten.holds(ip("a00::1")));
        assert!(Block::parse("0.0.0.0/0").expect("fits").holds(ip("8.8.8.8")));
        assert!(Block::parse("::/0").expect("fits").holds(ip("2001:db8::1")));
        assert!(Block::parse("192.0.2.7").expect("fits").holds(ip("192.0.2.7")));
        for bad in ["", "10.0.0.0/33", "::/129", "ten/8", "10.0.0.0/x", "10.0.0.0/-1"] {
            assert!(Block::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_listed_proxies_are_believed_and_only_from_the_right() {
        let proxies = [Block::parse("10.0.0.0/8").expect("fits")];
        let from = |peer, lines: &[&'static str]| client(ip(peer), lines.iter().copied(), &proxies);
        // A stranger writes what it likes.
        assert_eq!(from("192.0.2.1", &["198.51.100.1"]), ip("192.0.2.1"));
        // A proxy appends whom it saw; what stands left of that was written by the client.
        assert_eq!(from("10.0.0.1", &["1.1.1.1, 198.51.100.1"]), ip("198.51.100.1"));
        assert_eq!(from("10.0.0.1", &["1.1.1.1", "198.51.100.1, 10.0.0.2"]), ip("198.51.100.1"));
        // Rubbish ends the search at the last address we trust.
        assert_eq!(from("10.0.0.1", &["198.51.100.1, unknown"]), ip("10.0.0.1"));
        assert_eq!(from("10.0.0.1", &[]), ip("10.0.0.1"));
    }

    #[test]
    fn one_ipv6_site_is_one_client() {
        assert_eq!(Site::of(ip("2001:db8:1:2:3::1")), Site::of(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(Site::of(ip("2001:db8:1:2::1")), Site::of(ip("2001:db8:1:3::1")));
        assert_ne!(Site::of(ip("192.0.2.1")), Site::of(ip("192.0.2.2")));
    }
}
