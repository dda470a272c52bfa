//! Proxies that stand before the server: whose word on clients is believed.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FOR: &str = "x-forwarded-for";
const PROTO: &str = "x-forwarded-proto";

/// An address or a network in which proxies stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        net.map(|net| Self(net.trunc()))
            .map_err(|_| format!("{text:?} is no address and no network such as 10.1.0.0/16"))
    }
}

/// The proxies that are trusted: none by default.
#[derive(Debug, Default)]
pub struct Proxies {
    networks: Vec<Network>,
    warned: AtomicBool,
}

impl Proxies {
    /// Trusts what stands in these.
    #[must_use]
    pub fn new(networks: Vec<Network>) -> Self {
        Self { networks, warned: AtomicBool::default() }
    }

    /// Whether an address is a trusted proxy's.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.0.contains(&address))
    }

    /// For whom a peer asks: from the right of `X-Forwarded-For`, the first who isn't trusted themselves. What stands left of
    /// them anybody may have written.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            self.warn(client, headers);
            return client;
        }
        let said = headers.get_all(FOR).iter().filter_map(|value| value.to_str().ok());
        let said: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
        for one in said.iter().rev() {
            let Some(before) = address(one) else { break };
            client = before;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    /// Whether a trusted peer says that its client came by https.
    pub(super) fn says_https(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        self.trusts(peer.to_canonical())
            && headers
                .get_all(PROTO)
                .iter()
                .next_back()
                .and_then(|value| value.to_str().ok()?.rsplit(',').next())
                .is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
    }

    /// A proxy on the same machine that nobody named is most likely forgotten: every client would be one to the server.
    fn warn(&self, peer: IpAddr, headers: &HeaderMap) {
        if peer.is_loopback() && headers.contains_key(FOR) && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!("{peer} sends X-Forwarded-For and isn't believed: name the proxy by --trust-proxy {peer}");
        }
    }
}

/// An address as proxies write it: bare, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, said: &[&str]) -> String {
        let proxies = Proxies::new(trusted.iter().map(|one| one.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FOR, value.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_named_proxies_are_believed() {
        let said = ["1.2.3.4, 10.1.2.3"];
        assert_eq!(client(&[], "127.0.0.1", &said), "127.0.0.1");
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", &said), "10.1.2.3");
        assert_eq!(client(&["127.0.0.1"], "10.9.9.9", &said), "10.9.9.9");
        assert_eq!(client(&["10.9.0.0/16"], "::ffff:10.9.9.9", &said), "10.1.2.3");
        assert_eq!(client(&["10.9.9.1/16"], "10.9.200.7", &said), "10.1.2.3");
        assert_eq!(client(&["fd00::/8"], "fd12::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(client(&["fd00::/8"], "fe80::1", &["2001:db8::7"]), "fe80::1");
    }

    #[test]
    fn the_chain_is_walked_from_the_right_past_trusted_proxies() {
        let trusted = ["127.0.0.1", "10.0.0.0/8"];
        assert_eq!(client(&trusted, "127.0.0.1", &["6.6.6.6, 1.2.3.4, 10.1.2.3"]), "1.2.3.4");
        assert_eq!(client(&trusted, "127.0.0.1", &["6.6.6.6", "1.2.3.4", "10.1.2.3"]), "1.2.3.4");
        assert_eq!(client(&trusted, "127.0.0.1", &["10.7.7.7, 10.1.2.3"]), "10.7.7.7");
        // What can't be read ends the walk at the last who is known.
        assert_eq!(client(&trusted, "127.0.0.1", &["1.2.3.4, unknown, 10.1.2.3"]), "10.1.2.3");
        assert_eq!(client(&trusted, "127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert_eq!(client(&trusted, "127.0.0.1", &[""]), "127.0.0.1");
        assert_eq!(client(&trusted, "127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(client(&trusted, "127.0.0.1", &["1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(client(&trusted, "127.0.0.1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client(&trusted, "127.0.0.1", &["::ffff:1.2.3.4"]), "1.2.3.4");
    }

    #[test]
    fn networks_are_read_or_refused() {
        for wrong in ["", "proxy.test", "10.0.0.0/33", "10.0.0", "::/129", "10.0.0.1:80"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        assert_eq!("10.1.2.3/8".parse::<Network>(), " 10.0.0.0/8 ".parse());
    }
}
