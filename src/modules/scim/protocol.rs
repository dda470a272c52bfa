//! The protocol's own constants.

use crate::kernel::permission::Permission;

/// What bodies are, both ways.
pub(super) const MEDIA_TYPE: &str = "application/scim+json";
/// Bodies are at most this long.
pub(super) const MAX_BODY: usize = 1 << 20;
/// As many codes of agencies are suggested in `/Schemas`.
pub(super) const DEPARTMENT_SUGGESTIONS: i64 = 500;
/// By which a token may synchronise.
pub(super) const SYNCHRONISE: Permission =
    Permission::new("identity.sync", "组织人员同步", "Synchronise people and agencies");
/// Below which everything lies.
pub(super) const ROOT: &str = "/scim/v2";
