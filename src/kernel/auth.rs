//! Tokens and sessions: how a request's actor is known.
//!
//! Secrets are 256 random bits, shown once and kept as SHA-256; a stretched hash is for passwords, which people choose.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::{
    actor::{Actor, Grant},
    db::{AuditEntry, Db, write_audit},
    error::{Error, Result},
};
use crate::spatial::region::RegionCode;

/// The session's cookie.
pub const COOKIE: &str = "gridhall_session";
/// How long a person's session lasts, used or not.
const SESSION_HOURS: i32 = 12;
/// How long a checked token is believed without asking the database again: a revocation takes effect within this.
const FRESH: Duration = Duration::from_secs(3);
/// How long it is believed while the database is away, so that the map goes on.
const WHILE_DOWN: Duration = Duration::from_hours(1);
const TOKEN_PREFIX: &str = "ght_";
const SESSION_PREFIX: &str = "ghs_";
const CODE_PREFIX: &str = "ghc_";

/// A secret, to be shown once.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    fn new(prefix: &str) -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(bytes.iter().fold(prefix.to_owned(), |text, byte| text + &format!("{byte:02x}")))
    }

    /// The text to hand over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

type Hash = [u8; 32];

fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// Knows actors by the tokens and sessions that requests carry.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    db: Db,
    known: Cache<Hash, Known>,
}

#[derive(Clone)]
struct Known {
    actor: Actor,
    checked: Instant,
}

impl Auth {
    /// Checks against this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self(Arc::new(Inner { db, known: Cache::new(20_000) }))
    }

    /// The actor of a request: by `Authorization: Bearer`, or by the session's cookie.
    ///
    /// # Errors
    /// 401 without a valid one, 503 when the database is away and the secret isn't known yet.
    pub async fn actor(&self, headers: &HeaderMap) -> Result<Actor> {
        let secret = secret_of(headers).ok_or(Error::Unauthorised)?;
        let hash = hash(secret);
        let known = self.0.known.get(&hash);
        if let Some(known) = &known
            && known.checked.elapsed() < FRESH
            && known.actor.expires_at().is_none_or(|end| end > Utc::now())
        {
            return Ok(known.actor.clone());
        }
        match self.check(secret, &hash).await {
            Ok(Some(actor)) => {
                self.0.known.insert(hash, Known { actor: actor.clone(), checked: Instant::now() });
                Ok(actor)
            }
            Ok(None) => {
                self.0.known.remove(&hash);
                Err(Error::Unauthorised)
            }
            Err(Error::DatabaseDown) => match known {
                Some(known)
                    if known.checked.elapsed() < WHILE_DOWN
                        && known.actor.expires_at().is_none_or(|end| end > Utc::now()) =>
                {
                    Ok(known.actor)
                }
                _ => Err(Error::DatabaseDown),
            },
            Err(error) => Err(error),
        }
    }

    /// Whether the sign-in of a stream that was opened with these headers has ended since.
    pub async fn has_ended(&self, headers: &HeaderMap) -> bool {
        matches!(self.actor(headers).await, Err(Error::Unauthorised))
    }

    async fn check(&self, secret: &str, hash: &Hash) -> Result<Option<Actor>> {
        let mut tx = self.0.db.begin(&Actor::system("sign-in")).await?;
        let row = if secret.starts_with(SESSION_PREFIX) {
            sqlx::query_as!(
                Row,
                r#"update session s set last_seen_at = case when last_seen_at < now() - interval '1 minute' then now() else last_seen_at end
                   from token t
                   where s.hash = $1 and t.id = s.token_id and s.ended_at is null and s.expires_at > now()
                     and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
                   returning t.id, t.name, t.regions, t.permissions, t.expires_at, s.expires_at as "until?""#,
                hash.as_slice()
            )
            .fetch_optional(&mut *tx)
            .await?
        } else {
            sqlx::query_as!(
                Row,
                r#"select id, name, regions, permissions, expires_at, null::timestamptz as until from token
                   where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())"#,
                hash.as_slice()
            )
            .fetch_optional(&mut *tx)
            .await?
        };
        tx.commit().await?;
        row.map(Row::actor).transpose()
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
            sqlx::query_scalar!(
                "select id from token where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())",
                hash.as_slice()
            )
            .fetch_optional(&mut *tx)
            .await?
        };
        let Some(token_id) = token_id else {
            tx.audit(entry("session.refused", address.to_owned()));
            tx.commit().await?;
            return Err(Error::Unauthorised);
        };
        let secret = Secret::new(SESSION_PREFIX);
        let agent: String = agent.chars().take(200).collect();
        let session = self::hash(secret.reveal());
        sqlx::query!(
            "insert into session (hash, token_id, expires_at, address, agent)
             select $1, id, now() + make_interval(hours => session_hours), $3, $4 from token where id = $2",
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
        self.0.known.remove(&hash);
        Ok(())
    }

    /// Forgets what it knows, so that the next request is checked anew.
    pub fn forget(&self) {
        self.0.known.clear();
    }
}

struct Row {
    id: i64,
    name: String,
    regions: Vec<i64>,
    permissions: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Row {
    fn actor(self) -> Result<Actor> {
        let regions = self.regions.into_iter().map(RegionCode::new).collect::<Result<_, _>>();
        let grant = Grant {
            name: self.name,
            regions: regions.map_err(|error| Error::Internal(error.into()))?,
            permissions: self.permissions.into_iter().collect(),
            expires_at: self.expires_at,
        };
        Actor::new(self.id, grant, self.until).map_err(|error| Error::Internal(error.into()))
    }
}

fn entry(action: &'static str, object: String) -> AuditEntry {
    AuditEntry { action, object, region: 0, detail: serde_json::json!({}) }
}

fn secret_of(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        return value.to_str().ok()?.strip_prefix("Bearer ").map(str::trim);
    }
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// A token as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is named as its column")]
pub struct TokenInfo {
    pub id: i64,
    pub name: String,
    pub regions: Vec<i64>,
    pub permissions: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Makes a token. The connection is the owner's.
///
/// # Errors
/// When the database refuses.
pub async fn create_token(conn: &mut PgConnection, grant: &Grant) -> anyhow::Result<(i64, Secret)> {
    let (id, secret) = insert_token(conn, grant, SESSION_HOURS).await?;
    write_audit(conn, "system:console", entry("token.create", format!("token {id} {}", grant.name))).await?;
    Ok((id, secret))
}

/// Makes a token whose sessions last so many hours. Whoever calls it writes the audit.
///
/// # Errors
/// When the database refuses.
pub async fn insert_token(
    conn: &mut PgConnection,
    grant: &Grant,
    session_hours: i32,
) -> Result<(i64, Secret), sqlx::Error> {
    let secret = Secret::new(TOKEN_PREFIX);
    let regions: Vec<i64> = grant.regions.iter().map(|region| region.get()).collect();
    let permissions: Vec<String> = grant.permissions.iter().cloned().collect();
    let hash = hash(secret.reveal());
    let id = sqlx::query_scalar!(
        "insert into token (name, hash, regions, permissions, expires_at, session_hours) values ($1, $2, $3, $4, $5, $6) returning id",
        grant.name,
        hash.as_slice(),
        &regions,
        &permissions,
        grant.expires_at,
        session_hours
    )
    .fetch_one(conn)
    .await?;
    Ok((id, secret))
}

/// A token for this grant whose secret nobody needs: the newest that there is, held for longer, or a new one. So whoever
/// comes back to it finds what he has kept.
///
/// # Errors
/// When the database refuses.
pub async fn renew_token(conn: &mut PgConnection, grant: &Grant) -> anyhow::Result<i64> {
    let regions: Vec<i64> = grant.regions.iter().map(|region| region.get()).collect();
    let permissions: Vec<String> = grant.permissions.iter().cloned().collect();
    let there = sqlx::query_scalar!(
        "update token set expires_at = $4 where id = (
             select max(id) from token where name = $1 and regions = $2 and permissions = $3 and revoked_at is null
             and (expires_at is null or expires_at > now())) returning id",
        grant.name,
        &regions,
        &permissions,
        grant.expires_at
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = there else { return Ok(create_token(conn, grant).await?.0) };
    write_audit(conn, "system:console", entry("token.renew", format!("token {id} {}", grant.name))).await?;
    Ok(id)
}

/// Every token, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_tokens(conn: &mut PgConnection) -> anyhow::Result<Vec<TokenInfo>> {
    Ok(sqlx::query_as!(
        TokenInfo,
        "select id, name, regions, permissions, created_at, expires_at, revoked_at from token order by id desc"
    )
    .fetch_all(conn)
    .await?)
}

/// Revokes the tokens of a name or an id, and with them their sessions. Gives how many.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_token(conn: &mut PgConnection, name_or_id: &str) -> anyhow::Result<u64> {
    let revoked = sqlx::query!(
        "update token set revoked_at = now() where (name = $1 or id::text = $1) and revoked_at is null",
        name_or_id
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    write_audit(conn, "system:console", entry("token.revoke", name_or_id.to_owned())).await?;
    Ok(revoked)
}

/// Makes a one-time code that opens a session of a token's holder within the hours given.
///
/// # Errors
/// When the database refuses.
pub async fn create_sign_in_code(conn: &mut PgConnection, token_id: i64, hours: i32) -> anyhow::Result<Secret> {
    let secret = Secret::new(CODE_PREFIX);
    let hash = hash(secret.reveal());
    sqlx::query!(
        "insert into sign_in_code (hash, token_id, expires_at) values ($1, $2, now() + make_interval(hours => $3))",
        hash.as_slice(),
        token_id,
        hours
    )
    .execute(conn)
    .await?;
    Ok(secret)
}
