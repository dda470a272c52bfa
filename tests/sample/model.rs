//! Wells in the field's terms.

use chrono::{DateTime, Utc};
use gridhall::{
    kernel::{
        codes::{CodeTable, named},
        permission::Permission,
    },
    layers::{Amount, ByCode, Section, Total, by_code},
    spatial::count::Tallies,
};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

/// Sees wells.
pub(crate) const READ_WELLS: Permission = Permission::new("well.read", "查看水井", "See wells");
/// Changes wells.
pub(crate) const WRITE_WELLS: Permission = Permission::new("well.write", "修改水井", "Change wells");

/// What the states of wells are called.
pub(super) static STATES: CodeTable = CodeTable::new("well_state", || {
    named(&[["open", "使用中", "In use"], ["dry", "干涸", "Dry"], ["sealed", "封填", "Sealed"]])
});

/// A well.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct Well {
    id: i64,
    region: i64,
    name: String,
    state: String,
    depth: Option<f32>,
    inspected_at: Option<DateTime<Utc>>,
}

/// What a well was for a while.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct WellVersion {
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    changed_by: String,
    why: String,
    state: String,
    inspected_at: Option<DateTime<Utc>>,
}

/// Wells by state.
#[derive(Debug, Serialize, ToSchema)]
struct WellStatistics {
    /// All.
    total: u64,
    /// By state.
    states: Vec<ByCode>,
}

impl From<&Tallies> for WellStatistics {
    fn from(tallies: &Tallies) -> Self {
        Self { total: tallies.total, states: by_code(tallies, 0) }
    }
}

/// What an area's statistics say of wells.
pub(super) const WELLS: Section = Section {
    totals: &[Total { name: "wells", title: ("水井", "Wells"), of: |tallies| Amount::Count(tallies.total) }],
    ..Section::of::<WellStatistics>("wells", "Wells.")
};
