//! What was exported with plain values, what may be, and who has asked and agreed.

use super::model::ExportRequest;
use crate::{
    kernel::{
        actor::Actor,
        db::Tx,
        error::{Error, Result},
        text::text,
    },
    spatial::region::RegionCode,
};

/// The requests in scope below an id, the newest first: all, or only those of one who asks; those that wait, those that are
/// decided, or both. `reader` is the key of who reads them.
pub(super) async fn requests(
    tx: &mut Tx,
    reader: &str,
    only_of: Option<&str>,
    open: Option<bool>,
    before: i64,
    limit: i64,
) -> Result<Vec<ExportRequest>> {
    Ok(sqlx::query_as!(
        ExportRequest,
        r#"select q.id, q.layer, q.region, coalesce(r.name, '') as "region_name!", q.bbox, q.purpose, q.records, q.requested_by,
                  q.requested_at, q.requester = $1 as "own!", q.decided_by, q.decided_at, q.granted, q.note,
                  case when q.granted then q.decided_at + interval '24 hours' end as until, q.used_at
           from export_request q left join region r on r.code = q.region and r.valid_to is null
           where q.id < $2 and ($3::text is null or q.requester = $3) and ($4::boolean is null or (q.decided_at is null) = $4)
           order by q.id desc limit $5"#,
        reader,
        before,
        only_of,
        open,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What somebody asks to export.
pub(super) struct Asked<'a> {
    /// Whose records.
    pub(super) region: i64,
    /// The layer.
    pub(super) layer: &'a str,
    /// The box that they have to meet: west, south, east, north.
    pub(super) bbox: Option<[f64; 4]>,
    /// What for.
    pub(super) purpose: &'a str,
    /// How many they are.
    pub(super) records: i64,
}

/// Keeps a request; gives its id.
///
/// # Errors
/// 422 where not all of the region is in scope.
pub(super) async fn insert_request(tx: &mut Tx, asked: &Asked<'_>, by: &Actor) -> Result<i64> {
    sqlx::query_scalar!(
        "insert into export_request (region, layer, bbox, purpose, records, requester, requested_by)
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        asked.region,
        asked.layer,
        asked.bbox.as_ref().map(<[f64; 4]>::as_slice),
        asked.purpose,
        asked.records,
        by.key(),
        by.name()
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(out_of_scope)
}

/// A request is kept under its region: who sees only a part of that has to name the part.
fn out_of_scope(error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    if code.is_some_and(|code| code == "42501") {
        return Error::field("/region", "请指定本人辖区内的区划。", "Name a region all of which is in your scope.");
    }
    error.into()
}

/// A request that waits, locked for its decision.
pub(super) struct WaitingRequest {
    /// Whose records.
    pub(super) region: i64,
    /// The layer.
    pub(super) layer: String,
    /// How many records.
    pub(super) records: i64,
    /// The key of who asked.
    pub(super) requester: String,
}

/// A request that waits, locked for its decision.
pub(super) async fn lock_request(tx: &mut Tx, id: i64) -> Result<Option<WaitingRequest>> {
    Ok(sqlx::query_as!(
        WaitingRequest,
        "select region, layer, records, requester from export_request where id = $1 and decided_at is null for update",
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Writes down how a request was decided.
pub(super) async fn decide(tx: &mut Tx, id: i64, by: &Actor, granted: bool, note: &str) -> Result<()> {
    sqlx::query!(
        "update export_request set decider = $2, decided_by = $3, decided_at = now(), granted = $4, note = $5 where id = $1",
        id,
        by.key(),
        by.name(),
        granted,
        note
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many records with plain values each may export in a day without asking.
pub(super) async fn daily_limit(tx: &mut Tx) -> Result<i32> {
    Ok(sqlx::query_scalar!("select plain_records from identity_policy").fetch_one(&mut **tx).await?)
}

/// What somebody else has agreed to.
#[derive(Debug)]
pub(super) struct Agreed {
    /// The region whose records may go.
    pub(super) region: RegionCode,
    /// The box that they have to meet.
    pub(super) bbox: Option<[f64; 4]>,
    /// What they are for.
    pub(super) purpose: String,
}

/// Uses up what was agreed to: one export of just what was asked for, by who asked, within a day.
///
/// # Errors
/// 404 without such a request, 409 where it can't be used (any more).
pub(super) async fn use_request(tx: &mut Tx, id: i64, actor: &Actor, layer: &str) -> Result<Agreed> {
    let asked = sqlx::query!(
        r#"select region, bbox, purpose, granted, used_at, coalesce(decided_at > now() - interval '24 hours', false) as "holds!"
           from export_request where id = $1 and requester = $2 and layer = $3 for update"#,
        id,
        actor.key(),
        layer
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::not_found("您没有这项导出申请。", "You have no such export request."))?;
    let refused = match (asked.granted, asked.used_at) {
        (None, _) => Some(("该申请尚待他人批准。", "Somebody else has to agree to this request first.")),
        (Some(false), _) => Some(("该申请已被驳回。", "This request was refused.")),
        (_, Some(_)) => Some(("该申请已导出过，请另行申请。", "This request was exported already: ask anew.")),
        _ if !asked.holds => {
            Some(("批准已过 24 小时，请另行申请。", "It was agreed to more than a day ago: ask anew."))
        }
        _ => None,
    };
    if let Some((zh, en)) = refused {
        return Err(Error::Conflict(text(zh, en)));
    }
    sqlx::query!("update export_request set used_at = now() where id = $1", id).execute(&mut **tx).await?;
    // What can't be read bounds nothing: then nothing is given.
    let unreadable = || Error::Internal(anyhow::anyhow!("export request {id} has no region or box that can be read"));
    let region = RegionCode::new(asked.region).map_err(|_| unreadable())?;
    let bbox = asked.bbox.map(|bbox| bbox.try_into().map_err(|_| unreadable())).transpose()?;
    Ok(Agreed { region, bbox, purpose: asked.purpose })
}

/// Records an export that nobody else agreed to, within the daily limit. Further exports of the actor wait for the end of
/// this transaction.
///
/// # Errors
/// 409 where the records exceed the limit.
pub(super) async fn record_own_export(tx: &mut Tx, actor: &Actor, records: i64) -> Result<()> {
    // Two at a time would each find room for both.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('plain_export ' || $1, 0))", actor.key())
        .execute(&mut **tx)
        .await?;
    let gone = sqlx::query_scalar!(
        r#"select coalesce(sum(records), 0)::bigint as "sum!" from plain_export where actor = $1 and at > now() - interval '1 day'"#,
        actor.key()
    )
    .fetch_one(&mut **tx)
    .await?;
    let most = daily_limit(tx).await?;
    if gone.saturating_add(records) > i64::from(most) {
        return Err(Error::Conflict(text(
            format!(
                "含敏感信息的导出，每人每 24 小时以 {most} 条为限，已导出 {gone} 条，本次 {records} 条。请提出导出申请，经他人批准后导出。"
            ),
            format!(
                "Of records with sensitive fields, one may export {most} within 24 hours on one's own; {gone} are gone, and these are {records}. Ask for the export; somebody else has to agree."
            ),
        )));
    }
    sqlx::query!("insert into plain_export (actor, records) values ($1, $2)", actor.key(), records)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
