//! The code tables of people, buildings, organisations, components and roads.

use crate::kernel::codes::{Code, CodeTable, named, read};

const PEOPLE: &str = include_str!("../../../geodata/codes/person_categories.csv");

/// The codes of a table whose codes begin so.
fn beginning(codes: Vec<Code>, beginnings: &[&str]) -> Vec<Code> {
    codes.into_iter().filter(|code| beginnings.iter().any(|beginning| code.code.starts_with(beginning))).collect()
}

/// Categories of components and of cases (GB/T 30428.2), the minor ones: C0101.
pub static CATEGORIES: CodeTable = CodeTable::new("case_category", || {
    read(include_str!("../../../geodata/codes/case_categories.csv"), "minor_name", "", "major_name")
});

/// Types of organisations (OT01 ...).
pub(super) static ORGANISATION_TYPES: CodeTable = CodeTable::new("organisation_type", || {
    read(include_str!("../../../geodata/codes/organisation_types.csv"), "name", "english", "group")
});

/// What buildings are used for (HT01 ...).
pub(super) static BUILDING_USES: CodeTable = CodeTable::new("building_use", || {
    beginning(read(include_str!("../../../geodata/codes/house_types.csv"), "name", "english", "dimension"), &["HT"])
});

/// Categories of residence (RP01 ...).
pub(super) static RESIDENCE_CATEGORIES: CodeTable =
    CodeTable::new("person_category", || beginning(read(PEOPLE, "name", "english", "group"), &["RP"]));

/// Categories of service (SV01 ...).
pub(super) static SERVICE_CATEGORIES: CodeTable =
    CodeTable::new("service_category", || beginning(read(PEOPLE, "name", "english", "group"), &["SV"]));

/// Categories that named officers alone may see (SP01 ..., KY01 ...).
pub(super) static SPECIAL_CATEGORIES: CodeTable =
    CodeTable::new("special_category", || beginning(read(PEOPLE, "name", "english", "group"), &["SP", "KY"]));

/// Ethnic groups (GB/T 3304).
pub(super) static ETHNIC_GROUPS: CodeTable = CodeTable::new("ethnic_group", || {
    read(include_str!("../../../geodata/codes/ethnic_groups.csv"), "name", "roman_name", "")
});

/// Relations to the head of a household (GB/T 4761).
pub(super) static RELATIONS: CodeTable =
    CodeTable::new("relation", || read(include_str!("../../../geodata/codes/relation.csv"), "name", "english", ""));

/// The sexes of GB/T 2261.1.
pub(super) static SEXES: CodeTable = CodeTable::new("sex", || {
    named(&[["0", "未知", "Unknown"], ["1", "男", "Male"], ["2", "女", "Female"], ["9", "未说明", "Not stated"]])
});

/// What state a component is in.
pub(super) static COMPONENT_STATES: CodeTable = CodeTable::new("component_state", || {
    named(&[
        ["intact", "完好", "Intact"],
        ["damaged", "破损", "Damaged"],
        ["lost", "缺失", "Lost"],
        ["removed", "已拆除", "Removed"],
    ])
});

/// Classes of roads, the greatest first.
pub(super) static ROAD_CLASSES: CodeTable = CodeTable::new("road_class", || {
    named(&[
        ["motorway", "高速公路", "Motorway"],
        ["trunk", "快速路", "Trunk road"],
        ["primary", "主干路", "Primary road"],
        ["secondary", "次干路", "Secondary road"],
        ["tertiary", "支路", "Tertiary road"],
        ["residential", "街坊路", "Residential street"],
        ["track", "乡村路", "Country road"],
    ])
});
