//! The document that describes the routes (`OpenAPI` 3.1): what stands with each handler, and here what holds of all: names
//! of operations, and what any of them answers when it can't do what was asked.

use utoipa::{
    PartialSchema,
    openapi::{
        Components, Content, HeaderBuilder, InfoBuilder, KnownFormat, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
        Schema, SchemaFormat, SecurityRequirement,
        path::{Operation, ParameterIn},
        schema::{AdditionalProperties, AllOf, ObjectBuilder, SchemaType, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{
    kernel::{
        auth::COOKIE,
        error::{FieldError, Problem},
    },
    layers::LayerDef,
};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PROBLEM: &str = "application/problem+json";
const EVENTS: &str = "text/event-stream";
const SCIM: &str = "application/scim+json";

/// The document without its routes.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Gridhall")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("网格化社区治理服务 · The grid-management server of a city"))
                .build(),
        )
        .security(Some([
            SecurityRequirement::new::<_, [&str; 0], &str>("token", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
        ]))
        .build();
    let components = document.components.get_or_insert_default();
    components
        .add_security_scheme("token", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE))));
    document
}

/// Says of every route what holds of all.
pub fn complete(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    components.schemas.insert("FieldError".to_owned(), FieldError::schema());
    components.schemas.insert("ScimError".to_owned(), scim_error());
    components.schemas.insert("OAuthError".to_owned(), oauth_error());
    open_parts(components);
    for (path, item) in &mut api.paths.paths {
        let name: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        for (method, operation) in [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
            ("head", &mut item.head),
            ("options", &mut item.options),
        ] {
            if let Some(operation) = operation {
                // By method and path: handlers of two modules may have one name, clients can't.
                operation.operation_id = Some(format!("{method}{name}"));
                say_refusals(operation, RefusalForm::of(path, operation));
                say_bytes(operation);
                say_headers(operation);
            }
        }
    }
}

/// A header that may be left out is there or isn't: it has no null.
fn say_headers(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if parameter.parameter_in == ParameterIn::Header
            && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
            && let SchemaType::Array(types) = &schema.schema_type
            && let Some(only) = types.iter().find(|one| **one != Type::Null)
        {
            schema.schema_type = SchemaType::Type(only.clone());
        }
    }
}

/// In which form a route says that it can't do what was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RefusalForm {
    /// Problem details (RFC 9457).
    Problem,
    /// SCIM's own (RFC 7644, 3.12).
    Scim,
    /// That of `OAuth` (RFC 6749, 5.2), but for what is refused before it is read.
    OAuth,
    /// Problem details, but for what is no form.
    Form,
}

impl RefusalForm {
    fn of(path: &str, operation: &Operation) -> Self {
        let is_tagged = |name: &str| operation.tags.iter().flatten().any(|tag| tag == name);
        if is_tagged("scim") {
            Self::Scim
        } else if ["/oauth/token", "/oauth/revoke", "/oauth/userinfo"].contains(&path) {
            Self::OAuth
        } else if takes(operation, FORM) {
            Self::Form
        } else {
            Self::Problem
        }
    }

    /// The media type and the schema of an answer with this status.
    fn content(self, status: u16) -> (&'static str, &'static str) {
        match self {
            Self::Scim => (SCIM, "ScimError"),
            Self::OAuth if [400, 401, 500, 503].contains(&status) => (JSON, "OAuthError"),
            Self::Form if status == 400 => (JSON, "OAuthError"),
            Self::Problem | Self::OAuth | Self::Form => (PROBLEM, "Problem"),
        }
    }
}

/// Whether a route takes a body of a media type.
fn takes(operation: &Operation, kind: &str) -> bool {
    matches!(&operation.request_body, Some(RefOr::T(body)) if body.content.contains_key(kind))
}

/// What anybody may be told, and in which words. What else a route refuses stands with its handler.
fn say_refusals(operation: &mut Operation, wording: RefusalForm) {
    let is_open =
        operation.security.as_ref().is_some_and(|all| all.iter().any(|one| *one == SecurityRequirement::default()));
    let takes_json = takes(operation, JSON);
    let takes_text = takes_json
        || operation.parameters.iter().flatten().any(|parameter| match parameter {
            RefOr::T(parameter) => {
                parameter.parameter_in != ParameterIn::Header && parameter.schema.as_ref().is_some_and(is_text)
            }
            RefOr::Ref(_) => false,
        });
    let may_be = [
        (400, "The request can't be read; the answer says what and where", true),
        (401, "Nobody is signed in, or the sign-in has ended", !is_open),
        (413, "The body is too long", takes_json),
        (415, "The body isn't of a kind that is taken", takes_json),
        (
            422,
            "The request is read, but wrong; the answer says what and where",
            takes_text && wording == RefusalForm::Problem,
        ),
        (429, "Too many requests; `Retry-After` says when to come again", true),
        (500, "The server's own fault, found in its log by the request's id", true),
        (503, "Busy, or the database can't be reached now; `Retry-After` says when to come again", true),
    ];
    let responses = &mut operation.responses.responses;
    for (status, about, _) in may_be.into_iter().filter(|(_, _, holds)| *holds) {
        responses.entry(status.to_string()).or_insert_with(|| Response::new(about).into());
    }
    for (status, response) in responses.iter_mut() {
        let (Ok(status), RefOr::T(response)) = (status.parse::<u16>(), response) else { continue };
        if status >= 400 {
            say_refusal(status, response, wording);
        }
    }
}

fn say_refusal(status: u16, response: &mut Response, wording: RefusalForm) {
    let (kind, schema) = wording.content(status);
    if response.description.is_empty() {
        let about = match status {
            401 => "Nobody is signed in, or the sign-in has ended",
            403 => "Not permitted",
            404 => "There is none, or none in scope",
            409 => "In conflict with what is there",
            412 => "It has changed since",
            413 => "Too much at once",
            415 => "Of a kind that isn't taken",
            422 => "Read, but wrong; says what and where",
            _ => "Refused; says why",
        };
        about.clone_into(&mut response.description);
    }
    // One that says nothing but its status has no words.
    if status != 408 {
        response.content = [(kind.to_owned(), Content::new(Some(Ref::from_schema_name(schema))).into())].into();
    }
    let text = || RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).build()));
    let header = |about: &str| HeaderBuilder::new().schema(Some(text())).description(Some(about)).build();
    match status {
        401 => {
            let about = header("How to prove who one is");
            response.headers.insert("WWW-Authenticate".to_owned(), about.into());
        }
        429 | 503 => {
            let about = header("Seconds after which to come again");
            response.headers.insert("Retry-After".to_owned(), about.into());
        }
        _ => {}
    }
}

/// Files are bytes, not lists of numbers as they would be in JSON, and a stream isn't one text.
fn say_bytes(operation: &mut Operation) {
    let bodies = match &mut operation.request_body {
        Some(RefOr::T(body)) => Some(body.content.iter_mut()),
        _ => None,
    };
    let answers = operation.responses.responses.values_mut().filter_map(|response| match response {
        RefOr::T(response) => Some(response.content.iter_mut()),
        RefOr::Ref(_) => None,
    });
    for (kind, content) in bodies.into_iter().flatten().chain(answers.flatten()) {
        let RefOr::T(content) = content else { continue };
        if kind == EVENTS {
            content.schema = None;
        } else if kind != JSON && matches!(content.schema, Some(RefOr::T(Schema::Array(_)))) {
            let bytes = ObjectBuilder::new()
                .schema_type(SchemaType::Type(Type::String))
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
            content.schema = Some(RefOr::T(Schema::Object(bytes.build())));
        }
    }
}

fn is_text(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.enum_values.is_none()
                && match &object.schema_type {
                    SchemaType::Type(kind) => *kind == Type::String,
                    SchemaType::Array(kinds) => kinds.contains(&Type::String),
                    SchemaType::AnyValue => true,
                }
        }
        _ => false,
    }
}

/// A schema that takes no other fields can be no part of another, which has some: where it is one, its fields are taken over.
fn open_parts(components: &mut Components) {
    let closed = |components: &Components, part: &RefOr<Schema>| match part {
        RefOr::Ref(to) => match components.schemas.get(to.ref_location.rsplit('/').next()?) {
            Some(RefOr::T(Schema::Object(object)))
                if matches!(object.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false))) =>
            {
                Some(object.clone())
            }
            _ => None,
        },
        RefOr::T(_) => None,
    };
    let names: Vec<String> = components.schemas.keys().cloned().collect();
    for name in names {
        let Some(RefOr::T(Schema::AllOf(AllOf { items, .. }))) = components.schemas.get(&name) else { continue };
        let opened: Vec<RefOr<Schema>> = items
            .iter()
            .map(|part| match closed(components, part) {
                Some(mut object) => {
                    object.additional_properties = None;
                    RefOr::T(Schema::Object(object))
                }
                None => part.clone(),
            })
            .collect();
        if let Some(RefOr::T(Schema::AllOf(whole))) = components.schemas.get_mut(&name) {
            whole.items = opened;
        }
    }
}

fn scim_error() -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    let urn = text().enum_values(Some(["urn:ietf:params:scim:api:messages:2.0:Error"])).build();
    let schemas = utoipa::openapi::schema::ArrayBuilder::new().items(urn).min_items(Some(1)).max_items(Some(1)).build();
    let object = ObjectBuilder::new()
        .description(Some("A refusal of SCIM (RFC 7644, 3.12)."))
        .property("schemas", schemas)
        .required("schemas")
        .property("status", text().description(Some("The HTTP status.")).build())
        .required("status")
        .property("scimType", text().description(Some("What is wrong, by the standard's name for it.")).build())
        .property("detail", text().description(Some("What happened here and what to do about it.")).build())
        .required("detail");
    RefOr::T(Schema::Object(object.build()))
}

fn oauth_error() -> RefOr<Schema> {
    let text =
        |about: &str| ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).description(Some(about)).build();
    let object = ObjectBuilder::new()
        .description(Some("A refusal of `OAuth` 2.0 (RFC 6749, 5.2)."))
        .property("error", text("What is wrong, by the standard's name for it."))
        .required("error")
        .property("error_description", text("The same for whoever writes the system."))
        .required("error_description");
    RefOr::T(Schema::Object(object.build()))
}

/// Says what the sections of layers answer: in the statistics of an area, and as measures of a region.
pub fn add_sections<'a>(api: &mut OpenApi, layers: impl IntoIterator<Item = &'a LayerDef>) {
    let components = api.components.get_or_insert_default();
    for section in layers.into_iter().filter_map(|layer| layer.section) {
        let (name, mut referred) = ((section.schema.name)(), Vec::new());
        (section.schema.referred)(&mut referred);
        let mut answer = Ref::from_schema_name(name.as_ref());
        section.about.clone_into(&mut answer.description);
        add_property(components, "AreaStatistics", section.name, answer.into());
        for measure in section.measures {
            let mut figure = if measure.sum.is_some() { f64::schema() } else { u64::schema() };
            if let RefOr::T(Schema::Object(object)) = &mut figure {
                object.description = Some(measure.about.to_owned());
            }
            add_property(components, "RegionMeasures", measure.name, figure);
        }
        components.schemas.extend(referred);
        components.schemas.insert(name.into_owned(), (section.schema.schema)());
    }
}

/// Adds what an answer always has to its schema.
fn add_property(components: &mut Components, schema: &str, name: &str, property: RefOr<Schema>) {
    if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(schema) {
        object.properties.insert(name.to_owned(), property);
        object.required.push(name.to_owned());
    }
}
