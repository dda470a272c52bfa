//! Files with plain values of sensitive fields: few records on one's own, more only when somebody else agrees.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Selection,
    api::{degrees, layer, stated_purpose},
    export,
    model::ExportRequest,
    store,
};
use crate::{
    kernel::{
        actor::Actor,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::{CreatedId, Json, Path, Query},
        paging::cut,
        permission::SEE_SENSITIVE,
        text::text,
    },
    map::permissions::{APPROVE_EXPORT, EXPORT},
    map::{Map, places::seen_region},
};

const PAGE: i64 = 50;
const LONGEST_PAGE: i64 = 200;
const MAX_NOTE: usize = 400;

/// What somebody asks to export.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportWish {
    /// Only the records of this region, by its code.
    region: String,
    /// Only what meets a box: west,south,east,north in WGS 84 degrees.
    bbox: Option<String>,
    /// What the plain values are for: a code of the table `unmask_purpose`, or 1 to 200 characters in one's own words.
    #[schema(min_length = 1, max_length = 200)]
    purpose: String,
}

/// A page of export requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportRequests {
    /// The newest first.
    items: Vec<ExportRequest>,
    /// From which id the next page goes on; none at the end.
    next: Option<i64>,
    /// How many records each may export in a day without asking.
    daily_limit: i32,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportRequestQuery {
    /// true: those that wait; false: those that are decided.
    open: Option<bool>,
    /// The last id of the page before.
    after: Option<i64>,
    /// How many at most, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// How an export request is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportDecision {
    /// Whether it is granted.
    granted: bool,
    /// What is to be said to it, at most 400 characters.
    #[serde(default)]
    #[schema(max_length = 400)]
    note: String,
}

/// Who may agree sees all requests in scope, anybody else who exports their own.
fn sees_all(actor: &Actor) -> Result<bool> {
    let approves = actor.may(APPROVE_EXPORT);
    if !approves {
        actor.require(EXPORT)?;
    }
    Ok(approves)
}

/// The requests to export plain values.
#[utoipa::path(get, path = "/api/export-requests", tag = "transfer", params(ExportRequestQuery),
    responses((status = 200, body = ExportRequests), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn export_requests(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Query(query): Query<ExportRequestQuery>,
) -> Result<axum::Json<ExportRequests>> {
    let only_of = (!sees_all(&actor)?).then(|| actor.key());
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(Error::bad(
            format!("limit 应为 1 到 {LONGEST_PAGE}。"),
            format!("limit lies between 1 and {LONGEST_PAGE}."),
        ));
    }
    let before = query.after.unwrap_or(i64::MAX);
    let mut tx = map.app.db.begin(&actor).await?;
    let mut items = store::requests(&mut tx, actor.key(), only_of, query.open, before, limit + 1).await?;
    let daily_limit = store::daily_limit(&mut tx).await?;
    tx.commit().await?;
    let next = cut(&mut items, limit, |item| item.id);
    Ok(axum::Json(ExportRequests { items, next, daily_limit }))
}

/// Asks to export a layer's records with plain values; somebody else has to agree.
#[utoipa::path(post, path = "/api/layers/{layer}/export-requests", tag = "transfer", request_body = ExportWish,
    params(("layer" = String, Path, description = "The layer's name")),
    responses((status = 201, body = CreatedId), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "The layer has nothing sensitive", body = Problem), (status = 422, body = Problem)))]
pub(super) async fn ask_to_export(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(name): Path<String>,
    Json(wish): Json<ExportWish>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    let def = layer(&map, &name)?.def;
    actor.require(def.permission)?;
    actor.require(EXPORT)?;
    actor.require(SEE_SENSITIVE)?;
    if !def.table.columns.iter().any(|column| column.sensitive) {
        return Err(Error::Conflict(text(
            "该图层没有敏感信息，可直接导出。",
            "This layer has nothing sensitive: it can be exported at once.",
        )));
    }
    let (region, _) = seen_region(&map, &actor, Some(&wish.region))?;
    let bbox = wish.bbox.as_deref().map(degrees).transpose()?;
    let purpose = stated_purpose(Some(&wish.purpose))?;
    let selection = Selection { region: Some(region), bbox, sensitive: true, owner: false };
    let mut tx = map.app.db.begin_cleared(&actor, false).await?.0;
    let records = export::count(&mut tx, def, selection).await?;
    let region = region.get();
    let asked = store::Asked { region, layer: def.name, bbox, purpose: &purpose, records };
    let id = store::insert_request(&mut tx, &asked, &actor).await?;
    tx.audit(AuditEntry {
        action: "export.ask",
        object: format!("export request {id}"),
        region,
        detail: serde_json::json!({"layer": def.name, "records": records, "bbox": bbox}),
    });
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

/// Decides a request to export plain values. Nobody decides what they asked for themselves.
#[utoipa::path(post, path = "/api/export-requests/{id}/decision", tag = "transfer", request_body = ExportDecision,
    params(("id" = i64, Path, description = "The request")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "None that waits", body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide_on_export(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(decision): Json<ExportDecision>,
) -> Result<StatusCode> {
    actor.require(APPROVE_EXPORT)?;
    if decision.note.chars().count() > MAX_NOTE {
        return Err(Error::field("/note", "最多 400 个字。", "It has at most 400 characters."));
    }
    let mut tx = map.app.db.begin(&actor).await?;
    let asked = store::lock_request(&mut tx, id)
        .await?
        .ok_or_else(|| Error::not_found("没有待批的这项申请。", "There is no such request that waits."))?;
    if asked.requester == actor.key() {
        return Err(Error::Conflict(text("不能审批自己的申请。", "One doesn't decide what one asked for.")));
    }
    store::decide(&mut tx, id, &actor, decision.granted, decision.note.trim()).await?;
    tx.audit(AuditEntry {
        action: if decision.granted { "export.grant" } else { "export.refuse" },
        object: format!("export request {id}"),
        region: asked.region,
        detail: serde_json::json!({"layer": asked.layer, "records": asked.records, "note": decision.note.trim()}),
    });
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
