//! What a sign-in looks up and leaves behind.

use chrono::{DateTime, Utc};

use crate::{
    kernel::{db::Tx, error::Result},
    modules::identity::model::Policy,
};
use sqlx::PgConnection;

/// What a sign-in has to know of an account.
#[derive(Clone, Debug)]
pub(crate) struct SignInAccount {
    pub(crate) id: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) password: Option<String>,
    pub(crate) certificate_only: bool,
    pub(crate) totp_secret: Option<Vec<u8>>,
    pub(crate) totp_confirmed: bool,
    pub(crate) administrator: Option<String>,
    /// When they signed in last, later by the time in which nobody did: that doesn't count as disuse.
    pub(crate) last: DateTime<Utc>,
    /// The database's time.
    pub(crate) now: DateTime<Utc>,
}

/// The account of a login.
pub(crate) async fn account_by_login(tx: &mut PgConnection, login: &str) -> Result<Option<SignInAccount>> {
    Ok(sqlx::query_as!(
        SignInAccount,
        r#"select id, login, name, state, password, certificate_only, totp_secret, totp_confirmed, administrator,
                  coalesce(signed_in_at, updated_at) + quiet_since(coalesce(signed_in_at, updated_at)) as "last!", now() as "now!"
           from account where login = $1"#,
        login
    )
    .fetch_optional(&mut *tx)
    .await?)
}

/// The account of an id.
pub(crate) async fn account(tx: &mut PgConnection, id: i64) -> Result<Option<SignInAccount>> {
    Ok(sqlx::query_as!(
        SignInAccount,
        r#"select id, login, name, state, password, certificate_only, totp_secret, totp_confirmed, administrator,
                  coalesce(signed_in_at, updated_at) + quiet_since(coalesce(signed_in_at, updated_at)) as "last!", now() as "now!"
           from account where id = $1"#,
        id
    )
    .fetch_optional(&mut *tx)
    .await?)
}

/// Whether the account has signed in from this address within a month.
pub(crate) async fn knows_address(tx: &mut Tx, account: i64, address: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from session where account_id = $1 and address = $2 and created_at > now() - interval '30 days') as "is!""#,
        account,
        address
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Whether anybody has signed in from this address within a month.
pub(crate) async fn is_known_address(tx: &mut Tx, address: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from session where address = $1 and account_id is not null
                              and created_at > now() - interval '30 days') as "is!""#,
        address
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Until when the latest of these is locked.
pub(crate) async fn locked_until(tx: &mut Tx, keys: &[String]) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "select max(locked_until) from sign_in_failure where key = any($1) and locked_until > now()",
        keys
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Counts a failure; gives how many there are without a pause of so many hours.
pub(crate) async fn count_failure(tx: &mut Tx, key: &str, forgotten_hours: i32) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "insert into sign_in_failure as f (key, failures) values ($1, 1)
         on conflict (key) do update set last_at = now(),
             failures = case when f.last_at < now() - make_interval(hours => $2) then 1 else least(f.failures, 1000000) + 1 end
         returning failures",
        key,
        forgotten_hours
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Locks what is counted by a key for so many seconds.
pub(crate) async fn lock(tx: &mut Tx, key: &str, seconds: i32) -> Result<()> {
    sqlx::query!(
        "update sign_in_failure set locked_until = now() + make_interval(secs => $2) where key = $1",
        key,
        f64::from(seconds)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets the failures of a key, and all that are long past.
pub(crate) async fn forget_failures(tx: &mut Tx, key: &str, forgotten_hours: i32) -> Result<()> {
    sqlx::query!(
        "delete from sign_in_failure where key = $1 or last_at < now() - make_interval(hours => $2)",
        key,
        forgotten_hours
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Uses a step of the second factor up; a step that was used, or one before it, opens nothing more.
pub(crate) async fn use_step(tx: &mut Tx, account: i64, step: i64) -> Result<bool> {
    let done = sqlx::query!("update account set totp_step = $2 where id = $1 and totp_step < $2", account, step)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps the secret of a second factor, to be confirmed by its first code; none takes it away.
pub(crate) async fn set_second_factor(tx: &mut Tx, account: i64, secret: Option<&[u8]>) -> Result<()> {
    sqlx::query!(
        "update account set totp_secret = $2, totp_confirmed = false, totp_step = 0, updated_at = now() where id = $1",
        account,
        secret
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// From now on the second factor is asked for.
pub(crate) async fn confirm_second_factor(tx: &mut Tx, account: i64) -> Result<()> {
    sqlx::query!("update account set totp_confirmed = true, updated_at = now() where id = $1", account)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The last passwords, the newest first.
pub(crate) async fn last_passwords(tx: &mut Tx, account: i64, limit: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select password from password_history where account_id = $1 order by at desc limit $2",
        account,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Sets a password and remembers it; an invited account is active with it.
pub(crate) async fn set_password(tx: &mut PgConnection, account: i64, password: &str, keep: i64) -> Result<()> {
    sqlx::query!(
        "update account set password = $2, password_at = now(), must_change = false, updated_at = now(),
                state = case when state in ('invited', 'dormant') then 'active' else state end,
                signed_in_at = case when state = 'dormant' then now() else signed_in_at end
         where id = $1",
        account,
        password
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("insert into password_history (account_id, password) values ($1, $2)", account, password)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "delete from password_history where account_id = $1 and at < (
             select min(at) from (select at from password_history where account_id = $1 order by at desc limit $2) kept)",
        account,
        keep.max(1)
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// What the security administrator has set.
pub(crate) async fn policy(tx: &mut PgConnection) -> Result<Policy> {
    Ok(sqlx::query_as!(
        Policy,
        "select password_length, password_history, password_days, idle_minutes, session_hours, dormant_days, plain_records,
                match_citizen_id
         from identity_policy"
    )
    .fetch_one(&mut *tx)
    .await?)
}

/// Sets it.
pub(crate) async fn set_policy(tx: &mut Tx, policy: &Policy, by: &str) -> Result<()> {
    sqlx::query!(
        "update identity_policy set password_length = $1, password_history = $2, password_days = $3, idle_minutes = $4,
                session_hours = $5, dormant_days = $6, plain_records = $7, match_citizen_id = $8, updated_by = $9, updated_at = now()",
        policy.password_length,
        policy.password_history,
        policy.password_days,
        policy.idle_minutes,
        policy.session_hours,
        policy.dormant_days,
        policy.plain_records,
        policy.match_citizen_id,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
