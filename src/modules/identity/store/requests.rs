//! What raises rights: asked for, decided, carried out.

use sqlx::PgConnection;

use crate::{
    kernel::error::{Error, Result},
    modules::identity::model::{RightsRequest, Wish},
};

/// Keeps a request; gives its id.
pub(crate) async fn insert_request(
    tx: &mut PgConnection,
    wish: &Wish,
    reason: &str,
    region: i64,
    by: i64,
) -> Result<i64> {
    let kind = match wish {
        Wish::Holding { .. } => "holding",
        Wish::Role { .. } => "role",
    };
    let body = serde_json::to_value(wish).map_err(|error| Error::Internal(error.into()))?;
    Ok(sqlx::query_scalar!(
        "insert into rights_request (region, kind, body, reason, requested_by) values ($1, $2, $3, $4, $5) returning id",
        region,
        kind,
        body,
        reason.trim(),
        by
    )
    .fetch_one(tx)
    .await?)
}

/// The requests in scope, the newest first, from the one before `before`; open ones, decided ones or all; those about an
/// account, or all.
pub(crate) async fn requests(
    tx: &mut PgConnection,
    open: Option<bool>,
    account: Option<i64>,
    before: i64,
    limit: i64,
) -> Result<Vec<RightsRequest>> {
    Ok(sqlx::query_as!(
        RightsRequest,
        r#"select q.id, q.kind, q.body, q.reason, b.name as requested_by, q.requested_by as requested_by_id, q.requested_at,
                  d.name as "decided_by?", q.decided_at, q.granted, q.note
           from rights_request q join account b on b.id = q.requested_by left join account d on d.id = q.decided_by
           where q.id < $1 and ($2::boolean is null or (q.decided_at is null) = $2)
             and ($4::bigint is null or q.body -> 'account_id' = to_jsonb($4::bigint)) order by q.id desc limit $3"#,
        before,
        open,
        limit,
        account
    )
    .fetch_all(tx)
    .await?)
}

/// What somebody has asked for that still waits, the newest first, fifty at most.
pub(crate) async fn waiting_of(tx: &mut PgConnection, account: i64) -> Result<Vec<RightsRequest>> {
    Ok(sqlx::query_as!(
        RightsRequest,
        r#"select q.id, q.kind, q.body, q.reason, b.name as requested_by, q.requested_by as requested_by_id, q.requested_at,
                  null::text as decided_by, q.decided_at, q.granted, q.note
           from rights_request q join account b on b.id = q.requested_by
           where q.requested_by = $1 and q.decided_at is null order by q.id desc limit 50"#,
        account
    )
    .fetch_all(tx)
    .await?)
}

/// How many requests wait.
pub(crate) async fn count_open(tx: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from rights_request where decided_at is null"#)
        .fetch_one(tx)
        .await?)
}

/// An open request, locked for its decision: who asked, and for what.
pub(crate) async fn lock_request(tx: &mut PgConnection, id: i64) -> Result<Option<(i64, Wish)>> {
    let row = sqlx::query!(
        "select requested_by, body from rights_request where id = $1 and decided_at is null for update",
        id
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        let wish = serde_json::from_value(row.body).map_err(|error| Error::Internal(error.into()))?;
        Ok((row.requested_by, wish))
    })
    .transpose()
}

/// Writes down how a request was decided.
pub(crate) async fn decide(tx: &mut PgConnection, id: i64, by: i64, granted: bool, note: &str) -> Result<()> {
    sqlx::query!(
        "update rights_request set decided_by = $2, decided_at = now(), granted = $3, note = $4 where id = $1",
        id,
        by,
        granted,
        note.trim()
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives an account a post. An account becomes the administrator that the post's role makes him, if he is none yet; who
/// is another already is refused by the database.
pub(crate) async fn insert_holding(tx: &mut PgConnection, wish: &Wish, by: &str) -> Result<i64> {
    let Wish::Holding { account_id, post_id, stand_in, from_at, until_at, .. } = wish else {
        return Err(Error::Internal(anyhow::anyhow!("a holding was expected")));
    };
    sqlx::query!(
        "update account set administrator = r.administrator from post p join role r on r.code = p.role_code
         where account.id = $1 and p.id = $2 and account.administrator is null and r.administrator is not null",
        account_id,
        post_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query_scalar!(
        "insert into holding (region, post_id, account_id, stand_in, from_at, until_at, granted_by)
         values (0, $1, $2, $3, greatest(coalesce($4, now()), now()), $5, $6) returning id",
        post_id,
        account_id,
        stand_in,
        *from_at,
        *until_at,
        by
    )
    .fetch_one(tx)
    .await
    .map_err(|error| match &error {
        sqlx::Error::Database(inner) if inner.is_foreign_key_violation() => Error::Conflict(crate::kernel::text::text(
            "系统、安全、审计三类管理员须由不同的人担任：该账号已是另一类管理员。",
            "System, security and audit administrators are different people: this account is another of them already.",
        )),
        sqlx::Error::Database(inner) if inner.is_check_violation() => Error::field(
            "/until_at",
            "截止时间应晚于开始时间；代理须有截止时间。",
            "It ends after it begins; a stand-in's time has an end.",
        ),
        _ => error.into(),
    })
}
