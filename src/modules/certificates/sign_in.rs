//! Signing in by certificate: the steps in their order, each refusal with its record.

use std::sync::{Arc, Mutex, PoisonError};

use base64ct::{Base64, Encoding};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use super::{model::SignedChallenge, store};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        audit::chain::hex,
        audit_entry::Outcome,
        auth::{self, Secret},
        db::{AuditEntry, Tx},
        edge::serve::Shown,
        error::{Error, Result},
        pki::{
            self, Authority, Certificate, Crl, Form, Grace, MAX_CERTIFICATE, MAX_CERTIFICATES, MAX_CHALLENGE,
            MAX_SIGNATURE, Refusal, Signed, Trust,
        },
        request,
        text::{Text, text},
        work::Work,
    },
    map::Server,
    modules::identity::{self, Counted, FORGOTTEN},
};

/// How long a challenge may be signed and brought back.
const CHALLENGE_SECONDS: i32 = 120;
/// Old challenges that are dropped with each new one: more go than come.
const DROPPED: i64 = 20;
/// Challenges that are kept at most, however many strangers ask for them.
const MOST_OPEN: i64 = 20_000;
/// Verifications that are under way or wait; lists of revocations make them long.
const QUEUE: usize = 32;

/// What the certificates' routes share: the map, and whom the city trusts as it was last read.
pub(super) struct Certificates {
    pub(super) server: Server,
    trust: Mutex<Option<(String, Arc<Trust>)>>,
    verifying: Work,
}

impl Certificates {
    pub(super) fn new(server: Server) -> Self {
        Self { server, trust: Mutex::new(None), verifying: Work::new(QUEUE) }
    }

    /// Gives out a challenge and when it ends. Where strangers have tried too often, only at an address from which somebody
    /// has signed in: whose certificate will answer isn't known yet.
    ///
    /// # Errors
    /// 429 when the address tries too often.
    pub(super) async fn challenge(&self, address: &str) -> Result<(String, DateTime<Utc>)> {
        let too_many = request::tries().err();
        let server = self.server.app.edge.public_url.as_deref().unwrap_or("gridhall");
        let time = self.server.app.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
        // One line: programs that sign text change the ends of lines.
        let challenge = Secret::new(&format!("Gridhall sign-in to {server} at {time}: ")).reveal().to_owned();
        let mut tx = self.server.app.db.begin(&Actor::system("sign-in")).await?;
        if let Some(too_many) = too_many
            && !identity::is_known_address(&mut tx, address).await?
        {
            return Err(too_many);
        }
        store::drop_old_challenges(&mut tx, DROPPED).await?;
        let ends = store::insert_challenge(&mut tx, &auth::hash(&challenge), CHALLENGE_SECONDS, MOST_OPEN).await?;
        let ends = ends.ok_or(Error::Busy)?;
        tx.commit().await?;
        Ok((challenge, ends))
    }

    /// Opens a session of the account to which the certificate belongs that signed the challenge.
    ///
    /// # Errors
    /// 401 that says why, 429 while failures have to be waited for.
    pub(super) async fn sign_in(&self, signed: SignedChallenge, address: &str, agent: &str) -> Result<(Secret, Actor)> {
        let (mut tx, attempt) = self.begin(address, agent, 2, || claimed(&signed)).await?;
        // Used up before it is looked at, so that nothing is tried twice on one challenge.
        if !store::use_challenge(&mut tx, &auth::hash(&signed.challenge)).await? {
            let why = text(
                "待签名原文不存在、已使用或已过期，请重新登录。",
                "The challenge is unknown, was used or is too old; begin anew.",
            );
            return Err(attempt.refuse(tx, "certificate", "challenge", why).await?);
        }
        let now = self.server.app.clock.now();
        let verify = move |trust: &Trust| read_and_verify(&signed, trust, now);
        self.open(tx, &attempt, verify).await
    }

    /// Opens a session of the account to which the certificate belongs that a client showed in its handshake.
    ///
    /// # Errors
    /// The same.
    pub(super) async fn by_handshake(&self, shown: Shown, address: &str, agent: &str) -> Result<(Secret, Actor)> {
        let first = || shown.0.first().ok_or(Refusal::NoCertificate).and_then(|der| Certificate::from_der(der));
        let (tx, attempt) = self.begin(address, agent, 1, first).await?;
        let now = self.server.app.clock.now();
        let verify = move |trust: &Trust| {
            let given: Vec<Certificate> =
                shown.0.iter().map(|der| Certificate::from_der(der)).collect::<Result<_, _>>()?;
            pki::verify_holder(&given, trust, now)
        };
        self.open(tx, &attempt, verify).await
    }

    /// A transaction, and what is known of the attempt. Where strangers have tried too often from the address, nothing is
    /// verified but for an account that is known there.
    async fn begin<'a>(
        &'a self,
        address: &'a str,
        agent: &'a str,
        requests: u32,
        claimed: impl FnOnce() -> Result<Certificate, Refusal>,
    ) -> Result<(Tx, Attempt<'a>)> {
        let too_many = request::tries().err();
        // What its requests took is given back once it has succeeded; at home nothing was taken.
        let given_back = if too_many.is_none() { requests } else { 0 };
        let mut tx = self.server.app.db.begin(&Actor::system("sign-in")).await?;
        if let Some(too_many) = too_many {
            let account = match claimed() {
                Ok(certificate) => account_of(&mut tx, &certificate).await?,
                Err(_) => None,
            };
            match account {
                Some(account) if identity::knows_address(&mut tx, account, address).await? => {
                    request::tries_at_home(account)?;
                }
                _ => return Err(too_many),
            }
        }
        let key = format!("address {address}");
        let locked = identity::locked_until(&mut tx, std::slice::from_ref(&key)).await?;
        Ok((tx, Attempt { app: &self.server.app, address, agent, key, locked, given_back }))
    }

    /// Verifies what was brought, and opens the session.
    async fn open(
        &self,
        mut tx: Tx,
        attempt: &Attempt<'_>,
        verify: impl FnOnce(&Trust) -> Result<Certificate, Refusal> + Send + 'static,
    ) -> Result<(Secret, Actor)> {
        let app = &self.server.app;
        let trust = self.trust(&mut tx).await?;
        // Not held while signatures are computed.
        tx.commit().await?;
        let verified = self.verifying.run(move || Ok(verify(&trust))).await?;

        let mut tx = app.db.begin(&Actor::system("sign-in")).await?;
        let certificate = match verified {
            Ok(certificate) => certificate,
            Err(refusal) => {
                return Err(attempt.refuse(tx, "certificate", refusal.name(), refusal.text()).await?);
            }
        };
        let Some(account) = account_of(&mut tx, &certificate).await? else {
            let why = text(
                "该证书未绑定账号，请联系安全管理员绑定。",
                "This certificate isn't bound to an account; ask the security administrator.",
            );
            return Err(attempt.refuse(tx, VERIFIED, "unbound", why).await?);
        };
        // What others failed at from the same address doesn't hold up who is known there.
        if let Some(until) = attempt.locked
            && !identity::knows_address(&mut tx, account, attempt.address).await?
        {
            tx.commit().await?;
            return Err(attempt.wait(VERIFIED, until));
        }
        if let Some((reason, why)) = closed(&mut tx, account).await? {
            return Err(attempt.refuse(tx, VERIFIED, reason, why).await?);
        }
        let proof = ("certificate", kept_of(&certificate));
        let opened = app.auth.open_session(tx, account, proof, attempt.address, attempt.agent).await?;
        request::proved(attempt.given_back);
        Ok(opened)
    }

    /// Whom the city trusts; read anew only when something has changed, since lists are long.
    async fn trust(&self, tx: &mut Tx) -> Result<Arc<Trust>> {
        let version = store::trust_version(tx).await?;
        if let Some((held, trust)) = &*self.trust.lock().unwrap_or_else(PoisonError::into_inner)
            && *held == version
        {
            return Ok(trust.clone());
        }
        let kept = store::trusted(tx).await?;
        let trust = Arc::new(self.verifying.run(move || read_trust(&kept)).await?);
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, trust.clone()));
        Ok(trust)
    }
}

fn read_trust(kept: &[store::Kept]) -> Result<Trust> {
    let mut trust = Trust::default();
    for row in kept {
        // It was read when it was taken in.
        let broken = |refusal: Refusal| Error::Internal(anyhow::anyhow!("authority {}: {refusal:?}", row.id));
        let certificate = Certificate::from_der(&row.der).map_err(broken)?;
        let grace = Grace::of_hours(u16::try_from(row.grace_hours).unwrap_or(0));
        trust.authorities.push(Authority { certificate, grace });
        if let Some(crl) = &row.crl {
            trust.crls.push(Crl::read(crl).map_err(broken)?);
        }
    }
    Ok(trust)
}

/// Bytes that were sent as text: base 64, however its lines are broken.
fn bytes(text: &str, most: usize, what: &'static str) -> Result<Vec<u8>, Refusal> {
    if text.len() > most * 2 {
        return Err(Refusal::TooLarge(most));
    }
    let bare: String = text.split_whitespace().collect();
    Base64::decode_vec(&bare).map_err(|_| Refusal::Unreadable(what, "base 64".to_owned()))
}

/// The certificates of one text: PEM, or DER in base 64.
pub(super) fn certificates(text: &str) -> Result<Vec<Certificate>, Refusal> {
    if text.contains("-----BEGIN") {
        Certificate::read_all(text.as_bytes())
    } else {
        Certificate::from_der(&bytes(text, MAX_CERTIFICATE, "certificate")?).map(|one| vec![one])
    }
}

/// Reads what was sent and hands it on.
fn read<T>(signed: &SignedChallenge, with: impl FnOnce(&Signed<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    if signed.challenge.len() > MAX_CHALLENGE {
        return Err(Refusal::TooLarge(MAX_CHALLENGE));
    }
    if signed.certificates.len() > MAX_CERTIFICATES {
        return Err(Refusal::TooMany(MAX_CERTIFICATES));
    }
    let mut given = Vec::new();
    for text in &signed.certificates {
        given.extend(certificates(text)?);
    }
    let signature = bytes(&signed.signature, MAX_SIGNATURE, "signature")?;
    let challenge = signed.challenge.as_bytes();
    let form = Form::from(signed.form);
    with(&Signed { challenge, form, signature: &signature, certificates: &given })
}

/// The certificate that somebody says they signed with.
fn claimed(signed: &SignedChallenge) -> Result<Certificate, Refusal> {
    read(signed, pki::claimed)
}

fn read_and_verify(signed: &SignedChallenge, trust: &Trust, now: DateTime<Utc>) -> Result<Certificate, Refusal> {
    read(signed, |signed| pki::verify(signed, trust, now))
}

/// The account that a certificate opens: the one it is bound to, or the one of the identity number that it names where the
/// administrator lets that be.
async fn account_of(tx: &mut Tx, certificate: &Certificate) -> Result<Option<i64>> {
    let fingerprint = certificate.fingerprint();
    if let Some(account) = store::bound_to(tx, &fingerprint).await? {
        return Ok(Some(account));
    }
    if !identity::policy(tx).await?.match_citizen_id || store::was_unbound(tx, &fingerprint).await? {
        return Ok(None);
    }
    match certificate.citizen_id() {
        Some(id) => store::by_citizen_id(tx, id.as_str()).await,
        None => Ok(None),
    }
}

/// Why an account isn't opened. One that was invited and signs in by certificate alone is active from now on.
async fn closed(tx: &mut Tx, account: i64) -> Result<Option<(&'static str, Text)>> {
    let Some(known) = identity::account(tx, account).await? else {
        return Ok(Some(("state", text("没有这个账号。", "There is no such account."))));
    };
    let policy = identity::policy(tx).await?;
    match known.state.as_str() {
        "active" if identity::is_dormant(&policy, known.last, known.now) => {
            identity::set_state(tx, account, "dormant").await?;
        }
        "active" => return Ok(None),
        "invited" if known.certificate_only => {
            identity::set_state(tx, account, "active").await?;
            return Ok(None);
        }
        "invited" => {
            return Ok(Some((
                "state",
                text("账号尚未激活，请先用邀请设置密码。", "Set a password by your invitation first."),
            )));
        }
        "dormant" => {}
        other => return Ok(Some(("state", identity::locked(other)))),
    }
    Ok(Some(("state", identity::locked("dormant"))))
}

/// What the audit keeps of a certificate. Not its subject, which may name an identity number.
fn kept_of(certificate: &Certificate) -> serde_json::Value {
    json!({"certificate": {
        "issuer": certificate.issuer(),
        "serial": certificate.serial(),
        "sha256": hex::encode(&certificate.fingerprint()),
    }})
}

/// What the audit calls a certificate that was verified. Not by its subject, which may name an identity number.
const VERIFIED: &str = "certificate, verified";

/// Somebody tries to sign in by a certificate.
struct Attempt<'a> {
    app: &'a App,
    address: &'a str,
    agent: &'a str,
    /// By which the failures of the address are counted.
    key: String,
    /// Until when the address is locked. Whether that holds somebody up is known only once the certificate is verified, and
    /// verifying tells a guesser nothing: nobody guesses a signature.
    locked: Option<DateTime<Utc>>,
    /// The requests that don't count once it has succeeded.
    given_back: u32,
}

impl Attempt<'_> {
    /// Counts a failure of the address, writes it down, and gives the error to answer with. While the address is locked that
    /// tells nothing else.
    async fn refuse(&self, mut tx: Tx, object: &str, why: &'static str, told: Text) -> Result<Error> {
        if let Some(until) = self.locked {
            tx.commit().await?;
            return Ok(self.wait(object, until));
        }
        let hours = i32::try_from(FORGOTTEN.num_hours()).unwrap_or(24);
        let failures = identity::count_failure(&mut tx, &self.key, hours).await?;
        if let Some(wait) = identity::wait(Counted::Address, failures) {
            identity::lock(&mut tx, &self.key, i32::try_from(wait.num_seconds()).unwrap_or(i32::MAX)).await?;
        }
        tx.audit_as(Outcome::Denied, self.entry(object, why));
        tx.commit().await?;
        Ok(Error::SignIn(told))
    }

    /// That the address is locked: written by way of the queue, since it may ask as often as it likes.
    fn wait(&self, object: &str, until: DateTime<Utc>) -> Error {
        self.app.db.note(&Actor::system("sign-in"), Outcome::Denied, self.entry(object, "locked"));
        Error::TooMany(u64::try_from((until - self.app.clock.now()).num_seconds()).unwrap_or(0) + 1)
    }

    fn entry(&self, object: &str, why: &str) -> AuditEntry {
        AuditEntry {
            action: "session.refused",
            object: object.to_owned(),
            region: 0,
            detail: json!({"method": "certificate", "why": why, "address": self.address}),
        }
    }
}
