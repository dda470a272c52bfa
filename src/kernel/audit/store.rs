//! The statements of the chain.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use sqlx::PgConnection;

use super::chain::{Entry, Seal};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Whether this connection is the one that seals; it is for as long as it lasts.
pub(super) async fn take_turn(conn: &mut PgConnection) -> Result<bool> {
    // A number of its own: 36050 is the sealer's.
    sqlx::query_scalar!(r#"select pg_try_advisory_lock(36050) as "ours!""#).fetch_one(conn).await
}

/// The highest id that was given so far.
pub(super) async fn last_given(conn: &mut PgConnection) -> Result<i64> {
    sqlx::query_scalar!("select last_value from audit_entry_id_seq").fetch_one(conn).await
}

/// A number later than that of every transaction which has taken an id until now.
pub(super) async fn fence(conn: &mut PgConnection) -> Result<String> {
    sqlx::query_scalar!(r#"select pg_current_xact_id()::text as "xid!""#).fetch_one(conn).await
}

/// Whether every transaction before the fence has ended.
pub(super) async fn is_past(conn: &mut PgConnection, fence: &str) -> Result<bool> {
    sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8 as "past!""#, fence)
        .fetch_one(conn)
        .await
}

/// Whether there is something above an id.
pub(super) async fn has_more(conn: &mut PgConnection, after: i64) -> Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from audit_entry where id > $1) as "more!""#, after)
        .fetch_one(conn)
        .await
}

struct EntryRow {
    id: i64,
    at: DateTime<Utc>,
    actor: String,
    actor_key: String,
    post: String,
    address: String,
    request_id: String,
    action: String,
    object: String,
    region: i64,
    result: String,
    purpose: String,
    detail: String,
}

/// Entries above an id up to another, in their order.
pub(super) async fn entries(conn: &mut PgConnection, after: i64, up_to: i64, limit: i64) -> Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        EntryRow,
        r#"select id, at, actor, actor_key, post, address, request_id, action, object, region, result, purpose,
                  detail::text as "detail!"
           from audit_entry where id > $1 and id <= $2 order by id limit $3"#,
        after,
        up_to,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Entry {
                id: row.id,
                at: row.at,
                actor: row.actor,
                actor_key: row.actor_key,
                post: row.post,
                address: row.address,
                request_id: row.request_id,
                action: row.action,
                object: row.object,
                region: row.region,
                result: row.result,
                purpose: row.purpose,
                detail: RawValue::from_string(row.detail).map_err(|error| sqlx::Error::Decode(error.into()))?,
            })
        })
        .collect()
}

/// Writes a seal.
pub(super) async fn insert_seal(conn: &mut PgConnection, seal: &Seal, leaves: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into audit_seal (number, first_id, last_id, count, leaves, digest, head, key, signature, sealed_at)
         values ($1, $2, $3, $4::bigint::integer, $5, $6, $7, $8, $9, $10)",
        seal.number,
        seal.first_id,
        seal.last_id,
        seal.count,
        leaves,
        seal.digest,
        seal.head,
        seal.key,
        seal.signature,
        seal.sealed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Seals above a number, in their order.
pub(super) async fn seals(conn: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<Seal>> {
    sqlx::query_as!(
        Seal,
        r#"select number, first_id, last_id, count::bigint as "count!", digest, head, key, signature, sealed_at
           from audit_seal where number > $1 order by number limit $2"#,
        after,
        limit
    )
    .fetch_all(conn)
    .await
}

/// The last seal.
pub(super) async fn last_seal(conn: &mut PgConnection) -> Result<Option<Seal>> {
    sqlx::query_as!(
        Seal,
        r#"select number, first_id, last_id, count::bigint as "count!", digest, head, key, signature, sealed_at
           from audit_seal order by number desc limit 1"#
    )
    .fetch_optional(conn)
    .await
}

/// A seal's leaves.
pub(super) async fn leaves(conn: &mut PgConnection, number: i64) -> Result<Vec<u8>> {
    sqlx::query_scalar!("select leaves from audit_seal where number = $1", number).fetch_one(conn).await
}

/// Sealed entries that lie in a file.
#[derive(Clone, Debug)]
pub(super) struct Archived {
    pub(super) first_seal: i64,
    pub(super) last_seal: i64,
    pub(super) first_id: i64,
    pub(super) last_id: i64,
    pub(super) count: i64,
    pub(super) file: String,
    pub(super) digest: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// Every archive, the oldest first.
pub(super) async fn archives(conn: &mut PgConnection) -> Result<Vec<Archived>> {
    sqlx::query_as!(
        Archived,
        "select first_seal, last_seal, first_id, last_id, count, file, digest, key, signature
         from audit_archive order by first_seal"
    )
    .fetch_all(conn)
    .await
}

/// Records an archive.
pub(super) async fn insert_archive(conn: &mut PgConnection, archived: &Archived) -> Result<()> {
    sqlx::query!(
        "insert into audit_archive (first_seal, last_seal, first_id, last_id, count, file, digest, key, signature)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        archived.first_seal,
        archived.last_seal,
        archived.first_id,
        archived.last_id,
        archived.count,
        archived.file,
        archived.digest,
        archived.key,
        archived.signature
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes entries out of the table, as the owner; gives how many.
pub(super) async fn delete(conn: &mut PgConnection, after: i64, up_to: i64) -> Result<u64> {
    let deleted =
        sqlx::query!("delete from audit_entry where id > $1 and id <= $2", after, up_to).execute(conn).await?;
    Ok(deleted.rows_affected())
}

/// When the newest entry of a seal happened.
pub(super) async fn newest(conn: &mut PgConnection, after: i64, up_to: i64) -> Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select max(at) from audit_entry where id > $1 and id <= $2", after, up_to)
        .fetch_one(conn)
        .await
}

/// Keeps what a check found; the database adds who kept it.
pub(super) async fn insert_check(conn: &mut PgConnection, last_seal: i64, entries: i64, faults: i64) -> Result<()> {
    sqlx::query!(
        "insert into audit_check (last_seal, entries, faults) values ($1, $2, $3)",
        last_seal,
        entries,
        faults
    )
    .execute(conn)
    .await?;
    Ok(())
}
