//! The addresses under which files arrive: tus 1.0, core protocol with creation, expiration and termination.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64ct::{Base64, Encoding};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kernel::{
        actor::Actor,
        app::App,
        error::{Error, Problem, Result},
        extract::Public,
        files::{Arrival, FileKind, MOST_BYTES},
        http::Path,
        text::text,
    },
    map::Server,
};

const TUS: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const PART: &str = "application/offset+octet-stream";

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(create, options)).routes(routes!(offset, file, append, give_up))
}

/// The version of the protocol that a request speaks.
fn check_version(headers: &HeaderMap) -> Result<()> {
    if headers.get(TUS).is_some_and(|version| *version == VERSION) {
        return Ok(());
    }
    Err(Error::bad("Tus-Resumable 应为 1.0.0。", "Tus-Resumable has to be 1.0.0."))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok());
    value.ok_or_else(|| {
        Error::bad(format!("请求头 {name} 应为字节数。"), format!("The header {name} has to be a number of bytes."))
    })
}

/// The name that a client gives: `filename 5LqV55uWLmpwZw==,filetype …`.
fn name_of(headers: &HeaderMap) -> String {
    let told = headers.get(METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let pairs = told.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let name = pairs
        .filter(|(key, _)| ["filename", "name"].contains(key))
        .find_map(|(_, value)| String::from_utf8(Base64::decode_vec(value.trim()).ok()?).ok());
    name.unwrap_or_default()
}

/// What every answer of the protocol says, with how far an upload has come.
fn told(status: StatusCode, offset: Option<u64>, expires_at: Option<DateTime<Utc>>) -> (StatusCode, HeaderMap) {
    let mut headers = HeaderMap::new();
    headers.insert(TUS, VERSION);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(offset) = offset {
        headers.insert(OFFSET, offset.into());
    }
    let expires = expires_at.map(|at| at.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if let Some(expires) = expires.and_then(|expires| HeaderValue::try_from(expires).ok()) {
        headers.insert(EXPIRES, expires);
    }
    (status, headers)
}

/// What this server understands of tus.
#[utoipa::path(options, path = "/api/files", tag = "files", security(()), responses((status = 204, description = "Tus-Version, Tus-Extension and Tus-Max-Size say it")))]
async fn options(_: Public) -> Response {
    let extensions = HeaderValue::from_static("creation,expiration,termination");
    let more = [
        (HeaderName::from_static("tus-version"), VERSION),
        (HeaderName::from_static("tus-extension"), extensions),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(MOST_BYTES)),
    ];
    let (status, headers) = told(StatusCode::NO_CONTENT, None, None);
    (status, headers, more).into_response()
}

/// Begins to send a file. `Location` says where its parts go; what nothing uses within a day is taken away.
///
/// `Upload-Metadata` may name it: `filename` and the name in base64. What it is shows its content: photos (JPEG, PNG, WebP),
/// films (MP4, MOV, `WebM`), recordings (MP3, M4A, OGG, WAV, AMR, AAC), documents (PDF, Word, Excel, plain text).
#[utoipa::path(post, path = "/api/files", tag = "files",
    params(("tus-resumable" = String, Header, pattern = r"^1\.0\.0$", description = "The protocol's version"),
           ("upload-length" = u64, Header, minimum = 1, maximum = 536_870_912, description = "How many bytes it has"),
           ("upload-metadata" = Option<String>, Header, description = "Its name")),
    responses((status = 201, description = "`Location` is its address"), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, description = "Too many that nothing uses", body = Problem), (status = 413, body = Problem), (status = 507, body = Problem)))]
async fn create(State(app): State<App>, actor: Actor, headers: HeaderMap) -> Result<Response> {
    check_version(&headers)?;
    let length = number(&headers, &LENGTH)?;
    let upload = Arrival::new(&app.db, &app.files, &actor).begin(&name_of(&headers), length).await?;
    let location = [(header::LOCATION, format!("/api/files/{}", upload.key))];
    let (status, headers) = told(StatusCode::CREATED, None, Some(upload.expires_at));
    Ok((status, headers, location).into_response())
}

/// How far a file has come: `Upload-Offset`.
#[utoipa::path(head, path = "/api/files/{key}", tag = "files", params(("key" = String, Path, pattern = "^[0-9a-f]{32}$", description = "Its key"), ("tus-resumable" = String, Header, pattern = r"^1\.0\.0$", description = "The protocol's version")),
    responses((status = 200, description = "`Upload-Offset` and `Upload-Length` say it"), (status = 400, description = "Another version of the protocol"), (status = 401, description = "Nobody is signed in"), (status = 404, description = "Not the sender's, or not there any more"), (status = 413, description = "It is whole, and too large for its kind"), (status = 415, description = "It is whole, and isn't taken"), (status = 423, description = "It is being looked at")))]
async fn offset(State(app): State<App>, actor: Actor, Path(key): Path<String>, headers: HeaderMap) -> Result<Response> {
    check_version(&headers)?;
    let reached = Arrival::new(&app.db, &app.files, &actor).reached(&key).await?;
    let length = [(LENGTH, HeaderValue::from(reached.upload.length))];
    let (status, headers) = told(StatusCode::OK, Some(reached.offset), Some(reached.upload.expires_at));
    Ok((status, headers, length).into_response())
}

/// A file that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct UploadedFile {
    /// Its key: with it, its sender hangs it on a record.
    key: String,
    /// What its sender calls it.
    name: String,
    /// How many bytes are sent in all.
    length: i64,
    /// How many of them are there.
    offset: u64,
    /// What it is; nothing until it is whole.
    kind: Option<FileKind>,
    /// Its media type as it is kept.
    media_type: Option<String>,
    /// Its length as it is kept.
    size: Option<i64>,
    /// When the picture says that it was taken.
    taken_at: Option<DateTime<Utc>>,
    /// Where: longitude, WGS 84.
    lon: Option<f64>,
    /// Where: latitude.
    lat: Option<f64>,
    /// When it is taken away unless something uses it.
    expires_at: DateTime<Utc>,
}

/// What was found of a file that one sent.
#[utoipa::path(get, path = "/api/files/{key}", tag = "files", params(("key" = String, Path, pattern = "^[0-9a-f]{32}$", description = "Its key")),
    responses((status = 200, body = UploadedFile), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 423, body = Problem)))]
async fn file(State(app): State<App>, actor: Actor, Path(key): Path<String>) -> Result<axum::Json<UploadedFile>> {
    let reached = Arrival::new(&app.db, &app.files, &actor).reached(&key).await?;
    let (offset, upload) = (reached.offset, reached.upload);
    Ok(axum::Json(UploadedFile {
        key: upload.key,
        name: upload.name,
        length: upload.length,
        offset,
        kind: upload.kind,
        media_type: upload.media_type,
        size: upload.size,
        taken_at: upload.taken_at,
        lon: upload.lon,
        lat: upload.lat,
        expires_at: upload.expires_at,
    }))
}

/// Sends what follows an offset. With the last part the file is looked at: what isn't taken is refused and gone.
#[utoipa::path(patch, path = "/api/files/{key}", tag = "files",
    params(("key" = String, Path, pattern = "^[0-9a-f]{32}$", description = "Its key"),
           ("tus-resumable" = String, Header, pattern = r"^1\.0\.0$", description = "The protocol's version"),
           ("upload-offset" = u64, Header, minimum = 0, maximum = 536_870_912, description = "How many bytes are there already")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset` says how many bytes are there now"), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, description = "Another offset than has been reached", body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 423, description = "A part is still being taken in", body = Problem), (status = 507, body = Problem)))]
async fn append(
    State(app): State<App>,
    actor: Actor,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    check_version(&headers)?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != PART.as_bytes()) {
        return Err(Error::UnsupportedMedia(text(
            format!("Content-Type 应为 {PART}。"),
            format!("The Content-Type has to be {PART}."),
        )));
    }
    let offset = number(&headers, &OFFSET)?;
    let reached = Arrival::new(&app.db, &app.files, &actor).append(&key, offset, body.into_data_stream()).await?;
    Ok(told(StatusCode::NO_CONTENT, Some(reached.offset), Some(reached.upload.expires_at)).into_response())
}

/// Gives a file up that hangs on nothing yet.
#[utoipa::path(delete, path = "/api/files/{key}", tag = "files", params(("key" = String, Path, pattern = "^[0-9a-f]{32}$", description = "Its key")),
    responses((status = 204, description = "It is gone"), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn give_up(State(app): State<App>, actor: Actor, Path(key): Path<String>) -> Result<Response> {
    Arrival::new(&app.db, &app.files, &actor).end(&key).await?;
    Ok(told(StatusCode::NO_CONTENT, None, None).into_response())
}
