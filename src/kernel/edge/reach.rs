//! How the server is reached, and what a connection says of a request.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, header},
};

use super::proxies::Proxies;
use crate::kernel::{
    actor::Actor,
    limits::{Client, Kind, Limits},
    request::{self, Context},
};

/// How the server is reached.
#[derive(Default)]
pub struct Edge {
    /// The address under which readers reach the server, where it isn't what they say in `Host`.
    pub public_url: Option<String>,
    /// Whose word on clients is believed.
    pub proxies: Proxies,
    /// Whether the server itself speaks TLS.
    pub with_tls: bool,
    /// The port that readers reach.
    pub port: u16,
    /// The port that asks for a client's certificate, where there is one.
    pub certificate_port: Option<u16>,
    /// How much a client may ask; without them as much as they like.
    pub limits: Option<Arc<Limits>>,
}

impl Edge {
    /// What is known of a request by its connection and its headers.
    #[must_use]
    pub fn context(&self, request: &Request) -> Context {
        let (peer, headers) = (peer_of(request), request.headers());
        let address = peer.map(|peer| self.client(peer, headers));
        Context::new(headers, address, self.is_https(peer, headers), self.limits.clone())
    }

    /// Where the client of a connection is: the peer, or for whom a trusted proxy asks.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        self.proxies.client(peer, headers)
    }

    /// Whether the reader came by https: to this server, to a trusted proxy, or as the public address says.
    #[must_use]
    pub fn is_https(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        self.with_tls
            || self.public_url.as_deref().is_some_and(|url| url.starts_with("https:"))
            || peer.is_some_and(|peer| self.proxies.says_https(peer, headers))
    }

    /// Counts a request as an actor's. Whether it isn't one too many.
    #[must_use]
    pub fn lets(&self, actor: &Actor) -> bool {
        let client = || Client::actor(actor.key());
        self.limits.as_ref().is_none_or(|limits| limits.take(Kind::Any, client()).is_ok())
    }

    /// The origin of addresses in answers: what the configuration says, or what the reader asked.
    #[must_use]
    pub fn origin(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("{}://{}", scheme(request::is_https()), host(headers)),
        }
    }

    /// The origin of the main port, for who came to the one that asks for certificates.
    #[must_use]
    pub fn main_origin(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => at_port(without_port(host(headers)), self.port),
        }
    }

    /// The origin of the port that asks for certificates: the same host, so that it may set the session's cookie.
    #[must_use]
    pub fn certificate_origin(&self, headers: &HeaderMap) -> Option<String> {
        let host = match &self.public_url {
            Some(url) => url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).split('/').next()?,
            None => host(headers),
        };
        Some(at_port(without_port(host), self.certificate_port?))
    }
}

/// The address of a peer, as logs and limits know it.
#[must_use]
pub fn peer_of(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// The name of the scheme.
#[must_use]
pub const fn scheme(https: bool) -> &'static str {
    if https { "https" } else { "http" }
}

/// Whom the reader asked, with its port; nothing but a host's letters, since it goes into addresses.
fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    if plain && !host.is_empty() { host } else { "localhost" }
}

/// A host without its port; an IPv6 address keeps its brackets.
#[must_use]
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn at_port(host: &str, port: u16) -> String {
    if port == 443 { format!("https://{host}") } else { format!("https://{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(axum::http::HeaderName::from_static(name), value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn the_ports_of_a_server_are_found_from_each_other() {
        let edge = Edge { with_tls: true, port: 8443, certificate_port: Some(8444), ..Edge::default() };
        for (asked, main, certificate) in [
            ("grid.test:8444", "https://grid.test:8443", "https://grid.test:8444"),
            ("grid.test", "https://grid.test:8443", "https://grid.test:8444"),
            ("[::1]:8444", "https://[::1]:8443", "https://[::1]:8444"),
            ("[::1]", "https://[::1]:8443", "https://[::1]:8444"),
            ("evil.test/x", "https://localhost:8443", "https://localhost:8444"),
        ] {
            let headers = headers("host", asked);
            assert_eq!(edge.main_origin(&headers), main, "{asked}");
            assert_eq!(edge.certificate_origin(&headers).as_deref(), Some(certificate), "{asked}");
        }
        let public = Edge { public_url: Some("https://grid.test/".to_owned()), port: 8443, ..edge };
        let other = headers("host", "other.test");
        assert_eq!(public.main_origin(&other), "https://grid.test");
        assert_eq!(public.certificate_origin(&other).as_deref(), Some("https://grid.test:8444"));
        assert_eq!(Edge::default().certificate_origin(&other), None);
    }

    #[test]
    fn https_is_the_servers_or_a_trusted_proxys_word() {
        let said = headers("x-forwarded-proto", "https");
        let (near, far) = ("127.0.0.1".parse().ok(), "10.9.9.9".parse().ok());
        let edge = Edge { proxies: Proxies::new(vec!["127.0.0.1".parse().unwrap()]), ..Edge::default() };
        assert!(edge.is_https(near, &said) && !edge.is_https(far, &said) && !edge.is_https(None, &said));
        assert!(!edge.is_https(near, &HeaderMap::new()));
        assert!(Edge { with_tls: true, ..Edge::default() }.is_https(far, &HeaderMap::new()));
        let public = Edge { public_url: Some("https://grid.test".to_owned()), ..Edge::default() };
        assert!(public.is_https(None, &HeaderMap::new()));
    }
}
