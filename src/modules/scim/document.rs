//! What clients send, as the `OpenAPI` document describes it: the least that has to be there. What the schemas of RFC 7643 say
//! beyond it stands at `/Schemas`, and is checked by what stands there; a number where a text belongs is taken for one.

#![expect(dead_code, reason = "for the description; bodies are read by their schemas")]

use utoipa::ToSchema;

/// A user.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct ScimUser {
    /// The login: 2 to 64 of a to z, digits and `. _ @ + -`, a letter or digit first.
    user_name: serde_json::Value,
}

/// A group.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct ScimGroup {
    /// The agency's name.
    display_name: serde_json::Value,
}

/// Operations on a resource (RFC 7644, section 3.5.2).
#[derive(ToSchema)]
pub(super) struct ScimPatch {
    /// `urn:ietf:params:scim:api:messages:2.0:PatchOp`
    schemas: Vec<String>,
    /// One after the other.
    #[schema(rename = "Operations", min_items = 1, max_items = 1_000)]
    operations: Vec<ScimOperation>,
}

/// An operation.
#[derive(ToSchema)]
pub(super) struct ScimOperation {
    /// add, remove or replace, in letters of any size.
    op: String,
    /// What it is done to.
    path: Option<String>,
    /// What is put there.
    value: Option<serde_json::Value>,
}

/// A search (RFC 7644, section 3.4.3).
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct ScimSearch {
    /// Which resources.
    filter: Option<String>,
    /// The first one's number, from 1.
    start_index: Option<i64>,
    /// How many, at most 500.
    count: Option<i64>,
    /// Only these attributes.
    attributes: Option<Vec<String>>,
    /// All attributes but these.
    excluded_attributes: Option<Vec<String>>,
}
