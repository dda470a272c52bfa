//! What a system is answered when it isn't given what it asks (RFC 6749, 5.2).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::kernel::error::Error;

/// An error of the protocol (RFC 6749 5.2).
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) description: &'static str,
}

pub(super) const fn refused(error: &'static str, description: &'static str) -> Refused {
    Refused { status: StatusCode::BAD_REQUEST, error, description }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        if matches!(error, Error::DatabaseDown | Error::StorageFull | Error::Busy) {
            let description = "the database can't be reached now";
            return Self { status: StatusCode::SERVICE_UNAVAILABLE, error: "temporarily_unavailable", description };
        }
        tracing::error!(?error, "single sign-on");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, error: "server_error", description: "our fault" }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = axum::Json(json!({"error": self.error, "error_description": self.description}));
        let mut response = (self.status, no_store(), body).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let ask = HeaderValue::from_static("Basic realm=\"gridhall\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

pub(super) fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}
