//! What a client is told first (RFC 7644, section 4): what is supported, which resources there are and what they hold.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use serde_json::{Map, Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    description,
    protocol::DEPARTMENT_SUGGESTIONS,
    refusal::{Answer, Refusal, not_there},
    schema::{Attribute, DEPARTMENT, ENTERPRISE, GROUP, Kind, Resource, Schema, USER},
    store,
    wire::{self, Caller, LONGEST_PAGE},
};
use crate::kernel::{app::App, http::Path};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(config))
        .routes(routes!(types))
        .routes(routes!(one_type))
        .routes(routes!(schemas))
        .routes(routes!(one_schema))
        .routes(routes!(search_all))
}

/// What is supported of SCIM.
#[utoipa::path(get, path = "/scim/v2/ServiceProviderConfig", tag = "scim",
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 401), (status = 403)))]
async fn config(State(app): State<App>, _: Caller, headers: HeaderMap, uri: Uri) -> Answer {
    unfiltered(&uri)?;
    let base = wire::base(&app, &headers);
    let told = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": LONGEST_PAGE},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "访问令牌 Access token",
            "description": "A token of this server that carries identity.sync",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {"resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig")},
    });
    Ok(wire::json(StatusCode::OK, &told))
}

/// These lists are told whole, and a filter over them is refused (RFC 7644, section 4).
fn unfiltered(uri: &Uri) -> Result<(), Refusal> {
    let named = uri.query().unwrap_or_default().split('&').any(|part| part.to_ascii_lowercase().starts_with("filter="));
    if named {
        return Err(Refusal::plain(StatusCode::FORBIDDEN, "此处不支持 filter。", "No filter is taken here."));
    }
    Ok(())
}

fn type_of(resource: &Resource, base: &str) -> Map<String, Value> {
    let extensions: Vec<Value> =
        resource.extension.iter().map(|schema| json!({"schema": schema.urn, "required": false})).collect();
    let told = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": resource.name,
        "name": resource.name,
        "description": resource.schema.about,
        "endpoint": resource.endpoint,
        "schema": resource.schema.urn,
        "schemaExtensions": extensions,
        "meta": {"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{}", resource.name)},
    });
    told.as_object().cloned().unwrap_or_default()
}

/// The kinds of resources.
#[utoipa::path(get, path = "/scim/v2/ResourceTypes", tag = "scim",
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 401), (status = 403)))]
async fn types(State(app): State<App>, _: Caller, headers: HeaderMap, uri: Uri) -> Answer {
    unfiltered(&uri)?;
    let base = wire::base(&app, &headers);
    Ok(wire::list(2, 1, &[type_of(&USER, &base), type_of(&GROUP, &base)]))
}

/// One kind of resource.
#[utoipa::path(get, path = "/scim/v2/ResourceTypes/{name}", tag = "scim", params(("name" = String, Path, description = "User or Group")),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 401), (status = 403), (status = 404)))]
async fn one_type(State(app): State<App>, _: Caller, headers: HeaderMap, Path(name): Path<String>) -> Answer {
    let resource = [&USER, &GROUP].into_iter().find(|resource| resource.name == name).ok_or_else(not_there)?;
    Ok(wire::json(StatusCode::OK, &type_of(resource, &wire::base(&app, &headers)).into()))
}

/// An attribute as `/Schemas` tells it; the codes of agencies are suggested for the department.
fn attribute_of(attribute: &Attribute, codes: &[String]) -> Value {
    let (kind, references) = match attribute.kind {
        Kind::Text => ("string", None),
        Kind::Boolean => ("boolean", None),
        Kind::Moment => ("dateTime", None),
        Kind::Integer => ("integer", None),
        Kind::Reference(kinds) => ("reference", Some(kinds)),
        Kind::Complex(_) => ("complex", None),
    };
    let mutability = match (attribute.read_only, attribute.immutable) {
        (true, _) => "readOnly",
        (_, true) => "immutable",
        _ => "readWrite",
    };
    let mut told = json!({
        "name": attribute.name,
        "type": kind,
        "multiValued": attribute.many,
        "description": attribute.about,
        "required": attribute.required,
        "caseExact": attribute.case_exact,
        "mutability": mutability,
        "returned": "default",
        "uniqueness": if attribute.unique { "server" } else { "none" },
    });
    if let Some(kinds) = references {
        told["referenceTypes"] = json!(kinds);
    }
    if attribute.name == DEPARTMENT && !codes.is_empty() {
        told["canonicalValues"] = json!(codes);
    } else if !attribute.values.is_empty() {
        told["canonicalValues"] = json!(attribute.values);
    }
    if !attribute.parts().is_empty() {
        told["subAttributes"] = attribute.parts().iter().map(|part| attribute_of(part, codes)).collect();
    }
    told
}

fn schema_of(schema: &Schema, codes: &[String], base: &str) -> Map<String, Value> {
    let attributes: Vec<Value> = schema.attributes.iter().map(|attribute| attribute_of(attribute, codes)).collect();
    let told = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema.urn,
        "name": schema.name,
        "description": schema.about,
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.urn)},
    });
    told.as_object().cloned().unwrap_or_default()
}

async fn told(app: &App, caller: &Caller, headers: &HeaderMap) -> Answer<Vec<Map<String, Value>>> {
    let mut tx = app.db.begin(&caller.0).await?;
    let codes = store::codes(&mut tx, DEPARTMENT_SUGGESTIONS).await?;
    tx.commit().await?;
    let base = wire::base(app, headers);
    let schemas = [&USER.schema, &ENTERPRISE, &GROUP.schema].into_iter().chain(description::SCHEMAS);
    Ok(schemas.map(|schema| schema_of(schema, &codes, &base)).collect())
}

/// What resources hold.
#[utoipa::path(get, path = "/scim/v2/Schemas", tag = "scim",
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 401), (status = 403)))]
async fn schemas(State(app): State<App>, caller: Caller, headers: HeaderMap, uri: Uri) -> Answer {
    unfiltered(&uri)?;
    let told = told(&app, &caller, &headers).await?;
    Ok(wire::list(i64::try_from(told.len()).unwrap_or(0), 1, &told))
}

/// What one kind of resource holds.
#[utoipa::path(get, path = "/scim/v2/Schemas/{urn}", tag = "scim", params(("urn" = String, Path, description = "The schema's URN")),
    responses((status = 200, body = Value, content_type = "application/scim+json"), (status = 401), (status = 403), (status = 404)))]
async fn one_schema(State(app): State<App>, caller: Caller, headers: HeaderMap, Path(urn): Path<String>) -> Answer {
    let told = told(&app, &caller, &headers).await?;
    let found = told.into_iter().find(|schema| schema["id"] == urn).ok_or_else(not_there)?;
    Ok(wire::json(StatusCode::OK, &found.into()))
}

/// A search over users and groups at once isn't made: search one of them.
#[utoipa::path(post, path = "/scim/v2/.search", tag = "scim",
    responses((status = 501, description = "Search /Users or /Groups"), (status = 401), (status = 403)))]
async fn search_all(_: Caller) -> Answer<()> {
    Err(Refusal::plain(
        StatusCode::NOT_IMPLEMENTED,
        "请分别查询 /Users 或 /Groups。",
        "Search /Users or /Groups, not both at once.",
    )
    .into())
}
