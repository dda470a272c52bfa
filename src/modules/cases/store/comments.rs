//! What is said about cases.

use chrono::{DateTime, Utc};

use super::WorkingCase;
use crate::{
    kernel::{db::Tx, error::Result},
    modules::cases::model::{CaseComment, CommentDraft},
};

/// Writes what somebody says about a case; gives its id.
pub(in crate::modules::cases) async fn insert_comment(
    tx: &mut Tx,
    case: &WorkingCase,
    draft: &CommentDraft,
    files: &[i64],
    request: Option<(&str, &str)>,
    at: DateTime<Utc>,
) -> Result<i64> {
    let actor = tx.actor().clone();
    Ok(sqlx::query_scalar!(
        "insert into case_comment (case_id, region, by_key, by_name, post, at, text, mentions, files, request, digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
        case.id,
        case.region,
        actor.key(),
        actor.name(),
        actor.post(),
        at,
        draft.text.trim(),
        &draft.mentions,
        files,
        request.map(|(key, _)| key),
        request.map(|(_, digest)| digest)
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// What an actor said before under a key: its id, and the digest of it. The key is the transaction's from now on.
pub(in crate::modules::cases) async fn said_before(tx: &mut Tx, key: &str) -> Result<Option<(i64, Option<String>)>> {
    let actor = tx.actor().key().to_owned();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 38))", actor, key)
        .execute(&mut **tx)
        .await?;
    let row = sqlx::query!("select id, digest from case_comment where by_key = $1 and request = $2", actor, key);
    Ok(row.fetch_optional(&mut **tx).await?.map(|row| (row.id, row.digest)))
}

/// The files that hang on what was said about a case.
pub(in crate::modules::cases) async fn files_of_comments(tx: &mut Tx, id: i64) -> Result<Vec<i64>> {
    let files = sqlx::query_scalar!(r#"select unnest(files) as "file!" from case_comment where case_id = $1"#, id);
    Ok(files.fetch_all(&mut **tx).await?)
}

/// What was said about a case, the last 200 of it.
pub(in crate::modules::cases) async fn comments(tx: &mut Tx, id: i64) -> Result<Vec<CaseComment>> {
    let mut last = sqlx::query_as!(
        CaseComment,
        r#"select id, by_key, by_name as by, post, at, text, files,
                  coalesce((select array_agg(called_by_key('account:' || m) order by m) from unnest(mentions) m), '{}') as "mentions!"
           from case_comment where case_id = $1 order by id desc limit 200"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    last.reverse();
    Ok(last)
}
