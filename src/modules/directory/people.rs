//! One person's record, masked, and the unmasking of its fields for a purpose.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    model::{PersonRecord, READ_PEOPLE, SensitiveField},
    store,
};
use crate::{
    kernel::{
        actor::Actor,
        codes::UNMASK_PURPOSES,
        db::AuditEntry,
        error::{Error, FieldFault, Problem, Result},
        http::{Json, Path},
        permission::{SEE_SENSITIVE, SEE_SPECIAL},
        request,
        text::{Language, is_blank, text},
    },
    map::Map,
    spatial::region::RegionCode,
};

/// What is personal is kept by no cache, the browser's own included.
const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"))];

/// What is to be unmasked, and what for.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Unmask {
    /// The fields.
    #[serde(default)]
    #[schema(value_type = Vec<SensitiveField>)]
    fields: Vec<String>,
    /// A code of the table `unmask_purpose`, or 1 to 200 characters in one's own words.
    #[serde(default)]
    purpose: String,
}

impl Unmask {
    /// The fields, each once, and the purpose as the audit keeps it.
    fn checked(&self) -> Result<(Vec<SensitiveField>, String)> {
        let mut errors = Vec::new();
        let mut wrong =
            |pointer: String, zh: &'static str, en: &'static str| errors.push(FieldFault::new(pointer, zh, en));
        let mut fields = Vec::new();
        for (index, name) in self.fields.iter().enumerate() {
            match SensitiveField::ALL.into_iter().find(|field| field.name() == name) {
                Some(field) => fields.push(field),
                None => wrong(format!("/fields/{index}"), "没有这个敏感字段", "there is no such sensitive field"),
            }
        }
        fields.sort_unstable();
        fields.dedup();
        if self.fields.is_empty() {
            wrong("/fields".to_owned(), "请指明要查看的字段", "say which fields");
        }
        let purpose = UNMASK_PURPOSES.name_of(self.purpose.trim(), Language::Chinese);
        let is_long = purpose.chars().count() > request::MAX_PURPOSE;
        if is_blank(purpose) || is_long || purpose.chars().any(char::is_control) {
            wrong("/purpose".to_owned(), "用途为 1 到 200 个字符", "a purpose has 1 to 200 characters");
        }
        if errors.is_empty() {
            return Ok((fields, purpose.to_owned()));
        }
        let why = text("查看敏感信息须指明字段与用途。", "Say which sensitive fields are asked for, and what for.");
        Err(Error::Invalid(why, errors))
    }
}

/// What was unmasked.
#[derive(Serialize, ToSchema)]
pub(super) struct Unmasked {
    /// The person's id.
    id: i64,
    /// The plain values by their fields; null where there is none.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    values: BTreeMap<&'static str, Option<String>>,
}

fn nobody(map: &Map, id: i64) -> Error {
    let there = map.memory.layer("person").and_then(|(_, held)| held.read().get(id).map(|view| view.region()));
    Error::not_found("没有此人员，或不在您的辖区内。", "There is no such person, or not in your scope.").out_of(there)
}

/// A person, with sensitive fields masked.
#[utoipa::path(get, path = "/api/people/{id}", tag = "archives", params(("id" = i64, Path, description = "The person's id")),
    responses((status = 200, body = PersonRecord), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn person(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<PersonRecord>)> {
    actor.require(READ_PEOPLE)?;
    let mut tx = map.app.db.begin_told(&actor).await?;
    let mut person = store::person(&mut tx, id).await?.ok_or_else(|| nobody(&map, id))?;
    if let Ok(grid) = RegionCode::new(person.region) {
        person.path = map.memory.regions().path(grid);
    }
    let detail = serde_json::json!({"people": 1});
    tx.audit(AuditEntry { action: "person.read", object: format!("person {id}"), region: person.region, detail });
    tx.commit().await?;
    Ok((NO_STORE, axum::Json(person)))
}

/// Unmasks fields of a person for a purpose, which the audit keeps.
#[utoipa::path(post, path = "/api/people/{id}/unmask", tag = "archives", params(("id" = i64, Path, description = "The person's id")),
    request_body = Unmask,
    responses((status = 200, body = Unmasked), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn unmask(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(asked): Json<Unmask>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<Unmasked>)> {
    actor.require(SEE_SENSITIVE)?;
    actor.require(READ_PEOPLE)?;
    let (fields, purpose) = asked.checked()?;
    request::serves(&purpose);
    let (mut tx, cleared) = map.app.db.begin_cleared(&actor, actor.may(SEE_SPECIAL)).await?;
    let mut plain = store::plain(&mut tx, id).await?.ok_or_else(|| nobody(&map, id))?;
    let detail = serde_json::json!({"fields": fields, "people": 1});
    tx.audit(AuditEntry { action: "person.unmask", object: format!("person {id}"), region: plain.region, detail });
    // Nothing is told before its record is written.
    tx.commit().await?;
    let values = fields.into_iter().map(|field| (field.name(), plain.reveal(field, &cleared))).collect();
    Ok((NO_STORE, axum::Json(Unmasked { id, values })))
}
