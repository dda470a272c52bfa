//! What raises rights: asked for, decided, carried out.

use crate::{
    kernel::{
        db::Tx,
        error::{Error, Result},
        text::text,
    },
    modules::identity::model::{REQUEST_KIND_NAMES, REQUEST_KINDS, RightsRequest, Wish},
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};
use sqlx::PgConnection;

/// Keeps a request; gives its id.
pub(crate) async fn insert_request(tx: &mut Tx, wish: &Wish, reason: &str, region: i64, by: i64) -> Result<i64> {
    let body = serde_json::to_value(wish).map_err(|error| Error::Internal(error.into()))?;
    Ok(sqlx::query_scalar!(
        "insert into rights_request (region, kind, body, reason, requested_by) values ($1, $2, $3, $4, $5) returning id",
        region,
        wish.kind(),
        body,
        reason.trim(),
        by
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The requests in scope.
pub(crate) static REQUESTS: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "open",
            FilterKind::Boolean,
            "(decided_at is null) = {}",
            "true: those that wait; false: those that are decided.",
        ),
        ListFilter::new("kind", FilterKind::OneOf(REQUEST_KINDS), "kind = {}", "Only those of this kind."),
        ListFilter::new(
            "account",
            FilterKind::Integer,
            "body -> 'account_id' = to_jsonb({}::bigint)",
            "Only those that are about this account.",
        ),
        ListFilter::new(
            "q",
            FilterKind::Text(50),
            "strpos(lower(concat_ws(' ', requested_by, reason, body ->> 'account', body ->> 'post', body ->> 'role')), lower({})) > 0",
            "Part of who asks, of whom it is about, of the post or role, or of the reason.",
        ),
    ],
    sort: "-id",
    page: (50, 500),
    ..ListDef::new(
        "requests",
        ("权限申请", "Requests for rights"),
        "select q.id, q.kind, q.body, q.reason, b.name as requested_by, q.requested_by as requested_by_id, q.requested_at,
                d.name as decided_by, q.decided_at, q.granted, q.note
         from rights_request q join account b on b.id = q.requested_by left join account d on d.id = q.decided_by",
        &[
            ListColumn::new("id", ("编号", "Id")).sorted("bigint"),
            ListColumn::new("kind", ("申请事项", "What is asked for")).sorted("text").coded(&REQUEST_KIND_NAMES),
            ListColumn::new("body", ("内容", "Content")),
            ListColumn::new("reason", ("理由", "Reason")),
            ListColumn::new("requested_by", ("申请人", "Asked by")).sorted_by_name(),
            ListColumn::new("requested_at", ("申请时间", "Asked at")).sorted("timestamptz"),
            ListColumn::new("decided_by", ("审批人", "Decided by")).sorted_by_name(),
            ListColumn::new("decided_at", ("审批时间", "Decided at")).sorted("timestamptz"),
            ListColumn::new("granted", ("批准", "Granted")),
            ListColumn::new("note", ("意见", "Note")),
        ],
    )
};

/// What somebody has asked for that still waits, the newest first, fifty at most.
pub(crate) async fn waiting_of(tx: &mut Tx, account: i64) -> Result<Vec<RightsRequest>> {
    Ok(sqlx::query_as!(
        RightsRequest,
        r#"select q.id, q.kind, q.body, q.reason, b.name as requested_by, q.requested_by as requested_by_id, q.requested_at,
                  null::text as decided_by, q.decided_at, q.granted, q.note
           from rights_request q join account b on b.id = q.requested_by
           where q.requested_by = $1 and q.decided_at is null order by q.id desc limit 50"#,
        account
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An open request, locked for its decision: who asked, and for what.
pub(crate) async fn lock_request(tx: &mut Tx, id: i64) -> Result<Option<(i64, Wish)>> {
    let row = sqlx::query!(
        "select requested_by, body from rights_request where id = $1 and decided_at is null for update",
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| {
        let wish = serde_json::from_value(row.body).map_err(|error| Error::Internal(error.into()))?;
        Ok((row.requested_by, wish))
    })
    .transpose()
}

/// Whether somebody waits for the same already: a second request for one account's password would be decided twice.
pub(crate) async fn is_asked(tx: &mut Tx, kind: &str, account: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from rights_request where kind = $1 and decided_at is null
               and body -> 'account_id' = to_jsonb($2::bigint)) as "is!""#,
        kind,
        account
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Uses up what was granted: that an account's password is set anew, asked for by this one and decided within these hours.
pub(crate) async fn use_reset(tx: &mut Tx, account: i64, by: i64, hours: i32) -> Result<bool> {
    let used = sqlx::query!(
        "update rights_request set used_at = now() where id = (
             select id from rights_request
             where kind = 'reset' and granted and used_at is null and requested_by = $2 and body -> 'account_id' = to_jsonb($1::bigint)
               and decided_at > now() - make_interval(hours => $3)
             order by id limit 1 for update skip locked)",
        account,
        by,
        hours
    )
    .execute(&mut **tx)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// Writes down how a request was decided.
pub(crate) async fn decide(tx: &mut Tx, id: i64, by: i64, granted: bool, note: &str) -> Result<()> {
    sqlx::query!(
        "update rights_request set decided_by = $2, decided_at = now(), granted = $3, note = $4 where id = $1",
        id,
        by,
        granted,
        note.trim()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives an account a post. An account becomes the administrator that the post's role makes them, if they are none yet; who
/// is another already is refused by the database.
pub(crate) async fn insert_holding(tx: &mut PgConnection, wish: &Wish, by: &str) -> Result<i64> {
    let Wish::Holding { account_id, post_id, stand_in, from_at, until_at, .. } = wish else {
        return Err(Error::Internal(anyhow::anyhow!("a holding was expected")));
    };
    // What has run out is over: it doesn't keep anybody from becoming an administrator.
    sqlx::query!(
        "update holding set ended_at = until_at where account_id = $1 and ended_at is null and until_at <= now()",
        account_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update account set administrator = r.administrator from post p join role r on r.code = p.role_code
         where account.id = $1 and p.id = $2 and account.administrator is null and r.administrator is not null",
        account_id,
        post_id
    )
    .execute(&mut *tx)
    .await
    .map_err(refused)?;
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
    .fetch_one(&mut *tx)
    .await
    .map_err(refused)
}

/// Why the database doesn't let an account hold a post.
fn refused(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(inner) if inner.constraint() == Some("holding_duty") => Error::Conflict(text(
            "三员管理员的账号不得兼任业务岗位，任业务岗位的账号也不得担任管理员。",
            "An administrator's account holds no post of the business, and who holds one becomes no administrator.",
        )),
        sqlx::Error::Database(inner) if inner.is_foreign_key_violation() => Error::Conflict(text(
            "系统、安全、审计三类管理员须由不同的人担任：该账号已是另一类管理员。",
            "System, security and audit administrators are different people: this account is another of them already.",
        )),
        sqlx::Error::Database(inner) if inner.is_check_violation() => Error::field(
            "/until_at",
            "截止时间应晚于开始时间；代理须有截止时间。",
            "It ends after it begins; a stand-in's time has an end.",
        ),
        _ => error.into(),
    }
}
