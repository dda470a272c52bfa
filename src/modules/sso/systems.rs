//! The register of systems, and the portal that shows a person theirs.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    SignOn,
    model::{ClientSystem, PortalSystem, SystemDraft},
    rules, store,
};
use crate::{
    kernel::{
        actor::Actor,
        auth::{self, Secret},
        db::{AuditEntry, Tx},
        error::{Error, Problem, Result},
        http::{Json, Path, Query},
        paging::{Paging, cut},
        permission::READ_IDENTITY,
        request,
        text::text,
    },
    modules::identity::SECURE_IDENTITY,
};

/// By which a system's secret is told apart.
const SECRET_PREFIX: &str = "gcs_";

pub(super) fn routes() -> OpenApiRouter<Arc<SignOn>> {
    OpenApiRouter::new()
        .routes(routes!(systems, register))
        .routes(routes!(change, remove))
        .routes(routes!(new_secret))
        .routes(routes!(portal))
}

/// A page of systems.
#[derive(Debug, Serialize, ToSchema)]
struct ClientSystems {
    /// By id.
    items: Vec<ClientSystem>,
    /// From which id the next page goes on; none at the end.
    next: Option<i64>,
}

/// The registered systems.
#[utoipa::path(get, path = "/api/systems", tag = "identity", params(Paging),
    responses((status = 200, body = ClientSystems), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn systems(
    State(shared): State<Arc<SignOn>>,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<ClientSystems>> {
    actor.require(READ_IDENTITY)?;
    let limit = paging.limit()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let mut items = store::systems(&mut tx, None, paging.after.unwrap_or(0), limit + 1).await?;
    tx.commit().await?;
    let next = cut(&mut items, limit, |item| item.id);
    Ok(axum::Json(ClientSystems { items, next }))
}

/// A system that was registered.
#[derive(Serialize, ToSchema)]
struct RegisteredSystem {
    /// Its id.
    id: i64,
    /// The secret that it proves itself by, where it keeps one. Shown this once.
    secret: Option<String>,
}

async fn check(tx: &mut Tx, draft: &SystemDraft) -> Result<()> {
    rules::system(draft, request::is_https())?;
    let unknown = store::unknown_roles(tx, &draft.roles).await?;
    if let Some(code) = unknown.first() {
        return Err(Error::field("/roles", format!("没有角色 {code}。"), format!("There is no role {code}.")));
    }
    Ok(())
}

/// Registers a system: from now on people reach it with their sign-in.
#[utoipa::path(post, path = "/api/systems", tag = "identity", request_body = SystemDraft,
    responses((status = 201, body = RegisteredSystem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "The client id was used before", body = Problem), (status = 422, body = Problem)))]
async fn register(
    State(shared): State<Arc<SignOn>>,
    actor: Actor,
    Json(draft): Json<SystemDraft>,
) -> Result<(StatusCode, axum::Json<RegisteredSystem>)> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    check(&mut tx, &draft).await?;
    let secret = draft.confidential.then(|| Secret::new(SECRET_PREFIX));
    let hash = secret.as_ref().map(|secret| auth::hash(secret.reveal()));
    let id = store::insert_system(&mut tx, &draft, hash.as_ref(), actor.name()).await?;
    let id =
        id.ok_or_else(|| Error::Conflict(text("该客户端标识已被使用过。", "This client id is in use, or was once.")))?;
    tx.audit(AuditEntry::new("system.register", format!("system {}", draft.client_id), json!({"after": draft})));
    tx.commit().await?;
    let secret = secret.map(|secret| secret.reveal().to_owned());
    Ok((StatusCode::CREATED, axum::Json(RegisteredSystem { id, secret })))
}

fn unknown_system() -> Error {
    Error::not_found("没有这个系统。", "There is no such system.")
}

async fn one(tx: &mut Tx, id: i64) -> Result<ClientSystem> {
    store::systems(tx, Some(id), 0, 1).await?.pop().ok_or_else(unknown_system)
}

/// Changes a system. Its client id stays, and whether it keeps a secret.
#[utoipa::path(put, path = "/api/systems/{id}", tag = "identity", params(("id" = i64, Path, description = "The system")), request_body = SystemDraft,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 409, description = "A token can't", body = Problem)))]
async fn change(
    State(shared): State<Arc<SignOn>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(draft): Json<SystemDraft>,
) -> Result<StatusCode> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let before = one(&mut tx, id).await?;
    if before.client_id != draft.client_id || before.confidential != draft.confidential {
        return Err(Error::field(
            "/client_id",
            "客户端标识和是否保密登记后不能更改。",
            "The client id, and whether it keeps a secret, stay as they were registered.",
        ));
    }
    check(&mut tx, &draft).await?;
    store::update_system(&mut tx, id, &draft, actor.name()).await?;
    let object = format!("system {}", draft.client_id);
    tx.audit(AuditEntry::new("system.change", object, json!({"before": before, "after": draft})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a system off the register. What it was given ends; people stay signed in to Gridhall.
#[utoipa::path(delete, path = "/api/systems/{id}", tag = "identity", params(("id" = i64, Path, description = "The system")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't", body = Problem)))]
async fn remove(State(shared): State<Arc<SignOn>>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let before = one(&mut tx, id).await?;
    store::remove_system(&mut tx, id, actor.name()).await?;
    tx.audit(AuditEntry::new("system.remove", format!("system {}", before.client_id), json!({"before": before})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A system's new secret.
#[derive(Serialize, ToSchema)]
struct SystemSecret {
    /// Shown this once; the one before opens nothing more.
    secret: String,
}

/// Gives a system another secret.
#[utoipa::path(post, path = "/api/systems/{id}/secret", tag = "identity", params(("id" = i64, Path, description = "The system")),
    responses((status = 201, body = SystemSecret), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "It keeps none", body = Problem)))]
async fn new_secret(
    State(shared): State<Arc<SignOn>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<(StatusCode, axum::Json<SystemSecret>)> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let system = one(&mut tx, id).await?;
    let secret = Secret::new(SECRET_PREFIX);
    if !store::set_secret(&mut tx, id, &auth::hash(secret.reveal()), actor.name()).await? {
        return Err(Error::Conflict(text("该系统不使用密钥。", "This system keeps no secret.")));
    }
    tx.audit(AuditEntry::new("system.secret", format!("system {}", system.client_id), json!({})));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(SystemSecret { secret: secret.reveal().to_owned() })))
}

/// What a person may open.
#[derive(Debug, Serialize, ToSchema)]
struct Portal {
    /// In the order that the administrator gave them.
    systems: Vec<PortalSystem>,
}

/// The systems that the reader may open with this sign-in; none for a token.
#[utoipa::path(get, path = "/api/portal", tag = "session",
    responses((status = 200, body = Portal), (status = 401, body = Problem)))]
async fn portal(State(shared): State<Arc<SignOn>>, actor: Actor) -> Result<axum::Json<Portal>> {
    let Some(person) = actor.person() else { return Ok(axum::Json(Portal { systems: Vec::new() })) };
    let mut tx = shared.app.db.begin_for_own(&actor).await?;
    let systems = store::portal(&mut tx, person.account, person.session).await?;
    tx.commit().await?;
    Ok(axum::Json(Portal { systems }))
}
