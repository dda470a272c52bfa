//! Every SQL statement of SCIM. Who has left and what is closed isn't there; scope is row-level security's.
//!
//! Rows are held without their keys: who holds an account and comes into an agency doesn't wait for who holds the agency.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::matching::Narrow;
use crate::kernel::{db::Tx, error::Result};

/// An account as SCIM has it.
#[derive(Clone, Debug)]
pub(super) struct UserRow {
    pub(super) id: i64,
    pub(super) region: i64,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) state: String,
    pub(super) administrator: Option<String>,
    pub(super) was_activated: bool,
    pub(super) suspended_by_sync: bool,
    pub(super) agency_id: i64,
    pub(super) agency: String,
    pub(super) agency_code: Option<String>,
    /// What is kept beside the columns.
    pub(super) scim: Value,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// The accounts that may fit, by id from the one after `after`; `skip` of them left out.
pub(super) async fn users(tx: &mut Tx, narrow: &Narrow, after: i64, skip: i64, limit: i64) -> Result<Vec<UserRow>> {
    Ok(sqlx::query_as!(
        UserRow,
        r#"select c.id, c.region, c.login, c.name, c.phone, c.email, c.external_id, c.state, c.administrator,
                  (c.password is not null or c.signed_in_at is not null) as "was_activated!", c.suspended_by_sync,
                  c.agency_id, coalesce(a.name, '') as "agency!", a.code as "agency_code?", c.scim, c.created_at, c.updated_at
           from account c left join agency a on a.id = c.agency_id
           where c.state <> 'left' and c.id > $1 and ($2::bigint is null or c.id = $2) and ($3::text is null or c.login = $3)
             and ($4::text is null or c.external_id = $4) and ($5::boolean is null or (c.state <> 'suspended') = $5)
           order by c.id offset $6 limit $7"#,
        after,
        narrow.id,
        narrow.login,
        narrow.external_id,
        narrow.active,
        skip,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many accounts there are.
pub(super) async fn count_users(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from account where state <> 'left'"#)
        .fetch_one(&mut **tx)
        .await?)
}

/// Holds an account until the transaction ends; gives whether it is there.
pub(super) async fn lock_user(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!("select id from account where id = $1 and state <> 'left' for no key update", id)
        .fetch_optional(&mut **tx)
        .await?
        .is_some())
}

/// What is written of an account.
#[derive(Clone, Debug)]
pub(super) struct UserDraft {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) scim: Value,
}

/// An account of somebody who has left, whose login or external id has become free.
#[derive(Clone, Debug)]
pub(super) struct ReleasedUser {
    pub(super) id: i64,
    pub(super) region: i64,
    pub(super) before: String,
    pub(super) after: String,
}

/// Frees a login and an external id that only people who have left still carry: what was deleted takes part in no conflict
/// (RFC 7644, 3.6). Their accounts stay for the audit, told apart by their numbers. An administrator's keeps its names.
/// Gives nothing when a name that theirs would become is in use.
pub(super) async fn release_user(
    tx: &mut Tx,
    login: &str,
    external_id: Option<&str>,
) -> Result<Option<Vec<ReleasedUser>>> {
    let released = sqlx::query_as!(
        ReleasedUser,
        r#"update account a
           set login = case when a.login = $1 then left(a.login, 40) || '+left-' || a.id else a.login end,
               external_id = case when a.external_id = $2 then null else a.external_id end, updated_at = now()
           from (select id, login from account
                 where state = 'left' and administrator is null and (login = $1 or external_id = $2) for update) former
           where a.id = former.id
           returning a.id, a.region, former.login as "before!", a.login as "after!""#,
        login,
        external_id
    )
    .fetch_all(&mut **tx)
    .await;
    match released {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(None),
        released => Ok(Some(released?)),
    }
}

/// Frees a code that only agencies which are closed still carry; gives their ids and regions.
pub(super) async fn release_code(tx: &mut Tx, code: &str) -> Result<Vec<Home>> {
    Ok(sqlx::query_as!(
        Home,
        "update agency set code = null, updated_at = now() where code = $1 and closed_at is not null returning id, region",
        code
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Makes an account that is invited; gives its id, or nothing when its login or external id is taken.
pub(super) async fn insert_user(tx: &mut Tx, home: &Home, draft: &UserDraft) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "insert into account (region, agency_id, login, name, phone, email, external_id, scim)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id",
        home.region,
        home.id,
        draft.login,
        draft.name,
        draft.phone,
        draft.email,
        draft.external_id,
        draft.scim
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Changes an account but for its agency and state; gives whether its login and external id are free.
pub(super) async fn update_user(tx: &mut Tx, id: i64, draft: &UserDraft) -> Result<bool> {
    let done = sqlx::query!(
        "update account set login = $2, name = $3, phone = $4, email = $5, external_id = $6, scim = $7, updated_at = now()
         where id = $1",
        id,
        draft.login,
        draft.name,
        draft.phone,
        draft.email,
        draft.external_id,
        draft.scim
    )
    .execute(&mut **tx)
    .await;
    match done {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        done => Ok(done.map(|_| true)?),
    }
}

/// Notes that it was SCIM that suspended an account.
pub(super) async fn suspended_by_sync(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query!("update account set suspended_by_sync = true where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}

/// An agency into which people come.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Home {
    pub(super) id: i64,
    pub(super) region: i64,
}

/// The agency of a code.
pub(super) async fn agency_of_code(tx: &mut Tx, code: &str) -> Result<Option<Home>> {
    Ok(sqlx::query_as!(Home, "select id, region from agency where code = $1 and closed_at is null", code)
        .fetch_optional(&mut **tx)
        .await?)
}

/// The topmost agency in scope, the one that was made first: where people are who are of no other.
pub(super) async fn topmost(tx: &mut Tx) -> Result<Option<Home>> {
    Ok(sqlx::query_as!(
        Home,
        "select id, region from agency a where closed_at is null
           and not exists (select from agency above where above.id = a.parent_id and above.closed_at is null)
         order by id limit 1"
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Puts people into an agency.
pub(super) async fn move_users(tx: &mut Tx, people: &[i64], home: &Home) -> Result<()> {
    sqlx::query!(
        "update account set agency_id = $2, region = $3, updated_at = now() where id = any($1)",
        people,
        home.id,
        home.region
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody who is to come into an agency or to leave it.
#[derive(Clone, Debug)]
pub(super) struct Mover {
    pub(super) id: i64,
    pub(super) agency_id: i64,
    pub(super) region: i64,
    pub(super) administrator: Option<String>,
}

/// These people, held until the transaction ends.
pub(super) async fn movers(tx: &mut Tx, people: &[i64]) -> Result<Vec<Mover>> {
    Ok(sqlx::query_as!(
        Mover,
        "select id, agency_id, region, administrator from account where id = any($1) and state <> 'left' order by id for no key update",
        people
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An agency as SCIM has it.
#[derive(Clone, Debug)]
pub(super) struct GroupRow {
    pub(super) id: i64,
    pub(super) region: i64,
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// The agencies that may fit, by id from the one after `after`; `skip` of them left out.
pub(super) async fn groups(tx: &mut Tx, narrow: &Narrow, after: i64, skip: i64, limit: i64) -> Result<Vec<GroupRow>> {
    Ok(sqlx::query_as!(
        GroupRow,
        "select id, region, code, name, created_at, updated_at from agency
         where closed_at is null and id > $1 and ($2::bigint is null or id = $2) and ($3::text is null or code = $3)
           and ($4::text is null or lower(name) = $4)
         order by id offset $5 limit $6",
        after,
        narrow.id,
        narrow.external_id,
        narrow.name,
        skip,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many agencies there are.
pub(super) async fn count_groups(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from agency where closed_at is null"#)
        .fetch_one(&mut **tx)
        .await?)
}

/// Holds an agency until the transaction ends; gives whether it is there.
pub(super) async fn lock_group(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!("select id from agency where id = $1 and closed_at is null for no key update", id)
        .fetch_optional(&mut **tx)
        .await?
        .is_some())
}

/// Somebody of an agency.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) agency_id: i64,
    pub(super) id: i64,
    pub(super) name: String,
}

/// The people of these agencies, by id.
pub(super) async fn members(tx: &mut Tx, agencies: &[i64]) -> Result<Vec<Member>> {
    Ok(sqlx::query_as!(
        Member,
        "select agency_id, id, name from account where agency_id = any($1) and state <> 'left' order by id",
        agencies
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Changes an agency's name and code; gives whether the code is free.
pub(super) async fn update_group(tx: &mut Tx, id: i64, name: &str, code: Option<&str>) -> Result<bool> {
    let done = sqlx::query!(
        "update agency set name = $2, code = $3, updated_at = now() where id = $1 and closed_at is null",
        id,
        name,
        code
    )
    .execute(&mut **tx)
    .await;
    match done {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        done => Ok(done.map(|_| true)?),
    }
}

/// The codes of agencies in scope, as many as `/Schemas` suggests.
pub(super) async fn codes(tx: &mut Tx, limit: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select code as "code!" from agency where closed_at is null and code is not null order by id limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}
