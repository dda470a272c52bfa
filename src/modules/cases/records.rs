//! Cases as a list, and one by one.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};

use super::{
    model::{CaseRecord, ListedCase, READ_CASES},
    store,
};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        error::{Error, Problem, Result},
        http::Path,
    },
    map::Map,
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
    spatial::region::RegionCode,
};

/// The list of cases.
pub(super) struct CaseList;

impl ListType for CaseList {
    const LIST: &'static ListDef = &store::CASES;
}

/// Cases in scope, those that were reported last first.
///
/// Cases of sensitive categories are in no list.
#[utoipa::path(get, path = "/api/cases", tag = "cases", params(ListQuery<CaseList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<ListedCase> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
pub(super) async fn cases(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<CaseList>,
) -> Result<Response> {
    actor.require(READ_CASES)?;
    list::answer::<_, ListedCase>(app.db.begin(&actor).await?, &actor, &query, &headers).await
}

/// A case.
#[utoipa::path(get, path = "/api/cases/{id}", tag = "cases", params(("id" = i64, Path, description = "The case's id")),
    responses((status = 200, body = CaseRecord), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn case(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<axum::Json<CaseRecord>> {
    actor.require(READ_CASES)?;
    let mut tx = map.app.db.begin_at(&actor, id).await?;
    let case = store::case(&mut tx, id).await?;
    tx.commit().await?;
    let case = case.ok_or_else(|| {
        Error::not_found("没有此事件，或不在您的辖区内。", "There is no such case, or not in your scope.")
    })?;
    let path = RegionCode::new(case.region).map(|grid| map.memory.regions().path(grid)).unwrap_or_default();
    Ok(axum::Json(CaseRecord { case, path }))
}
