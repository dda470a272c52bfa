//! What is known of the request that is being answered, for what is written while it is: the audit and the log.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};

use super::actor::Actor;

/// The header in which a reader says what he needs personal data for, percent-encoded.
pub const PURPOSE: &str = "x-purpose";
/// As many characters of a purpose are kept.
pub const MAX_PURPOSE: usize = 200;

tokio::task_local! {
    static CURRENT: Arc<Context>;
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Context {
    id: u64,
    address: Option<IpAddr>,
    purpose: Option<String>,
    /// What the body says, which goes before what the header says.
    stated: OnceLock<String>,
    actor: OnceLock<Actor>,
}

impl Context {
    /// What a request says of itself.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        Self {
            id: rand::random(),
            address: peer.map(|peer| client(peer, request.headers())),
            purpose: purpose(request.headers()),
            stated: OnceLock::new(),
            actor: OnceLock::new(),
        }
    }

    /// By which the request is found in the log and the audit.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{:016x}", self.id)
    }

    /// Where the client is; empty where nobody knows.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }

    /// What the data is asked for; empty when it isn't said.
    #[must_use]
    pub fn purpose(&self) -> &str {
        self.stated.get().or(self.purpose.as_ref()).map_or("", String::as_str)
    }

    /// Who asks, once it is known.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.get()
    }

    /// Answers within this request.
    pub async fn within<T>(self: Arc<Self>, answer: impl Future<Output = T>) -> T {
        CURRENT.scope(self, answer).await
    }
}

/// The request that is being answered on this task; none for a job or at the console.
#[must_use]
pub fn current() -> Option<Arc<Context>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Who asks is known now.
pub fn acts(actor: &Actor) {
    CURRENT.try_with(|context| context.actor.set(actor.clone()).ok()).ok();
}

/// What the data is asked for is said in the request's body.
pub fn serves(purpose: &str) {
    CURRENT.try_with(|context| context.stated.set(kept(purpose)).ok()).ok();
}

/// A proxy on this machine says for whom it asks; what anybody else says of that is worth nothing.
fn client(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    if !peer.is_loopback() {
        return peer;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
}

fn purpose(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(PURPOSE)?.to_str().ok()?;
    let text = percent_encoding::percent_decode_str(said).decode_utf8_lossy();
    Some(kept(&text))
}

fn kept(purpose: &str) -> String {
    purpose.chars().filter(|c| !c.is_control()).take(MAX_PURPOSE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(axum::http::HeaderName::from_static(name), value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let said = headers("x-forwarded-for", "1.2.3.4, 10.1.2.3");
        assert_eq!(client("127.0.0.1".parse().unwrap(), &said).to_string(), "10.1.2.3");
        assert_eq!(client("10.9.9.9".parse().unwrap(), &said).to_string(), "10.9.9.9");
        assert_eq!(client("::ffff:10.9.9.9".parse().unwrap(), &said).to_string(), "10.9.9.9");
        assert_eq!(client("::1".parse().unwrap(), &headers("x-forwarded-for", "nonsense")).to_string(), "::1");
    }

    #[test]
    fn a_purpose_is_decoded_and_bounded() {
        assert_eq!(purpose(&headers(PURPOSE, "%E5%85%A5%E6%88%B7%0A")).as_deref(), Some("入户"));
        assert_eq!(purpose(&headers(PURPOSE, &"x".repeat(500))).unwrap().len(), MAX_PURPOSE);
    }
}
