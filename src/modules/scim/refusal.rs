//! What SCIM answers when it can't do what was asked (RFC 7644, section 3.12).

use std::{borrow::Cow, sync::Arc};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::protocol::MEDIA_TYPE;
use crate::kernel::{
    error::Error,
    http::Wording,
    text::{Language, Text, text},
};

/// A refusal in SCIM's own words.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: Option<&'static str>,
    pub(super) text: Text,
}

/// Why a request isn't answered as asked: a refusal, or what every part of the server may say.
#[derive(Debug)]
pub(super) enum Fault {
    Refused(Refusal),
    Other(Error),
}

/// What a handler of SCIM gives.
pub(super) type Answer<T = Response> = Result<T, Fault>;

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

type RefusalWords = Cow<'static, str>;

impl Refusal {
    fn new(status: StatusCode, kind: &'static str, zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self { status, kind: Some(kind), text: text(zh, en) }
    }

    pub(super) fn syntax(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidSyntax", zh, en)
    }

    pub(super) fn value(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidValue", zh, en)
    }

    pub(super) fn filter(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidFilter", zh, en)
    }

    pub(super) fn path(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidPath", zh, en)
    }

    pub(super) fn no_target(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "noTarget", zh, en)
    }

    pub(super) fn mutability(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "mutability", zh, en)
    }

    /// 403: what SCIM may not change at all.
    pub(super) fn protected(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "mutability", zh, en)
    }

    pub(super) fn unique(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::CONFLICT, "uniqueness", zh, en)
    }

    pub(super) fn too_many(zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "tooMany", zh, en)
    }

    /// One without a kind of its own.
    pub(super) fn plain(status: StatusCode, zh: impl Into<RefusalWords>, en: impl Into<RefusalWords>) -> Self {
        Self { status, kind: None, text: text(zh, en) }
    }

    /// Whether it is to be kept in the audit.
    pub(super) fn is_denial(&self) -> bool {
        self.status == StatusCode::FORBIDDEN
    }

    fn body(status: StatusCode, kind: Option<&str>, detail: &str) -> Body {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.as_str(),
            "detail": detail,
        });
        if let Some(kind) = kind {
            body["scimType"] = kind.into();
        }
        Body::from(body.to_string())
    }
}

impl IntoResponse for Fault {
    /// As errors do, a refusal travels with the response until the reader's language is known.
    fn into_response(self) -> Response {
        match self {
            Self::Other(error) => error.into_response(),
            Self::Refused(refusal) => {
                let mut response = refusal.status.into_response();
                response.extensions_mut().insert(Arc::new(refusal));
                response
            }
        }
    }
}

/// The layer over the SCIM routes: words refusals, and asks for the same of what the outer layer words.
pub(super) async fn worded(request: Request, next: Next) -> Response {
    let language = Language::of(request.headers());
    let mut response = next.run(request).await;
    if let Some(refusal) = response.extensions_mut().remove::<Arc<Refusal>>() {
        *response.body_mut() = Refusal::body(refusal.status, refusal.kind, refusal.text.in_language(language));
        set_type(&mut response);
    } else {
        response.extensions_mut().insert(Wording(word));
    }
    response
}

fn set_type(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::CONTENT_LENGTH);
}

/// An error of the server in SCIM's form.
fn word(error: &Error, language: Language, id: Option<&str>) -> Response {
    let kind = match error {
        Error::BadRequest(_) => Some("invalidSyntax"),
        Error::Invalid(..) => Some("invalidValue"),
        _ => None,
    };
    let detail = error.problem(language, id).detail.unwrap_or_default();
    let mut response = error.respond(language, id);
    // SCIM knows no 422.
    if matches!(error, Error::Invalid(..)) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    *response.body_mut() = Refusal::body(response.status(), kind, &detail);
    set_type(&mut response);
    response
}

/// What isn't there.
pub(super) fn not_there() -> Refusal {
    Refusal::plain(StatusCode::NOT_FOUND, "没有这个资源。", "There is no such resource.")
}
