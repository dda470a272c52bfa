//! The SQL of authorities, bound certificates and challenges.

use chrono::{DateTime, Utc};

use super::model::{AuthorityInfo, BoundCertificate};
use crate::kernel::{
    auth::Hash,
    db::Tx,
    error::Result,
    pki::{Certificate, Crl},
};
use sqlx::PgConnection;

/// Keeps a challenge for so many seconds, and gives its end; none when so many are kept already.
pub(crate) async fn insert_challenge(
    tx: &mut Tx,
    hash: &Hash,
    seconds: i32,
    most: i64,
) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "insert into sign_in_challenge (hash, purpose, expires_at)
         select $1, 'sign-in', now() + make_interval(secs => $2) where (select count(*) from sign_in_challenge) < $3
         returning expires_at",
        hash.as_slice(),
        f64::from(seconds),
        most
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Uses a challenge up. Of two that come at once the second finds it used.
pub(crate) async fn use_challenge(tx: &mut Tx, hash: &Hash) -> Result<bool> {
    let used = sqlx::query!(
        "update sign_in_challenge set used_at = now()
         where hash = $1 and purpose = 'sign-in' and used_at is null and expires_at > now()",
        hash.as_slice()
    )
    .execute(&mut **tx)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// Drops challenges that nobody can use any more, so many at most.
pub(crate) async fn drop_old_challenges(tx: &mut Tx, most: i64) -> Result<()> {
    sqlx::query!(
        "delete from sign_in_challenge where hash in (
             select hash from sign_in_challenge where expires_at < now() order by expires_at limit $1 for update skip locked)",
        most
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The authorities after an id.
pub(crate) async fn authorities(tx: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<AuthorityInfo>> {
    Ok(sqlx::query_as!(
        AuthorityInfo,
        r#"select id, name, subject, encode(fingerprint, 'hex') as "fingerprint!", not_after, grace_hours, crl_this_update,
                  crl_next_update, crl_source, crl_hosts, crl_tried_at, crl_problem, added_by, added_at, waits
           from trusted_authority where removed_at is null and id > $1 order by id limit $2"#,
        after,
        limit
    )
    .fetch_all(&mut *tx)
    .await?)
}

/// An authority as it is kept.
pub(crate) struct Kept {
    pub(crate) id: i64,
    pub(crate) der: Vec<u8>,
    pub(crate) grace_hours: i16,
    pub(crate) crl: Option<Vec<u8>>,
    pub(crate) crl_source: Option<String>,
    pub(crate) crl_hosts: Vec<String>,
}

/// Every authority that is kept, with its list: those that wait too, since their lists are fetched already.
pub(crate) async fn kept(tx: &mut PgConnection) -> Result<Vec<Kept>> {
    Ok(sqlx::query_as!(
        Kept,
        "select id, der, grace_hours, crl, crl_source, crl_hosts from trusted_authority where removed_at is null order by id"
    )
    .fetch_all(&mut *tx)
    .await?)
}

/// Every authority that is trusted, with its list.
pub(crate) async fn trusted(tx: &mut Tx) -> Result<Vec<Kept>> {
    Ok(sqlx::query_as!(
        Kept,
        "select id, der, grace_hours, crl, crl_source, crl_hosts from trusted_authority
         where removed_at is null and not waits order by id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What changes whenever an authority or a list does. Not the latest time alone: of two changes at once the earlier may
/// be committed last.
pub(crate) async fn trust_version(tx: &mut Tx) -> Result<String> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(md5(string_agg(id || ' ' || changed_at || ' ' || (removed_at is null), ',' order by id)), '') as "version!"
           from trusted_authority"#
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// How many authorities are trusted.
pub(crate) async fn count_authorities(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from trusted_authority where removed_at is null"#)
        .fetch_one(&mut **tx)
        .await?)
}

/// Trusts an authority, at once or once somebody else agrees; none when it is kept already.
pub(crate) async fn insert_authority(
    tx: &mut PgConnection,
    name: &str,
    certificate: &Certificate,
    grace_hours: i16,
    source: Option<&str>,
    hosts: &[String],
    (by, waits): (&str, bool),
) -> Result<Option<i64>> {
    let fingerprint = certificate.fingerprint();
    Ok(sqlx::query_scalar!(
        "insert into trusted_authority (name, fingerprint, der, subject, not_after, grace_hours, crl_source, crl_hosts, added_by, waits)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (fingerprint) where removed_at is null do nothing returning id",
        name,
        fingerprint.as_slice(),
        certificate.der(),
        certificate.subject(),
        certificate.not_after(),
        grace_hours,
        source,
        hosts,
        by,
        waits
    )
    .fetch_optional(&mut *tx)
    .await?)
}

/// Trusts an authority that waited for it; gives whether it did.
pub(crate) async fn agree_to_authority(tx: &mut Tx, id: i64) -> Result<bool> {
    let agreed = sqlx::query!(
        "update trusted_authority set waits = false, changed_at = clock_timestamp() where id = $1 and waits and removed_at is null",
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(agreed.rows_affected() > 0)
}

/// The certificate of an authority.
pub(crate) async fn authority(tx: &mut Tx, id: i64) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!("select der from trusted_authority where id = $1 and removed_at is null", id)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Trusts an authority no longer.
pub(crate) async fn remove_authority(tx: &mut Tx, id: i64, by: &str) -> Result<bool> {
    let removed = sqlx::query!(
        "update trusted_authority set removed_at = now(), removed_by = $2, changed_at = clock_timestamp()
         where id = $1 and removed_at is null",
        id,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(removed.rows_affected() > 0)
}

/// Keeps a revocation list, unless the one that is there is newer.
pub(crate) async fn set_crl(tx: &mut PgConnection, id: i64, crl: &Crl) -> Result<bool> {
    let set = sqlx::query!(
        "update trusted_authority set crl = $2, crl_this_update = $3, crl_next_update = $4, crl_problem = null,
                crl_tried_at = now(), changed_at = clock_timestamp()
         where id = $1 and removed_at is null and (crl_this_update is null or crl_this_update <= $3)",
        id,
        crl.der(),
        crl.this_update(),
        crl.next_update()
    )
    .execute(&mut *tx)
    .await?;
    Ok(set.rows_affected() > 0)
}

/// That a list was looked for, and why none came.
pub(crate) async fn tried_crl(tx: &mut Tx, id: i64, problem: Option<&str>) -> Result<()> {
    sqlx::query!("update trusted_authority set crl_tried_at = now(), crl_problem = $2 where id = $1", id, problem)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The certificates of an account after an id, those unbound among them.
pub(crate) async fn certificates(tx: &mut Tx, account: i64, after: i64, limit: i64) -> Result<Vec<BoundCertificate>> {
    Ok(sqlx::query_as!(
        BoundCertificate,
        r#"select id, subject, issuer, serial, encode(fingerprint, 'hex') as "fingerprint!", not_after, bound_by, bound_at, waits, unbound_at
           from certificate where account_id = $1 and id > $2 order by id limit $3"#,
        account,
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Binds a certificate to an account, at once or once somebody else agrees; none when it is bound already, or waits to be.
pub(crate) async fn bind(
    tx: &mut PgConnection,
    account: i64,
    certificate: &Certificate,
    (by, waits): (&str, bool),
) -> Result<Option<i64>> {
    let fingerprint = certificate.fingerprint();
    Ok(sqlx::query_scalar!(
        "insert into certificate (account_id, fingerprint, subject, issuer, serial, not_after, der, bound_by, waits)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (fingerprint) where unbound_at is null do nothing returning id",
        account,
        fingerprint.as_slice(),
        certificate.subject(),
        certificate.issuer(),
        certificate.serial(),
        certificate.not_after(),
        certificate.der(),
        by,
        waits
    )
    .fetch_optional(&mut *tx)
    .await?)
}

/// Binds a certificate that waited for it; gives whether it did.
pub(crate) async fn agree_to_certificate(tx: &mut Tx, account: i64, id: i64) -> Result<bool> {
    let agreed = sqlx::query!(
        "update certificate set waits = false, bound_at = now() where id = $2 and account_id = $1 and waits and unbound_at is null",
        account,
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(agreed.rows_affected() > 0)
}

/// Whether a certificate is bound to an account, or waits to be.
pub(crate) async fn is_bound(tx: &mut Tx, account: i64, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from certificate where id = $2 and account_id = $1 and unbound_at is null) as "is!""#,
        account,
        id
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// How many certificates are bound to an account.
pub(crate) async fn count_bound(tx: &mut Tx, account: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from certificate where account_id = $1 and unbound_at is null"#,
        account
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Unbinds a certificate of an account, and ends the sessions that certificates opened for it; gives its serial number.
pub(crate) async fn unbind(tx: &mut Tx, account: i64, id: i64, by: &str) -> Result<Option<String>> {
    let unbound = sqlx::query_scalar!(
        "update certificate set unbound_at = now(), unbound_by = $3, waits = false
         where id = $2 and account_id = $1 and unbound_at is null returning serial",
        account,
        id,
        by
    )
    .fetch_optional(&mut **tx)
    .await?;
    if unbound.is_some() {
        sqlx::query!(
            "update session set ended_at = now() where account_id = $1 and method = 'certificate' and ended_at is null",
            account
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(unbound)
}

/// The account that a certificate opens.
pub(crate) async fn bound_to(tx: &mut Tx, fingerprint: &[u8; 32]) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "select account_id from certificate where fingerprint = $1 and unbound_at is null and not waits",
        fingerprint.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Whether a certificate was unbound from an account: then its holder's number doesn't bring it back.
pub(crate) async fn was_unbound(tx: &mut Tx, fingerprint: &[u8; 32]) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from certificate where fingerprint = $1 and unbound_at is not null) as "was!""#,
        fingerprint.as_slice()
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The account of an identity number. No administrator's: whoever trusts an authority would be every other of them.
pub(crate) async fn by_citizen_id(tx: &mut Tx, citizen_id: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select id from account where citizen_id = $1 and administrator is null", citizen_id)
        .fetch_optional(&mut **tx)
        .await?)
}
