//! What an area's statistics say of buildings, organisations and components.

use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{BUILDING_USES, ORGANISATION_TYPES};
use crate::{
    layers::{Amount, Breakdown, ByCode, Measure, Section, Total, amounts, by_code, code_of},
    spatial::count::Tallies,
};

/// Buildings and their floor area.
#[derive(Debug, Serialize, ToSchema)]
struct Buildings {
    /// All.
    total: u64,
    /// Square metres over all floors.
    floor_area_m2: f64,
    /// By use (HT01 ...).
    uses: Vec<BuildingUse>,
}

/// Buildings of one use.
#[derive(Debug, Serialize, ToSchema)]
struct BuildingUse {
    /// The use.
    code: String,
    /// How many.
    count: u64,
    /// Square metres over all floors.
    floor_area_m2: f64,
}

impl From<&Tallies> for Buildings {
    fn from(tallies: &Tallies) -> Self {
        let uses = tallies.dimensions.first().into_iter().flatten();
        let uses = uses.map(|(key, count)| BuildingUse {
            code: code_of(key),
            count: count.count,
            floor_area_m2: count.measure,
        });
        Self { total: tallies.total, floor_area_m2: floor_area(tallies), uses: uses.collect() }
    }
}

/// Square metres over all floors of all uses.
fn floor_area(tallies: &Tallies) -> f64 {
    tallies.dimensions.first().map_or(0.0, |uses| uses.values().fold(0.0, |sum, count| sum + count.measure))
}

/// Buildings: how many, how large, and what for.
pub(super) const BUILDINGS: Section = Section {
    totals: &[
        Total { name: "buildings", title: ("建筑", "Buildings"), of: |tallies| Amount::Count(tallies.total) },
        Total {
            name: "floor_area_m2",
            title: ("建筑面积（平方米）", "Floor area (m²)"),
            of: |tallies| Amount::Real(floor_area(tallies), 1),
        },
    ],
    breakdowns: &[
        Breakdown {
            title: ("建筑用途（栋）", "Buildings by use"),
            codes: Some(&BUILDING_USES),
            of: |tallies| {
                Buildings::from(tallies).uses.into_iter().map(|by| (by.code, Amount::Count(by.count))).collect()
            },
        },
        Breakdown {
            title: ("建筑用途（建筑面积，平方米）", "Floor area by use (m²)"),
            codes: Some(&BUILDING_USES),
            of: |tallies| {
                Buildings::from(tallies)
                    .uses
                    .into_iter()
                    .map(|by| (by.code, Amount::Real(by.floor_area_m2, 1)))
                    .collect()
            },
        },
    ],
    measures: &[
        Measure { name: "buildings", about: "Buildings.", sum: None },
        Measure { name: "floor_area_m2", about: "Square metres over all floors.", sum: Some("floor_area") },
    ],
    ..Section::of::<Buildings>("buildings", "Buildings, by the middle of their outline.")
};

/// Organisations by type.
#[derive(Debug, Serialize, ToSchema)]
struct Organisations {
    /// All.
    total: u64,
    /// By type (OT01 ...).
    types: Vec<ByCode>,
}

impl From<&Tallies> for Organisations {
    fn from(tallies: &Tallies) -> Self {
        Self { total: tallies.total, types: by_code(tallies, 0) }
    }
}

/// Organisations: how many, and of what type.
pub(super) const ORGANISATIONS: Section = Section {
    totals: &[Total {
        name: "organisations",
        title: ("单位", "Organisations"),
        of: |tallies| Amount::Count(tallies.total),
    }],
    breakdowns: &[Breakdown {
        title: ("单位类别", "Organisations by type"),
        codes: Some(&ORGANISATION_TYPES),
        of: |tallies| amounts(by_code(tallies, 0)),
    }],
    measures: &[Measure { name: "organisations", about: "Organisations.", sum: None }],
    ..Section::of::<Organisations>("organisations", "Organisations.")
};

/// Components of the city's equipment.
#[derive(Debug, Serialize, ToSchema)]
struct Components {
    /// How many.
    total: u64,
}

impl From<&Tallies> for Components {
    fn from(tallies: &Tallies) -> Self {
        Self { total: tallies.total }
    }
}

/// Components of the city's equipment: how many.
pub(super) const COMPONENTS: Section = Section {
    totals: &[Total {
        name: "components", title: ("部件", "Components"), of: |tallies| Amount::Count(tallies.total)
    }],
    measures: &[Measure { name: "components", about: "Components of the city's equipment.", sum: None }],
    ..Section::of::<Components>("components", "Components of the city's equipment.")
};
