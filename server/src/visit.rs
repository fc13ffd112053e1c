//! What is known about one request on its way in: who sends it, what it asks for, about whom.

use std::{net::IpAddr, net::Ipv4Addr};

use axum::http::{
    HeaderMap,
    header::{HeaderName, USER_AGENT},
    request::Parts,
};
use heliodesk_desk::{
    Desk,
    access::{self, Presence},
    policy::Row,
};

use crate::address::{self, Block};

/// The address at the other end of the connection, put there by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Longest `User-Agent` kept, in characters.
const LONGEST_AGENT: usize = 200;

/// One request, as far as it has come.
#[derive(Debug)]
pub struct Visit {
    /// Id, address, agent, cookie, and whose it is once somebody has looked.
    pub sender: access::Request,
    /// The client's address.
    pub address: IpAddr,
    /// The function or page of the policy it asks for.
    pub row: Option<&'static Row>,
    /// The customer or order it is about.
    pub subject: Option<String>,
    looked: bool,
}

impl Visit {
    /// A request that has just arrived. `id` is its id, `secret` the hash of its session cookie.
    #[must_use]
    pub fn new(parts: &Parts, proxies: &[Block], id: String, secret: Option<String>) -> Self {
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
        let address = address::client(peer, lines(&parts.headers, "x-forwarded-for"), proxies);
        let agent = parts.headers.get(USER_AGENT).map(|agent| {
            String::from_utf8_lossy(agent.as_bytes()).chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect()
        });
        let address_text = Some(address.to_string());
        let sender = access::Request { id, address: address_text, agent, secret, ..access::Request::default() };
        Self { sender, address, row: None, subject: None, looked: false }
    }

    /// Who sends it; asks the database once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence(&mut self, desk: &Desk) -> heliodesk_desk::Result<Option<&Presence>> {
        if !self.looked {
            self.sender.presence = desk.presence(&self.sender).await?;
            self.looked = true;
        }
        Ok(self.sender.presence.as_ref())
    }
}

/// All values of a header that are text, in order.
fn lines<'a>(headers: &'a HeaderMap, name: &'static str) -> impl DoubleEndedIterator<Item = &'a str> {
    let all: Vec<_> = headers.get_all(HeaderName::from_static(name)).iter().collect();
    // A line that is no text is one nobody can believe: it ends the search like any other rubbish.
    all.into_iter().map(|value| value.to_str().unwrap_or("?"))
}
