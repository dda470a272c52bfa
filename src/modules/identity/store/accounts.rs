//! Accounts, their posts, their sessions.

use chrono::{DateTime, Utc};

use crate::{
    kernel::{auth::Hash, db::Tx, error::Result},
    modules::identity::model::{ACCOUNT_STATES, Account, AccountDraft, AccountNotice, Holding, STATES, SessionInfo},
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};
use sqlx::PgConnection;

/// The accounts in scope.
pub(crate) static ACCOUNTS: ListDef = ListDef {
    filters: &[
        ListFilter::new("q", FilterKind::Text(50), "strpos(lower(name || ' ' || login), lower({})) > 0", "Part of the name or the login."),
        ListFilter::new("agency", FilterKind::Integer, "agency_id = {}", "Only those of this agency."),
        ListFilter::new("state", FilterKind::OneOf(STATES), "state = {}", "Only those in this state."),
    ],
    ..ListDef::new(
        "accounts",
        ("账号", "Accounts"),
        "select c.id, c.login, c.name, c.agency_id, coalesce(a.name, '') as agency, c.phone, c.email, c.state, c.administrator,
                c.certificate_only, c.totp_confirmed as second_factor, c.signed_in_at,
                array(select p.name from holding h join post p on p.id = h.post_id
                      where h.account_id = c.id and h.ended_at is null and (h.until_at is null or h.until_at > now())
                      order by h.id limit 20) as posts
         from account c left join agency a on a.id = c.agency_id",
        &[
            ListColumn::new("name", ("姓名", "Name")).sorted_by_name(),
            ListColumn::new("login", ("登录名", "Login")).sorted("text"),
            ListColumn::new("agency", ("机构", "Agency")).sorted_by_name(),
            ListColumn::new("posts", ("岗位", "Posts")),
            ListColumn::new("phone", ("电话", "Phone")),
            ListColumn::new("email", ("电子邮箱", "E-mail")),
            ListColumn::new("state", ("状态", "State")).sorted("text").coded(&ACCOUNT_STATES),
            ListColumn::new("second_factor", ("动态码", "Second factor")),
            ListColumn::new("signed_in_at", ("最近登录", "Last sign-in")).sorted("timestamptz"),
        ],
    )
};

/// An account in scope.
pub(crate) async fn account_record(tx: &mut Tx, id: i64) -> Result<Option<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"select c.id, c.login, c.name, c.agency_id, coalesce(a.name, '') as "agency!", c.phone, c.email, c.state, c.administrator,
                  c.certificate_only, c.totp_confirmed as second_factor, c.signed_in_at,
                  array(select p.name from holding h join post p on p.id = h.post_id
                        where h.account_id = c.id and h.ended_at is null and (h.until_at is null or h.until_at > now())
                        order by h.id limit 20) as "posts!"
           from account c left join agency a on a.id = c.agency_id
           where c.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Makes an account that waits for its holder; gives its id, or nothing when the login is taken.
pub(crate) async fn insert_account(tx: &mut PgConnection, draft: &AccountDraft, region: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "insert into account (region, agency_id, login, name, phone, email, citizen_id, certificate_only)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id",
        region,
        draft.agency_id,
        draft.login,
        draft.name.trim(),
        draft.phone,
        draft.email,
        draft.citizen_id,
        draft.certificate_only
    )
    .fetch_optional(&mut *tx)
    .await?)
}

/// Changes what isn't a right: agency, name, telephone, mail.
pub(crate) async fn update_account(
    tx: &mut Tx,
    id: i64,
    (agency, region): (i64, i64),
    name: &str,
    phone: Option<&str>,
    email: Option<&str>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update account set agency_id = $2, region = $3, name = $4, phone = $5, email = $6, updated_at = now() where id = $1",
        id,
        agency,
        region,
        name.trim(),
        phone,
        email
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Puts an account in a state, and ends its sessions where it can no longer be used; who has left holds nothing more.
pub(crate) async fn set_state(tx: &mut PgConnection, id: i64, state: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update account set state = $2, suspended_by_sync = false, updated_at = now(),
                signed_in_at = case when $2 = 'active' and state in ('dormant', 'suspended') then now() else signed_in_at end
         where id = $1",
        id,
        state
    )
    .execute(&mut *tx)
    .await?;
    if state != "active" {
        end_sessions(&mut *tx, id, None).await?;
    }
    if state == "left" {
        sqlx::query!("update holding set ended_at = now() where account_id = $1 and ended_at is null", id)
            .execute(&mut *tx)
            .await?;
    }
    Ok(done.rows_affected() > 0)
}

/// Ends an account's sessions, all but one; gives how many.
pub(crate) async fn end_sessions(tx: &mut PgConnection, account: i64, but: Option<i64>) -> Result<u64> {
    let done = sqlx::query!(
        "update session set ended_at = now() where account_id = $1 and ended_at is null and ($2::bigint is null or id <> $2)",
        account,
        but
    )
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected())
}

/// Ends one session of an account; gives whether it was there.
pub(crate) async fn end_session(tx: &mut Tx, account: i64, session: i64) -> Result<bool> {
    let done = sqlx::query!(
        "update session set ended_at = now() where account_id = $1 and id = $2 and ended_at is null",
        account,
        session
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// An account's open sessions, the newest first.
pub(crate) async fn sessions(tx: &mut Tx, account: i64, current: i64) -> Result<Vec<SessionInfo>> {
    Ok(sqlx::query_as!(
        SessionInfo,
        r#"select id, method, address, agent, created_at, last_seen_at, id = $2 as "current!" from session
           where account_id = $1 and ended_at is null and expires_at > now()
             and last_seen_at > now() - (select make_interval(mins => idle_minutes) from identity_policy)
           order by id desc limit 100"#,
        account,
        current
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The posts that an account holds, now or later.
pub(crate) async fn holdings(tx: &mut Tx, account: i64) -> Result<Vec<Holding>> {
    Ok(sqlx::query_as!(
        Holding,
        r#"select h.id, p.id as post_id, p.name as post, coalesce(a.name, '') as "agency!", r.code as role, r.name as role_name, p.regions, h.stand_in,
                h.from_at, h.until_at
         from holding h join post p on p.id = h.post_id left join agency a on a.id = p.agency_id join role r on r.code = p.role_code
         where h.account_id = $1 and h.ended_at is null and p.closed_at is null and (h.until_at is null or h.until_at > now())
         order by h.stand_in, h.id limit 100"#,
        account
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Lets a session act in another post of its holder's; gives whether that is theirs now.
pub(crate) async fn act_in(tx: &mut Tx, account: i64, session: i64, holding: i64) -> Result<bool> {
    let done = sqlx::query!(
        "update session set holding_id = $3 where id = $2 and account_id = $1 and exists (
             select from holding h join post p on p.id = h.post_id
             where h.id = $3 and h.account_id = $1 and h.ended_at is null and p.closed_at is null and h.from_at <= now()
               and (h.until_at is null or h.until_at > now()))",
        account,
        session,
        holding
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The post of a holding, by its name.
pub(crate) async fn holding_post(tx: &mut Tx, holding: i64) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select p.name from holding h join post p on p.id = h.post_id where h.id = $1", holding)
        .fetch_optional(&mut **tx)
        .await?)
}

/// A holding that hasn't ended: whose it is, and of which post. Its holder's account may stand elsewhere: then the name is
/// empty, and whether they are an administrator says the holding itself.
#[derive(Clone, Debug)]
pub(crate) struct HeldPost {
    pub(crate) account: i64,
    pub(crate) name: String,
    pub(crate) administrator: Option<String>,
    pub(crate) post: String,
}

/// The holding of an id, until it ends.
pub(crate) async fn held(tx: &mut Tx, holding: i64) -> Result<Option<HeldPost>> {
    Ok(sqlx::query_as!(
        HeldPost,
        r#"select h.account_id as account, coalesce(c.name, '') as "name!", h.administrator, coalesce(p.name, '') as "post!"
           from holding h left join account c on c.id = h.account_id left join post p on p.id = h.post_id
           where h.id = $1 and h.ended_at is null"#,
        holding
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// What the posts of an account have ever let it do, wherever they stand.
pub(crate) async fn permissions_of(tx: &mut Tx, account: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(r#"select permissions_of_account($1) as "permissions!""#, account)
        .fetch_one(&mut **tx)
        .await?)
}

/// What the holder of an account was told, the newest first, twenty at most.
pub(crate) async fn notices(tx: &mut Tx, account: i64) -> Result<Vec<AccountNotice>> {
    Ok(sqlx::query_as!(
        AccountNotice,
        r#"select id, created_at as at, substr(kind, length('account.') + 1) as "kind!", by_name, detail, read_at as seen_at
           from message where account_id = $1 and starts_with(kind, 'account.') order by id desc limit 20"#,
        account
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The holder of an account has seen what they were told up to this.
pub(crate) async fn see_notices(tx: &mut Tx, account: i64, up_to: i64) -> Result<()> {
    sqlx::query!(
        "update message set read_at = now()
         where account_id = $1 and id <= $2 and read_at is null and starts_with(kind, 'account.')",
        account,
        up_to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The logins of the accounts that are locked since they weren't used.
pub(crate) async fn dormant(tx: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select login from account where state = 'dormant' order by login")
        .fetch_all(&mut *tx)
        .await?)
}

/// Ends a holding; gives the account that held it.
pub(crate) async fn end_holding(tx: &mut Tx, id: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "update holding set ended_at = now() where id = $1 and ended_at is null returning account_id",
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Keeps an invitation; those that the account had before no longer open anything.
pub(crate) async fn insert_invitation(tx: &mut PgConnection, hash: &Hash, account: i64, hours: i32) -> Result<()> {
    sqlx::query!("update invitation set used_at = now() where account_id = $1 and used_at is null", account)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into invitation (hash, account_id, expires_at) values ($1, $2, now() + make_interval(hours => $3))",
        hash.as_slice(),
        account,
        hours
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Who an invitation is for.
#[derive(Clone, Debug)]
pub(crate) struct Invited {
    pub(crate) account: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) certificate_only: bool,
    pub(crate) was_in_use: bool,
    pub(crate) expires_at: DateTime<Utc>,
}

/// The account of an invitation that still holds.
pub(crate) async fn invited(tx: &mut Tx, hash: &Hash) -> Result<Option<Invited>> {
    Ok(sqlx::query_as!(
        Invited,
        r#"select c.id as account, c.login, c.name, c.certificate_only, c.state <> 'invited' as "was_in_use!", i.expires_at
           from invitation i join account c on c.id = i.account_id
           where i.hash = $1 and i.used_at is null and i.expires_at > now() and c.state in ('invited', 'active', 'dormant')"#,
        hash.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Uses an invitation up: the first to come has it.
pub(crate) async fn use_invitation(tx: &mut Tx, hash: &Hash) -> Result<bool> {
    let done = sqlx::query!(
        "update invitation set used_at = now() where hash = $1 and used_at is null and expires_at > now()",
        hash.as_slice()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}
