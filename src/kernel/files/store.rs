//! Every SQL statement on files.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;

use super::content::FileKind;
use crate::kernel::{
    db::Tx,
    error::{Error, Result},
};

/// As many files hang on one record.
pub const MOST_ATTACHED: i64 = 200;

/// What somebody sends or has sent.
#[derive(Clone, Debug)]
pub struct SentFile {
    /// Its key: who knows it and sent it may go on with it.
    pub key: String,
    /// What its sender calls it.
    pub name: String,
    /// How long it is as it is sent, in bytes.
    pub length: i64,
    /// When it is taken away unless something uses it.
    pub expires_at: DateTime<Utc>,
    /// What kind it is; nothing until it is whole.
    pub kind: Option<FileKind>,
    /// Its media type.
    pub media_type: Option<String>,
    /// How long it is as it is kept, in bytes.
    pub size: Option<i64>,
    /// Of what is kept.
    pub(super) sha256: Option<Vec<u8>>,
    /// Its pixels across.
    pub width: Option<i32>,
    /// Its pixels down.
    pub height: Option<i32>,
    /// When it says that it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    /// Where: longitude, WGS 84.
    pub lon: Option<f64>,
    /// Where: latitude.
    pub lat: Option<f64>,
}

impl SentFile {
    pub(super) fn length(&self) -> u64 {
        u64::try_from(self.length).unwrap_or_default()
    }
}

/// What a file of a record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileRole {
    /// How it was before anything was done.
    Before,
    /// How it is after the work.
    After,
    /// What somebody found who looked at it.
    Check,
    /// Anything else.
    Other,
}

impl FileRole {
    const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Check => "check",
            Self::Other => "other",
        }
    }
}

/// A file of a record.
#[derive(Clone, Debug, FromRow, Serialize, ToSchema)]
pub struct AttachedFile {
    /// Its id.
    pub id: i64,
    /// What it shows: `before`, `after`, `check`, `other`.
    pub role: String,
    /// `picture`, `video`, `audio`, `document`.
    pub kind: String,
    /// What its sender calls it.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size: i64,
    /// Its pixels across.
    pub width: Option<i32>,
    /// Its pixels down.
    pub height: Option<i32>,
    /// When it says that it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    /// How far from the record's place it says that it was taken, in metres.
    pub metres: Option<f64>,
    /// The key of who added it.
    #[serde(skip)]
    pub added_by: String,
    /// Who added it.
    pub by: String,
    /// When.
    pub added_at: DateTime<Utc>,
}

/// What is needed of a file to give it out or to check it.
#[derive(Clone, Debug, FromRow)]
pub struct KeptFile {
    /// Under which its content lies.
    pub key: String,
    /// What its sender calls it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size: i64,
    /// Of its content.
    pub sha256: Vec<u8>,
    /// The key of who added it.
    pub added_by: String,
}

/// How many uploads somebody has open, and their bytes together. Until the transaction ends, no other of theirs is counted.
pub(super) async fn under_way(tx: &mut Tx) -> Result<(i64, i64)> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('upload ' || current_setting('gridhall.actor')))")
        .fetch_one(&mut **tx)
        .await?;
    let row = sqlx::query!(
        r#"select count(*) as "count!", coalesce(sum(length), 0)::bigint as "bytes!" from upload where expires_at > now()"#
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.count, row.bytes))
}

/// Begins an upload.
pub(super) async fn begin(tx: &mut Tx, key: &str, name: &str, length: i64) -> Result<SentFile> {
    let expires_at = sqlx::query_scalar!(
        "insert into upload (key, owner, name, length) values ($1, current_setting('gridhall.actor'), $2, $3) returning expires_at",
        key,
        name,
        length
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(SentFile {
        key: key.to_owned(),
        name: name.to_owned(),
        length,
        expires_at,
        kind: None,
        media_type: None,
        size: None,
        sha256: None,
        width: None,
        height: None,
        taken_at: None,
        lon: None,
        lat: None,
    })
}

/// An upload of the actor's own.
///
/// # Errors
/// When the database is away.
pub async fn sent(tx: &mut Tx, key: &str) -> Result<Option<SentFile>> {
    let row = sqlx::query!("select * from upload where key = $1 and expires_at > now()", key)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| SentFile {
        key: row.key,
        name: row.name,
        length: row.length,
        expires_at: row.expires_at,
        kind: row.kind.as_deref().and_then(FileKind::named),
        media_type: row.media_type,
        size: row.size,
        sha256: row.sha256,
        width: row.width,
        height: row.height,
        taken_at: row.taken_at,
        lon: row.lon,
        lat: row.lat,
    }))
}

/// Writes what was found of an upload that is whole; false where it is gone.
pub(super) async fn finish(tx: &mut Tx, upload: &SentFile) -> Result<bool> {
    let done = sqlx::query!(
        "update upload set finished_at = now(), kind = $2, media_type = $3, size = $4, sha256 = $5, width = $6, height = $7,
             taken_at = $8, lon = $9, lat = $10
         where key = $1 and finished_at is null and expires_at > now()",
        upload.key,
        upload.kind.map(FileKind::name),
        upload.media_type,
        upload.size,
        upload.sha256,
        upload.width,
        upload.height,
        upload.taken_at,
        upload.lon,
        upload.lat
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes an upload away; false where it is gone.
pub(super) async fn end(tx: &mut Tx, key: &str) -> Result<bool> {
    Ok(sqlx::query!("delete from upload where key = $1", key).execute(&mut **tx).await?.rows_affected() == 1)
}

/// Has the content of a key taken away with the next sweep.
pub(super) async fn give_up_content(tx: &mut Tx, key: &str) -> Result<()> {
    sqlx::query!("insert into file_gone (key) values ($1) on conflict do nothing", key).execute(&mut **tx).await?;
    Ok(())
}

/// Hangs what the actor sent on a record, in the record's region. Gives the ids, in the order of the keys.
///
/// # Errors
/// 422 at the field of the key (`/files/0`) for what isn't theirs, isn't whole, has expired or hangs somewhere already, and
/// for more files than a record has.
pub async fn attach(
    tx: &mut Tx,
    field: &str,
    keys: &[String],
    role: FileRole,
    (kind, id, region): (&str, i64, i64),
    at: DateTime<Utc>,
) -> Result<Vec<i64>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let actor = tx.actor().clone();
    let mut ids = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        let added = sqlx::query_scalar!(
            "with taken as (delete from upload where key = $1 and finished_at is not null and expires_at > now() returning *)
             insert into attachment (region, object_kind, object_id, role, key, name, kind, media_type, size, sha256, width,
                 height, taken_at, lon, lat, added_by, added_name, added_at)
             select $2, $3, $4, $5, key, name, kind, media_type, size, sha256, width, height, taken_at, lon, lat, $6, $7, $8
             from taken returning id",
            key,
            region,
            kind,
            id,
            role.name(),
            actor.key(),
            actor.name(),
            at
        )
        .fetch_optional(&mut **tx)
        .await?;
        ids.push(added.ok_or_else(|| {
            Error::field(
                format!("/{field}/{index}"),
                "附件尚未上传完成，或已过期，请重新上传。",
                "The file isn't whole yet, or has expired; send it again.",
            )
        })?);
    }
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from attachment where object_kind = $1 and object_id = $2"#,
        kind,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    if count > MOST_ATTACHED {
        return Err(Error::field(
            format!("/{field}"),
            format!("一件最多 {MOST_ATTACHED} 个附件。"),
            format!("At most {MOST_ATTACHED} files hang on one record."),
        ));
    }
    Ok(ids)
}

/// The files of a record, in the order in which they were added. `place` is where the record lies: longitude, latitude.
///
/// # Errors
/// When the database is away.
pub async fn attached(tx: &mut Tx, kind: &str, id: i64, place: (f64, f64)) -> Result<Vec<AttachedFile>> {
    Ok(sqlx::query_as!(
        AttachedFile,
        r#"select id, role, kind, name, media_type, size, width, height, taken_at, added_by, added_name as by, added_at,
                  case when lon is not null then st_distance(st_setsrid(st_makepoint(lon, lat), 4326)::geography,
                      st_setsrid(st_makepoint($3, $4), 4326)::geography) end as metres
           from attachment where object_kind = $1 and object_id = $2 order by id limit 200"#,
        kind,
        id,
        place.0,
        place.1
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One file of a record.
///
/// # Errors
/// When the database is away.
pub async fn attachment(tx: &mut Tx, kind: &str, id: i64, file: i64) -> Result<Option<KeptFile>> {
    Ok(sqlx::query_as!(
        KeptFile,
        "select key, name, kind, media_type, size, sha256, added_by from attachment
         where object_kind = $1 and object_id = $2 and id = $3",
        kind,
        id,
        file
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Has uploads that ended some time ago taken away.
///
/// # Errors
/// When the database is away.
pub async fn end_uploads(tx: &mut Tx, at: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select end_uploads($1) as "count!""#, at).fetch_one(&mut **tx).await?)
}

/// Keys whose content is to be taken away, at most so many; none while a backup is made.
///
/// # Errors
/// When the database is away.
pub async fn gone(tx: &mut Tx, most: i64) -> Result<Vec<String>> {
    let keys = sqlx::query_scalar!(
        "select key from file_gone g, (select pg_try_advisory_xact_lock($2) as is_free) backup
         where is_free and not exists (select from attachment a where a.key = g.key) order by at limit $1",
        most,
        super::room::BACKUP_LOCK
    );
    Ok(keys.fetch_all(&mut **tx).await?)
}

/// Forgets keys whose content was taken away.
///
/// # Errors
/// When the database is away.
pub async fn taken_away(tx: &mut Tx, keys: &[String]) -> Result<()> {
    sqlx::query!("delete from file_gone where key = any($1)", keys).execute(&mut **tx).await?;
    Ok(())
}

/// Every file that hangs on a record, after a key, at most so many: for who looks whether all are there.
///
/// # Errors
/// When the database is away.
pub async fn kept(conn: &mut sqlx::PgConnection, after: &str, most: i64) -> Result<Vec<KeptFile>, sqlx::Error> {
    sqlx::query_as!(
        KeptFile,
        "select key, name, kind, media_type, size, sha256, added_by from attachment where key > $1 order by key limit $2",
        after,
        most
    )
    .fetch_all(conn)
    .await
}
