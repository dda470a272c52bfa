//! The statements about what readers keep.

use super::{
    model::{SavedDraft, SavedView},
    rules::MOST,
};
use crate::kernel::{actor::Actor, db::Tx, error::Result};

/// What a reader has kept, of a kind or of both, by name.
pub(super) async fn list(tx: &mut Tx, actor: &Actor, kind: Option<&str>) -> Result<Vec<SavedView>> {
    Ok(sqlx::query_as!(
        SavedView,
        "select id, kind, name, body, created_at from saved_view
         where owner = $1 and ($2::text is null or kind = $2) order by name, id limit $3",
        actor.key(),
        kind,
        2 * MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many of a kind a reader has kept; until the transaction ends, nobody keeps another for them: two that count together
/// would both find room for the last.
pub(super) async fn count(tx: &mut Tx, actor: &Actor, kind: &str) -> Result<i64> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('saved_view ' || $1, 0))", actor.key())
        .execute(&mut **tx)
        .await?;
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from saved_view where owner = $1 and kind = $2"#,
        actor.key(),
        kind
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Keeps something for a reader; gives its id.
pub(super) async fn insert(tx: &mut Tx, actor: &Actor, draft: &SavedDraft) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "insert into saved_view (region, owner, kind, name, body) values ($1, $2, $3, $4, $5) returning id",
        actor.home(),
        actor.key(),
        draft.kind,
        draft.name.trim(),
        draft.body
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Forgets something of a reader; gives its kind, nothing where they keep no such thing.
pub(super) async fn delete(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("delete from saved_view where id = $1 and owner = $2 returning kind", id, actor.key())
        .fetch_optional(&mut **tx)
        .await?)
}
