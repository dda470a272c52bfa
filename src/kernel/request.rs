//! What is known of the request that is being answered, for what is written while it is: the audit and the log.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, header};
use tokio::sync::watch;

use super::{
    actor::Actor,
    error::{Error, Result},
    limits::{Client, Kind, Limits},
    text::is_blank,
};

/// The header in which a reader says what they need personal data for, percent-encoded.
pub const PURPOSE: &str = "x-purpose";
/// As many characters of a purpose are kept.
pub const MAX_PURPOSE: usize = 200;

tokio::task_local! {
    static CURRENT: Arc<Context>;
}

/// A request that is being answered.
pub struct Context {
    id: u64,
    limits: Option<Arc<Limits>>,
    address: Option<IpAddr>,
    https: bool,
    purpose: Option<String>,
    /// What the body says, which goes before what the header says.
    stated: OnceLock<String>,
    actor: OnceLock<Actor>,
    /// Whether nobody waits for the answer any more.
    left: watch::Sender<bool>,
}

/// Held by who waits for an answer; dropping it says that nobody does any more.
pub struct Waiting(Arc<Context>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.left.send_replace(true);
    }
}

impl Context {
    /// A request from an address, by https or not, of which a client may make so many.
    #[must_use]
    pub fn new(headers: &HeaderMap, address: Option<IpAddr>, https: bool, limits: Option<Arc<Limits>>) -> Self {
        Self {
            id: rand::random(),
            limits,
            address,
            https,
            purpose: purpose(headers),
            stated: OnceLock::new(),
            actor: OnceLock::new(),
            left: watch::Sender::new(false),
        }
    }

    /// What is held for as long as somebody waits for the answer.
    #[must_use]
    pub fn waiting(self: Arc<Self>) -> Waiting {
        Waiting(self)
    }

    /// Whose work it is, for sharing the machine fairly: the account's, or the address's where nobody is signed in.
    #[must_use]
    pub fn client(&self) -> String {
        self.actor().map_or_else(|| self.address(), |actor| actor.key().to_owned())
    }

    /// By which the request is found in the log and the audit.
    #[must_use]
    pub fn id(&self) -> String {
        id_in_words(self.id)
    }

    /// Where the client is; empty where nobody knows.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }

    /// Whether the client came by https.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// What a client has in their bucket, where there are limits.
    fn spend(
        &self,
        actor: Option<&Actor>,
        with: impl FnOnce(&Limits, Client) -> std::result::Result<(), u64>,
    ) -> Result<()> {
        let client = actor.map(|actor| Client::actor(actor.key())).or_else(|| self.address.map(Client::address));
        match (&self.limits, client) {
            (Some(limits), Some(client)) => with(limits, client).map_err(Error::TooMany),
            _ => Ok(()),
        }
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

/// A request's id as it is read.
#[must_use]
pub fn id_in_words(id: u64) -> String {
    format!("{id:016x}")
}

/// The request that is being answered on this task; none for a job or at the console.
#[must_use]
pub fn current() -> Option<Arc<Context>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Whose work this task does: see [`Context::client`]. Empty for the program's own.
#[must_use]
pub fn client() -> String {
    CURRENT.try_with(|context| context.client()).unwrap_or_default()
}

/// Waits until nobody waits for the answer any more; for ever outside a request.
pub async fn client_left() {
    let Some(context) = current() else { return std::future::pending().await };
    let mut left = context.left.subscribe();
    // The sender lives in the context, which is held here.
    left.wait_for(|has_left| *has_left).await.ok();
}

/// The address that asks, as the audit has it; empty for a job.
#[must_use]
pub fn address() -> String {
    current().map(|context| context.address()).unwrap_or_default()
}

/// What the client's program says that it is.
#[must_use]
pub fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Whether the client came by https.
#[must_use]
pub fn is_https() -> bool {
    CURRENT.try_with(|context| context.https).unwrap_or(false)
}

fn spend(actor: Option<&Actor>, with: impl FnOnce(&Limits, Client) -> std::result::Result<(), u64>) -> Result<()> {
    CURRENT.try_with(|context| context.spend(actor, with)).unwrap_or(Ok(()))
}

/// Counts the request as one of an actor's, or of its address where nobody knows whose it is.
///
/// # Errors
/// 429 when they ask too often.
pub fn asks(actor: Option<&Actor>) -> Result<()> {
    spend(actor, |limits, client| limits.take(Kind::Any, client))
}

/// Counts the request as one of an actor's, and waits for its turn where they have asked much: a program that reads page after
/// page reaches the end.
///
/// # Errors
/// 429 when too much of theirs waits already.
pub async fn wait_for_turn(actor: &Actor) -> Result<()> {
    let turn = CURRENT.try_with(|context| match &context.limits {
        Some(limits) => limits.take_turn(Kind::Any, Client::actor(actor.key())).map_err(Error::TooMany),
        None => Ok(Duration::ZERO),
    });
    let wait = turn.unwrap_or(Ok(Duration::ZERO))?;
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    Ok(())
}

/// Whether the address may try to prove who it is, without counting it.
///
/// # Errors
/// 429 when it tried too often.
pub fn may_try() -> Result<()> {
    spend(None, |limits, client| limits.look(Kind::Proof, client))
}

/// Somebody tries to prove who they are, or has something written although nobody is signed in.
///
/// # Errors
/// 429 when their address does that too often.
pub fn tries() -> Result<()> {
    spend(None, |limits, client| limits.take(Kind::Proof, client))
}

/// Counts a try to sign in to an account from an address at which it has signed in before, in a bucket of the account's own:
/// strangers who have emptied the bucket of the address don't hold its holder up.
///
/// # Errors
/// 429 when the account is tried too often from there.
pub fn tries_at_home(account: i64) -> Result<()> {
    let counted = CURRENT.try_with(|context| match (&context.limits, context.address) {
        (Some(limits), Some(address)) => {
            let home = Client::actor(&format!("account {account} at {address}"));
            limits.take(Kind::Proof, home).map_err(Error::TooMany)
        }
        _ => Ok(()),
    });
    counted.unwrap_or(Ok(()))
}

/// They proved it: so many requests were needed for that, and don't count.
pub fn proved(requests: u32) {
    spend(None, |limits, client| {
        limits.give_back(Kind::Proof, client, requests);
        Ok(())
    })
    .ok();
}

/// Who asks is known now.
pub fn acts(actor: &Actor) {
    CURRENT.try_with(|context| context.actor.set(actor.clone()).ok()).ok();
}

/// What the data is asked for is said in the request's body.
pub fn serves(purpose: &str) {
    CURRENT.try_with(|context| context.stated.set(kept(purpose)).ok()).ok();
}

fn purpose(headers: &HeaderMap) -> Option<String> {
    // A name that was read once: reading it takes longer than looking for it.
    static NAME: HeaderName = HeaderName::from_static(PURPOSE);
    let said = headers.get(&NAME)?.to_str().ok()?;
    let text = percent_encoding::percent_decode_str(said).decode_utf8_lossy();
    // What nobody can see is no purpose.
    (!is_blank(&text)).then(|| kept(&text))
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
    fn a_purpose_is_decoded_and_bounded() {
        assert_eq!(purpose(&headers(PURPOSE, "%E5%85%A5%E6%88%B7%0A")).as_deref(), Some("入户"));
        assert_eq!(purpose(&headers(PURPOSE, &"x".repeat(500))).unwrap().len(), MAX_PURPOSE);
        assert_eq!(purpose(&headers(PURPOSE, "%E2%80%8B%EF%BB%BF")), None, "nobody can see it");
    }
}
