//! The module's addresses.

mod account;
mod agencies;
mod carry_out;
mod people;
mod requests;
pub(super) mod session;

pub(super) use people::{INVITATION_HOURS, INVITATION_PREFIX, activation_link};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    kernel::{
        actor::{Actor, Person},
        db::{AuditEntry, Tx},
        error::{Error, Result},
        text::{is_blank, text},
    },
    map::Server,
};

use super::{model::Wish, rules, store};

pub(super) fn routes() -> OpenApiRouter<Server> {
    session::routes()
        .merge(account::routes())
        .merge(agencies::routes())
        .merge(people::routes())
        .merge(requests::routes())
}

/// A page of a list goes on after the last id of the one before.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// The last id of the page before.
    pub(super) after: Option<i64>,
    /// How many at most, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
}

/// Items a page when nothing is said, and at most.
const PAGE: i64 = 100;
const LONGEST_PAGE: i64 = 500;

impl Paging {
    /// How many items a page has.
    pub(super) fn limit(&self) -> Result<i64> {
        match self.limit.unwrap_or(PAGE) {
            limit @ 1..=LONGEST_PAGE => Ok(limit),
            _ => Err(Error::bad(
                format!("limit 应为 1 到 {LONGEST_PAGE}。"),
                format!("limit lies between 1 and {LONGEST_PAGE}."),
            )),
        }
    }
}

/// The person who acts. What raises rights or belongs to an account is not a token's to do.
pub(super) fn person(actor: &Actor) -> Result<&Person> {
    actor.person().ok_or_else(|| {
        Error::Conflict(text(
            "此操作须由登录账号的人员进行，令牌不能代替。",
            "This is for a person who has signed in to an account; a token can't stand for one.",
        ))
    })
}

/// What another administrator has to agree to first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AskedFor {
    /// The request that waits for them.
    pub(super) request: i64,
}

/// Why something is asked for that one administrator doesn't do alone.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyAsked {
    /// Why, at most 400 characters: for who has to agree, where somebody has to.
    pub(super) reason: Option<String>,
}

/// What stands in place of a reason that wasn't given.
const UNSAID: &str = "（未填写原因）";

/// Asks for what one administrator doesn't do alone; gives the request.
///
/// # Errors
/// 409 for a token, 422 for a reason that is too long.
pub(super) async fn ask(tx: &mut Tx, actor: &Actor, wish: &Wish, reason: Option<&str>) -> Result<i64> {
    let by = person(actor)?.account;
    let reason = reason.filter(|reason| !is_blank(reason)).unwrap_or(UNSAID);
    rules::name("/reason", reason, 400)?;
    let request = store::insert_request(tx, wish, reason, actor.home(), by).await?;
    tx.audit(entry("rights.ask", format!("request {request}"), serde_json::json!(wish)));
    Ok(request)
}

/// The same, and answers that it waits.
///
/// # Errors
/// The same.
pub(super) async fn ask_and_answer(mut tx: Tx, actor: &Actor, wish: &Wish, reason: Option<&str>) -> Result<Response> {
    let request = ask(&mut tx, actor, wish, reason).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(AskedFor { request })).into_response())
}

/// Whether an account is another administrator's than the actor: two change such a one.
pub(super) fn is_another_administrator(actor: &Actor, account: i64, administrator: Option<&str>) -> bool {
    administrator.is_some() && actor.person().is_none_or(|person| person.account != account)
}

pub(super) fn entry(action: &'static str, object: impl Into<String>, detail: serde_json::Value) -> AuditEntry {
    AuditEntry { action, object: object.into(), region: 0, detail }
}
