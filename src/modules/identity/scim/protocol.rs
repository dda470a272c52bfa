//! The protocol's own constants.

/// What bodies are, both ways.
pub(super) const MEDIA_TYPE: &str = "application/scim+json";
/// Bodies are at most this long.
pub(super) const MAX_BODY: usize = 1 << 20;
/// As many codes of agencies are suggested in `/Schemas`.
pub(super) const DEPARTMENT_SUGGESTIONS: i64 = 500;
/// By which a token may synchronise.
pub(in crate::modules::identity) const PERMISSION: &str = "identity.sync";
/// Below which everything lies.
pub(super) const ROOT: &str = "/scim/v2";
