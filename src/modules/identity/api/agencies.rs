//! The tree of agencies, their posts, the roles, and the policy.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AskedFor, WhyAsked, ask_and_answer};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        db::{AuditEntry, Tx},
        error::{Error, Problem, Result},
        http::{CreatedId, Json, Path, Query},
        paging::{Paging, cut},
        permission::READ_IDENTITY,
        text::text,
    },
    map::Server,
    modules::identity::{
        model::{Agency, AgencyDraft, MANAGE_IDENTITY, Policy, Post, PostDraft, Role, SECURE_IDENTITY, Wish},
        rules, store,
    },
    records::{
        form::Filled,
        list::{self, ListDef, ListPage, ListQuery, ListType},
    },
    spatial::{region::RegionCode, scope::Scope},
};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(agencies, make_agency))
        .routes(routes!(change_agency, close_agency))
        .routes(routes!(posts, make_post))
        .routes(routes!(close_post))
        .routes(routes!(roles))
        .routes(routes!(set_permissions))
        .routes(routes!(policy, set_policy))
}

/// The list of agencies.
struct AgencyList;

impl ListType for AgencyList {
    const LIST: &'static ListDef = &store::AGENCIES;
}

/// The agencies in scope: a tree by `parent_id`.
#[utoipa::path(get, path = "/api/agencies", tag = "identity", params(ListQuery<AgencyList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<Agency> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
async fn agencies(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<AgencyList>,
) -> Result<Response> {
    actor.require(READ_IDENTITY)?;
    list::answer::<_, Agency>(app.db.begin(&actor).await?, &actor, &query, &headers).await
}

fn region(pointer: &str, code: i64) -> Result<RegionCode> {
    RegionCode::new(code).map_err(|_| {
        Error::field(
            pointer,
            format!("{code} 不是 15 位区划代码。"),
            format!("{code} is no region's code of 15 digits."),
        )
    })
}

/// What its form can't say of an agency.
async fn check_agency(tx: &mut Tx, actor: &Actor, id: Option<i64>, draft: &AgencyDraft) -> Result<()> {
    // A pattern knows blanks, not characters that no font draws.
    rules::name("/name", &draft.name, 80)?;
    in_scope(actor, "/region", region("/region", draft.region)?)?;
    if let Some(parent) = draft.parent_id {
        if !store::has_agency(tx, parent).await? {
            return Err(Error::field("/parent_id", "没有这个上级机构。", "There is no such agency above it."));
        }
        if let Some(id) = id
            && store::is_below(tx, parent, id).await?
        {
            return Err(Error::field("/parent_id", "上级不能是它自己或其下级。", "It can't lie below itself."));
        }
    }
    Ok(())
}

/// Whether the whole of a region is the actor's.
fn in_scope(actor: &Actor, pointer: &str, region: RegionCode) -> Result<()> {
    let (low, high) = region.range().into_inner();
    if actor.scope().contains(low) && actor.scope().contains(high) {
        return Ok(());
    }
    Err(Error::field(pointer, "该区域不在您的管辖范围内。", "The region isn't wholly yours."))
}

/// A code that another agency has already.
fn taken(error: Error) -> Error {
    if error.database().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        return Error::Conflict(text("该部门编码已被使用。", "Another agency has this code."));
    }
    error
}

/// Makes an agency.
#[utoipa::path(post, path = "/api/agencies", tag = "identity", request_body = AgencyDraft,
    responses((status = 201, body = CreatedId), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn make_agency(
    State(app): State<App>,
    actor: Actor,
    Filled(draft): Filled<AgencyDraft>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    actor.require(MANAGE_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    check_agency(&mut tx, &actor, None, &draft).await?;
    let id = store::insert_agency(&mut tx, &draft).await.map_err(taken)?;
    tx.audit(AuditEntry::new("agency.make", format!("agency {id}"), json!({"after": draft})));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

/// An agency as it is now.
async fn agency(tx: &mut Tx, id: i64) -> Result<Agency> {
    store::agency_record(tx, id).await?.ok_or_else(no_agency)
}

fn no_agency() -> Error {
    Error::not_found("没有这个机构。", "There is no such agency.")
}

/// Changes an agency.
#[utoipa::path(put, path = "/api/agencies/{id}", tag = "identity", params(("id" = i64, Path, description = "The agency")), request_body = AgencyDraft,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn change_agency(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Filled(draft): Filled<AgencyDraft>,
) -> Result<StatusCode> {
    actor.require(MANAGE_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    let before = agency(&mut tx, id).await?;
    check_agency(&mut tx, &actor, Some(id), &draft).await?;
    if !store::update_agency(&mut tx, id, &draft).await.map_err(taken)? {
        return Err(no_agency());
    }
    tx.audit(AuditEntry::new("agency.change", format!("agency {id}"), json!({"before": before, "after": draft})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes an agency in which nobody and nothing is any more.
#[utoipa::path(delete, path = "/api/agencies/{id}", tag = "identity", params(("id" = i64, Path, description = "The agency")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "Something is left in it", body = Problem)))]
async fn close_agency(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(MANAGE_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    let before = agency(&mut tx, id).await?;
    if store::is_agency_in_use(&mut tx, id).await? {
        return Err(Error::Conflict(text(
            "该机构还有下级机构、岗位或人员，不能撤销。",
            "Agencies, posts or people are left in it.",
        )));
    }
    store::close_agency(&mut tx, id).await?;
    tx.audit(AuditEntry::new("agency.close", format!("agency {id}"), json!({"before": before})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PostQuery {
    /// Only those of this agency.
    agency: Option<i64>,
    /// The last id of the page before.
    after: Option<i64>,
    /// How many at most, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
}

/// A page of posts.
#[derive(Debug, Serialize, ToSchema)]
struct Posts {
    /// By id.
    items: Vec<Post>,
    /// From which id the next page goes on; none at the end.
    next: Option<i64>,
}

/// The posts in scope.
#[utoipa::path(get, path = "/api/posts", tag = "identity", params(PostQuery),
    responses((status = 200, body = Posts), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn posts(State(app): State<App>, actor: Actor, Query(query): Query<PostQuery>) -> Result<axum::Json<Posts>> {
    actor.require(READ_IDENTITY)?;
    let limit = Paging { after: query.after, limit: query.limit }.limit()?;
    let mut tx = app.db.begin(&actor).await?;
    let mut items = store::posts(&mut tx, query.agency, query.after.unwrap_or(0), limit + 1).await?;
    tx.commit().await?;
    let next = cut(&mut items, limit, |item| item.id);
    Ok(axum::Json(Posts { items, next }))
}

/// Makes a post. Who is to hold it is asked for and agreed to apart.
#[utoipa::path(post, path = "/api/posts", tag = "identity", request_body = PostDraft,
    responses((status = 201, body = CreatedId), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn make_post(
    State(app): State<App>,
    actor: Actor,
    Json(draft): Json<PostDraft>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    actor.require(MANAGE_IDENTITY)?;
    rules::name("/name", &draft.name, 80)?;
    let regions: Vec<RegionCode> = draft.regions.iter().map(|&code| region("/regions", code)).collect::<Result<_>>()?;
    if !(1..=4).contains(&regions.len()) || Scope::of(&regions).is_err() {
        return Err(Error::field("/regions", "岗位管辖 1 到 4 个区域。", "A post looks after one to four regions."));
    }
    for &region in &regions {
        in_scope(&actor, "/regions", region)?;
    }
    let mut tx = app.db.begin(&actor).await?;
    if !store::has_agency(&mut tx, draft.agency_id).await? {
        return Err(Error::field("/agency_id", "没有这个机构。", "There is no such agency."));
    }
    if !store::roles(&mut tx).await?.iter().any(|role| role.code == draft.role) {
        return Err(Error::field("/role", "没有这个角色。", "There is no such role."));
    }
    let id = store::insert_post(&mut tx, &draft).await?;
    tx.audit(AuditEntry::new("post.make", format!("post {id}"), json!({"after": draft})));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

/// Closes a post; who held it holds it no more, at once. One that another administrator holds once somebody else agrees.
#[utoipa::path(delete, path = "/api/posts/{id}", tag = "identity", params(("id" = i64, Path, description = "The post"), WhyAsked),
    responses((status = 202, description = "Another administrator's: it waits until somebody else agrees", body = AskedFor), (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't ask", body = Problem), (status = 422, body = Problem)))]
async fn close_post(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Query(why): Query<WhyAsked>,
) -> Result<Response> {
    actor.require(MANAGE_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    let before = store::post(&mut tx, id).await?;
    if let Some(post) = &before {
        let own = actor.person().map(|person| person.account);
        let held_by = store::administrators_in(&mut tx, id, own).await?;
        if !held_by.is_empty() {
            let wish = Wish::ClosePost { post_id: id, post: post.name.clone(), held_by };
            return ask_and_answer(tx, &actor, &wish, why.reason.as_deref()).await;
        }
    }
    if !store::close_post(&mut tx, id).await? {
        return Err(Error::not_found("没有这个岗位。", "There is no such post."));
    }
    let before = before.map(|post| json!({"name": post.name, "role": post.role, "regions": post.regions}));
    tx.audit(AuditEntry::new("post.close", format!("post {id}"), json!({"before": before})));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A permission that a module declares.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Permission)]
struct PermissionLine {
    /// Its name.
    name: &'static str,
    /// 简体中文.
    zh: &'static str,
    /// English.
    en: &'static str,
    /// The module's name, 简体中文.
    module_zh: &'static str,
    /// The module's name, English.
    module_en: &'static str,
}

/// The roles, and what there is to carry.
#[derive(Debug, Serialize, ToSchema)]
struct Roles {
    /// In their order.
    roles: Vec<Role>,
    /// Every permission that a module declares.
    permissions: Vec<PermissionLine>,
}

/// The roles and what they carry.
#[utoipa::path(get, path = "/api/roles", tag = "identity",
    responses((status = 200, body = Roles), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn roles(State(app): State<App>, actor: Actor) -> Result<axum::Json<Roles>> {
    actor.require(READ_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    let roles = store::roles(&mut tx).await?;
    tx.commit().await?;
    let permissions = app
        .permissions
        .iter()
        .map(|declared| {
            let (name, (zh, en)) = (declared.permission.name, declared.permission.title);
            PermissionLine { name, zh, en, module_zh: declared.module.0, module_en: declared.module.1 }
        })
        .collect();
    Ok(axum::Json(Roles { roles, permissions }))
}

/// What a role is to carry, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Carried {
    /// All that it carries then.
    permissions: Vec<String>,
    /// Why, 1 to 400 characters.
    #[schema(min_length = 1, max_length = 400)]
    reason: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct Outcome {
    /// Whether it holds already: it does when nothing was raised.
    done: bool,
    /// The request that somebody else has to agree to, where rights are raised.
    request: Option<i64>,
}

/// Sets what a role carries. What only takes away holds at once; what adds is a request that somebody else decides, and so
/// is all that changes an administrator's role.
#[utoipa::path(put, path = "/api/roles/{code}/permissions", tag = "identity", params(("code" = String, Path, description = "The role")), request_body = Carried,
    responses((status = 200, body = Outcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set_permissions(
    State(app): State<App>,
    actor: Actor,
    Path(code): Path<String>,
    Json(mut carried): Json<Carried>,
) -> Result<axum::Json<Outcome>> {
    actor.require(MANAGE_IDENTITY)?;
    let person = actor.require_person()?;
    rules::name("/reason", &carried.reason, 400)?;
    carried.permissions.sort_unstable();
    carried.permissions.dedup();
    let mut tx = app.db.begin(&actor).await?;
    let role = store::roles(&mut tx).await?.into_iter().find(|role| role.code == code);
    let role = role.ok_or_else(|| Error::not_found("没有这个角色。", "There is no such role."))?;
    let declared: Vec<&str> = app.permissions.iter().map(|declared| declared.permission.name).collect();
    let added = rules::added(&role.permissions, &carried.permissions, &declared)?;
    let (kept, removed): (Vec<String>, Vec<String>) =
        role.permissions.iter().cloned().partition(|name| carried.permissions.contains(name));
    let is_administrators = role.administrator.is_some();
    // What is taken away is gone at once, whatever becomes of the rest; but not from under an administrator.
    if !removed.is_empty() && !is_administrators {
        store::set_permissions(&mut tx, &code, &kept, actor.name()).await?;
    }
    let removed = if is_administrators { removed } else { Vec::new() };
    let outcome = if added.is_empty() && removed.is_empty() {
        Outcome { done: true, request: None }
    } else {
        let wish = Wish::Role { code: code.clone(), role: role.name, added, removed };
        let id = store::insert_request(&mut tx, &wish, &carried.reason, actor.home(), person.account).await?;
        Outcome { done: false, request: Some(id) }
    };
    tx.audit(AuditEntry::new(
        if outcome.done { "role.lower" } else { "role.ask" },
        format!("role {code}"),
        json!({"before": role.permissions, "after": carried.permissions}),
    ));
    tx.commit().await?;
    app.auth.forget();
    Ok(axum::Json(outcome))
}

/// What the security administrator has set for all accounts.
#[utoipa::path(get, path = "/api/identity-policy", tag = "identity",
    responses((status = 200, body = Policy), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn policy(State(app): State<App>, actor: Actor) -> Result<axum::Json<Policy>> {
    actor.require(READ_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    let policy = store::policy(&mut tx).await?;
    tx.commit().await?;
    Ok(axum::Json(policy))
}

/// Sets it.
#[utoipa::path(put, path = "/api/identity-policy", tag = "identity", request_body = Policy,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn set_policy(State(app): State<App>, actor: Actor, Json(after): Json<Policy>) -> Result<StatusCode> {
    actor.require(SECURE_IDENTITY)?;
    rules::policy(&after)?;
    let mut tx = app.db.begin(&actor).await?;
    let before = store::policy(&mut tx).await?;
    store::set_policy(&mut tx, &after, actor.name()).await?;
    tx.audit(AuditEntry::new("identity.policy", "", json!({"before": before, "after": after})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
