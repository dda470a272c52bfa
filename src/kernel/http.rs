//! Between the wire and the handlers: extractors that answer with problem details, and the outer layer.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{
        FromRequest, FromRequestParts, Request, State,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    audit_entry::{AuditEntry, Outcome},
    db::Db,
    edge::Edge,
    error::{Error, Result},
    redact,
    request::Context,
    run_to_end::run_to_end,
    text::{Language, text},
};

/// Bodies of JSON requests are at most this long: 4 MiB hold a polygon of 100,000 vertices.
pub const MAX_JSON: usize = 4 << 20;

/// A JSON body, read whole and checked by its type.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Error::UnsupportedMedia(text(
                "请求内容应为 JSON（Content-Type: application/json）。",
                "The body has to be JSON (Content-Type: application/json).",
            ))),
            Err(JsonRejection::BytesRejection(error)) if error.status() == 413 => Err(Error::TooLarge(text(
                format!("请求内容最多 {} MiB。", MAX_JSON >> 20),
                format!("The body may have at most {} MiB.", MAX_JSON >> 20),
            ))),
            Err(error) => {
                let why = error.body_text();
                Err(Error::bad(format!("JSON 内容有误：{why}"), format!("The JSON is wrong: {why}")))
            }
        }
    }
}

/// Query parameters.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        axum::extract::Query::<T>::from_request_parts(parts, state).await.map(|query| Self(query.0)).map_err(
            |error: QueryRejection| {
                let why = error.body_text();
                let why = why.strip_prefix("Failed to deserialize query string: ").unwrap_or(&why).to_owned();
                Error::bad(format!("查询参数有误：{why}"), format!("A query parameter is wrong: {why}"))
            },
        )
    }
}

/// Parts of the path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        axum::extract::Path::<T>::from_request_parts(parts, state).await.map(|path| Self(path.0)).map_err(
            |error: PathRejection| {
                let why = error.body_text();
                Error::bad(format!("路径有误：{why}"), format!("The path is wrong: {why}"))
            },
        )
    }
}

/// How long an upload may pause.
const PATIENCE: Duration = Duration::from_secs(30);

/// The next piece of an upload; nothing at its end.
///
/// # Errors
/// 400 when it breaks off, or nothing comes for too long.
pub async fn piece(stream: &mut BodyDataStream) -> Result<Option<Bytes>> {
    let piece = tokio::time::timeout(PATIENCE, stream.next()).await.map_err(|_| {
        Error::bad("上传中断：30 秒内没有收到内容。", "The upload has stalled: nothing came for 30 seconds.")
    })?;
    piece
        .transpose()
        .map_err(|error| Error::bad(format!("上传中断：{error}"), format!("The upload broke off: {error}.")))
}

/// As many characters of a refused address are kept.
const MAX_NOTED: usize = 300;

/// The id of what was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedId {
    /// Its id.
    pub id: i64,
}

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Goes with an error's response where the clients of a standard expect another form than problem details.
#[derive(Clone, Copy)]
pub struct Wording(pub fn(&Error, Language, Option<&str>) -> Response);

/// What the outer layer stands on.
#[derive(Clone)]
pub struct OuterLayer {
    /// For the audit.
    pub db: Db,
    /// For where a request comes from, and how often.
    pub edge: Arc<Edge>,
    /// Addresses that pages of other sites may send to: none of them does anything by the reader's cookie alone.
    pub open_to_sites: Arc<[&'static str]>,
}

/// The outer layer: a request id, errors in the reader's language, what was refused in the audit, headers that guard the
/// browser.
pub async fn outer(State(around): State<OuterLayer>, request: Request, next: Next) -> Response {
    around.answer(request, |request| next.run(request)).await
}

impl OuterLayer {
    /// The outer layer around what answers.
    pub async fn answer<F: Future<Output = Response> + Send + 'static>(
        &self,
        request: Request,
        answer: impl FnOnce(Request) -> F,
    ) -> Response {
        let context = Arc::new(self.edge.context(&request));
        let _waiting = context.clone().waiting();
        let is_write = !request.method().is_safe();
        let headers = request.headers();
        let (with_token, accepted) =
            (headers.contains_key(header::AUTHORIZATION), headers.get(header::ACCEPT_LANGUAGE).cloned());
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let started = tracing::enabled!(tracing::Level::DEBUG).then(Instant::now);
        let mut response = match self.of_this_site(&request) {
            // What writes goes on to its end when its client has left; what only reads is given up.
            Ok(()) if is_write => run_to_end(context.clone().within(answer(request))).await,
            Ok(()) => context.clone().within(answer(request)).await,
            Err(error) => error.into_response(),
        };
        if let Some(error) = response.extensions_mut().remove::<Arc<Error>>() {
            let noted = async { note(&self.db, &context, &error, with_token, &method, uri.path()) };
            context.clone().within(noted).await;
            let language = Language::accepted(accepted.as_ref().and_then(|value| value.to_str().ok()));
            let id = context.id();
            let word = response.extensions_mut().remove::<Wording>();
            let told = std::mem::take(response.headers_mut());
            response = match word {
                Some(Wording(word)) => word(&error, language, Some(&id)),
                None => error.respond(language, Some(&id)),
            };
            keep_told(told, response.headers_mut());
        }
        if let Some(started) = started {
            let (status, mut path) = (response.status().as_u16(), uri.path().to_owned());
            redact::text(&mut path);
            let ms = started.elapsed().as_secs_f64() * 1000.0;
            tracing::debug!(%method, path, status, request_id = context.id(), ms);
        }
        finish(&mut response, &context.id(), context.is_https());
        response
    }
}

/// What every answer says.
fn finish(response: &mut Response, id: &str, is_https: bool) {
    let headers = response.headers_mut();
    headers.reserve(7);
    // What is told to one reader is nobody else's, and not for later: unless the answer says for how long it holds.
    if !headers.contains_key(header::ETAG) {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, BY_HTTPS);
    }
    guard(headers);
}

impl OuterLayer {
    /// A browser says from where a request comes. One that another site had it send, with the reader's cookie or for a
    /// sign-in that isn't theirs, changes nothing; programs send a token, or say nothing of a site.
    fn of_this_site(&self, request: &Request) -> Result<()> {
        let headers = request.headers();
        if request.method().is_safe()
            || headers.contains_key(header::AUTHORIZATION)
            || self.open_to_sites.contains(&request.uri().path())
            || is_of_this_site(headers)
        {
            Ok(())
        } else {
            Err(Error::bad("不接受来自其他网站的请求。", "Requests from other sites are not taken."))
        }
    }
}

/// Whether a browser sent a request for a page of ours, or it wasn't a browser that sent it.
#[must_use]
pub fn is_of_this_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => ["same-origin", "none"].contains(&site),
        (None, Some(origin)) => text("host")
            .is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))),
        (None, None) => true,
    }
}

/// Takes over what the routes say beside an error: the methods that an address takes, and who may read its answers.
fn keep_told(told: HeaderMap, headers: &mut HeaderMap) {
    let mut name = None;
    for (next, value) in told {
        name = next.or(name);
        if let Some(name) = name
            .as_ref()
            .filter(|name| [header::ALLOW, header::VARY].contains(name) || name.as_str().starts_with("access-control-"))
        {
            headers.append(name, value);
        }
    }
}

/// Has the audit keep what was refused or went wrong.
fn note(db: &Db, context: &Context, error: &Error, with_token: bool, method: &Method, path: &str) {
    let entry = |action: &'static str, region: i64, detail: serde_json::Value| {
        let path: String = path.chars().take(MAX_NOTED).collect();
        AuditEntry { action, object: format!("{method} {path}"), region, detail }
    };
    match (error, context.actor()) {
        (Error::Forbidden(permission), Some(actor)) => {
            let detail = serde_json::json!({ "permission": permission });
            db.note(actor, Outcome::Denied, entry("request.denied", actor.home(), detail));
        }
        (Error::OutOfScope(_, region), Some(actor)) => {
            db.note(actor, Outcome::Denied, entry("request.denied", *region, serde_json::json!({"why": "scope"})));
        }
        (Error::Internal(_), Some(actor)) => {
            db.note(actor, Outcome::Failed, entry("request.failed", actor.home(), serde_json::json!({})));
        }
        // The audit is told by whoever looks for room: it can't be written now, and this happens with every request.
        (Error::StorageFull, _) => db.storage().found_full(),
        // A cookie that has run out is everyday; a token that isn't one is somebody's try.
        (Error::Unauthorised, None) if with_token => {
            db.note_stranger(entry("token.refused", 0, serde_json::json!({})));
        }
        _ => {}
    }
}

/// What an answer may load when a browser opens it, and from where.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'self'";

/// The same for the web's pages, which may fetch pictures from these origins as well, and nothing else.
#[must_use]
pub fn page_policy(origins: &[String]) -> HeaderValue {
    let more: String = origins.iter().map(|origin| format!(" {origin}")).collect();
    let policy = ["img-src 'self'", "connect-src 'self'"]
        .iter()
        .fold(POLICY.to_owned(), |policy, directive| policy.replace(directive, &format!("{directive}{more}")));
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY))
}

/// For a year a browser asks by https alone.
const BY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The same for data: it is no page, loads nothing and stands in no frame. A browser has nothing to send on from it.
const OF_DATA: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Headers that guard a browser, on every answer.
pub fn guard(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    if kind.ends_with(b"json") {
        headers.insert(header::CONTENT_SECURITY_POLICY, OF_DATA);
        return;
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("SAMEORIGIN"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
}
/// The event that says that a stream of events is there, though nothing happens.
pub const STILL: Bytes = Bytes::from_static(b"event: still\ndata: {}\n\n");

/// A stream of server-sent events, each frame as the standard writes it. Frames and not `axum::response::sse::Event`: what
/// thousands of listeners are told is written once for all of them.
pub fn event_stream(frames: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let headers = [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")];
    (headers, Body::from_stream(frames.map(Ok::<_, Infallible>))).into_response()
}
