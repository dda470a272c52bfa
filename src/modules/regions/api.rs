//! The addresses of what regions were.

use std::sync::Arc;

use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{model::RegionVersion, store};
use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Problem, Result},
        http::{Path, Query},
        time,
    },
    layers::READ_MAP,
    map::{Map, Server, places::seen_region},
    spatial::{region::RegionCode, scope::Coverage},
};

/// Versions of a page.
const PAGE: i64 = 100;

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(versions)).routes(routes!(boundary))
}

/// A region that the reader sees whole.
fn region(map: &Map, actor: &Actor, code: &str) -> Result<RegionCode> {
    actor.require(READ_MAP)?;
    let (code, _) = seen_region(map, actor, Some(code))?;
    let (low, high) = code.range().into_inner();
    if actor.scope().holds(low, high) == Coverage::All {
        return Ok(code);
    }
    Err(Error::not_found("该区划不全在您的辖区内。", "The region isn't wholly in your scope."))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VersionsQuery {
    /// Only versions that began before this day; given by `next` of the page before.
    before: Option<NaiveDate>,
}

/// Versions of a region.
#[derive(Debug, Serialize, ToSchema)]
struct RegionVersions {
    /// The newest first.
    items: Vec<RegionVersion>,
    /// What to give as `before` for the next page; nothing on the last.
    next: Option<NaiveDate>,
}

/// What a region was: its boundaries and names, from when to when, by whom and why.
#[utoipa::path(get, path = "/api/regions/{code}/versions", tag = "map", params(("code" = String, Path, pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$", description = "A region's code, short or full"), VersionsQuery),
    responses((status = 200, body = RegionVersions), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn versions(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(code): Path<String>,
    Query(query): Query<VersionsQuery>,
) -> Result<axum::Json<RegionVersions>> {
    let code = region(&map, &actor, &code)?;
    let mut tx = map.app.db.begin(&actor).await?;
    let mut items = store::versions(&mut tx, code.get(), query.before, PAGE + 1).await?;
    tx.commit().await?;
    let more = items.len() > usize::try_from(PAGE).unwrap_or(0);
    if more {
        items.pop();
    }
    let next = items.last().filter(|_| more).map(|last| last.valid_from);
    Ok(axum::Json(RegionVersions { items, next }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BoundaryQuery {
    /// The day, to its end in China's time; today when not given.
    as_of: Option<NaiveDate>,
}

/// A region's boundary as it was on a day, as a feature of `GeoJSON`.
#[utoipa::path(get, path = "/api/regions/{code}/boundary", tag = "map", params(("code" = String, Path, pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$", description = "A region's code, short or full"), BoundaryQuery),
    responses((status = 200, body = serde_json::Value, content_type = "application/json"), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope, or none on that day", body = Problem)))]
async fn boundary(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(code): Path<String>,
    Query(query): Query<BoundaryQuery>,
) -> Result<axum::Json<serde_json::Value>> {
    let code = region(&map, &actor, &code)?;
    let on = query.as_of.unwrap_or_else(|| time::day(map.app.clock.now()));
    let mut tx = map.app.db.begin(&actor).await?;
    let found = store::boundary(&mut tx, code.get(), on).await?;
    tx.commit().await?;
    let found = found.ok_or_else(|| {
        Error::not_found(format!("该区划在 {on} 还没有边界。"), format!("The region had no boundary on {on}."))
    })?;
    Ok(axum::Json(json!({
        "type": "Feature",
        "id": code.get(),
        "properties": {"name": found.name, "valid_from": found.valid_from, "as_of": on},
        "geometry": found.geometry,
    })))
}
