//! Tokens: for programs, screens and the console.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{CODE_PREFIX, SESSION_HOURS, Secret, TOKEN_PREFIX, entry, hash};
use crate::kernel::{
    actor::{Actor, Grant},
    db::write_audit,
    error::{Error, Result},
    text::text,
};

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

/// Days after which a token that an actor made has to be renewed.
const RENEWAL_DAYS: i32 = 365;

/// Whose rights a token was made from: it ends with their account, with the post in which they acted, and with the
/// permission that they needed to make it; and what they may no longer see or do is no longer the token's either.
#[derive(Clone, Copy, Debug)]
pub struct Maker {
    account: Option<i64>,
    holding: Option<i64>,
    token: Option<i64>,
    needs: &'static str,
}

impl Maker {
    /// The actor, who needs a permission for as long as the token is to hold.
    ///
    /// # Errors
    /// 409 for who acts in no post, and so has no rights to hand on.
    pub fn of(actor: &Actor, needs: &'static str) -> Result<Self> {
        let (account, holding) = match actor.person() {
            Some(person) => (Some(person.account), person.holding),
            None => (None, None),
        };
        let maker = Self { account, holding, token: actor.token(), needs };
        if maker.holding.or(maker.token).is_none() {
            return Err(Error::Conflict(text(
                "须以某个岗位登录，或使用令牌。",
                "Sign in to a post for this, or use a token.",
            )));
        }
        Ok(maker)
    }
}

/// Makes a token. The connection is the owner's.
///
/// # Errors
/// When the database refuses.
pub async fn create_token(conn: &mut PgConnection, grant: &Grant) -> anyhow::Result<(i64, Secret)> {
    let (id, secret) = insert_token(conn, grant, SESSION_HOURS, None).await?;
    write_audit(conn, "system:console", entry("token.create", format!("token {id} {}", grant.name))).await?;
    Ok((id, secret))
}

/// Makes a token whose sessions last so many hours; one that is made from an actor's rights ends with them. Whoever calls it
/// writes the audit.
///
/// # Errors
/// When the database refuses.
pub async fn insert_token(
    conn: &mut PgConnection,
    grant: &Grant,
    session_hours: i32,
    maker: Option<Maker>,
) -> Result<(i64, Secret), sqlx::Error> {
    let secret = Secret::new(TOKEN_PREFIX);
    let regions: Vec<i64> = grant.regions.iter().map(|region| region.get()).collect();
    let permissions: Vec<String> = grant.permissions.iter().cloned().collect();
    let hash = hash(secret.reveal());
    let id = sqlx::query_scalar!(
        "insert into token (name, hash, regions, permissions, expires_at, session_hours, maker_account, maker_holding, maker_token,
                            maker_needs, renew_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + make_interval(days => $11)) returning id",
        grant.name,
        hash.as_slice(),
        &regions,
        &permissions,
        grant.expires_at,
        session_hours,
        maker.and_then(|maker| maker.account),
        maker.and_then(|maker| maker.holding),
        maker.and_then(|maker| maker.token),
        maker.map(|maker| maker.needs),
        maker.map(|_| RENEWAL_DAYS)
    )
    .fetch_one(conn)
    .await?;
    Ok((id, secret))
}

/// Renews a token from the rights of whoever renews it: it is theirs from now on, for another year at most.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over_token(
    conn: &mut PgConnection,
    id: i64,
    grant: &Grant,
    maker: Maker,
) -> Result<bool, sqlx::Error> {
    let regions: Vec<i64> = grant.regions.iter().map(|region| region.get()).collect();
    let permissions: Vec<String> = grant.permissions.iter().cloned().collect();
    let done = sqlx::query!(
        "update token set regions = $2, permissions = $3, expires_at = $4, maker_account = $5, maker_holding = $6, maker_token = $7,
                maker_needs = $8, renew_by = now() + make_interval(days => $9)
         where id = $1 and revoked_at is null",
        id,
        &regions,
        &permissions,
        grant.expires_at,
        maker.account,
        maker.holding,
        maker.token,
        maker.needs,
        RENEWAL_DAYS
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A token for this grant whose secret nobody needs: the newest that there is, held for longer, or a new one. So whoever
/// comes back to it finds what they have kept.
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
