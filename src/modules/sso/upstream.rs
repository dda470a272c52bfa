//! 第三种登录: the city's office platform vouches for people, and Gridhall is its client.
//!
//! Our own client and not the crate `openidconnect`: that one (4.1, without default features) has an older generation of `rsa`,
//! `p256`, `p384` and `sha2` compiled in beside the one that the program verifies with already, and what is left when requests,
//! signatures and keys are ours (`jsonwebtoken`, `aws-lc-rs`, the outgoing client with its limits) is a handful of checks of
//! claims: `proven`, below.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use base64ct::{Base64, Encoding};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    SignOn,
    authorize::{redirect, with},
    http,
    model::{ProviderDraft, SignInChoice, SignInProvider},
    parameters::Parameters,
    rules,
    store::{self, Journey, Trusted},
};
use crate::{
    kernel::{
        actor::Actor,
        audit_entry::Outcome,
        auth::{self, Secret},
        db::AuditEntry,
        error::{Error, Problem, Result},
        extract::{Public, Stranger},
        http::{CreatedId, Json, Path, Query},
        paging::{Paging, cut},
        permission::READ_IDENTITY,
        request,
        text::text,
    },
    modules::identity::{self, MANAGE_IDENTITY, SECURE_IDENTITY},
};

/// How long a platform's description is believed.
const FRESH: Duration = Duration::from_mins(10);
/// As much of an answer is read.
const MOST: usize = 512 * 1024;
/// Sign-ins that are on their way at most, however many strangers set off.
const MOST_JOURNEYS: i64 = 20_000;
/// Ties a sign-in's way back to the browser that it began in.
const COOKIE: &str = "gridhall_journey";
const JOURNEY_PREFIX: &str = "gsj_";
/// Signatures that are taken: by a key that only the platform has.
const SIGNATURES: &[Algorithm] = &[Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];

pub(super) fn routes() -> OpenApiRouter<Arc<SignOn>> {
    OpenApiRouter::new()
        .routes(routes!(providers, trust))
        .routes(routes!(trust_no_longer))
        .routes(routes!(agree))
        .routes(routes!(choices))
        .routes(routes!(leave))
        .routes(routes!(back))
}

/// A page of platforms.
#[derive(Debug, Serialize, ToSchema)]
struct SignInProviders {
    /// By id.
    items: Vec<SignInProvider>,
    /// From which id the next page goes on; none at the end.
    next: Option<i64>,
}

/// The platforms that vouch for people.
#[utoipa::path(get, path = "/api/sign-in-providers", tag = "identity", params(Paging),
    responses((status = 200, body = SignInProviders), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn providers(
    State(shared): State<Arc<SignOn>>,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<SignInProviders>> {
    actor.require(READ_IDENTITY)?;
    let limit = paging.limit()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let mut items = store::providers(&mut tx, paging.after.unwrap_or(0), limit + 1).await?;
    tx.commit().await?;
    let next = cut(&mut items, limit, |item| item.id);
    Ok(axum::Json(SignInProviders { items, next }))
}

/// Registers a platform that is to vouch for people, once a system administrator has agreed. It is asked for its description
/// first.
#[utoipa::path(post, path = "/api/sign-in-providers", tag = "identity", request_body = ProviderDraft,
    responses((status = 201, body = CreatedId), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, description = "Also when the platform can't be reached or describes itself as another", body = Problem)))]
async fn trust(
    State(shared): State<Arc<SignOn>>,
    actor: Actor,
    Json(draft): Json<ProviderDraft>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    actor.require(SECURE_IDENTITY)?;
    let by = actor.require_person()?;
    rules::provider(&draft, request::is_https())?;
    if let Err(error) = describe(&draft.issuer).await {
        return Err(Error::field(
            "/issuer",
            format!("无法读取该平台的说明：{error:#}"),
            format!("The platform's description can't be read: {error:#}"),
        ));
    }
    let mut tx = shared.app.db.begin(&actor).await?;
    let id = store::insert_provider(&mut tx, &draft, (by.account, actor.name())).await?;
    let id = id.ok_or_else(|| {
        Error::Conflict(text(
            "该平台已登记，或已有平台按外部编号对应人员（同时只能有一个）。",
            "This platform is registered already, or another finds people by their external id: one at a time may.",
        ))
    })?;
    let detail =
        json!({"name": draft.name, "issuer": draft.issuer, "client_id": draft.client_id, "match_by": draft.match_by});
    tx.audit(AuditEntry::new("provider.trust", format!("provider {id}"), json!({"after": detail})));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

/// Agrees that a platform vouches for people. By another than who registered it: it opens accounts.
#[utoipa::path(post, path = "/api/sign-in-providers/{id}/agreement", tag = "identity", params(("id" = i64, Path, description = "The platform")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "None that waits for this one", body = Problem), (status = 409, description = "A token can't", body = Problem)))]
async fn agree(State(shared): State<Arc<SignOn>>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(MANAGE_IDENTITY)?;
    let by = actor.require_person()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let name = store::agree_to_provider(&mut tx, id, (by.account, actor.name())).await?;
    let name =
        name.ok_or_else(|| Error::not_found("没有待您同意的这个平台。", "No such platform waits for you to agree."))?;
    tx.audit(AuditEntry::new("provider.agree", format!("provider {id}"), json!({"name": name})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a platform vouch no longer. Sessions that it opened go on until they end.
#[utoipa::path(delete, path = "/api/sign-in-providers/{id}", tag = "identity", params(("id" = i64, Path, description = "The platform")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't", body = Problem)))]
async fn trust_no_longer(State(shared): State<Arc<SignOn>>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let mut tx = shared.app.db.begin(&actor).await?;
    if !store::remove_provider(&mut tx, id, actor.name()).await? {
        return Err(Error::not_found("没有这个平台。", "There is no such platform."));
    }
    tx.audit(AuditEntry::new("provider.remove", format!("provider {id}"), json!({})));
    tx.commit().await?;
    shared.upstream.0.lock().await.remove(&id);
    Ok(StatusCode::NO_CONTENT)
}

/// What the sign-in page offers beside its own ways.
#[derive(Debug, Serialize, ToSchema)]
struct SignInChoices {
    /// Twenty at most.
    items: Vec<SignInChoice>,
    /// Where a browser signs in by a certificate that it has, where the server has such a port; takes `to`, the page to go
    /// on to.
    certificate: Option<String>,
}

/// The platforms by which one may sign in, and where by a browser's certificate.
#[utoipa::path(get, path = "/api/session/providers", tag = "session", security(()), responses((status = 200, body = SignInChoices)))]
async fn choices(
    State(shared): State<Arc<SignOn>>,
    _: Public,
    headers: HeaderMap,
) -> Result<axum::Json<SignInChoices>> {
    let mut tx = shared.app.db.begin(&Actor::system("sign-in")).await?;
    let items = store::choices(&mut tx).await?;
    tx.commit().await?;
    let certificate = shared.app.edge.certificate_origin(&headers).map(|origin| format!("{origin}/signin/certificate"));
    Ok(axum::Json(SignInChoices { items, certificate }))
}

/// What a platform says of itself.
pub(super) struct Described {
    authorization: String,
    token: String,
    keys: JwkSet,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

/// What is known of platforms, by their ids.
#[derive(Default)]
pub(super) struct KnownProviders(Mutex<HashMap<i64, (Instant, Arc<Described>)>>);

impl KnownProviders {
    async fn of(&self, trusted: &Trusted, anew: bool) -> anyhow::Result<Arc<Described>> {
        let known = self.0.lock().await.get(&trusted.id).cloned();
        if let Some((_, described)) = known.filter(|(at, _)| !anew && at.elapsed() < FRESH) {
            return Ok(described);
        }
        // Nothing is held meanwhile: a platform that hangs is no other's.
        let described = Arc::new(describe(&trusted.issuer).await?);
        self.0.lock().await.insert(trusted.id, (Instant::now(), described.clone()));
        Ok(described)
    }
}

fn client() -> anyhow::Result<reqwest::Client> {
    http().map_err(|error| anyhow::anyhow!("{error:?}"))
}

async fn read<T: serde::de::DeserializeOwned>(mut answer: reqwest::Response) -> anyhow::Result<T> {
    ensure!(answer.status().is_success(), "{} answers {}", answer.url(), answer.status());
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        ensure!(body.len() <= MOST, "it answers with more than {MOST} bytes");
    }
    serde_json::from_slice(&body).context("its answer isn't what it should be")
}

async fn describe(issuer: &str) -> anyhow::Result<Described> {
    let client = client()?;
    let at = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let document: Document = read(client.get(at).send().await?).await?;
    ensure!(document.issuer == issuer, "it calls itself {:?}", document.issuer);
    for address in [&document.authorization_endpoint, &document.token_endpoint, &document.jwks_uri] {
        let url = reqwest::Url::parse(address)?;
        let plain = url.scheme() == "http" && issuer.starts_with("http:");
        ensure!(plain || url.scheme() == "https", "{address} isn't reached by https as the platform itself is");
    }
    let keys = read(client.get(&document.jwks_uri).send().await?).await?;
    Ok(Described { authorization: document.authorization_endpoint, token: document.token_endpoint, keys })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct To {
    /// The page to go on to, with its query.
    to: Option<String>,
}

fn way_back(shared: &SignOn, headers: &HeaderMap) -> String {
    format!("{}/signin/back", shared.app.edge.origin(headers))
}

fn cookie(state: &str, seconds: u32) -> Result<HeaderValue> {
    auth::cookie(COOKIE, state, "/signin", seconds.into()).map_err(|error| Error::Internal(error.into()))
}

fn refuse(why: &str) -> Result<Response> {
    redirect(&with("/signin/refused", &[("why", why)]))
}

/// Goes to a platform to be signed in there.
#[utoipa::path(get, path = "/signin/with/{id}", tag = "session", security(()), params(("id" = i64, Path, description = "The platform"), To),
    responses((status = 303, description = "On to the platform")))]
async fn leave(
    State(shared): State<Arc<SignOn>>,
    _: Stranger,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Query(to): Query<To>,
) -> Result<Response> {
    let mut tx = shared.app.db.begin(&Actor::system("sign-in")).await?;
    let trusted = store::trusted(&mut tx, id).await?;
    tx.commit().await?;
    let Some(trusted) = trusted else { return refuse("provider") };
    let described = match shared.upstream.of(&trusted, false).await {
        Ok(described) => described,
        Err(error) => {
            tracing::warn!(provider = id, "its description can't be read: {error:#}");
            return refuse("away");
        }
    };
    let (state, nonce, verifier) = (Secret::new(JOURNEY_PREFIX), Secret::new(""), Secret::new(""));
    let journey = Journey {
        provider: id,
        nonce: nonce.reveal().to_owned(),
        verifier: verifier.reveal().to_owned(),
        goes_to: identity::destination(&shared.app.pages, to.to.as_deref()),
    };
    let mut tx = shared.app.db.begin(&Actor::system("sign-in")).await?;
    let kept = store::insert_journey(&mut tx, &auth::hash(state.reveal()), &journey, MOST_JOURNEYS).await?;
    tx.commit().await?;
    if !kept {
        return Err(Error::Busy);
    }
    let way_back = way_back(&shared, &headers);
    let question = [
        ("response_type", "code"),
        ("client_id", &trusted.client_id),
        ("redirect_uri", &way_back),
        ("scope", "openid profile"),
        ("state", state.reveal()),
        ("nonce", nonce.reveal()),
        ("code_challenge", &rules::challenge_of(verifier.reveal())),
        ("code_challenge_method", "S256"),
    ];
    let mut response = redirect(&with(&described.authorization, &question))?;
    let cookie = cookie(state.reveal(), 600)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn brought(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Comes back from a platform: the account that it vouches for is signed in.
#[utoipa::path(get, path = "/signin/back", tag = "session", security(()),
    params(("code" = Option<String>, Query, description = "What the platform gives"), ("state" = Option<String>, Query, description = "What it was given")),
    responses((status = 303, description = "Signed in and on to the page, or to the page that says why not")))]
async fn back(
    State(shared): State<Arc<SignOn>>,
    _: Stranger,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let said = Parameters::read(query.as_deref().unwrap_or_default());
    let state = said.as_ref().and_then(|said| said.get("state"));
    // Only the browser that began may end: otherwise one could be signed in as somebody else unawares.
    let Some(state) = state.filter(|state| brought(&headers) == Some(state)) else { return refuse("journey") };
    let mut tx = shared.app.db.begin(&Actor::system("sign-in")).await?;
    let journey = store::take_journey(&mut tx, &auth::hash(state)).await?;
    let trusted = match &journey {
        Some(journey) => store::trusted(&mut tx, journey.provider).await?,
        None => None,
    };
    tx.commit().await?;
    let (Some(journey), Some(trusted)) = (journey, trusted) else { return refuse("journey") };
    let Some(code) = said.as_ref().and_then(|said| said.get("code")) else { return refuse("denied") };
    let vouched = vouched(&shared, &trusted, &journey, code, &way_back(&shared, &headers)).await;
    let claims = match vouched {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(provider = trusted.id, "its answer isn't taken: {error:#}");
            return refused(&shared, &trusted, "answer");
        }
    };
    let mut tx = shared.app.db.begin(&Actor::system("sign-in")).await?;
    let found = match trusted.match_by.as_str() {
        "login" => {
            let login = claims["preferred_username"].as_str().unwrap_or_default().to_lowercase();
            identity::account_by_login(&mut tx, &login).await?
        }
        _ => match store::by_external_id(&mut tx, claims["sub"].as_str().unwrap_or_default()).await? {
            Some(id) => identity::account(&mut tx, id).await?,
            None => None,
        },
    };
    let Some(known) = found else {
        tx.commit().await?;
        return refused(&shared, &trusted, "unknown");
    };
    let policy = identity::policy(&mut tx).await?;
    // Whoever trusts a platform would be the other two administrators by it; and it can't ask for a second factor of ours.
    let apart = known.administrator.is_some() || known.totp_confirmed;
    if apart || identity::closed(&mut tx, &known, &policy).await?.is_some() {
        tx.commit().await?;
        return refused(&shared, &trusted, "closed");
    }
    let agent = request::agent(&headers).to_owned();
    let proof = serde_json::json!({"provider": trusted.id, "issuer": trusted.issuer});
    let (secret, actor) =
        shared.app.auth.open_session(tx, known.id, ("oidc", proof), &request::address(), &agent).await?;
    shared.app.auth.end_quietly(&headers).await?;
    // Leaving and coming back.
    request::proved(2);
    let mut response = redirect(&journey.goes_to)?;
    auth::give_cookie(&secret, &actor, &mut response);
    response.headers_mut().append(header::SET_COOKIE, cookie("", 0)?);
    Ok(response)
}

/// By way of the queue: strangers set off with a platform as often as they like.
fn refused(shared: &SignOn, trusted: &Trusted, why: &str) -> Result<Response> {
    let detail = json!({"why": why, "address": request::address()});
    let entry = AuditEntry::new("session.refused", format!("provider {}", trusted.id), detail);
    shared.app.db.note(&Actor::system("sign-in"), Outcome::Denied, entry);
    refuse(why)
}

#[derive(Deserialize)]
struct UpstreamTokens {
    id_token: String,
}

/// Whom the platform vouches for: the claims of its identity token, once everything about it is right.
async fn vouched(
    shared: &SignOn,
    trusted: &Trusted,
    journey: &Journey,
    code: &str,
    way_back: &str,
) -> anyhow::Result<Value> {
    let described = shared.upstream.of(trusted, false).await?;
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let basic =
        Base64::encode_string(format!("{}:{}", encode(&trusted.client_id), encode(&trusted.client_secret)).as_bytes());
    let form = with(
        "",
        &[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", way_back),
            ("code_verifier", &journey.verifier),
        ],
    );
    let answer = client()?
        .post(&described.token)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.trim_start_matches('?').to_owned())
        .send()
        .await?;
    let tokens: UpstreamTokens = read(answer).await?;
    let kid = jsonwebtoken::decode_header(&tokens.id_token)?.kid;
    let there = kid.as_ref().is_none_or(|kid| described.keys.find(kid).is_some());
    let described = if there { described } else { shared.upstream.of(trusted, true).await? };
    proven(&tokens.id_token, &described.keys, trusted, &journey.nonce)
}

/// The claims of an identity token that is signed by one of the keys, for us, by the platform, for this journey.
fn proven(token: &str, keys: &JwkSet, trusted: &Trusted, nonce: &str) -> anyhow::Result<Value> {
    let header = jsonwebtoken::decode_header(token)?;
    ensure!(SIGNATURES.contains(&header.alg), "a token signed with {:?} isn't taken", header.alg);
    let key = match &header.kid {
        Some(kid) => keys.find(kid),
        None if keys.keys.len() == 1 => keys.keys.first(),
        None => None,
    };
    let Some(key) = key else { bail!("it is signed with a key that isn't published") };
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[&trusted.client_id]);
    validation.set_issuer(&[&trusted.issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims: Value = jsonwebtoken::decode(token, &DecodingKey::from_jwk(key)?, &validation)?.claims;
    ensure!(claims["nonce"] == nonce, "it is of another sign-in");
    let several = claims["aud"].as_array().is_some_and(|them| them.len() > 1);
    ensure!(!several || claims["azp"] == trusted.client_id.as_str(), "it is for another system");
    Ok(claims)
}
