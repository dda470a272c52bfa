//! SCIM 2.0 (RFC 7643, RFC 7644): the city's office platform tells who works where.
//!
//! Users are accounts, groups are agencies. It gives no rights: passwords, posts, roles, certificates and the three
//! administrators are out of its reach. The caller is an API token with `identity.sync`, within the token's regions.

mod description;
mod discovery;
mod document;
mod filter;
mod groups;
mod matching;
mod patch;
mod people;
mod projection;
mod reading;
mod refusal;
mod schema;
mod store;
mod tokens;
mod users;
mod wire;

use std::sync::Arc;

use axum::{extract::DefaultBodyLimit, routing::any};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;

use self::{
    refusal::{Answer, Refusal},
    schema::Resource,
    wire::Caller,
};
use crate::map::Map as CityMap;

/// What bodies are, both ways.
const MEDIA_TYPE: &str = "application/scim+json";
/// Bodies are at most this long.
const MAX_BODY: usize = 1 << 20;
/// As many codes of agencies are suggested in `/Schemas`.
const DEPARTMENT_SUGGESTIONS: i64 = 500;
/// By which a token may synchronise.
pub(super) const PERMISSION: &str = "identity.sync";
/// Below which everything lies.
const ROOT: &str = "/scim/v2";

pub(super) fn routes(map: Arc<CityMap>) -> OpenApiRouter {
    discovery::routes()
        .merge(users::routes())
        .merge(groups::routes())
        .route("/scim/v2/{*rest}", any(nothing))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(axum::middleware::from_fn(refusal::worded))
        .with_state(map)
}

/// What isn't there, said in SCIM's form.
async fn nothing(_: Caller) -> Answer<()> {
    Err(not_there().into())
}

fn not_there() -> Refusal {
    Refusal::plain(axum::http::StatusCode::NOT_FOUND, "没有这个资源。", "There is no such resource.")
}

/// What is known about a resource.
struct Meta {
    resource: &'static Resource,
    id: i64,
    created: DateTime<Utc>,
    changed: DateTime<Utc>,
}

impl Meta {
    /// Sets id and meta; the version is a digest of all that is shown, so that whoever changed it doesn't matter.
    fn put(&self, of: &mut Map<String, Value>, base: &str) {
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        of.insert("id".to_owned(), self.id.to_string().into());
        let shown = Value::Object(of.clone()).to_string().replace(base, "");
        let version = xxhash_rust::xxh3::xxh3_64(format!("{shown}{}", self.changed).as_bytes());
        let meta = json!({
            "resourceType": self.resource.name,
            "created": time(self.created),
            "lastModified": time(self.changed),
            "location": format!("{base}{}/{}", self.resource.endpoint, self.id),
            "version": format!("W/\"{version:016x}\""),
        });
        of.insert("meta".to_owned(), meta);
    }
}
