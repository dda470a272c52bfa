//! Forms, which systems and browsers send in a body (RFC 6749, appendix B).

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};

use utoipa::ToSchema;

use super::refusal::{Refused, refused};

/// The body of a form, as it was sent.
pub(super) struct Form(pub(super) String);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let is_form = is_form(request.headers());
        match String::from_request(request, state).await {
            Ok(body) if is_form => Ok(Self(body)),
            _ => Err(refused("invalid_request", "the body is a form (application/x-www-form-urlencoded)")),
        }
    }
}

/// Whether the content is a form, however its media type is spelt (RFC 9110, 8.3.1).
fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// What a system asks tokens for (RFC 6749, 4.1.3 and 6). It proves who it is by these fields or by `Authorization: Basic`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the description; a form is read whole, so that nothing is said twice")]
pub(super) struct TokenForm {
    /// `authorization_code` or `refresh_token`
    grant_type: String,
    /// The code, where it is for one.
    code: Option<String>,
    /// The address to which the code came.
    redirect_uri: Option<String>,
    /// Of which the code's challenge was made (RFC 7636).
    code_verifier: Option<String>,
    /// The refresh token, where it is for one.
    refresh_token: Option<String>,
    /// As what the system is registered.
    client_id: Option<String>,
    /// Its secret, where it keeps one.
    client_secret: Option<String>,
}

/// What a system gives back (RFC 7009, 2.1).
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the description; a form is read whole, so that nothing is said twice")]
pub(super) struct RevocationForm {
    /// An access token or a refresh token.
    token: String,
    /// As what the system is registered.
    client_id: Option<String>,
    /// Its secret, where it keeps one.
    client_secret: Option<String>,
}

/// How a sign-out is asked for (`OpenID` Connect RP-Initiated Logout 1.0, 2).
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the description; a form is read whole, so that nothing is said twice")]
pub(super) struct SignOutForm {
    /// An identity token of the session.
    id_token_hint: Option<String>,
    /// The system.
    client_id: Option<String>,
    /// One of its registered addresses.
    post_logout_redirect_uri: Option<String>,
    /// Given back as it is.
    state: Option<String>,
}
