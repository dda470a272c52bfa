//! What a reader keeps.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a reader has kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Saved)]
pub(super) struct SavedList {
    /// By name.
    pub items: Vec<SavedView>,
}

/// An area or a view.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedView {
    /// Its id.
    pub id: i64,
    /// area, view or list.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What the map needs to show it again.
    pub body: serde_json::Value,
    /// When it was kept.
    pub created_at: DateTime<Utc>,
}

/// An area or a view to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedDraft {
    /// area, view or list.
    pub kind: String,
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What the map needs to show it again.
    pub body: serde_json::Value,
}
