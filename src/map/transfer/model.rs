//! Requests to export plain values.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What somebody has asked to export.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportRequest {
    /// By which it is named.
    pub(super) id: i64,
    /// The layer.
    pub(super) layer: String,
    /// The code of the region whose records it is about.
    pub(super) region: i64,
    /// The region's name.
    pub(super) region_name: String,
    /// The box that the records have to meet: west, south, east, north.
    pub(super) bbox: Option<Vec<f64>>,
    /// What the plain values are for.
    pub(super) purpose: String,
    /// How many records they were when it was asked.
    pub(super) records: i64,
    /// Who asks.
    pub(super) requested_by: String,
    /// When.
    pub(super) requested_at: DateTime<Utc>,
    /// Whether that is the one who reads this.
    pub(super) own: bool,
    /// Who decided.
    pub(super) decided_by: Option<String>,
    /// When.
    pub(super) decided_at: Option<DateTime<Utc>>,
    /// Whether it was granted.
    pub(super) granted: Option<bool>,
    /// What was said to it.
    pub(super) note: String,
    /// Until when it can be exported, once it is granted.
    pub(super) until: Option<DateTime<Utc>>,
    /// When it was exported.
    pub(super) used_at: Option<DateTime<Utc>>,
}
