//! The statements of the database's own: entries of the audit, and the probe of a disk that was full.

use sqlx::PgConnection;

use super::journal::Line;
use crate::kernel::audit_entry::{AuditEntry, AuditRecord, Outcome};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Writes an entry; id and time are the database's to give.
pub(super) async fn insert(conn: &mut PgConnection, note: &AuditRecord) -> Result<()> {
    sqlx::query!(
        "insert into audit_entry (actor, actor_key, post, address, request_id, action, object, region, result, purpose, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        note.actor,
        note.actor_key,
        note.post,
        note.address,
        note.request_id,
        note.entry.action,
        note.entry.object,
        note.entry.region,
        note.outcome.as_str(),
        note.purpose,
        note.entry.detail
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Says why a transaction changes what it changes.
pub(super) async fn set_why(conn: &mut PgConnection, why: &str) -> Result<()> {
    sqlx::query!("select set_config('gridhall.why', $1, true) as why", why).fetch_one(conn).await?;
    Ok(())
}

/// Writes an entry that a journal had kept, unless it is there already; gives how many were written. The moment of the read
/// stands in its detail, since the entry's own time is the database's to give.
pub(super) async fn insert_again(conn: &mut PgConnection, line: &Line) -> Result<u64> {
    let done = sqlx::query!(
        "insert into audit_entry (actor, actor_key, post, address, request_id, action, object, region, result, purpose, detail)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb || jsonb_build_object('read_at', $12::timestamptz)
         where $5 = '' or not exists (
             select from audit_entry where at > $12::timestamptz - interval '1 hour' and request_id = $5 and action = $6 and object = $7
                                       and actor_key = $2)",
        line.actor,
        line.actor_key,
        line.post,
        line.address,
        line.request_id,
        line.action,
        line.object,
        line.region,
        line.result,
        line.purpose,
        line.detail,
        line.at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Writes one entry of a name that is no actor's (the console) in the transaction of a connection.
///
/// # Errors
/// When the database refuses.
pub async fn write_audit(conn: &mut PgConnection, name: &str, entry: AuditEntry) -> Result<()> {
    insert(conn, &AuditRecord::by(name, name, "", Outcome::Done, entry)).await
}

/// Writes something that takes room on the disk, to be rolled back.
pub(super) async fn probe_storage(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("insert into storage_probe (filler) select convert_to(repeat(md5(random()::text), 8192), 'utf8')")
        .execute(conn)
        .await?;
    Ok(())
}
