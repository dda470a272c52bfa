//! What was exported with plain values, and what may be.

use sqlx::PgConnection;

use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Result},
        text::text,
    },
    spatial::region::RegionCode,
};

/// How many records with plain values each may export in a day without asking.
pub(super) async fn alone(tx: &mut PgConnection) -> Result<i32> {
    Ok(sqlx::query_scalar!("select plain_records from identity_policy").fetch_one(tx).await?)
}

/// What somebody else has agreed to.
#[derive(Debug)]
pub(super) struct Agreed {
    /// The region whose records may go.
    pub(super) region: Option<RegionCode>,
    /// The box that they have to meet.
    pub(super) bbox: Option<[f64; 4]>,
    /// What they are for.
    pub(super) purpose: String,
}

/// Uses up what was agreed to: one export of just what was asked for, by who asked, within a day.
///
/// # Errors
/// 404 without such a request, 409 where it can't be used (any more).
pub(super) async fn use_up(tx: &mut PgConnection, id: i64, actor: &Actor, layer: &str) -> Result<Agreed> {
    let asked = sqlx::query!(
        r#"select region, bbox, purpose, granted, used_at, coalesce(decided_at > now() - interval '24 hours', false) as "holds!"
           from export_request where id = $1 and requester = $2 and layer = $3 for update"#,
        id,
        actor.key(),
        layer
    )
    .fetch_optional(&mut *tx)
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
    sqlx::query!("update export_request set used_at = now() where id = $1", id).execute(tx).await?;
    Ok(Agreed {
        region: RegionCode::new(asked.region).ok(),
        bbox: asked.bbox.and_then(|bbox| bbox.try_into().ok()),
        purpose: asked.purpose,
    })
}

/// Counts what goes on one's own against what is left of the day.
///
/// # Errors
/// 409 where it is more.
pub(super) async fn count_alone(tx: &mut PgConnection, actor: &Actor, records: u64) -> Result<()> {
    let records = i64::try_from(records).unwrap_or(i64::MAX);
    // Two at a time would each find room for both.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('plain_export ' || $1, 0))", actor.key())
        .execute(&mut *tx)
        .await?;
    let gone = sqlx::query_scalar!(
        r#"select coalesce(sum(records), 0)::bigint as "sum!" from plain_export where actor = $1 and at > now() - interval '1 day'"#,
        actor.key()
    )
    .fetch_one(&mut *tx)
    .await?;
    let most = alone(tx).await?;
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
    sqlx::query!("insert into plain_export (actor, records) values ($1, $2)", actor.key(), records).execute(tx).await?;
    Ok(())
}
