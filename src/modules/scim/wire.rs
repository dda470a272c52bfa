//! Between the wire and the handlers: who may call, bodies, preconditions, answers.

use axum::{
    body::{Body as HttpBody, Bytes},
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::IntoParams;

use super::{
    filter::{self, Filter},
    projection::Projection,
    protocol::{MAX_BODY, MEDIA_TYPE, ROOT, SYNCHRONISE},
    refusal::{Answer, Fault, Refusal, not_there},
    schema::Resource,
};
use crate::{
    kernel::app::App,
    kernel::{actor::Actor, audit_entry::Outcome, auth::Auth, db::AuditEntry, error::Error, text::text},
};

/// A page has so many resources when nothing is said, and at most.
const PAGE: i64 = 100;
pub(super) const LONGEST_PAGE: i64 = 500;

/// A program that may synchronise. A person doesn't: what they change is their own to answer for, in a post.
pub(super) struct Caller(pub(super) Actor);

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Auth: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let actor = Actor::from_request_parts(parts, state).await?;
        actor.require(SYNCHRONISE)?;
        if actor.person().is_some() { Err(Error::Forbidden(SYNCHRONISE.name)) } else { Ok(Self(actor)) }
    }
}

impl Caller {
    /// Has the audit keep what SCIM may not change.
    pub(super) fn noted<T>(&self, app: &App, object: &str, answer: Answer<T>) -> Answer<T> {
        if let Err(Fault::Refused(refusal)) = &answer
            && refusal.is_denial()
        {
            let detail = json!({"scim": refusal.text.zh});
            let entry =
                AuditEntry { action: "request.denied", object: object.to_owned(), region: self.0.home(), detail };
            app.db.note(&self.0, Outcome::Denied, entry);
        }
        answer
    }
}

/// A body: one JSON object.
pub(super) struct Body(pub(super) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(MEDIA_TYPE) && !kind.eq_ignore_ascii_case("application/json") {
            return Err(Error::UnsupportedMedia(text(
                format!("请求内容应为 {MEDIA_TYPE}。"),
                format!("The body has to be {MEDIA_TYPE}."),
            ))
            .into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                return Error::TooLarge(text(
                    format!("请求内容最多 {} MiB。", MAX_BODY >> 20),
                    format!("The body may have at most {} MiB.", MAX_BODY >> 20),
                ));
            }
            Error::bad("请求内容无法读取。", "The body can't be read.")
        })?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(body)) => Ok(Self(body)),
            Ok(_) => Err(Refusal::syntax("请求内容应为 JSON 对象。", "The body is a JSON object.").into()),
            Err(error) => {
                Err(Refusal::syntax(format!("JSON 内容有误：{error}"), format!("The JSON is wrong: {error}")).into())
            }
        }
    }
}

/// What is asked of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct ScimListQuery {
    /// Which resources (RFC 7644, section 3.4.2.2).
    pub(super) filter: Option<String>,
    /// The first one's number, from 1.
    #[param(value_type = Option<i64>)]
    pub(super) start_index: Option<String>,
    /// How many, at most 500.
    #[param(value_type = Option<i64>)]
    pub(super) count: Option<String>,
    /// Only these attributes, with commas between.
    pub(super) attributes: Option<String>,
    /// All attributes but these, with commas between.
    pub(super) excluded_attributes: Option<String>,
}

/// What is asked of one resource.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct ShownQuery {
    /// Only these attributes, with commas between.
    pub(super) attributes: Option<String>,
    /// All attributes but these, with commas between.
    pub(super) excluded_attributes: Option<String>,
}

/// A list that was asked for, understood.
pub(super) struct Asked {
    pub(super) filter: Option<Filter>,
    pub(super) start: i64,
    pub(super) count: i64,
    pub(super) projection: Projection,
}

impl Asked {
    pub(super) fn of(resource: &'static Resource, query: &ScimListQuery) -> Result<Self, Refusal> {
        let number = |name: &str, text: &Option<String>, otherwise: i64| match text {
            None => Ok(otherwise),
            Some(text) => text
                .trim()
                .parse::<i64>()
                .map_err(|_| Refusal::value(format!("{name} 应为整数。"), format!("{name} is a whole number."))),
        };
        let projection = Projection::of(resource, query.attributes.as_deref(), query.excluded_attributes.as_deref())?;
        Ok(Self {
            filter: query.filter.as_deref().map(|text| filter::parse(resource, text)).transpose()?,
            // What is less counts as the least (RFC 7644, section 3.4.2.4).
            start: number("startIndex", &query.start_index, 1)?.max(1),
            count: number("count", &query.count, PAGE)?.clamp(0, LONGEST_PAGE),
            projection,
        })
    }

    /// The same from the body of a search.
    pub(super) fn of_body(resource: &'static Resource, body: &Map<String, Value>) -> Result<Self, Refusal> {
        let wrong = |name: &str| Refusal::value(format!("{name} 的类型有误。"), format!("{name} is of another type."));
        let text = |name: &str| match body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong(name)),
        };
        let number = |name: &str| match body.get(name) {
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            _ => text(name),
        };
        let names = |name: &str| match body.get(name) {
            Some(Value::Array(names)) => names
                .iter()
                .map(|one| one.as_str().ok_or_else(|| wrong(name)))
                .collect::<Result<Vec<_>, _>>()
                .map(|names| Some(names.join(","))),
            _ => text(name),
        };
        let query = ScimListQuery {
            filter: text("filter")?,
            start_index: number("startIndex")?,
            count: number("count")?,
            attributes: names("attributes")?,
            excluded_attributes: names("excludedAttributes")?,
        };
        Self::of(resource, &query)
    }

    /// A page as it is answered.
    pub(super) fn page(&self, total: i64, found: Vec<Map<String, Value>>) -> Response {
        let shown: Vec<_> = found.into_iter().map(|of| self.projection.shown(of)).collect();
        list(total, self.start, &shown)
    }
}

pub(super) fn list(total: i64, start: i64, resources: &[Map<String, Value>]) -> Response {
    json(
        StatusCode::OK,
        &json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": resources.len(),
            "Resources": resources,
        }),
    )
}

pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(HttpBody::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A resource as it is answered, with its version and its address.
pub(super) fn one(status: StatusCode, projection: &Projection, of: Map<String, Value>) -> Response {
    let meta = |name: &str| of["meta"][name].as_str().and_then(|text| HeaderValue::from_str(text).ok());
    let (version, location) = (meta("version"), meta("location"));
    let mut response = json(status, &projection.shown(of).into());
    let headers = response.headers_mut();
    if let Some(version) = version {
        headers.insert(header::ETAG, version);
    }
    if let Some(location) = location.filter(|_| status == StatusCode::CREATED) {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// Where the resources lie, as this client has it.
pub(super) fn base(app: &App, headers: &HeaderMap) -> String {
    format!("{}{ROOT}", app.edge.origin(headers))
}

/// An id of ours; what can't be one is nobody's.
pub(super) fn id(text: &str) -> Result<i64, Refusal> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(not_there)
}

fn names(headers: &HeaderMap, header: header::HeaderName, version: &str) -> Option<bool> {
    let said = headers.get(header)?.to_str().unwrap_or_default();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    Some(said.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(version)))
}

/// Whether the version that a client knows is still the one.
///
/// # Errors
/// 412 when it isn't.
pub(super) fn still(headers: &HeaderMap, of: &Map<String, Value>) -> Result<(), Refusal> {
    if names(headers, header::IF_MATCH, of["meta"]["version"].as_str().unwrap_or_default()) == Some(false) {
        return Err(Refusal::plain(
            StatusCode::PRECONDITION_FAILED,
            "该资源已被修改，请重新读取后再改。",
            "The resource has changed since; read it again.",
        ));
    }
    Ok(())
}

/// Whether the client has this version already.
pub(super) fn is_known(headers: &HeaderMap, of: &Map<String, Value>) -> bool {
    names(headers, header::IF_NONE_MATCH, of["meta"]["version"].as_str().unwrap_or_default()) == Some(true)
}
