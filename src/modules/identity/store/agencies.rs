//! Agencies, posts and roles.

use crate::{
    kernel::{db::Tx, error::Result},
    modules::identity::model::{AGENCY_KIND_NAMES, AGENCY_KINDS, Agency, AgencyDraft, Post, PostDraft, Role},
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};
use sqlx::PgConnection;

/// The agencies in scope that are open.
pub(crate) static AGENCIES: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "q",
            FilterKind::Text(50),
            "strpos(lower(concat_ws(' ', name, code)), lower({})) > 0",
            "Part of the name or the code.",
        ),
        ListFilter::new("kind", FilterKind::OneOf(AGENCY_KINDS), "kind = {}", "Only those of this kind."),
        ListFilter::new(
            "region",
            FilterKind::Region,
            "region between ({})[1] and ({})[2]",
            "Only those that stand in this region, by its code, short or full.",
        ),
    ],
    ..ListDef::new(
        "agencies",
        ("机构", "Agencies"),
        "select id, parent_id, region, code, name, kind, position,
                (select count(*) from account where account.agency_id = agency.id and account.state <> 'left') as people
         from agency where closed_at is null",
        &[
            ListColumn::new("name", ("名称", "Name")).sorted_by_name(),
            ListColumn::new("code", ("部门编码", "Code")).sorted("text"),
            ListColumn::new("kind", ("机构类型", "Kind")).sorted("text").coded(&AGENCY_KIND_NAMES),
            ListColumn::new("region", ("区划代码", "Region")).sorted("bigint"),
            ListColumn::new("position", ("次序", "Place")).sorted("integer"),
            ListColumn::new("people", ("人数", "People")),
        ],
    )
};

/// An agency in scope that is open.
pub(crate) async fn agency_record(tx: &mut Tx, id: i64) -> Result<Option<Agency>> {
    Ok(sqlx::query_as!(
        Agency,
        r#"select id, parent_id, region, code, name, kind, position,
                  (select count(*) from account where account.agency_id = agency.id and account.state <> 'left') as "people!"
           from agency where closed_at is null and id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Makes an agency; gives its id.
pub(crate) async fn insert_agency(tx: &mut PgConnection, draft: &AgencyDraft) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "insert into agency (region, parent_id, code, name, kind, position) values ($1, $2, $3, $4, $5, $6) returning id",
        draft.region,
        draft.parent_id,
        draft.code,
        draft.name.trim(),
        draft.kind,
        draft.position
    )
    .fetch_one(&mut *tx)
    .await?)
}

/// Changes an agency; gives whether it is there.
pub(crate) async fn update_agency(tx: &mut Tx, id: i64, draft: &AgencyDraft) -> Result<bool> {
    let done = sqlx::query!(
        "update agency set region = $2, parent_id = $3, code = $4, name = $5, kind = $6, position = $7, updated_at = now()
         where id = $1 and closed_at is null",
        id,
        draft.region,
        draft.parent_id,
        draft.code,
        draft.name.trim(),
        draft.kind,
        draft.position
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether an agency lies below another, or is it: such a one can't be its parent.
pub(crate) async fn is_below(tx: &mut Tx, agency: i64, above: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"with recursive up (id, parent_id, depth) as (
               select id, parent_id, 0 from agency where id = $1
               union all select a.id, a.parent_id, up.depth + 1 from agency a join up on a.id = up.parent_id where up.depth < 32)
           select exists (select from up where id = $2) as "is!""#,
        agency,
        above
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Whether the agency is there and open.
pub(crate) async fn has_agency(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select from agency where id = $1 and closed_at is null) as "is!""#, id)
        .fetch_one(&mut **tx)
        .await?)
}

/// The region of an agency.
pub(crate) async fn agency_region(tx: &mut Tx, id: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select region from agency where id = $1 and closed_at is null", id)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Whether an agency still has agencies below it, posts or people.
pub(crate) async fn is_agency_in_use(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from agency where parent_id = $1 and closed_at is null)
               or exists (select from post where agency_id = $1 and closed_at is null)
               or exists (select from account where agency_id = $1 and state <> 'left') as "is!""#,
        id
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Closes an agency; gives whether it was open.
pub(crate) async fn close_agency(tx: &mut Tx, id: i64) -> Result<bool> {
    let done = sqlx::query!("update agency set closed_at = now() where id = $1 and closed_at is null", id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The roles in their order.
pub(crate) async fn roles(tx: &mut PgConnection) -> Result<Vec<Role>> {
    Ok(sqlx::query_as!(
        Role,
        "select code, name, name_en, level, administrator, permissions, updated_by, updated_at from role order by position"
    )
    .fetch_all(&mut *tx)
    .await?)
}

/// Sets what a role carries.
pub(crate) async fn set_permissions(tx: &mut Tx, code: &str, permissions: &[String], by: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update role set permissions = $2, updated_by = $3, updated_at = now() where code = $1",
        code,
        permissions,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Has a role carry these as well, beside what it carries by now.
pub(crate) async fn add_permissions(tx: &mut Tx, code: &str, added: &[String], by: &str) -> Result<()> {
    sqlx::query!(
        "update role set permissions = array(select distinct unnest(permissions || $2::text[]) order by 1), updated_by = $3,
                updated_at = now() where code = $1",
        code,
        added,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Has a role carry these no more.
pub(crate) async fn remove_permissions(tx: &mut Tx, code: &str, removed: &[String], by: &str) -> Result<()> {
    sqlx::query!(
        "update role set permissions = array(select unnest(permissions) except select unnest($2::text[]) order by 1), updated_by = $3,
                updated_at = now() where code = $1",
        code,
        removed,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The posts of an agency, or of all in scope, from the id after `after`.
pub(crate) async fn posts(tx: &mut Tx, agency: Option<i64>, after: i64, limit: i64) -> Result<Vec<Post>> {
    Ok(sqlx::query_as!(
        Post,
        r#"select p.id, p.agency_id, coalesce(a.name, '') as "agency!", p.role_code as role, p.name, p.regions,
                  array(select c.name from holding h join account c on c.id = h.account_id
                        where h.post_id = p.id and h.ended_at is null and (h.until_at is null or h.until_at > now())
                        order by h.id limit 20) as "held_by!"
           from post p left join agency a on a.id = p.agency_id
           where p.closed_at is null and p.id > $2 and ($1::bigint is null or p.agency_id = $1) order by p.id limit $3"#,
        agency,
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Makes a post; gives its id.
pub(crate) async fn insert_post(tx: &mut PgConnection, draft: &PostDraft) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "insert into post (region, agency_id, role_code, name, regions) values ($1, $2, $3, $4, $5) returning id",
        draft.regions.first().copied().unwrap_or_default(),
        draft.agency_id,
        draft.role,
        draft.name.trim(),
        &draft.regions
    )
    .fetch_one(&mut *tx)
    .await?)
}

/// Closes a post and ends its holdings; gives whether it was open.
pub(crate) async fn close_post(tx: &mut Tx, id: i64) -> Result<bool> {
    let done = sqlx::query!("update post set closed_at = now() where id = $1 and closed_at is null", id)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("update holding set ended_at = now() where post_id = $1 and ended_at is null", id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The names of the administrators who hold a post, but for one of them.
pub(crate) async fn administrators_in(tx: &mut Tx, post: i64, but: Option<i64>) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(c.name, '') as "name!" from holding h left join account c on c.id = h.account_id
           where h.post_id = $1 and h.ended_at is null and h.administrator is not null and ($2::bigint is null or h.account_id <> $2)
           order by h.id limit 20"#,
        post,
        but
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What a request says of a post.
#[derive(Clone, Debug)]
pub(crate) struct AskedPost {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) regions: Vec<i64>,
}

/// A post, if it is there and open, with its role's name.
pub(crate) async fn post(tx: &mut Tx, id: i64) -> Result<Option<AskedPost>> {
    Ok(sqlx::query_as!(
        AskedPost,
        "select p.name, r.name as role, p.regions from post p join role r on r.code = p.role_code
         where p.id = $1 and p.closed_at is null",
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The open agency of a name that was made first.
pub(crate) async fn agency_named(tx: &mut PgConnection, name: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select id from agency where name = $1 and closed_at is null order by id limit 1", name)
        .fetch_optional(&mut *tx)
        .await?)
}

/// Which of these roles somebody holds who may sign in, or has been invited.
pub(crate) async fn roles_held(tx: &mut PgConnection, roles: &[&str]) -> Result<Vec<String>> {
    let roles: Vec<String> = roles.iter().map(|&role| role.to_owned()).collect();
    Ok(sqlx::query_scalar!(
        "select distinct p.role_code from holding h join post p on p.id = h.post_id join account c on c.id = h.account_id
         where p.role_code = any($1) and h.ended_at is null and p.closed_at is null and c.state in ('invited', 'active')",
        &roles
    )
    .fetch_all(&mut *tx)
    .await?)
}
