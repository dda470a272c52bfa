//! What the provider says of itself.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, header},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::options,
};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    SignOn,
    claims::{CLAIMS, SCOPES},
    cors,
};
use crate::kernel::{error::Result, extract::Public};

pub(super) fn routes() -> OpenApiRouter<Arc<SignOn>> {
    OpenApiRouter::new()
        .routes(routes!(discovery))
        .routes(routes!(keys))
        .route("/.well-known/openid-configuration", options(cors::preflight))
        .route("/oauth/jwks", options(cors::preflight))
        .layer(from_fn(cors::for_everybody))
}

/// What the provider can do and where (`OpenID` Connect Discovery 1.0).
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "single sign-on", security(()),
    responses((status = 200, body = serde_json::Value)))]
async fn discovery(State(shared): State<Arc<SignOn>>, _: Public, headers: HeaderMap) -> Response {
    let issuer = shared.app.edge.origin(&headers);
    let at = |path: &str| format!("{issuer}{path}");
    axum::Json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "userinfo_endpoint": at("/oauth/userinfo"),
        "jwks_uri": at("/oauth/jwks"),
        "revocation_endpoint": at("/oauth/revoke"),
        "end_session_endpoint": at("/oauth/logout"),
        "scopes_supported": SCOPES,
        "claims_supported": CLAIMS,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "ui_locales_supported": ["zh-CN", "en"],
    }))
    .into_response()
}

/// The keys that tokens are signed with (RFC 7517).
#[utoipa::path(get, path = "/oauth/jwks", tag = "single sign-on", security(()), responses((status = 200, body = serde_json::Value)))]
async fn keys(State(shared): State<Arc<SignOn>>, _: Public) -> Result<Response> {
    let keys = shared.keys.published(&shared.app.db).await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], axum::Json(keys)).into_response())
}
