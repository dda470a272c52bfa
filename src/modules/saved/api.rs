//! The addresses of what readers keep.

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{SavedDraft, SavedList},
    rules, store,
};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::{Json, Path, Query},
    },
    layers::READ_MAP,
    map::Server,
};

pub(super) fn routes(_: &Server) -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(saved_views, keep_view)).routes(routes!(forget_view))
}

fn audit(action: &'static str, object: String, actor: &Actor) -> AuditEntry {
    AuditEntry { action, object, region: actor.home(), detail: serde_json::json!({}) }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SavedQuery {
    /// Only of this kind: area, view or list.
    #[param(pattern = "^(area|view|list)$")]
    kind: Option<String>,
}

/// What the reader has kept.
#[utoipa::path(get, path = "/api/saved", tag = "map", params(SavedQuery), responses((status = 200, body = SavedList), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn saved_views(
    State(app): State<App>,
    actor: Actor,
    Query(query): Query<SavedQuery>,
) -> Result<axum::Json<SavedList>> {
    rules::check_kind(query.kind.as_deref())?;
    if query.kind.as_deref() != Some(rules::LIST) {
        actor.require(READ_MAP)?;
    }
    let mut tx = app.db.begin(&actor).await?;
    let items = store::list(&mut tx, &actor, query.kind.as_deref()).await?;
    tx.commit().await?;
    Ok(axum::Json(SavedList { items }))
}

/// The id of what was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Kept)]
struct SavedId {
    /// Its id.
    id: i64,
}

/// Keeps an area, a view or a list.
#[utoipa::path(post, path = "/api/saved", tag = "map", request_body = SavedDraft,
    responses((status = 201, body = SavedId), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "Too many are kept", body = Problem), (status = 422, body = Problem)))]
async fn keep_view(
    State(app): State<App>,
    actor: Actor,
    Json(draft): Json<SavedDraft>,
) -> Result<(StatusCode, axum::Json<SavedId>)> {
    if draft.kind != rules::LIST {
        actor.require(READ_MAP)?;
    }
    rules::check(&draft)?;
    let mut tx = app.db.begin(&actor).await?;
    rules::check_room(store::count(&mut tx, &actor, &draft.kind).await?)?;
    let id = store::insert(&mut tx, &actor, &draft).await?;
    tx.audit(audit("saved.keep", format!("{} {id}", draft.kind), &actor));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(SavedId { id })))
}

/// Forgets what was kept.
#[utoipa::path(delete, path = "/api/saved/{id}", tag = "map", params(("id" = i64, Path, description = "What was kept")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn forget_view(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    let mut tx = app.db.begin(&actor).await?;
    let kind = store::delete(&mut tx, &actor, id).await?;
    // What is not committed is not forgotten: areas and views are of the map.
    if kind.as_deref() != Some(rules::LIST) {
        actor.require(READ_MAP)?;
    }
    let kind = kind.ok_or_else(|| Error::not_found("没有这一项。", "There is no such item."))?;
    tx.audit(audit("saved.forget", format!("{kind} {id}"), &actor));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
