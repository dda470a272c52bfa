//! The accounts of people, for the administrators.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AskedFor, ask_and_answer, is_another_administrator};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        auth::{self, Secret},
        db::{AuditEntry, Tx},
        error::{Error, Problem, Result},
        http::{Json, Path},
        permission::READ_IDENTITY,
        text::text,
    },
    map::Server,
    modules::identity::{
        model::{Account, AccountDraft, Contact, Holding, MANAGE_IDENTITY, RightsRequest, Wish},
        notices, rules, store,
    },
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(accounts, invite))
        .routes(routes!(account, change))
        .routes(routes!(set_state))
        .routes(routes!(invite_again))
}

/// Hours for which an invitation holds.
pub(in crate::modules::identity) const INVITATION_HOURS: i32 = 72;
/// By which its code is told apart.
pub(in crate::modules::identity) const INVITATION_PREFIX: &str = "ghi_";

/// The list of accounts.
struct AccountList;

impl ListType for AccountList {
    const LIST: &'static ListDef = &store::ACCOUNTS;
}

/// The accounts in scope.
#[utoipa::path(get, path = "/api/accounts", tag = "identity", params(ListQuery<AccountList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<Account> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
async fn accounts(
    State(app): State<App>,
    actor: Actor,
    headers: axum::http::HeaderMap,
    query: ListQuery<AccountList>,
) -> Result<Response> {
    actor.require(READ_IDENTITY)?;
    list::answer::<_, Account>(app.db.begin(&actor).await?, &actor, &query, &headers).await
}

/// An invitation to hand over.
#[derive(Serialize, ToSchema)]
struct Invitation {
    /// The account's id.
    id: i64,
    /// Where its holder sets their password. Shown this once.
    link: String,
    /// For how many hours it holds.
    hours: i32,
}

async fn new_invitation(app: &App, tx: &mut Tx, headers: &axum::http::HeaderMap, id: i64) -> Result<Invitation> {
    let secret = Secret::new(INVITATION_PREFIX);
    store::insert_invitation(tx, &auth::hash(secret.reveal()), id, INVITATION_HOURS).await?;
    let link = activation_link(&app.edge.origin(headers), &secret);
    Ok(Invitation { id, link, hours: INVITATION_HOURS })
}

/// Where an invitation's holder sets their password.
pub(in crate::modules::identity) fn activation_link(origin: &str, secret: &Secret) -> String {
    // Behind the mark, so that it reaches no log on its way.
    format!("{origin}/activate#{}", secret.reveal())
}

/// Makes an account, and an invitation by which its holder sets their password. It may do nothing until it holds a post.
#[utoipa::path(post, path = "/api/accounts", tag = "identity", request_body = AccountDraft,
    responses((status = 201, body = Invitation), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "The login or identity number is taken", body = Problem), (status = 422, body = Problem)))]
async fn invite(
    State(app): State<App>,
    actor: Actor,
    headers: axum::http::HeaderMap,
    Json(draft): Json<AccountDraft>,
) -> Result<(StatusCode, axum::Json<Invitation>)> {
    actor.require(MANAGE_IDENTITY)?;
    let draft = rules::tidy(draft);
    rules::account(&draft)?;
    let mut tx = app.db.begin(&actor).await?;
    let region = store::agency_region(&mut tx, draft.agency_id).await?;
    let region = region.ok_or_else(|| Error::field("/agency_id", "没有这个机构。", "There is no such agency."))?;
    let id = store::insert_account(&mut tx, &draft, region).await?;
    let id = id.ok_or_else(|| {
        Error::Conflict(text("登录名或身份证号码已被使用。", "Another account has this login or identity number."))
    })?;
    let invitation = new_invitation(&app, &mut tx, &headers, id).await?;
    tx.audit(AuditEntry::new(
        "account.invite",
        format!("account {id}"),
        json!({"login": draft.login, "agency": draft.agency_id}),
    ));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(invitation)))
}

/// An account with the posts that it holds.
#[derive(Debug, Serialize, ToSchema)]
struct Whole {
    /// The account.
    account: Account,
    /// Its posts.
    posts: Vec<Holding>,
}

fn no_account() -> Error {
    Error::not_found("没有这个账号。", "There is no such account.")
}

/// One account.
#[utoipa::path(get, path = "/api/accounts/{id}", tag = "identity", params(("id" = i64, Path, description = "The account")),
    responses((status = 200, body = Whole), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn account(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<axum::Json<Whole>> {
    actor.require(READ_IDENTITY)?;
    let mut tx = app.db.begin_at(&actor, id).await?;
    let account = store::account_record(&mut tx, id).await?.ok_or_else(no_account)?;
    let posts = store::holdings(&mut tx, id).await?;
    tx.commit().await?;
    Ok(axum::Json(Whole { account, posts }))
}

/// What may be changed of an account without raising its rights.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// The agency's id.
    agency_id: i64,
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// Their telephone, at most 30 characters.
    phone: Option<String>,
    /// Their mail, at most 120 characters.
    #[schema(max_length = 120)]
    email: Option<String>,
    /// Why, at most 400 characters: for who has to agree, where the account is another administrator's.
    #[serde(default)]
    reason: Option<String>,
}

/// Changes an account's name, agency, telephone and mail; another administrator's once somebody else agrees.
#[utoipa::path(put, path = "/api/accounts/{id}", tag = "identity", params(("id" = i64, Path, description = "The account")), request_body = AccountChange,
    responses((status = 202, description = "Another administrator's: it waits until somebody else agrees", body = AskedFor), (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't ask", body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(change): Json<AccountChange>,
) -> Result<Response> {
    actor.require(MANAGE_IDENTITY)?;
    let AccountChange { agency_id, name, phone, email, reason } = change;
    let change = Contact { agency_id, name, phone, email };
    rules::contact(&change.name, change.phone.as_deref(), change.email.as_deref())?;
    let mut tx = app.db.begin(&actor).await?;
    let region = store::agency_region(&mut tx, change.agency_id).await?;
    let region = region.ok_or_else(|| Error::field("/agency_id", "没有这个机构。", "There is no such agency."))?;
    let before = store::account_record(&mut tx, id).await?.ok_or_else(no_account)?;
    if is_another_administrator(&actor, id, before.administrator.as_deref()) {
        let wish = Wish::Contact { account_id: id, account: before.name, after: change };
        return ask_and_answer(tx, &actor, &wish, reason.as_deref()).await;
    }
    let agency = (change.agency_id, region);
    let there =
        store::update_account(&mut tx, id, agency, &change.name, change.phone.as_deref(), change.email.as_deref())
            .await?;
    if !there {
        return Err(no_account());
    }
    let before =
        json!({"agency_id": before.agency_id, "name": before.name, "phone": before.phone, "email": before.email});
    tx.audit(AuditEntry::new("account.change", format!("account {id}"), json!({"before": before, "after": change})));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The state that an account is to be in, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StateChange {
    /// active, suspended or left.
    state: String,
    /// Why, 1 to 400 characters.
    #[schema(min_length = 1, max_length = 400)]
    reason: String,
}

/// What somebody who may no longer sign in leaves behind.
#[derive(Debug, Serialize, ToSchema)]
struct Left {
    /// The posts that they held, for somebody else to take over.
    posts: Vec<Holding>,
    /// What they asked for that waits for its decision, the newest first, fifty at most.
    requests: Vec<RightsRequest>,
}

/// Suspends an account, opens it again, or takes leave of it. Its sessions end at once; who has left holds no post more.
/// Another administrator's once somebody else agrees.
#[utoipa::path(put, path = "/api/accounts/{id}/state", tag = "identity", params(("id" = i64, Path, description = "The account")), request_body = StateChange,
    responses((status = 200, description = "What is to be handed over", body = Left), (status = 202, description = "Another administrator's: it waits until somebody else agrees", body = AskedFor), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set_state(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(change): Json<StateChange>,
) -> Result<Response> {
    actor.require(MANAGE_IDENTITY)?;
    rules::name("/reason", &change.reason, 400)?;
    if !["active", "suspended", "left"].contains(&change.state.as_str()) {
        return Err(Error::field(
            "/state",
            "state 应为 active、suspended 或 left。",
            "The state is active, suspended or left.",
        ));
    }
    if actor.person().is_some_and(|person| person.account == id) {
        return Err(Error::Conflict(text("不能改变自己账号的状态。", "One doesn't change one's own account's state.")));
    }
    let mut tx = app.db.begin(&actor).await?;
    let account = store::account_record(&mut tx, id).await?.ok_or_else(no_account)?;
    if account.state == "left" || (account.state == "invited" && change.state != "left") {
        return Err(Error::Conflict(text(
            "已离职的账号不能再启用；未激活的账号须由本人通过邀请激活。",
            "Who has left doesn't come back by this; who is invited opens their account themselves.",
        )));
    }
    if is_another_administrator(&actor, id, account.administrator.as_deref()) {
        let wish = Wish::State { account_id: id, account: account.name, state: change.state };
        return ask_and_answer(tx, &actor, &wish, Some(&change.reason)).await;
    }
    let left = if change.state == "left" {
        Left { posts: store::holdings(&mut tx, id).await?, requests: store::waiting_of(&mut tx, id).await? }
    } else {
        Left { posts: Vec::new(), requests: Vec::new() }
    };
    store::set_state(&mut tx, id, &change.state).await?;
    tx.audit(AuditEntry::new(
        "account.state",
        format!("account {id}"),
        json!({"before": account.state, "after": change.state, "reason": change.reason.trim()}),
    ));
    tx.commit().await?;
    app.auth.forget();
    Ok(axum::Json(left).into_response())
}

/// Why a password is to be set anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationWish {
    /// Why, 1 to 400 characters: the holder's forgotten password, how they asked.
    reason: String,
}

/// Makes another invitation: for who lost the first, or their password. What they have keeps working until they use it.
///
/// Whoever has the link can set the password and sign in. So of an account that was in use and whose posts read personal
/// data it is given once the security administrator has agreed: the first call asks for that, and when it is granted another
/// call by whoever asked, within three days, gives the link. The holder is told of each step.
#[utoipa::path(post, path = "/api/accounts/{id}/invitation", tag = "identity", params(("id" = i64, Path, description = "The account")), request_body = InvitationWish,
    responses((status = 201, body = Invitation), (status = 202, description = "It waits until the security administrator agrees", body = AskedFor), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "Suspended, left, an administrator's, or asked for already", body = Problem), (status = 422, body = Problem)))]
async fn invite_again(
    State(app): State<App>,
    actor: Actor,
    headers: axum::http::HeaderMap,
    Path(id): Path<i64>,
    Json(asked): Json<InvitationWish>,
) -> Result<Response> {
    actor.require(MANAGE_IDENTITY)?;
    rules::name("/reason", &asked.reason, 400)?;
    let mut tx = app.db.begin(&actor).await?;
    let account = store::account_record(&mut tx, id).await?.ok_or_else(no_account)?;
    if ["suspended", "left"].contains(&account.state.as_str()) {
        return Err(Error::Conflict(text("该账号已停用或离职。", "This account is suspended or has left.")));
    }
    // Whoever could set another administrator's password, the first one too, would be that administrator.
    if account.administrator.is_some() {
        return Err(Error::Conflict(text(
            "管理员的密码只能在控制台重置。",
            "An administrator's password is set anew at the console alone.",
        )));
    }
    let was_in_use = account.state != "invited";
    if was_in_use && rules::reads_personal_data(&store::permissions_of(&mut tx, id).await?) {
        let by = actor.require_person()?.account;
        if !store::use_reset(&mut tx, id, by, INVITATION_HOURS).await? {
            if store::is_asked(&mut tx, "reset", id).await? {
                return Err(Error::Conflict(text(
                    "已申请重置，等待安全保密管理员审批。",
                    "This was asked for already, and waits for the security administrator.",
                )));
            }
            notices::notify(&mut tx, id, &notices::RESET_ASKED, actor.name(), json!({})).await?;
            let wish = Wish::Reset { account_id: id, account: account.name, login: account.login };
            return ask_and_answer(tx, &actor, &wish, Some(&asked.reason)).await;
        }
    }
    if was_in_use {
        notices::notify(&mut tx, id, &notices::RESET_LINK, actor.name(), json!({})).await?;
    }
    let invitation = new_invitation(&app, &mut tx, &headers, id).await?;
    tx.audit(AuditEntry::new("account.invite_again", format!("account {id}"), json!({"reason": asked.reason.trim()})));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(invitation)).into_response())
}
