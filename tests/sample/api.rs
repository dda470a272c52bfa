//! The addresses of wells.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use gridhall::{
    kernel::{
        actor::Actor,
        app::App,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::Path,
        jobs,
    },
    map::Server,
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    INSPECT,
    model::{READ_WELLS, WRITE_WELLS, Well, WellVersion},
    store,
};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(wells)).routes(routes!(inspect)).routes(routes!(history))
}

struct WellList;

impl ListType for WellList {
    const LIST: &'static ListDef = &store::WELLS;
}

/// The wells in scope.
#[utoipa::path(get, path = "/api/wells", tag = "archives", params(ListQuery<WellList>),
    responses((status = 200, body = ListPage<Well>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, body = Problem)))]
async fn wells(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<WellList>,
) -> Result<Response> {
    actor.require(READ_WELLS)?;
    list::answer::<_, Well>(app.db.begin(&actor).await?, &actor, &query, &headers).await
}

fn no_well() -> Error {
    Error::not_found("没有这口水井。", "There is no such well.")
}

/// Has a well inspected.
#[utoipa::path(post, path = "/api/wells/{id}/inspection", tag = "archives", params(("id" = i64, Path, description = "The well")),
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn inspect(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(WRITE_WELLS)?;
    let mut tx = app.db.begin(&actor).await?;
    if !store::is_there(&mut tx, id).await? {
        return Err(no_well());
    }
    let (key, payload) = (format!("well {id}"), serde_json::json!({"well": id}));
    jobs::enqueue(&mut tx, &INSPECT, Some(&key), &payload, app.clock.now()).await?;
    tx.audit(AuditEntry::new("well.inspect", format!("inspection {id}"), serde_json::json!({})));
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

/// What a well was.
#[derive(Serialize, ToSchema)]
struct WellVersions {
    /// The newest first.
    items: Vec<WellVersion>,
}

/// What a well was, by whom and why.
#[utoipa::path(get, path = "/api/wells/{id}/history", tag = "archives", params(("id" = i64, Path, description = "The well")),
    responses((status = 200, body = WellVersions), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn history(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<axum::Json<WellVersions>> {
    actor.require(READ_WELLS)?;
    let mut tx = app.db.begin(&actor).await?;
    let items = store::history(&mut tx, id).await?;
    if items.is_empty() {
        return Err(no_well());
    }
    Ok(axum::Json(WellVersions { items }))
}
