//! What raises rights: one asks, another agrees.

use std::sync::Arc;

use axum::{
    extract::{FromRef, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AskedFor, WhyAsked, ask_and_answer, is_another_administrator};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        auth::Auth,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::{CreatedId, Json, Path, Query},
        permission::READ_IDENTITY,
        text::text,
    },
    map::Server,
    modules::identity::{
        approvals::Approval,
        model::{MANAGE_IDENTITY, RightsRequest, SECURE_IDENTITY, Wish},
        notices, rules, store,
    },
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
};

pub(super) fn routes(server: &Server, approvals: Vec<Approval>) -> OpenApiRouter<Server> {
    let deciding = Arc::new(Deciding { app: server.app.clone(), approvals });
    OpenApiRouter::new()
        .routes(routes!(requests))
        .routes(routes!(ask_for_post))
        .routes(routes!(end_holding))
        .merge(OpenApiRouter::new().routes(routes!(decide)).with_state(deciding))
}

/// What deciding stands on: who carries out what is granted.
struct Deciding {
    app: App,
    approvals: Vec<Approval>,
}

impl FromRef<Arc<Deciding>> for Auth {
    fn from_ref(deciding: &Arc<Deciding>) -> Self {
        deciding.app.auth.clone()
    }
}

/// The list of requests.
struct RequestList;

impl ListType for RequestList {
    const LIST: &'static ListDef = &store::REQUESTS;
}

/// The requests that raise rights, the newest first.
#[utoipa::path(get, path = "/api/rights-requests", tag = "identity", params(ListQuery<RequestList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<RightsRequest> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
async fn requests(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<RequestList>,
) -> Result<Response> {
    actor.require(READ_IDENTITY)?;
    list::answer::<_, RightsRequest>(app.db.begin(&actor).await?, &actor, &query, &headers).await
}

/// That an account holds a post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostWish {
    /// The account.
    account_id: i64,
    /// The post.
    post_id: i64,
    /// Whether it is for somebody who is away; such a time has an end.
    #[serde(default)]
    stand_in: bool,
    /// From when; at once without.
    from_at: Option<DateTime<Utc>>,
    /// Until when.
    until_at: Option<DateTime<Utc>>,
    /// Why, 1 to 400 characters.
    #[schema(min_length = 1, max_length = 400)]
    reason: String,
}

/// Asks that an account holds a post; the security administrator decides.
#[utoipa::path(post, path = "/api/rights-requests", tag = "identity", request_body = PostWish,
    responses((status = 201, body = CreatedId), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn ask_for_post(
    State(app): State<App>,
    actor: Actor,
    Json(wish): Json<PostWish>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    actor.require(MANAGE_IDENTITY)?;
    let person = actor.require_person()?;
    rules::name("/reason", &wish.reason, 400)?;
    let begins = wish.from_at.unwrap_or_else(|| app.clock.now());
    if wish.until_at.is_some_and(|end| end <= begins.max(app.clock.now())) || (wish.stand_in && wish.until_at.is_none())
    {
        return Err(Error::field(
            "/until_at",
            "截止时间应晚于开始时间；代理须有截止时间。",
            "It ends after it begins; a stand-in's time has an end.",
        ));
    }
    let mut tx = app.db.begin(&actor).await?;
    let account = store::account_record(&mut tx, wish.account_id).await?;
    let account = account
        .filter(|account| account.state != "left")
        .ok_or_else(|| Error::field("/account_id", "没有这个账号。", "There is no such account."))?;
    let post = store::post(&mut tx, wish.post_id).await?;
    let post = post.ok_or_else(|| Error::field("/post_id", "没有这个岗位。", "There is no such post."))?;
    let body = Wish::Holding {
        account_id: account.id,
        account: account.name,
        post_id: wish.post_id,
        post: post.name,
        role: post.role,
        regions: post.regions,
        stand_in: wish.stand_in,
        from_at: wish.from_at,
        until_at: wish.until_at,
    };
    let id = store::insert_request(&mut tx, &body, &wish.reason, actor.home(), person.account).await?;
    notices::tell_of_request(&mut tx, &actor, id, &body).await?;
    tx.audit(AuditEntry::new("rights.ask", format!("request {id}"), json!(body)));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

fn no_holding() -> Error {
    Error::not_found("没有这项任职。", "There is no such holding.")
}

/// Ends a holding. That lowers rights, so nobody else has to agree; of another administrator's somebody has.
#[utoipa::path(delete, path = "/api/holdings/{id}", tag = "identity", params(("id" = i64, Path, description = "The holding"), WhyAsked),
    responses((status = 202, description = "Another administrator's: it waits until somebody else agrees", body = AskedFor), (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't ask", body = Problem), (status = 422, body = Problem)))]
async fn end_holding(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Query(why): Query<WhyAsked>,
) -> Result<Response> {
    actor.require(MANAGE_IDENTITY)?;
    let mut tx = app.db.begin(&actor).await?;
    let held = store::held(&mut tx, id).await?.ok_or_else(no_holding)?;
    if is_another_administrator(&actor, held.account, held.administrator.as_deref()) {
        let wish = Wish::EndHolding { account_id: held.account, account: held.name, holding_id: id, post: held.post };
        return ask_and_answer(tx, &actor, &wish, why.reason.as_deref()).await;
    }
    let account = store::end_holding(&mut tx, id).await?.ok_or_else(no_holding)?;
    tx.audit(AuditEntry::new("rights.end", format!("holding {id}"), json!({"account": account})));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How a request is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    /// Whether it is granted.
    granted: bool,
    /// What is to be said to it, at most 400 characters.
    #[serde(default)]
    #[schema(max_length = 400)]
    note: String,
}

/// Decides a request. Nobody decides what they asked for themselves. What the system administrator asks for is the security
/// administrator's to decide; a certificate or an authority, which that one asks for, is the system administrator's.
#[utoipa::path(post, path = "/api/rights-requests/{id}/decision", tag = "identity", params(("id" = i64, Path, description = "The request")), request_body = Decision,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "None that waits", body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn decide(
    State(deciding): State<Arc<Deciding>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(decision): Json<Decision>,
) -> Result<StatusCode> {
    if !actor.may(MANAGE_IDENTITY) {
        actor.require(SECURE_IDENTITY)?;
    }
    let person = actor.require_person()?;
    if decision.note.chars().count() > 400 {
        return Err(Error::field("/note", "最多 400 个字。", "It has at most 400 characters."));
    }
    let app = &deciding.app;
    let mut tx = app.db.begin(&actor).await?;
    let (asked_by, wish) = store::lock_request(&mut tx, id)
        .await?
        .ok_or_else(|| Error::not_found("没有待批的这项申请。", "There is no such request that waits."))?;
    actor.require(wish.decided_with())?;
    if asked_by == person.account {
        return Err(Error::Conflict(text("不能审批自己的申请。", "One doesn't decide what one asked for.")));
    }
    // Nor may one agree to one's own gain.
    if decision.granted && wish.gains() == Some(person.account) {
        return Err(Error::Conflict(text("不能批准给自己增加的权限。", "One doesn't agree to one's own rights.")));
    }
    let approval = deciding.approvals.iter().find(|approval| approval.kinds.contains(&wish.kind()));
    let approval = approval.ok_or_else(|| Error::Internal(anyhow::anyhow!("nobody carries out {}", wish.kind())))?;
    let carry = if decision.granted { approval.carry_out } else { approval.put_away };
    carry(&mut tx, &wish, &actor).await?;
    store::decide(&mut tx, id, person.account, decision.granted, &decision.note).await?;
    notices::tell_of_decision(&mut tx, &actor, (id, asked_by), decision.granted, &decision.note).await?;
    tx.audit(AuditEntry::new(
        if decision.granted { "rights.grant" } else { "rights.refuse" },
        format!("request {id}"),
        json!({"wish": wish, "note": decision.note.trim()}),
    ));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}
