//! A system comes with a code, or with a token, and is told who it is.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::options,
};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    SignOn,
    claims::{self, ACCESS_SECONDS},
    cors,
    form::{Form, RevocationForm, TokenForm},
    parameters::Parameters,
    refusal::{Refused, no_store, refused},
    rules::verifies,
    store::{self, Given, Registered},
};
use crate::kernel::{
    actor::Actor,
    audit_entry::Outcome,
    auth::{self, Secret},
    db::{AuditEntry, Tx},
    error::Error,
    extract::{Public, Stranger},
    request,
};

const ACCESS_PREFIX: &str = "gat_";
const REFRESH_PREFIX: &str = "grt_";
/// A refresh token holds no longer than a session can.
const REFRESH_SECONDS: i32 = 24 * 3600;

pub(super) fn routes() -> OpenApiRouter<Arc<SignOn>> {
    OpenApiRouter::new()
        .routes(routes!(token))
        .routes(routes!(userinfo, userinfo_by_post))
        .routes(routes!(revoke))
        .route("/oauth/token", options(cors::preflight))
        .route("/oauth/userinfo", options(cors::preflight))
        .route("/oauth/revoke", options(cors::preflight))
}

const NO_CLIENT: Refused = Refused {
    status: StatusCode::UNAUTHORIZED,
    error: "invalid_client",
    description: "no such system, or its secret is another",
};
const NO_GRANT: Refused =
    refused("invalid_grant", "it isn't known, has run out, was used, or belongs to another system or address");

/// The form of a system, and the system that it proves to be.
async fn client(shared: &SignOn, headers: &HeaderMap, body: &str) -> Result<(Tx, Registered, Parameters), Refused> {
    let said =
        Parameters::read(body).ok_or(refused("invalid_request", "the body is a form, and says each thing once"))?;
    let (id, secret) = match basic(headers)? {
        Some(_) if said.get("client_secret").is_some() => {
            return Err(refused("invalid_request", "the secret stands in one place"));
        }
        Some((id, _)) if said.get("client_id").is_some_and(|other| other != id) => return Err(NO_CLIENT),
        Some((id, secret)) => (id, Some(secret)),
        None => (said.get("client_id").unwrap_or_default().to_owned(), said.get("client_secret").map(str::to_owned)),
    };
    let mut tx = shared.app.db.begin(&Actor::system("single sign-on")).await?;
    let system = store::registered(&mut tx, &id).await?;
    let right = system.as_ref().is_some_and(|system| match (&system.secret, &secret) {
        (Some(kept), Some(secret)) => kept.as_slice() == auth::hash(secret).as_slice(),
        (None, None) => true,
        _ => false,
    });
    if let Some(system) = system.filter(|_| right) {
        // Whoever has no secret has proved nothing.
        if system.secret.is_some() {
            request::proved(1);
        }
        return Ok((tx, system, said));
    }
    tx.commit().await?;
    let id: String = id.chars().take(40).collect();
    denied(shared, "sso.client", &id);
    Err(NO_CLIENT)
}

/// By way of the queue: whoever knows a system's name can ask in it.
fn denied(shared: &SignOn, action: &'static str, system: &str) {
    let entry = AuditEntry::new(action, format!("system {system}"), json!({}));
    shared.app.db.note(&Actor::system("single sign-on"), Outcome::Denied, entry);
}

/// What `Authorization: Basic` says; both parts are encoded as in a form (RFC 6749 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Refused> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (kind, value) = value.to_str().ok()?.split_once(' ')?;
        if !kind.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(Base64::decode_vec(value.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        let said = Parameters::read(&format!("i={id}&s={secret}"))?;
        Some((said.get("i")?.to_owned(), said.get("s")?.to_owned()))
    };
    read().map(Some).ok_or(NO_CLIENT)
}

/// Gives tokens for a code, or new ones for a refresh token (RFC 6749 4.1.3 and 6).
#[utoipa::path(post, path = "/oauth/token", tag = "single sign-on", security(()),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Value), (status = 400), (status = 401)))]
async fn token(
    State(shared): State<Arc<SignOn>>,
    _: Stranger,
    headers: HeaderMap,
    Form(body): Form,
) -> Result<Response, Refused> {
    let (mut tx, system, said) = client(&shared, &headers, &body).await?;
    let sign_on = match said.get("grant_type") {
        Some("authorization_code") => by_code(&mut tx, &system, &said).await?,
        Some("refresh_token") => by_refresh(&mut tx, &system, &said).await?,
        _ => return Err(refused("unsupported_grant_type", "it is authorization_code or refresh_token")),
    };
    let given = match sign_on {
        Some(sign_on) => store::given(&mut tx, sign_on).await?,
        None => None,
    };
    let Some(given) = given else {
        tx.commit().await?;
        denied(&shared, "sso.token", &system.client_id);
        return Err(NO_GRANT);
    };
    request::proved(u32::from(system.secret.is_none()));
    store::seen(&mut tx, given.session).await?;
    let (access, refresh) = (Secret::new(ACCESS_PREFIX), Secret::new(REFRESH_PREFIX));
    store::insert_token(&mut tx, &auth::hash(access.reveal()), given.id, "access", ACCESS_SECONDS).await?;
    store::insert_token(&mut tx, &auth::hash(refresh.reveal()), given.id, "refresh", REFRESH_SECONDS).await?;
    tx.commit().await?;
    let identity = claims::of_identity(&given, access.reveal(), shared.app.clock.now());
    let identity = shared.keys.sign(&shared.app, "JWT", &identity).await?;
    let answer = json!({
        "access_token": access.reveal(),
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
        "refresh_token": refresh.reveal(),
        "scope": given.scope,
        "id_token": identity,
    });
    Ok((no_store(), axum::Json(answer)).into_response())
}

/// What a code stands for. One that comes twice was stolen on its way: what its first use gave is taken back.
async fn by_code(tx: &mut Tx, system: &Registered, said: &Parameters) -> Result<Option<i64>, Refused> {
    let hash = auth::hash(said.get("code").ok_or(refused("invalid_request", "the code is missing"))?);
    let Some(code) = store::code(tx, &hash).await?.filter(|code| code.system == system.id) else { return Ok(None) };
    if code.used {
        store::end_sign_on(tx, code.sign_on).await?;
        return Ok(None);
    }
    let verifier = said.get("code_verifier").unwrap_or_default();
    // A wrong verifier uses the code up as well: there is no second guess.
    store::use_code(tx, &hash).await?;
    let right =
        !code.expired && said.get("redirect_uri") == Some(&code.redirect_uri) && verifies(verifier, &code.challenge);
    Ok(right.then_some(code.sign_on))
}

/// What a refresh token stands for. It is used once; one that comes again was stolen, and everything is taken back.
async fn by_refresh(tx: &mut Tx, system: &Registered, said: &Parameters) -> Result<Option<i64>, Refused> {
    let hash = auth::hash(said.get("refresh_token").ok_or(refused("invalid_request", "the token is missing"))?);
    let token = store::token(tx, &hash, "refresh").await?.filter(|token| token.system == system.id);
    let Some(token) = token else { return Ok(None) };
    if token.used {
        store::end_sign_on(tx, token.sign_on).await?;
        return Ok(None);
    }
    store::use_token(tx, &hash).await?;
    Ok((!token.expired).then_some(token.sign_on))
}

/// The person behind an access token: region and posts among the rest.
async fn who(shared: &SignOn, headers: &HeaderMap) -> Result<Option<Value>, Error> {
    let Some(secret) = auth::bearer(headers) else { return Ok(None) };
    let mut tx = shared.app.db.begin(&Actor::system("single sign-on")).await?;
    let token = store::token(&mut tx, &auth::hash(secret), "access").await?;
    let given: Option<Given> = match token.filter(|token| !token.used && !token.expired) {
        Some(token) => store::given(&mut tx, token.sign_on).await?,
        None => None,
    };
    let claims = match &given {
        Some(given) => Some(claims::person(&mut tx, given, shared.app.clock.now()).await?),
        None => None,
    };
    if let Some(given) = &given {
        let object = format!("account {}", given.account);
        tx.audit(AuditEntry::new("sso.userinfo", object, json!({"system": given.client_id, "scope": given.scope})));
    }
    tx.commit().await?;
    Ok(claims)
}

async fn told(shared: &SignOn, headers: &HeaderMap) -> Result<Response, Refused> {
    if let Some(claims) = who(shared, headers).await? {
        return Ok((no_store(), axum::Json(claims)).into_response());
    }
    let ask = HeaderValue::from_static("Bearer realm=\"gridhall\", error=\"invalid_token\"");
    let unknown = Refused {
        status: StatusCode::UNAUTHORIZED,
        error: "invalid_token",
        description: "the token isn't known, or has ended",
    };
    let mut response = unknown.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
    Ok(response)
}

/// Who an access token is of: name, telephone and mail as far as asked, their region and posts.
#[utoipa::path(get, path = "/oauth/userinfo", tag = "single sign-on", security(()),
    responses((status = 200, body = Value), (status = 401)))]
async fn userinfo(State(shared): State<Arc<SignOn>>, _: Public, headers: HeaderMap) -> Result<Response, Refused> {
    told(&shared, &headers).await
}

/// The same by POST.
#[utoipa::path(post, path = "/oauth/userinfo", tag = "single sign-on", security(()),
    responses((status = 200, body = Value), (status = 401)))]
async fn userinfo_by_post(
    State(shared): State<Arc<SignOn>>,
    _: Public,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    told(&shared, &headers).await
}

/// Takes a token back, and with a refresh token all that came of it (RFC 7009).
#[utoipa::path(post, path = "/oauth/revoke", tag = "single sign-on", security(()),
    request_body(content = RevocationForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Taken back, or none of the system's"), (status = 401)))]
async fn revoke(
    State(shared): State<Arc<SignOn>>,
    _: Stranger,
    headers: HeaderMap,
    Form(body): Form,
) -> Result<StatusCode, Refused> {
    let (mut tx, system, said) = client(&shared, &headers, &body).await?;
    let hash = auth::hash(said.get("token").ok_or(refused("invalid_request", "the token is missing"))?);
    for kind in ["refresh", "access"] {
        if let Some(token) = store::token(&mut tx, &hash, kind).await?.filter(|token| token.system == system.id) {
            store::use_token(&mut tx, &hash).await?;
            if kind == "refresh" {
                store::end_sign_on(&mut tx, token.sign_on).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(StatusCode::OK)
}
