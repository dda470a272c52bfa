//! `/Users`: the accounts of people.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    document::{ScimPatch, ScimSearch, ScimUser},
    matching::{Narrow, fits},
    patch, people,
    projection::Projection,
    reading,
    refusal::{Answer, Refusal, not_there},
    schema::{DEPARTMENT, ENTERPRISE_URN, USER},
    store::{self, Home, UserRow},
    wire::{self, Asked, Body, Caller, ScimListQuery, ShownQuery},
};
use crate::{
    kernel::{
        app::App,
        db::{AuditEntry, Tx},
        http::{Path, Query},
    },
    modules::identity,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(users, make_user)).routes(routes!(search_users)).routes(routes!(
        user,
        replace_user,
        patch_user,
        delete_user
    ))
}

/// So many are read at a time where the database can't tell which fit.
const BATCH: i64 = 1_000;

/// The people in the token's regions.
#[utoipa::path(get, path = "/scim/v2/Users", tag = "scim", params(ScimListQuery),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidFilter, invalidValue"), (status = 401), (status = 403)))]
async fn users(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Query(query): Query<ScimListQuery>,
) -> Answer {
    let asked = Asked::of(&USER, &query)?;
    let mut tx = app.db.begin(&actor).await?;
    let (total, found) = find(&mut tx, &asked, &wire::base(&app, &headers)).await?;
    tx.commit().await?;
    Ok(asked.page(total, found))
}

/// The same with the search in the body, so that it stands in no log.
#[utoipa::path(post, path = "/scim/v2/Users/.search", tag = "scim", request_body(content = ScimSearch, content_type = "application/scim+json"),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidFilter, invalidValue"), (status = 401), (status = 403), (status = 413), (status = 415)))]
async fn search_users(State(app): State<App>, Caller(actor): Caller, headers: HeaderMap, Body(body): Body) -> Answer {
    let asked = Asked::of_body(&USER, &body)?;
    let mut tx = app.db.begin(&actor).await?;
    let (total, found) = find(&mut tx, &asked, &wire::base(&app, &headers)).await?;
    tx.commit().await?;
    Ok(asked.page(total, found))
}

/// How many fit, and the page of them.
async fn find(tx: &mut Tx, asked: &Asked, base: &str) -> Answer<(i64, Vec<Map<String, Value>>)> {
    let Some(filter) = &asked.filter else {
        let rows = store::users(tx, &Narrow::default(), 0, asked.start - 1, asked.count).await?;
        return Ok((store::count_users(tx).await?, rows.iter().map(|row| people::shown(row, base)).collect()));
    };
    let narrow = Narrow::of(filter);
    let (mut total, mut page, mut after) = (0, Vec::new(), 0);
    loop {
        let rows = store::users(tx, &narrow, after, 0, BATCH).await?;
        let is_last = i64::try_from(rows.len()).unwrap_or(0) < BATCH;
        after = rows.last().map_or(after, |row| row.id);
        for of in rows.iter().map(|row| people::shown(row, base)).filter(|of| fits(filter, of)) {
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

async fn row(tx: &mut Tx, id: i64) -> Answer<UserRow> {
    let narrow = Narrow { id: Some(id), ..Narrow::default() };
    Ok(store::users(tx, &narrow, 0, 0, 1).await?.pop().ok_or_else(not_there)?)
}

/// The same, held until the transaction ends.
async fn held(tx: &mut Tx, id: i64) -> Answer<UserRow> {
    if !store::lock_user(tx, id).await? {
        return Err(not_there().into());
    }
    row(tx, id).await
}

/// One person.
#[utoipa::path(get, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path, description = "The account"), ShownQuery),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 304, description = "As the client knows it"), (status = 401), (status = 403), (status = 404)))]
async fn user(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ShownQuery>,
) -> Answer {
    let projection = shown_of(&query)?;
    let mut tx = app.db.begin(&actor).await?;
    let of = people::shown(&row(&mut tx, wire::id(&id)?).await?, &wire::base(&app, &headers));
    tx.commit().await?;
    if wire::is_known(&headers, &of) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    Ok(wire::one(StatusCode::OK, &projection, of))
}

fn shown_of(query: &ShownQuery) -> Result<Projection, Refusal> {
    Projection::of(&USER, query.attributes.as_deref(), query.excluded_attributes.as_deref())
}

fn taken() -> Refusal {
    Refusal::unique(
        "userName 或 externalId 已被使用。",
        "Another account, perhaps one outside the token's regions, has this userName or externalId.",
    )
}

/// Takes the names that a person is to have from those who have left with them.
async fn release(tx: &mut Tx, draft: &store::UserDraft) -> Answer<()> {
    let released = store::release_user(tx, &draft.login, draft.external_id.as_deref()).await?.ok_or_else(taken)?;
    for former in released {
        let detail = json!({"before": {"login": former.before}, "after": {"login": former.after}});
        tx.audit(entry("account.change", former.id, former.region, detail));
    }
    Ok(())
}

fn entry(action: &'static str, id: i64, region: i64, mut detail: Value) -> AuditEntry {
    detail["scim"] = true.into();
    AuditEntry { action, object: format!("account {id}"), region, detail }
}

/// Makes an account that is invited and holds no post. Its agency is that of the department's code, or the topmost.
#[utoipa::path(post, path = "/scim/v2/Users", tag = "scim", params(ShownQuery), request_body(content = ScimUser, content_type = "application/scim+json"),
    responses((status = 201, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidValue, invalidSyntax"), (status = 401), (status = 403), (status = 409, description = "uniqueness"), (status = 413), (status = 415)))]
async fn make_user(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Query(query): Query<ShownQuery>,
    Body(body): Body,
) -> Answer {
    let projection = shown_of(&query)?;
    let wanted = reading::resource(&USER, &body)?;
    let draft = people::draft(&wanted)?;
    let mut tx = app.db.begin(&actor).await?;
    let home = home(&mut tx, people::department(&wanted)).await?;
    release(&mut tx, &draft).await?;
    let id = store::insert_user(&mut tx, &home, &draft).await?.ok_or_else(taken)?;
    if wanted.get("active") == Some(&Value::Bool(false)) {
        suspend(&mut tx, id).await?;
    }
    let of = people::shown(&row(&mut tx, id).await?, &wire::base(&app, &headers));
    let (_, after) = people::differences(&Map::new(), &of).unwrap_or_default();
    tx.audit(entry("account.make", id, home.region, json!({"after": after})));
    tx.commit().await?;
    Ok(wire::one(StatusCode::CREATED, &projection, of))
}

/// The agency of a department's code; without one the topmost.
async fn home(tx: &mut Tx, department: Option<&str>) -> Answer<Home> {
    match department {
        Some(code) => Ok(store::agency_of_code(tx, code).await?.ok_or_else(|| {
            Refusal::value(
                format!("没有部门编码为 {code} 的机构（{DEPARTMENT}）。"),
                format!("No agency has the code {code} ({DEPARTMENT})."),
            )
        })?),
        None => topmost(tx).await,
    }
}

/// The agency of those who are of no other.
pub(super) async fn topmost(tx: &mut Tx) -> Answer<Home> {
    Ok(store::topmost(tx)
        .await?
        .ok_or_else(|| Refusal::value("令牌的区域内还没有机构。", "There is no agency yet in the token's regions."))?)
}

async fn suspend(tx: &mut Tx, id: i64) -> Answer<()> {
    identity::set_state(tx, id, "suspended").await?;
    store::suspended_by_sync(tx, id).await?;
    Ok(())
}

/// Replaces what SCIM keeps of a person. Without a department the agency stays, without `active` the state.
#[utoipa::path(put, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path, description = "The account"), ShownQuery), request_body(content = ScimUser, content_type = "application/scim+json"),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidValue, invalidSyntax"), (status = 401), (status = 403, description = "mutability: an administrator's account"), (status = 404), (status = 409, description = "uniqueness"), (status = 412), (status = 413), (status = 415)))]
async fn replace_user(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ShownQuery>,
    Body(body): Body,
) -> Answer {
    let wanted = reading::resource(&USER, &body)?;
    let replaced = |before: &Map<String, Value>| {
        let mut after = wanted;
        if people::department(&after).is_none()
            && let Some(code) = people::department(before)
        {
            after.entry(ENTERPRISE_URN).or_insert_with(|| json!({}))[DEPARTMENT] = code.into();
        }
        if let Some(active) = before.get("active") {
            after.entry("active").or_insert(active.clone());
        }
        Ok(after)
    };
    change(&app, &caller, &headers, &id, &query, replaced).await
}

/// Changes a person by operations (RFC 7644, section 3.5.2).
#[utoipa::path(patch, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path, description = "The account"), ShownQuery), request_body(content = ScimPatch, content_type = "application/scim+json"),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 400, description = "invalidPath, invalidValue, invalidSyntax, noTarget, mutability, tooMany"), (status = 401), (status = 403, description = "mutability: an administrator's account"), (status = 404), (status = 409, description = "uniqueness"), (status = 412), (status = 413), (status = 415)))]
async fn patch_user(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ShownQuery>,
    Body(body): Body,
) -> Answer {
    let patched = |before: &Map<String, Value>| {
        let mut after = before.clone();
        patch::apply(&USER, &mut after, &body)?;
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
    let before = held(&mut tx, id).await?;
    let shown = people::shown(&before, &base);
    wire::still(headers, &shown)?;
    caller.noted(app, &format!("account {id}"), may_change(&before).map_err(Into::into))?;
    let wanted = changed(&shown)?;
    caller.noted(app, &format!("account {id}"), write(&mut tx, &before, &shown, &wanted).await)?;
    let after = row(&mut tx, id).await?;
    let now = people::shown(&after, &base);
    if let Some((left, right)) = people::differences(&shown, &now) {
        let detail = json!({"before": left, "after": right});
        tx.audit(entry("account.change", id, after.region, detail));
    }
    tx.commit().await?;
    app.auth.forget();
    Ok(wire::one(StatusCode::OK, &projection, now))
}

/// What is no one's to change who isn't an administrator themselves.
fn may_change(row: &UserRow) -> Result<(), Refusal> {
    if row.administrator.is_some() {
        return Err(Refusal::protected(
            "三员管理员的账号不能通过 SCIM 修改、停用或删除。",
            "An administrator's account is neither changed, suspended nor deleted by SCIM.",
        ));
    }
    Ok(())
}

/// Writes what differs of a person: columns, agency, state.
async fn write(tx: &mut Tx, row: &UserRow, before: &Map<String, Value>, after: &Map<String, Value>) -> Answer<()> {
    let draft = people::draft(after)?;
    if (people::differences(before, after)).is_none() {
        return Ok(());
    }
    release(tx, &draft).await?;
    if !store::update_user(tx, row.id, &draft).await? {
        return Err(taken().into());
    }
    let department = people::department(after);
    if department != people::department(before) {
        let home = home(tx, department).await?;
        store::move_users(tx, &[row.id], &home).await?;
    }
    match (before["active"].as_bool(), after.get("active").and_then(Value::as_bool)) {
        (Some(true), Some(false)) => suspend(tx, row.id).await?,
        (Some(false), Some(true)) if !row.suspended_by_sync => {
            return Err(Refusal::protected(
                "该账号由管理员停用，或因久未登录而锁定，须由管理员启用。",
                "An administrator has suspended this account, or it was locked for disuse; an administrator opens it again.",
            )
            .into());
        }
        // Who never set a password is as they were: invited.
        (Some(false), Some(true)) => {
            let state = if row.was_activated { "active" } else { "invited" };
            identity::set_state(tx, row.id, state).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Takes leave of a person: their sessions end, they hold no post any more. Their login is free for a new account.
#[utoipa::path(delete, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path, description = "The account")),
    responses((status = 204), (status = 401), (status = 403, description = "mutability: an administrator's account"), (status = 404), (status = 412)))]
async fn delete_user(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = wire::id(&id)?;
    let mut tx = app.db.begin(&caller.0).await?;
    let before = held(&mut tx, id).await?;
    wire::still(&headers, &people::shown(&before, &wire::base(&app, &headers)))?;
    caller.noted(&app, &format!("account {id}"), may_change(&before).map_err(Into::into))?;
    identity::set_state(&mut tx, id, "left").await?;
    tx.audit(entry("account.state", id, before.region, json!({"before": before.state, "after": "left"})));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}
