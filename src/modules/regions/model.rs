//! Versions of regions.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// What a region was for a while.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegionVersion {
    /// Its name.
    pub(super) name: String,
    /// From this day on.
    pub(super) valid_from: NaiveDate,
    /// Until this day, which is the next version's; nothing for the one that holds.
    pub(super) valid_to: Option<NaiveDate>,
    /// Square metres on the ellipsoid.
    pub(super) area_m2: f64,
    /// Whether the boundary was made, not surveyed.
    pub(super) made: bool,
    /// Where it is from.
    pub(super) source: String,
    /// Who brought it in; empty for what was there before that was kept.
    pub(super) made_by: String,
    /// Who ended it.
    pub(super) ended_by: Option<String>,
    /// Why it was brought in.
    pub(super) why: String,
}

/// A region's boundary on a day.
#[derive(Debug, Serialize)]
pub(super) struct RegionBoundary {
    /// Its name then.
    pub(super) name: String,
    /// From which day that version held.
    pub(super) valid_from: NaiveDate,
    /// The boundary, as `GeoJSON` has it.
    pub(super) geometry: Box<RawValue>,
}
