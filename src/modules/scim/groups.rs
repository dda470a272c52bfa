//! `/Groups`: agencies, and who belongs to them. A person belongs to one: who comes into one leaves another.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    document::{ScimGroup, ScimPatch, ScimSearch},
    matching::{Narrow, fits},
    meta::Meta,
    patch,
    people::differences,
    projection::Projection,
    reading,
    refusal::{Answer, Refusal, not_there},
    schema::GROUP,
    store::{self, GroupRow, Home, Member},
    users::topmost,
    wire::{self, Asked, Body, Caller, ScimListQuery, ShownQuery},
};
use crate::{
    kernel::{
        app::App,
        db::{AuditEntry, Tx},
        error::Error,
        http::{Path, Query},
    },
    modules::identity::{self, AgencyDraft},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(groups, make_group)).routes(routes!(search_groups)).routes(routes!(
        group,
        replace_group,
        patch_group,
        delete_group
    ))
}

/// So many are read at a time where the database can't tell which fit.
const BATCH: i64 = 200;

/// An agency in SCIM's form.
fn shown(row: &GroupRow, members: &[Member], base: &str) -> Map<String, Value> {
    let mut of = Map::new();
    of.insert("schemas".to_owned(), json!([GROUP.schema.urn]));
    of.insert("displayName".to_owned(), row.name.as_str().into());
    if let Some(code) = &row.code {
        of.insert("externalId".to_owned(), code.as_str().into());
    }
    if !members.is_empty() {
        let members = members.iter().map(|member| {
            json!({
                "value": member.id.to_string(),
                "$ref": format!("{base}/Users/{}", member.id),
                "display": member.name,
                "type": "User",
            })
        });
        of.insert("members".to_owned(), members.collect());
    }
    let meta = Meta { resource: &GROUP, id: row.id, created: row.created_at, changed: row.updated_at };
    meta.put(&mut of, base);
    of
}

async fn all_shown(tx: &mut Tx, rows: &[GroupRow], base: &str) -> Answer<Vec<Map<String, Value>>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut people: BTreeMap<i64, Vec<Member>> = BTreeMap::new();
    for member in store::members(tx, &ids).await? {
        people.entry(member.agency_id).or_default().push(member);
    }
    let none = Vec::new();
    Ok(rows.iter().map(|row| shown(row, people.get(&row.id).unwrap_or(&none), base)).collect())
}

/// The agencies in the token's regions.
#[utoipa::path(get, path = "/scim/v2/Groups", tag = "scim", params(ScimListQuery),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidFilter, invalidValue"), (status = 401), (status = 403)))]
async fn groups(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Query(query): Query<ScimListQuery>,
) -> Answer {
    let asked = Asked::of(&GROUP, &query)?;
    let mut tx = app.db.begin(&actor).await?;
    let (total, found) = find(&mut tx, &asked, &wire::base(&app, &headers)).await?;
    tx.commit().await?;
    Ok(asked.page(total, found))
}

/// The same with the search in the body.
#[utoipa::path(post, path = "/scim/v2/Groups/.search", tag = "scim", request_body(content = ScimSearch, content_type = "application/scim+json"),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidFilter, invalidValue"), (status = 401), (status = 403), (status = 413), (status = 415)))]
async fn search_groups(State(app): State<App>, Caller(actor): Caller, headers: HeaderMap, Body(body): Body) -> Answer {
    let asked = Asked::of_body(&GROUP, &body)?;
    let mut tx = app.db.begin(&actor).await?;
    let (total, found) = find(&mut tx, &asked, &wire::base(&app, &headers)).await?;
    tx.commit().await?;
    Ok(asked.page(total, found))
}

/// How many fit, and the page of them.
async fn find(tx: &mut Tx, asked: &Asked, base: &str) -> Answer<(i64, Vec<Map<String, Value>>)> {
    let Some(filter) = &asked.filter else {
        let rows = store::groups(tx, &Narrow::default(), 0, asked.start - 1, asked.count).await?;
        let total = store::count_groups(tx).await?;
        return Ok((total, all_shown(tx, &rows, base).await?));
    };
    let narrow = Narrow::of(filter);
    let (mut total, mut page, mut after) = (0, Vec::new(), 0);
    loop {
        let rows = store::groups(tx, &narrow, after, 0, BATCH).await?;
        let is_last = i64::try_from(rows.len()).unwrap_or(0) < BATCH;
        after = rows.last().map_or(after, |row| row.id);
        for of in all_shown(tx, &rows, base).await?.into_iter().filter(|of| fits(filter, of)) {
            total += 1;
            if total >= asked.start && total - asked.start < asked.count {
                page.push(of);
            }
        }
        if is_last {
            return Ok((total, page));
        }
    }
}

async fn row(tx: &mut Tx, id: i64) -> Answer<GroupRow> {
    let narrow = Narrow { id: Some(id), ..Narrow::default() };
    Ok(store::groups(tx, &narrow, 0, 0, 1).await?.pop().ok_or_else(not_there)?)
}

/// An agency and its form, held until the transaction ends.
async fn held(tx: &mut Tx, id: i64, base: &str) -> Answer<(GroupRow, Map<String, Value>)> {
    if !store::lock_group(tx, id).await? {
        return Err(not_there().into());
    }
    let row = row(tx, id).await?;
    let of = shown(&row, &store::members(tx, &[id]).await?, base);
    Ok((row, of))
}

/// One agency.
#[utoipa::path(get, path = "/scim/v2/Groups/{id}", tag = "scim", params(("id" = String, Path, description = "The agency"), ShownQuery),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 304, description = "As the client knows it"), (status = 401), (status = 403), (status = 404)))]
async fn group(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ShownQuery>,
) -> Answer {
    let (projection, id) = (shown_of(&query)?, wire::id(&id)?);
    let mut tx = app.db.begin(&actor).await?;
    let row = row(&mut tx, id).await?;
    let of = shown(&row, &store::members(&mut tx, &[id]).await?, &wire::base(&app, &headers));
    tx.commit().await?;
    if wire::is_known(&headers, &of) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    Ok(wire::one(StatusCode::OK, &projection, of))
}

fn shown_of(query: &ShownQuery) -> Result<Projection, Refusal> {
    Projection::of(&GROUP, query.attributes.as_deref(), query.excluded_attributes.as_deref())
}

fn taken() -> Refusal {
    Refusal::unique("externalId（部门编码）已被使用。", "Another agency has this externalId.")
}

fn entry(action: &'static str, object: String, region: i64, mut detail: Value) -> AuditEntry {
    detail["scim"] = true.into();
    AuditEntry { action, object, region, detail }
}

/// Name and code of an agency in SCIM's form.
fn named(of: &Map<String, Value>) -> Result<(String, Option<String>), Refusal> {
    let text = |name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    let name =
        text("displayName").ok_or_else(|| Refusal::value("displayName 不能为空。", "A displayName is needed."))?;
    let code = text("externalId");
    if code.as_deref().is_some_and(|code| code.chars().count() > 40) {
        return Err(Refusal::value(
            "externalId（部门编码）最多 40 个字。",
            "An agency's externalId has at most 40 characters.",
        ));
    }
    Ok((name, code))
}

/// The ids of the members in a form.
fn member_ids(of: &Map<String, Value>) -> Result<BTreeSet<i64>, Refusal> {
    let members = of.get("members").and_then(Value::as_array);
    let values = members.into_iter().flatten().filter_map(|member| member["value"].as_str());
    values.map(|value| value.parse().map_err(|_| no_member(value))).collect()
}

fn no_member(value: &str) -> Refusal {
    let value: String = value.chars().take(60).collect();
    Refusal::value(format!("没有 id 为 {value} 的人员。"), format!("There is nobody with the id {value}."))
}

/// Makes an agency below the topmost of the token's regions, tied to the token's first region; an administrator may
/// tie it to another.
#[utoipa::path(post, path = "/scim/v2/Groups", tag = "scim", params(ShownQuery), request_body(content = ScimGroup, content_type = "application/scim+json"),
    responses((status = 201, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidValue, invalidSyntax"), (status = 401), (status = 403, description = "mutability: an administrator as a member"), (status = 409, description = "uniqueness"), (status = 413), (status = 415)))]
async fn make_group(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<ShownQuery>,
    Body(body): Body,
) -> Answer {
    let projection = shown_of(&query)?;
    let wanted = reading::resource(&GROUP, &body)?;
    let (name, code) = named(&wanted)?;
    let mut tx = app.db.begin(&caller.0).await?;
    let region = caller.0.home();
    let above = store::topmost(&mut tx).await?.map(|home| home.id);
    let draft = AgencyDraft { parent_id: above, region, code, name, kind: "department".to_owned(), position: 0 };
    release(&mut tx, draft.code.as_deref()).await?;
    let id = identity::insert_agency(&mut tx, &draft).await.map_err(unique)?;
    let members = member_ids(&wanted)?;
    caller.noted(&app, &format!("agency {id}"), bring(&mut tx, &Home { id, region }, &members).await)?;
    let (_, of) = held(&mut tx, id, &wire::base(&app, &headers)).await?;
    let detail = json!({"after": {"name": draft.name, "code": draft.code}});
    tx.audit(entry("agency.make", format!("agency {id}"), region, detail));
    tx.commit().await?;
    app.auth.forget();
    Ok(wire::one(StatusCode::CREATED, &projection, of))
}

/// Takes the code that an agency is to have from those that are closed.
async fn release(tx: &mut Tx, code: Option<&str>) -> Answer<()> {
    let Some(code) = code else { return Ok(()) };
    for former in store::release_code(tx, code).await? {
        let detail = json!({"before": {"code": code}, "after": {"code": null}});
        tx.audit(entry("agency.change", format!("agency {}", former.id), former.region, detail));
    }
    Ok(())
}

fn unique(error: Error) -> super::refusal::Fault {
    if error.database().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        return taken().into();
    }
    error.into()
}

/// Brings people into an agency.
async fn bring(tx: &mut Tx, home: &Home, people: &BTreeSet<i64>) -> Answer<()> {
    let ids: Vec<i64> = people.iter().copied().collect();
    let movers = store::movers(tx, &ids).await?;
    if let Some(missing) = ids.iter().find(|id| !movers.iter().any(|mover| mover.id == **id)) {
        return Err(no_member(&missing.to_string()).into());
    }
    let movers: Vec<_> = movers.into_iter().filter(|mover| mover.agency_id != home.id).collect();
    if let Some(protected) = movers.iter().find(|mover| mover.administrator.is_some()) {
        return Err(Refusal::protected(
            format!("三员管理员的账号（{}）不能通过 SCIM 调动。", protected.id),
            format!("An administrator's account ({}) isn't moved by SCIM.", protected.id),
        )
        .into());
    }
    let ids: Vec<i64> = movers.iter().map(|mover| mover.id).collect();
    store::move_users(tx, &ids, home).await?;
    for mover in movers {
        let detail = json!({"before": {"agency": mover.agency_id}, "after": {"agency": home.id}});
        tx.audit(entry("account.change", format!("account {}", mover.id), mover.region, detail));
    }
    Ok(())
}

/// Replaces an agency's name, code and people. Without members the people stay.
#[utoipa::path(put, path = "/scim/v2/Groups/{id}", tag = "scim", params(("id" = String, Path, description = "The agency"), ShownQuery), request_body(content = ScimGroup, content_type = "application/scim+json"),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidValue, invalidSyntax"), (status = 401), (status = 403, description = "mutability: an administrator as a member"), (status = 404), (status = 409, description = "uniqueness"), (status = 412), (status = 413), (status = 415)))]
async fn replace_group(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ShownQuery>,
    Body(body): Body,
) -> Answer {
    let wanted = reading::resource(&GROUP, &body)?;
    let names_members = body.keys().any(|name| name.eq_ignore_ascii_case("members"));
    let replaced = |before: &Map<String, Value>| {
        let mut after = wanted;
        if let Some(members) = before.get("members").filter(|_| !names_members) {
            after.insert("members".to_owned(), members.clone());
        }
        Ok(after)
    };
    change(&app, &caller, &headers, &id, &query, replaced).await
}

/// Changes an agency by operations (RFC 7644, section 3.5.2).
#[utoipa::path(patch, path = "/scim/v2/Groups/{id}", tag = "scim", params(("id" = String, Path, description = "The agency"), ShownQuery), request_body(content = ScimPatch, content_type = "application/scim+json"),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidPath, invalidValue, invalidSyntax, noTarget, mutability, tooMany"), (status = 401), (status = 403, description = "mutability: an administrator as a member"), (status = 404), (status = 409, description = "uniqueness"), (status = 412), (status = 413), (status = 415)))]
async fn patch_group(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ShownQuery>,
    Body(body): Body,
) -> Answer {
    let patched = |before: &Map<String, Value>| {
        let mut after = before.clone();
        patch::apply(&GROUP, &mut after, &body)?;
        Ok(after)
    };
    change(&app, &caller, &headers, &id, &query, patched).await
}

async fn change(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    id: &str,
    query: &ShownQuery,
    changed: impl FnOnce(&Map<String, Value>) -> Result<Map<String, Value>, Refusal>,
) -> Answer {
    let (projection, id, base) = (shown_of(query)?, wire::id(id)?, wire::base(app, headers));
    let mut tx = app.db.begin(&caller.0).await?;
    let (row, before) = held(&mut tx, id, &base).await?;
    wire::still(headers, &before)?;
    let wanted = changed(&before)?;
    caller.noted(app, &format!("agency {id}"), write(&mut tx, &row, &before, &wanted).await)?;
    let (after, now) = held(&mut tx, id, &base).await?;
    if (&row.name, &row.code) != (&after.name, &after.code) {
        // Who came and who left stands in an entry for each.
        let only =
            |of: &Map<String, Value>| Projection::of(&GROUP, None, Some("members")).map(|but| but.shown(of.clone()));
        let (left, right) = differences(&only(&before)?, &only(&now)?).unwrap_or_default();
        tx.audit(entry("agency.change", format!("agency {id}"), row.region, json!({"before": left, "after": right})));
    }
    tx.commit().await?;
    app.auth.forget();
    Ok(wire::one(StatusCode::OK, &projection, now))
}

/// Writes what differs of an agency: name, code, people.
async fn write(tx: &mut Tx, row: &GroupRow, before: &Map<String, Value>, after: &Map<String, Value>) -> Answer<()> {
    let (name, code) = named(after)?;
    if name != row.name || code != row.code {
        release(tx, code.as_deref()).await?;
        if !store::update_group(tx, row.id, &name, code.as_deref()).await? {
            return Err(taken().into());
        }
    }
    let (were, now) = (member_ids(before)?, member_ids(after)?);
    let added: BTreeSet<i64> = now.difference(&were).copied().collect();
    let gone: BTreeSet<i64> = were.difference(&now).copied().collect();
    // All are held in the order of their ids, so that of two changes that cross neither waits for the other for ever.
    let all: Vec<i64> = added.union(&gone).copied().collect();
    store::movers(tx, &all).await?;
    if !added.is_empty() {
        bring(tx, &Home { id: row.id, region: row.region }, &added).await?;
    }
    if !gone.is_empty() {
        let home = topmost(tx).await?;
        if home.id == row.id {
            return Err(Refusal::mutability(
                "人员只能从顶层机构调入其他机构，不能移出。",
                "People leave the topmost agency only into another.",
            )
            .into());
        }
        bring(tx, &home, &gone).await?;
    }
    Ok(())
}

/// Closes an agency in which nobody and nothing is any more.
#[utoipa::path(delete, path = "/scim/v2/Groups/{id}", tag = "scim", params(("id" = String, Path, description = "The agency")),
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 409, description = "Something is left in it"), (status = 412)))]
async fn delete_group(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = wire::id(&id)?;
    let mut tx = app.db.begin(&actor).await?;
    let (row, of) = held(&mut tx, id, &wire::base(&app, &headers)).await?;
    wire::still(&headers, &of)?;
    if identity::is_agency_in_use(&mut tx, id).await? {
        return Err(Refusal::plain(
            StatusCode::CONFLICT,
            "该机构还有下级机构、岗位或人员，不能撤销。",
            "Agencies, posts or people are left in it.",
        )
        .into());
    }
    identity::close_agency(&mut tx, id).await?;
    let detail = json!({"before": {"name": row.name, "code": row.code}});
    tx.audit(entry("agency.close", format!("agency {id}"), row.region, detail));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
