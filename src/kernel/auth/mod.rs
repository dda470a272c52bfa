//! Tokens and sessions: how a request's actor is known.
//!
//! Secrets are 256 random bits, shown once and kept as SHA-256; a stretched hash is for passwords, which people choose.
//! A session is a token's or an account's. An account's acts in one of its holder's posts: the post's regions are the
//! scope, its role's permissions what they may do.

mod cookies;
mod passwords;
mod tokens;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

pub use cookies::{cookie, forget_cookie, forget_screen_cookie, give_cookie, give_screen_cookie};
pub use passwords::hash_password_here;
pub use tokens::{
    Maker, TokenInfo, create_sign_in_code, create_token, hand_over_token, insert_token, list_tokens, renew_token,
    revoke_token,
};

use super::{
    actor::{Actor, Grant, Person},
    audit_entry::Outcome,
    db::{AuditEntry, Db, Tx},
    error::{Error, Result},
    request,
    work::Work,
};
use crate::spatial::region::RegionCode;

/// The session's cookie.
pub const COOKIE: &str = "gridhall_session";
/// What begins the cookie of a wall's screen; the screen's id follows. It lies beside the session's cookie, so that opening
/// a screen's address does not take the place of whoever is signed in to the browser.
pub const SCREEN_COOKIE: &str = "gridhall_screen_";
/// By which the map of a screen's page says for which screen it asks; all else of that page is known by its referrer.
const SCREEN_HEADER: &str = "gridhall-screen";
/// How long a person's session lasts, used or not.
const SESSION_HOURS: i32 = 12;
/// How long a checked token is believed without asking the database again: a revocation takes effect within this.
const FRESH: Duration = Duration::from_secs(3);
/// How long it is believed while the database is away, so that the map goes on.
const WHILE_DOWN: Duration = Duration::from_hours(1);
/// How long a database that was found away isn't asked again about what is known: the map doesn't wait for it each time.
const AWAY: Duration = Duration::from_secs(5);
/// How long a check may take before the database counts as away.
const PATIENCE: Duration = Duration::from_secs(3);
const TOKEN_PREFIX: &str = "ght_";
const SESSION_PREFIX: &str = "ghs_";
const CODE_PREFIX: &str = "ghc_";

/// A secret, to be shown once.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new one, told apart by its first letters.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(bytes.iter().fold(prefix.to_owned(), |text, byte| text + &format!("{byte:02x}")))
    }

    /// The text to hand over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is kept of a secret.
pub type Hash = [u8; 32];

/// What is kept of a secret: it has 256 random bits, so a plain hash tells nothing.
#[must_use]
pub fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// Knows actors by the tokens and sessions that requests carry.
#[derive(Clone)]
pub struct Auth(Arc<AuthInner>);

struct AuthInner {
    db: Db,
    known: Cache<Hash, VerifiedSession>,
    /// Grows whenever somebody isn't believed any more.
    forgotten: AtomicU64,
    hashing: Work,
}

/// Who asked last over a connection: whoever goes on asking over it is looked up once in a while only, and no core waits
/// for another that counts their copies.
#[derive(Clone, Default)]
pub struct ConnectionSession(Option<(Hash, VerifiedSession, u64)>);

#[derive(Clone)]
struct VerifiedSession {
    actor: Actor,
    checked: Instant,
    /// Until when it is believed without asking.
    until: Instant,
}

impl VerifiedSession {
    /// What the database has just said.
    fn now(actor: Actor) -> Self {
        let checked = Instant::now();
        Self { actor, checked, until: checked + FRESH }
    }

    /// Whether it is believed without asking.
    fn holds(&self) -> bool {
        Instant::now() < self.until && !self.has_expired()
    }

    fn has_expired(&self) -> bool {
        self.actor.expires_at().is_some_and(|end| end <= Utc::now())
    }
}

impl Auth {
    /// Checks against this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self(Arc::new(AuthInner {
            db,
            known: Cache::new(20_000),
            forgotten: AtomicU64::new(0),
            hashing: Work::new(passwords::QUEUE),
        }))
    }

    /// The actor of a request: by `Authorization: Bearer`, or by the session's cookie.
    ///
    /// # Errors
    /// 401 without a valid one, 429 when an address tries too many that aren't known yet, 503 when the database is away and
    /// the secret isn't known yet.
    pub async fn actor(&self, headers: &HeaderMap) -> Result<Actor> {
        let Some(secret) = secret_of(headers) else {
            request::asks(None)?;
            return Err(Error::Unauthorised);
        };
        let hash = hash(secret);
        let known = match self.0.known.get(&hash) {
            Some(known) if known.holds() => return Ok(known.actor),
            known => known,
        };
        // A cookie that has run out is everyday; a token that isn't one is somebody's try.
        let is_try = known.is_none() && headers.contains_key(header::AUTHORIZATION);
        if known.is_none() {
            request::asks(None)?;
        }
        if is_try {
            request::may_try()?;
        }
        let checked = tokio::time::timeout(PATIENCE, self.check(secret, &hash)).await;
        match checked.unwrap_or_else(|_| Err(Error::away(&"it doesn't answer"))) {
            Ok(Some(actor)) => {
                self.0.known.insert(hash, VerifiedSession::now(actor.clone()));
                Ok(actor)
            }
            Ok(None) => {
                self.disbelieve(&hash);
                if is_try {
                    request::tries().ok();
                }
                Err(Error::Unauthorised)
            }
            // Who was let in goes on reading the map while the database is away, or has no room to note that they were seen.
            Err(error @ (Error::DatabaseDown | Error::StorageFull)) => match known {
                Some(known) if known.checked.elapsed() < WHILE_DOWN && !known.has_expired() => {
                    let actor = known.actor.clone();
                    self.0.known.insert(hash, VerifiedSession { until: Instant::now() + AWAY, ..known });
                    Ok(actor)
                }
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The actor of a request, where they are known without asking the database. None says nothing of them: [`Auth::actor`]
    /// asks.
    pub fn known<'a>(&self, headers: &HeaderMap, lately: &'a mut ConnectionSession) -> Option<&'a Actor> {
        let hash = hash(secret_of(headers)?);
        let forgotten = self.0.forgotten.load(Ordering::Acquire);
        let is_he = |(of, known, at): &(Hash, VerifiedSession, u64)| *of == hash && *at == forgotten && known.holds();
        if !lately.0.as_ref().is_some_and(is_he) {
            let known = self.0.known.get(&hash).filter(VerifiedSession::holds)?;
            lately.0 = Some((hash, known, forgotten));
        }
        lately.0.as_ref().map(|(_, known, _)| &known.actor)
    }

    /// Whether a stream that was opened with these headers for this actor has to end: they aren't signed in any more, or what
    /// they may see and do has changed. While the database is away nobody knows, and it goes on.
    pub async fn has_ended(&self, headers: &HeaderMap, actor: &Actor) -> bool {
        match self.actor(headers).await {
            Ok(now) => !now.has_the_rights_of(actor),
            Err(error) => matches!(error, Error::Unauthorised),
        }
    }

    /// Who is known by a key ([`Actor::key`]), with the rights that they hold now: an account in one of its posts, a token, or
    /// the program itself. Without a request there is no session: an account acts in session 0.
    ///
    /// # Errors
    /// 401 when the account or the token may not sign in any more; when the database is away.
    pub async fn actor_by_key(&self, key: &str, holding: Option<i64>) -> Result<Actor> {
        let (kind, id) = key.split_once(':').ok_or(Error::Unauthorised)?;
        if kind == "system" {
            return Ok(Actor::system(id));
        }
        let id: i64 = id.parse().map_err(|_| Error::Unauthorised)?;
        let mut tx = self.0.db.begin(&Actor::system("sign-in")).await?;
        let actor = match kind {
            "account" => of_account(&mut tx, id, holding, (0, DateTime::<Utc>::MAX_UTC)).await?,
            "token" => of_token(&mut tx, id, None).await?,
            _ => None,
        };
        tx.commit().await?;
        actor.ok_or(Error::Unauthorised)
    }

    async fn check(&self, secret: &str, hash: &Hash) -> Result<Option<Actor>> {
        let mut tx = self.0.db.begin(&Actor::system("sign-in")).await?;
        let actor = if secret.starts_with(SESSION_PREFIX) {
            of_session(&mut tx, hash).await?
        } else {
            sqlx::query_as!(
                TokenRow,
                r#"select id as "id!", name as "name!", regions as "regions!", permissions as "permissions!", expires_at
                   from valid_token where hash = $1"#,
                hash.as_slice()
            )
            .fetch_optional(&mut *tx)
            .await?
            .map(|row| row.actor(None))
            .transpose()?
        };
        tx.commit().await?;
        Ok(actor)
    }

    /// Opens a session of an account in the transaction that found it to be right, and commits that. They act in the post
    /// in which they did last, or in their first. `proof` is what the audit keeps of how they came in. Gives the session's secret
    /// and its actor.
    ///
    /// # Errors
    /// 401 when the account isn't active, and when the database is away.
    pub async fn open_session(
        &self,
        mut tx: Tx,
        account: i64,
        (method, proof): (&'static str, serde_json::Value),
        address: &str,
        agent: &str,
    ) -> Result<(Secret, Actor)> {
        let secret = Secret::new(SESSION_PREFIX);
        let session = hash(secret.reveal());
        let agent: String = agent.chars().take(200).collect();
        sqlx::query!(
            "insert into session (hash, account_id, holding_id, expires_at, address, agent, method)
             select $1, $2,
                    (select h.id from holding h
                     where h.account_id = $2 and h.ended_at is null and h.from_at <= now() and (h.until_at is null or h.until_at > now())
                     order by h.id = (select s.holding_id from session s where s.account_id = $2 order by s.id desc limit 1) desc nulls last,
                              h.stand_in, h.id
                     limit 1),
                    now() + make_interval(hours => session_hours), $3, $4, $5
             from identity_policy",
            session.as_slice(),
            account,
            address,
            agent,
            method
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!("select note_activity()").execute(&mut *tx).await?;
        let who = sqlx::query!("update account set signed_in_at = now() where id = $1 returning name, region", account)
            .fetch_one(&mut *tx)
            .await?;
        let object = format!("account {account} {method}");
        let opened = AuditEntry { action: "session.open", object, region: who.region, detail: proof };
        tx.audit_by(&who.name, &format!("account:{account}"), opened);
        tx.commit().await?;
        let actor = self.check(secret.reveal(), &session).await?.ok_or(Error::Unauthorised)?;
        Ok((secret, actor))
    }

    /// Opens a session for a one-time code or for a token. Gives the session's secret and its actor.
    ///
    /// # Errors
    /// 401 when the code is unknown, used or too old, or the token isn't valid.
    pub async fn sign_in(&self, proof: &str, address: &str, agent: &str) -> Result<(Secret, Actor)> {
        let mut tx = self.0.db.begin(&Actor::system("sign-in")).await?;
        let hash = hash(proof);
        let token_id = if proof.starts_with(CODE_PREFIX) {
            sqlx::query_scalar!(
                "update sign_in_code set used_at = now() where hash = $1 and used_at is null and expires_at > now() returning token_id",
                hash.as_slice()
            )
            .fetch_optional(&mut *tx)
            .await?
        } else {
            sqlx::query_scalar!(r#"select id as "id!" from valid_token where hash = $1"#, hash.as_slice())
                .fetch_optional(&mut *tx)
                .await?
        };
        let Some(token_id) = token_id else {
            tx.commit().await?;
            let refused = entry("session.refused", String::new());
            self.0.db.note(&Actor::system("sign-in"), Outcome::Denied, refused);
            return Err(Error::Unauthorised);
        };
        let secret = Secret::new(SESSION_PREFIX);
        let agent: String = agent.chars().take(200).collect();
        let session = self::hash(secret.reveal());
        sqlx::query!(
            "insert into session (hash, token_id, expires_at, address, agent)
             select $1, id, now() + make_interval(hours => session_hours), $3, $4 from valid_token where id = $2",
            session.as_slice(),
            token_id,
            address,
            agent
        )
        .execute(&mut *tx)
        .await?;
        tx.audit(entry("session.open", format!("token {token_id}")));
        tx.commit().await?;
        let actor = self.check(secret.reveal(), &session).await?.ok_or(Error::Unauthorised)?;
        Ok((secret, actor))
    }

    /// Ends the session of a request.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sign_out(&self, headers: &HeaderMap, actor: &Actor) -> Result<()> {
        let Some(secret) = secret_of(headers) else { return Ok(()) };
        let hash = hash(secret);
        let mut tx = self.0.db.begin(actor).await?;
        sqlx::query!("update session set ended_at = now() where hash = $1 and ended_at is null", hash.as_slice())
            .execute(&mut *tx)
            .await?;
        tx.audit(entry("session.end", String::new()));
        tx.commit().await?;
        self.disbelieve(&hash);
        Ok(())
    }

    /// Ends the session that a request brought along, if it brought one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn end_quietly(&self, headers: &HeaderMap) -> Result<()> {
        let Some(secret) = secret_of(headers).filter(|secret| secret.starts_with(SESSION_PREFIX)) else {
            return Ok(());
        };
        let hash = hash(secret);
        let mut tx = self.0.db.begin(&Actor::system("sign-in")).await?;
        sqlx::query!("update session set ended_at = now() where hash = $1 and ended_at is null", hash.as_slice())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.disbelieve(&hash);
        Ok(())
    }

    /// Whether the request carries the session's cookie and nothing else: only such a one can another site forge.
    #[must_use]
    pub fn is_by_cookie(headers: &HeaderMap) -> bool {
        !headers.contains_key(header::AUTHORIZATION) && secret_of(headers).is_some()
    }

    /// Forgets what it knows, so that the next request is checked anew.
    pub fn forget(&self) {
        self.0.known.clear();
        self.0.forgotten.fetch_add(1, Ordering::Release);
    }

    fn disbelieve(&self, hash: &Hash) {
        if self.0.known.remove(hash).is_some() {
            self.0.forgotten.fetch_add(1, Ordering::Release);
        }
    }
}

/// The actor of a session that holds, and that it was used.
async fn of_session(tx: &mut Tx, hash: &Hash) -> Result<Option<Actor>> {
    let Some(session) = sqlx::query!(
        "update session set last_seen_at = case when last_seen_at < now() - interval '1 minute' then now() else last_seen_at end
         where hash = $1 and ended_at is null and expires_at > now()
           and (account_id is null
                or last_seen_at > now() - (select make_interval(mins => idle_minutes) from identity_policy))
         returning id, token_id, account_id, holding_id, expires_at",
        hash.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await?
    else {
        return Ok(None);
    };
    match (session.token_id, session.account_id) {
        (Some(token), _) => of_token(tx, token, Some(session.expires_at)).await,
        (None, Some(account)) => of_account(tx, account, session.holding_id, (session.id, session.expires_at)).await,
        (None, None) => Ok(None),
    }
}

/// The actor of a token, signed in until then.
async fn of_token(tx: &mut Tx, token: i64, until: Option<DateTime<Utc>>) -> Result<Option<Actor>> {
    let row = sqlx::query_as!(
        TokenRow,
        r#"select id as "id!", name as "name!", regions as "regions!", permissions as "permissions!", expires_at
           from valid_token where id = $1"#,
        token
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| row.actor(until)).transpose()
}

/// The actor of an account in one of its posts, in a session until then.
async fn of_account(
    tx: &mut Tx,
    account: i64,
    holding: Option<i64>,
    (session, until): (i64, DateTime<Utc>),
) -> Result<Option<Actor>> {
    let Some(row) = sqlx::query!(
        r#"select a.id, a.login, a.name, h.id as "holding?", p.name as "post?", p.regions as "regions?",
                  r.permissions as "permissions?", h.until_at,
                  (a.must_change or (i.password_days > 0 and not a.certificate_only
                                     and a.password_at < now() - make_interval(days => i.password_days))) as "must_change!",
                  unread_of(a.id, 'account.') as "notices!"
           from account a cross join identity_policy i
           left join holding h on h.id = $2 and h.account_id = a.id and h.ended_at is null and h.from_at <= now()
                              and (h.until_at is null or h.until_at > now())
           left join post p on p.id = h.post_id and p.closed_at is null
           left join role r on r.code = p.role_code
           where a.id = $1 and a.state = 'active'"#,
        account,
        holding
    )
    .fetch_optional(&mut **tx)
    .await?
    else {
        return Ok(None);
    };
    // Who has to change their password first may do nothing else yet.
    let permissions = row.permissions.filter(|_| !row.must_change).unwrap_or_default();
    let person = Person {
        account: row.id,
        login: row.login,
        session,
        holding: row.holding,
        post: row.post.unwrap_or_default(),
        must_change: row.must_change,
        notices: row.notices,
    };
    let grant = Grant {
        name: row.name,
        regions: regions(row.regions.unwrap_or_default())?,
        permissions: permissions.into_iter().collect(),
        expires_at: row.until_at,
    };
    let actor = Actor::of_person(person, grant, until);
    Ok(Some(actor.map_err(|error| Error::Internal(error.into()))?))
}

fn regions(codes: Vec<i64>) -> Result<Vec<RegionCode>> {
    codes.into_iter().map(RegionCode::new).collect::<Result<_, _>>().map_err(|error| Error::Internal(error.into()))
}

struct TokenRow {
    id: i64,
    name: String,
    regions: Vec<i64>,
    permissions: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
}

impl TokenRow {
    fn actor(self, until: Option<DateTime<Utc>>) -> Result<Actor> {
        let grant = Grant {
            name: self.name,
            regions: regions(self.regions)?,
            permissions: self.permissions.into_iter().collect(),
            expires_at: self.expires_at,
        };
        Actor::new(self.id, grant, until).map_err(|error| Error::Internal(error.into()))
    }
}

fn entry(action: &'static str, object: String) -> AuditEntry {
    AuditEntry { action, object, region: 0, detail: serde_json::json!({}) }
}

/// The token of `Authorization: Bearer`. The scheme's name is read whatever its case (RFC 9110, 11.1).
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn secret_of(headers: &HeaderMap) -> Option<&str> {
    if headers.contains_key(header::AUTHORIZATION) {
        return bearer(headers);
    }
    screen_secret(headers).or_else(|| cookies(headers).find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('=')))
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).map(str::trim)
}

/// The secret of the screen for which a request asks. A browser without a screen's cookie pays nothing for the question.
fn screen_secret(headers: &HeaderMap) -> Option<&str> {
    cookies(headers).find(|pair| pair.starts_with(SCREEN_COOKIE))?;
    let screen = asking_screen(headers)?;
    cookies(headers).find_map(|pair| {
        let (id, secret) = pair.strip_prefix(SCREEN_COOKIE)?.split_once('=')?;
        (id.parse::<i64>().ok() == Some(screen)).then_some(secret)
    })
}

/// The screen whose page sent a request, if one did.
#[must_use]
pub fn asking_screen(headers: &HeaderMap) -> Option<i64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    text(SCREEN_HEADER).and_then(|id| id.parse().ok()).or_else(|| {
        let address = text("referer")?.split_once("://")?.1;
        screen_of(address.find('/').map(|at| &address[at..])?)
    })
}

/// The screen of an address of ours: `/wall?screen=7`.
#[must_use]
pub fn screen_of(address: &str) -> Option<i64> {
    let query = address.strip_prefix("/wall?")?.split('#').next()?;
    query.split('&').find_map(|pair| pair.strip_prefix("screen=")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_screens_page_asks_by_the_screens_cookie_and_every_other_page_by_the_sessions() {
        let both = ("cookie", "gridhall_screen_7=screen; gridhall_session=person");
        for (from, secret) in [
            (("referer", "https://city.test/wall?screen=7"), "screen"),
            (("referer", "https://city.test/wall?theme=night&screen=7#top"), "screen"),
            (("gridhall-screen", "7"), "screen"),
            (("gridhall-screen", "8"), "person"),
            (("referer", "https://city.test/wall"), "person"),
            (("referer", "https://city.test/wall?screen=8"), "person"),
            (("referer", "https://city.test/director?screen=7"), "person"),
            (("referer", "https://city.test/map?x=/wall?screen=7"), "person"),
            (("referer", "https://city.test"), "person"),
        ] {
            assert_eq!(secret_of(&asked(&[both, from])), Some(secret), "{from:?}");
        }
        assert_eq!(secret_of(&asked(&[both])), Some("person"));
        // A screen that was opened before its cookie had a name of its own goes on.
        let old = ("cookie", "gridhall_session=screen");
        assert_eq!(secret_of(&asked(&[old, ("referer", "https://city.test/wall?screen=7")])), Some("screen"));
        // Without a session of one's own a screen's cookie opens nothing but that screen.
        assert_eq!(
            secret_of(&asked(&[("cookie", "gridhall_screen_7=screen"), ("referer", "https://city.test/map")])),
            None
        );
    }
}
