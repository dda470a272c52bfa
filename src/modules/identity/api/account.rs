//! One's own account: sessions, password, second factor, activation.

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use totp_rs::Secret;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kernel::{
        actor::Actor,
        app::App,
        audit_entry::Outcome,
        auth,
        db::{AuditEntry, Tx},
        error::{Error, Problem, Result},
        extract::{Public, Stranger},
        http::{Json, Path, Query},
        request,
        text::text,
    },
    map::Server,
    modules::identity::{
        model::{Account, AccountNotice, Holding, SessionInfo},
        notices, rules, sign_in, store,
    },
};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(own))
        .routes(routes!(change_password))
        .routes(routes!(end_others))
        .routes(routes!(end_one))
        .routes(routes!(begin_second_factor, confirm_second_factor, drop_second_factor))
        .routes(routes!(see_notices))
        .routes(routes!(invitation, activate))
}

/// An account as its holder sees it.
#[derive(Debug, Serialize, ToSchema)]
struct Own {
    /// The account.
    account: Account,
    /// The posts that they hold; they act in one of them.
    posts: Vec<Holding>,
    /// Where they are signed in.
    sessions: Vec<SessionInfo>,
    /// The least length of a password.
    password_length: i16,
    /// What administrators did with the account, the newest first, twenty at most: those that were seen too.
    notices: Vec<AccountNotice>,
}

/// One's own account, posts, sessions and notices.
#[utoipa::path(get, path = "/api/account", tag = "account",
    responses((status = 200, body = Own), (status = 401, body = Problem), (status = 409, description = "A token has no account", body = Problem)))]
async fn own(State(app): State<App>, actor: Actor) -> Result<axum::Json<Own>> {
    let person = actor.require_person()?;
    let mut tx = app.db.begin_for_own(&actor).await?;
    let account = store::account_record(&mut tx, person.account).await?.ok_or(Error::Unauthorised)?;
    let posts = store::holdings(&mut tx, person.account).await?;
    let sessions = store::sessions(&mut tx, person.account, person.session).await?;
    let password_length = store::policy(&mut tx).await?.password_length;
    let notices = store::notices(&mut tx, person.account).await?;
    tx.commit().await?;
    Ok(axum::Json(Own { account, posts, sessions, password_length, notices }))
}

/// What has been seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenNotices {
    /// The newest notice that was shown.
    up_to: i64,
}

/// Says that the notices about one's own account were seen. They stay on the account's page.
#[utoipa::path(post, path = "/api/account/notices/seen", tag = "account", request_body = SeenNotices,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, description = "A token has no account", body = Problem)))]
async fn see_notices(State(app): State<App>, actor: Actor, Json(seen): Json<SeenNotices>) -> Result<StatusCode> {
    let person = actor.require_person()?;
    let mut tx = app.db.begin_for_own(&actor).await?;
    store::see_notices(&mut tx, person.account, seen.up_to).await?;
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A password in place of another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// The one that holds now.
    current: String,
    /// The one that is to hold.
    password: String,
}

/// Sets another password; all other sessions end.
#[utoipa::path(post, path = "/api/account/password", tag = "account", request_body = Change,
    responses((status = 204), (status = 401, description = "The current one isn't right", body = Problem), (status = 409, body = Problem), (status = 422, description = "The new one isn't taken", body = Problem)))]
async fn change_password(State(app): State<App>, actor: Actor, Json(change): Json<Change>) -> Result<StatusCode> {
    let person = actor.require_person()?;
    let tx = right_password(&app, &actor, change.current).await?;
    set_password(&app, tx, person.account, change.password, Some(person.session)).await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A transaction of their own, if the password is theirs.
async fn right_password(app: &App, actor: &Actor, password: String) -> Result<Tx> {
    let person = actor.require_person()?;
    let mut tx = app.db.begin_for_own(actor).await?;
    let known = store::account(&mut tx, person.account).await?.ok_or(Error::Unauthorised)?;
    let key = format!("own {}", person.account);
    if let Some(until) = store::locked_until(&mut tx, std::slice::from_ref(&key)).await? {
        let left = (until - app.clock.now()).num_seconds();
        return Err(Error::TooMany(u64::try_from(left).unwrap_or(0) + 1));
    }
    tx.commit().await?;
    let right = app.auth.verify_password(known.password, password).await?;
    let mut tx = app.db.begin_for_own(actor).await?;
    if right {
        store::forget_failures(&mut tx, &key, 24).await?;
        return Ok(tx);
    }
    // A session that was left open is no place to guess in.
    let failures = store::count_failure(&mut tx, &key, 24).await?;
    if let Some(wait) = rules::wait(rules::Counted::Pair, failures) {
        store::lock(&mut tx, &key, i32::try_from(wait.num_seconds()).unwrap_or(i32::MAX)).await?;
    }
    tx.audit_as(Outcome::Denied, AuditEntry::new("password.refused", format!("account {}", person.account), json!({})));
    tx.commit().await?;
    Err(Error::SignIn(text("当前密码不正确。", "The current password isn't right.")))
}

/// Sets a password by the rules and commits; the sessions end, but for one that is named.
async fn set_password(app: &App, mut tx: Tx, account: i64, password: String, but: Option<i64>) -> Result<()> {
    let known = store::account(&mut tx, account).await?.ok_or(Error::Unauthorised)?;
    let policy = store::policy(&mut tx).await?;
    rules::password(&policy, &known.login, &known.name, &password)?;
    let last = store::last_passwords(&mut tx, account, policy.password_history.into()).await?;
    if app.auth.is_one_of(last, password.clone()).await? {
        return Err(Error::field(
            "/password",
            format!("不能与最近 {} 次用过的密码相同。", policy.password_history),
            format!("It is none of the last {} passwords.", policy.password_history),
        ));
    }
    let hash = app.auth.hash_password(password).await?;
    store::set_password(&mut tx, account, &hash, policy.password_history.into()).await?;
    let ended = store::end_sessions(&mut tx, account, but).await?;
    tx.audit(AuditEntry::new("password.set", format!("account {account}"), json!({"sessions_ended": ended})));
    tx.commit().await
}

/// Ends all of one's sessions but this one.
#[utoipa::path(delete, path = "/api/account/sessions", tag = "account",
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem)))]
async fn end_others(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    let person = actor.require_person()?;
    let mut tx = app.db.begin_for_own(&actor).await?;
    let ended = store::end_sessions(&mut tx, person.account, Some(person.session)).await?;
    tx.audit(AuditEntry::new("session.end_others", format!("account {}", person.account), json!({"ended": ended})));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/api/account/sessions/{id}", tag = "account", params(("id" = i64, Path, description = "The session")),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn end_one(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    let person = actor.require_person()?;
    let mut tx = app.db.begin_for_own(&actor).await?;
    if !store::end_session(&mut tx, person.account, id).await? {
        return Err(Error::not_found("没有这个会话。", "There is no such session."));
    }
    tx.audit(AuditEntry::new("session.end", format!("session {id}"), json!({})));
    tx.commit().await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A second factor that waits for its first code.
#[derive(Serialize, ToSchema)]
struct SecondFactor {
    /// To type into an authenticator, base 32.
    secret: String,
    /// To open in an authenticator.
    url: String,
}

/// The holder's password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Password {
    /// The one that holds now.
    password: String,
}

/// Begins with a second factor: gives its secret, once. It is asked for after its first code has come back.
#[utoipa::path(post, path = "/api/account/second-factor", tag = "account", request_body = Password,
    responses((status = 200, body = SecondFactor), (status = 401, body = Problem), (status = 409, description = "There is one already", body = Problem)))]
async fn begin_second_factor(
    State(app): State<App>,
    actor: Actor,
    Json(proof): Json<Password>,
) -> Result<axum::Json<SecondFactor>> {
    let person = actor.require_person()?;
    let mut tx = right_password(&app, &actor, proof.password).await?;
    let known = store::account(&mut tx, person.account).await?.ok_or(Error::Unauthorised)?;
    if known.totp_confirmed {
        return Err(Error::Conflict(text(
            "已启用动态码；请先停用再重新设置。",
            "A second factor is in use; take it away first.",
        )));
    }
    let secret = Secret::generate();
    let totp = sign_in::totp(secret.as_bytes(), &known.login)?;
    store::set_second_factor(&mut tx, person.account, Some(secret.as_bytes())).await?;
    tx.audit(AuditEntry::new("second_factor.begin", format!("account {}", person.account), json!({})));
    tx.commit().await?;
    let url = totp.to_url().map_err(|error| Error::Internal(anyhow::anyhow!("{error:?}")))?;
    Ok(axum::Json(SecondFactor { secret: secret.to_base32(), url }))
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FactorCode {
    /// 6 digits.
    code: String,
}

/// Confirms the second factor by its first code.
#[utoipa::path(put, path = "/api/account/second-factor", tag = "account", request_body = FactorCode,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, description = "The code isn't right", body = Problem)))]
async fn confirm_second_factor(
    State(app): State<App>,
    actor: Actor,
    Json(code): Json<FactorCode>,
) -> Result<StatusCode> {
    let person = actor.require_person()?;
    let mut tx = app.db.begin_for_own(&actor).await?;
    let known = store::account(&mut tx, person.account).await?.ok_or(Error::Unauthorised)?;
    if known.totp_confirmed || !sign_in::uses_second_factor(&mut tx, &known, &code.code, app.clock.now()).await? {
        return Err(Error::field("/code", "动态码不正确或已用过。", "The code isn't right, or was used already."));
    }
    store::confirm_second_factor(&mut tx, person.account).await?;
    tx.audit(AuditEntry::new("second_factor.confirm", format!("account {}", person.account), json!({})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the second factor away.
#[utoipa::path(delete, path = "/api/account/second-factor", tag = "account", request_body = Password,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem)))]
async fn drop_second_factor(State(app): State<App>, actor: Actor, Json(proof): Json<Password>) -> Result<StatusCode> {
    let person = actor.require_person()?;
    let mut tx = right_password(&app, &actor, proof.password).await?;
    store::set_second_factor(&mut tx, person.account, None).await?;
    tx.audit(AuditEntry::new("second_factor.drop", format!("account {}", person.account), json!({})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InvitationQuery {
    /// The code of the invitation.
    code: String,
}

/// Who an invitation is for.
#[derive(Debug, Serialize, ToSchema)]
struct Invited {
    /// By what they will sign in.
    login: String,
    /// Their name.
    name: String,
    /// Whether they sign in by certificate alone, and set no password.
    certificate_only: bool,
    /// Until when it holds.
    expires_at: chrono::DateTime<chrono::Utc>,
    /// The least length of a password.
    password_length: i16,
}

fn unknown_invitation() -> Error {
    Error::not_found(
        "邀请不存在、已使用或已过期，请联系管理员重新发放。",
        "The invitation is unknown, used or expired; ask the administrator for another.",
    )
}

/// Who an invitation is for.
#[utoipa::path(get, path = "/api/activation", tag = "account", params(InvitationQuery), security(()),
    responses((status = 200, body = Invited), (status = 404, body = Problem)))]
async fn invitation(
    State(app): State<App>,
    _: Public,
    Query(query): Query<InvitationQuery>,
) -> Result<axum::Json<Invited>> {
    let mut tx = app.db.begin(&Actor::system("activation")).await?;
    let invited = store::invited(&mut tx, &auth::hash(query.code.trim())).await?.ok_or_else(unknown_invitation)?;
    let policy = store::policy(&mut tx).await?;
    tx.commit().await?;
    Ok(axum::Json(Invited {
        login: invited.login,
        name: invited.name,
        certificate_only: invited.certificate_only,
        expires_at: invited.expires_at,
        password_length: policy.password_length,
    }))
}

/// The first password, or a new one, by invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Activation {
    /// The code of the invitation.
    code: String,
    /// The password that is to hold.
    password: String,
}

/// Sets the password of an invited account, which is active from then on.
#[utoipa::path(post, path = "/api/activation", tag = "account", request_body = Activation, security(()),
    responses((status = 204), (status = 404, body = Problem), (status = 422, description = "The password isn't taken", body = Problem)))]
async fn activate(State(app): State<App>, _: Stranger, Json(activation): Json<Activation>) -> Result<StatusCode> {
    let hash = auth::hash(activation.code.trim());
    let mut tx = app.db.begin(&Actor::system("activation")).await?;
    let invited = store::invited(&mut tx, &hash).await?.ok_or_else(unknown_invitation)?;
    // Used up in the transaction that sets the password: of two that come at once the second finds it used.
    if !store::use_invitation(&mut tx, &hash).await? {
        return Err(unknown_invitation());
    }
    // A link to an account that was in use opens it to whoever has the link: its holder finds out from where that was.
    if invited.was_in_use {
        let detail = json!({"address": request::address()});
        notices::notify(&mut tx, invited.account, &notices::RESET_USED, &invited.name, detail).await?;
    }
    set_password(&app, tx, invited.account, activation.password, None).await?;
    request::proved(1);
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}
