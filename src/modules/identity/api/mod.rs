//! The module's addresses.

mod account;
mod agencies;
mod people;
mod requests;
mod session;

pub(super) use people::{INVITATION_HOURS, INVITATION_PREFIX, activation_link};
pub(crate) use session::{Session, destination, opened};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    kernel::{
        actor::Actor,
        db::{AuditEntry, Tx},
        error::Result,
        text::is_blank,
    },
    map::Server,
};

use super::{approvals::Approval, model::Wish, notices, rules, store};

pub(super) fn routes(server: &Server, approvals: Vec<Approval>) -> OpenApiRouter<Server> {
    session::routes()
        .merge(account::routes())
        .merge(agencies::routes())
        .merge(people::routes())
        .merge(requests::routes(server, approvals))
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
pub(crate) struct WhyAsked {
    /// Why, at most 400 characters: for who has to agree, where somebody has to.
    pub(crate) reason: Option<String>,
}

/// What stands in place of a reason that wasn't given.
const UNSAID: &str = "（未填写原因）";

/// Asks for what one administrator doesn't do alone; gives the request.
///
/// # Errors
/// 409 for a token, 422 for a reason that is too long.
pub(crate) async fn ask(tx: &mut Tx, actor: &Actor, wish: &Wish, reason: Option<&str>) -> Result<i64> {
    let by = actor.require_person()?.account;
    let reason = reason.filter(|reason| !is_blank(reason)).unwrap_or(UNSAID);
    rules::name("/reason", reason, 400)?;
    let request = store::insert_request(tx, wish, reason, actor.home(), by).await?;
    notices::tell_of_request(tx, actor, request, wish).await?;
    tx.audit(AuditEntry::new("rights.ask", format!("request {request}"), serde_json::json!(wish)));
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
pub(crate) fn is_another_administrator(actor: &Actor, account: i64, administrator: Option<&str>) -> bool {
    administrator.is_some() && actor.person().is_none_or(|person| person.account != account)
}
