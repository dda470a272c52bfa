//! Areas and views of the map that a reader has kept for himself.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Map, Server};
use crate::{
    kernel::{
        actor::Actor,
        db::AuditEntry,
        error::{Error, FieldError, Problem, Result},
        http::{Json, Path, Query},
        text::{is_blank, text},
    },
    layers::READ_MAP,
};

/// Of each kind a reader keeps at most so many.
const MOST: i64 = 200;
/// Bytes of a body: the page writes a vertex in eight letters or so, so that an area of 1,000 fits.
const MAX_BODY: usize = 16 << 10;
const MAX_NAME: usize = 60;

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(saved_views, keep_view)).routes(routes!(forget_view))
}

fn audit(action: &'static str, object: String, actor: &Actor) -> AuditEntry {
    AuditEntry { action, object, region: actor.home(), detail: serde_json::json!({}) }
}

/// What a reader has kept.
#[derive(Debug, Serialize, ToSchema)]
struct Saved {
    /// By name.
    items: Vec<SavedView>,
}

/// An area or a view.
#[derive(Debug, Serialize, ToSchema)]
struct SavedView {
    /// Its id.
    id: i64,
    /// area or view.
    kind: String,
    /// Its name.
    name: String,
    /// What the map needs to show it again.
    body: serde_json::Value,
    /// When it was kept.
    created_at: DateTime<Utc>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SavedQuery {
    /// Only of this kind: area or view.
    #[param(pattern = "^(area|view)$")]
    kind: Option<String>,
}

/// What the reader has kept.
#[utoipa::path(get, path = "/api/saved", tag = "map", params(SavedQuery), responses((status = 200, body = Saved), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn saved_views(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Query(query): Query<SavedQuery>,
) -> Result<axum::Json<Saved>> {
    actor.require(READ_MAP)?;
    if query.kind.as_deref().is_some_and(|kind| !["area", "view"].contains(&kind)) {
        return Err(Error::bad("kind 应为 area 或 view。", "kind is area or view."));
    }
    let mut tx = map.app.db.begin(&actor).await?;
    let items = sqlx::query_as!(
        SavedView,
        "select id, kind, name, body, created_at from saved_view
         where owner = $1 and ($2::text is null or kind = $2) order by name, id limit $3",
        actor.key(),
        query.kind,
        2 * MOST
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(axum::Json(Saved { items }))
}

/// An area or a view to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedDraft {
    /// area or view.
    kind: String,
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// What the map needs to show it again.
    body: serde_json::Value,
}

/// The id of what was kept.
#[derive(Debug, Serialize, ToSchema)]
struct Kept {
    /// Its id.
    id: i64,
}

/// Keeps an area or a view.
#[utoipa::path(post, path = "/api/saved", tag = "map", request_body = SavedDraft,
    responses((status = 201, body = Kept), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "Too many are kept", body = Problem), (status = 422, body = Problem)))]
async fn keep_view(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Json(draft): Json<SavedDraft>,
) -> Result<(StatusCode, axum::Json<Kept>)> {
    actor.require(READ_MAP)?;
    let wrong = |pointer: &str, zh: &'static str, en: &'static str| {
        Err(Error::Invalid(text(zh, en), vec![FieldError { pointer: pointer.to_owned(), detail: en.to_owned() }]))
    };
    if !["area", "view"].contains(&draft.kind.as_str()) {
        return wrong("/kind", "kind 应为 area 或 view。", "The kind is area or view.");
    }
    if is_blank(&draft.name) || draft.name.trim().chars().count() > MAX_NAME {
        return wrong("/name", "名称应为 1 到 60 字。", "The name has 1 to 60 characters.");
    }
    if draft.body.to_string().len() > MAX_BODY {
        return wrong(
            "/body",
            "内容超过 16 KiB；区域请少画一些顶点。",
            "The body has more than 16 KiB; draw the area with fewer vertices.",
        );
    }
    let mut tx = map.app.db.begin(&actor).await?;
    // One at a time for each owner: two that count together would both find room for the last.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('saved_view ' || $1, 0))", actor.key())
        .execute(&mut *tx)
        .await?;
    let there = sqlx::query_scalar!(
        r#"select count(*) as "count!" from saved_view where owner = $1 and kind = $2"#,
        actor.key(),
        draft.kind
    )
    .fetch_one(&mut *tx)
    .await?;
    if there >= MOST {
        return Err(Error::Conflict(text(
            format!("最多保存 {MOST} 个，请先删除不用的。"),
            format!("At most {MOST} can be kept; delete some first."),
        )));
    }
    let id = sqlx::query_scalar!(
        "insert into saved_view (region, owner, kind, name, body) values ($1, $2, $3, $4, $5) returning id",
        actor.home(),
        actor.key(),
        draft.kind,
        draft.name.trim(),
        draft.body
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.audit(audit("saved.keep", format!("{} {id}", draft.kind), &actor));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(Kept { id })))
}

/// Forgets an area or a view.
#[utoipa::path(delete, path = "/api/saved/{id}", tag = "map", params(("id" = i64, Path, description = "What was kept")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn forget_view(State(map): State<Arc<Map>>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(READ_MAP)?;
    let mut tx = map.app.db.begin(&actor).await?;
    let gone =
        sqlx::query_scalar!("delete from saved_view where id = $1 and owner = $2 returning kind", id, actor.key())
            .fetch_optional(&mut *tx)
            .await?;
    let kind = gone.ok_or_else(|| Error::not_found("没有这一项。", "There is no such item."))?;
    tx.audit(audit("saved.forget", format!("{kind} {id}"), &actor));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
