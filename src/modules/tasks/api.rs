//! The addresses of tasks and processes.

use std::{collections::BTreeMap, sync::Arc};

use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{HandOver, ListedTask, ProcessView, TaskHands},
    store,
};
use crate::{
    flow::{
        Facts, FlowRule, FlowState, claim, hand_over, release,
        store::{self as flow_store},
    },
    kernel::{
        actor::Actor,
        app::App,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::{Json, Path, Query},
        time,
    },
    map::{Map, Server},
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
};

pub(super) fn routes(_: &Server) -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(tasks))
        .routes(routes!(claim_task))
        .routes(routes!(release_task))
        .routes(routes!(hand_over_task))
        .routes(routes!(process))
}

/// The list of tasks.
struct TaskList;

impl ListType for TaskList {
    const LIST: &'static ListDef = &store::TASKS;
}

/// What waits for the reader: what is in their hands, and what is in nobody's and theirs to take; the most urgent first.
#[utoipa::path(get, path = "/api/tasks", tag = "tasks", params(ListQuery<TaskList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<ListedTask> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
async fn tasks(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<TaskList>,
) -> Result<Response> {
    let mut tx = app.db.begin(&actor).await?;
    store::set_permissions(&mut tx, &actor).await?;
    list::answer::<_, ListedTask>(tx, &actor, &query, &headers).await
}

/// Takes a task in hand (领取). One that somebody else has in hand nobody can take.
#[utoipa::path(post, path = "/api/tasks/{id}/claim", tag = "tasks", params(("id" = i64, Path, description = "The task's id")),
    responses((status = 200, body = TaskHands), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, description = "It is in somebody else's hands, done, or not the reader's to take", body = Problem)))]
async fn claim_task(State(map): State<Arc<Map>>, actor: Actor, Path(id): Path<i64>) -> Result<axum::Json<TaskHands>> {
    change_hands(&map, &actor, id, "claim", claim).await
}

/// Gives a task back (退回待领), for whoever may take it.
#[utoipa::path(post, path = "/api/tasks/{id}/release", tag = "tasks", params(("id" = i64, Path, description = "The task's id")),
    responses((status = 200, body = TaskHands), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, description = "It isn't in the reader's hands", body = Problem)))]
async fn release_task(State(map): State<Arc<Map>>, actor: Actor, Path(id): Path<i64>) -> Result<axum::Json<TaskHands>> {
    change_hands(&map, &actor, id, "release", release).await
}

/// Hands a task over to somebody who may do it (转交).
#[utoipa::path(post, path = "/api/tasks/{id}/hand-over", tag = "tasks", params(("id" = i64, Path, description = "The task's id")), request_body = HandOver,
    responses((status = 200, body = TaskHands), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, description = "It isn't the reader's to give", body = Problem), (status = 422, description = "They may not do it", body = Problem)))]
async fn hand_over_task(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(to): Json<HandOver>,
) -> Result<axum::Json<TaskHands>> {
    let mut tx = map.app.db.begin_at(&actor, id).await?;
    store::task(&mut tx, id).await?.ok_or_else(no_task)?;
    let may = store::may_take(&mut tx, id, to.account).await?;
    tx.commit().await?;
    if !may {
        return Err(Error::field("/account", "所选人员不能办理此项任务。", "This person can't do the task."));
    }
    let key = format!("account:{}", to.account);
    change_hands(&map, &actor, id, "hand_over", |state, number, facts| hand_over(state, number, &key, facts)).await
}

fn no_task() -> Error {
    Error::not_found("没有此任务，或不在您的辖区内。", "There is no such task, or not in your scope.")
}

/// Lets a task change hands.
async fn change_hands(
    map: &Map,
    actor: &Actor,
    id: i64,
    what: &'static str,
    change: impl FnOnce(&mut FlowState, u32, &Facts<'_>) -> Result<(), FlowRule>,
) -> Result<axum::Json<TaskHands>> {
    let mut tx = map.app.db.begin_at(actor, id).await?;
    let (thing, number) = store::task(&mut tx, id).await?.ok_or_else(no_task)?;
    let units = flow_store::units_of_reader(&mut tx).await?;
    let process = flow_store::process(&mut tx, thing, true).await?.ok_or_else(no_task)?;
    let calendar = time::load_calendar(&mut tx).await?;
    let at = map.app.clock.now();
    let mut state = process.state.clone();
    let permissions = |name: &str| actor.may_named(name);
    let facts = Facts {
        actor: actor.key(),
        permissions: &permissions,
        level: None,
        covers: actor.scope().contains(process.region),
        units: &units,
        parties: &[],
        guards: &BTreeMap::new(),
        category: "",
        severity: "",
        at,
        calendar: &calendar,
        is_timer: false,
    };
    change(&mut state, number, &facts).map_err(|rule| Error::Refused(rule.says(), rule.name(), Vec::new()))?;
    if state != process.state {
        flow_store::write_hands(&mut tx, &process, &state, &calendar, at).await?;
        let detail = json!({"action": what, "step": process.state.step});
        let object = format!("{} {thing}", process.kept.definition.name);
        tx.audit(AuditEntry { action: "task.hands", object, region: process.region, detail });
    }
    let (holder, is_mine) = store::hands(&mut tx, id).await?;
    tx.commit().await?;
    Ok(axum::Json(TaskHands { id, holder, is_mine }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProcessQuery {
    /// What was done at this moment or later, RFC 3339; in the last 30 days when not given.
    from: Option<DateTime<Utc>>,
    /// What was done before this moment, RFC 3339; up to now when not given.
    until: Option<DateTime<Utc>>,
}

/// A process: its definition, how many stand in each step now, and what was done in a period; of what is in scope.
#[utoipa::path(get, path = "/api/flow/definitions/{name}", tag = "tasks", params(("name" = String, Path, pattern = "^[a-z][a-z0-9_]{0,39}$", description = "The process's name"), ProcessQuery),
    responses((status = 200, body = ProcessView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn process(
    State(app): State<App>,
    actor: Actor,
    Path(name): Path<String>,
    Query(query): Query<ProcessQuery>,
) -> Result<axum::Json<ProcessView>> {
    if !crate::modules::cases::WORK.iter().any(|permission| actor.may(*permission)) {
        actor.require(crate::modules::cases::WORK[0])?;
    }
    let until = time::checked("until", query.until.unwrap_or_else(|| app.clock.now()))?;
    let from = time::checked("from", query.from.unwrap_or(until - TimeDelta::days(30)))?;
    let mut tx = app.db.begin(&actor).await?;
    let newest = flow_store::newest(&mut tx, &name).await?;
    let newest = newest.ok_or_else(|| Error::not_found("没有此流程。", "There is no such process."))?;
    let standing = store::standing(&mut tx, &name).await?;
    let done = store::done(&mut tx, &name, from, until).await?;
    tx.commit().await?;
    let definition = (*newest.definition).clone();
    Ok(axum::Json(ProcessView { version: newest.version, definition, standing, done }))
}
