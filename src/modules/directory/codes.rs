//! The code tables of people, buildings, organisations, components and roads.

use std::sync::LazyLock;

use crate::kernel::codes::{Code, CodeTable, Codes, read};

const PEOPLE: &str = include_str!("../../../geodata/codes/person_categories.csv");

/// The codes of a table whose codes begin so.
fn beginning(codes: Vec<Code>, beginnings: &[&str]) -> Vec<Code> {
    codes.into_iter().filter(|code| beginnings.iter().any(|beginning| code.code.starts_with(beginning))).collect()
}

/// Categories of components and of cases (GB/T 30428.2), the minor ones: C0101.
pub const CATEGORIES: CodeTable = CodeTable {
    name: "case_category",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            let csv = include_str!("../../../geodata/codes/case_categories.csv");
            Codes::new("case_category", read(csv, "minor_name", "", "major_name"))
        });
        &CODES
    },
};

/// Types of organisations (OT01 ...).
pub(super) const ORGANISATION_TYPES: CodeTable = CodeTable {
    name: "organisation_type",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            let csv = include_str!("../../../geodata/codes/organisation_types.csv");
            Codes::new("organisation_type", read(csv, "name", "english", "group"))
        });
        &CODES
    },
};

/// What buildings are used for (HT01 ...).
pub(super) const BUILDING_USES: CodeTable = CodeTable {
    name: "building_use",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            let csv = include_str!("../../../geodata/codes/house_types.csv");
            Codes::new("building_use", beginning(read(csv, "name", "english", "dimension"), &["HT"]))
        });
        &CODES
    },
};

/// Categories of residence (RP01 ...).
pub(super) const RESIDENCE_CATEGORIES: CodeTable = CodeTable {
    name: "person_category",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            Codes::new("person_category", beginning(read(PEOPLE, "name", "english", "group"), &["RP"]))
        });
        &CODES
    },
};

/// Categories of service (SV01 ...).
pub(super) const SERVICE_CATEGORIES: CodeTable = CodeTable {
    name: "service_category",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            Codes::new("service_category", beginning(read(PEOPLE, "name", "english", "group"), &["SV"]))
        });
        &CODES
    },
};

/// Categories that named officers alone may see (SP01 ..., KY01 ...).
pub(super) const SPECIAL_CATEGORIES: CodeTable = CodeTable {
    name: "special_category",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            Codes::new("special_category", beginning(read(PEOPLE, "name", "english", "group"), &["SP", "KY"]))
        });
        &CODES
    },
};

/// Ethnic groups (GB/T 3304).
pub(super) const ETHNIC_GROUPS: CodeTable = CodeTable {
    name: "ethnic_group",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            let csv = include_str!("../../../geodata/codes/ethnic_groups.csv");
            Codes::new("ethnic_group", read(csv, "name", "roman_name", ""))
        });
        &CODES
    },
};

/// Relations to the head of a household (GB/T 4761).
pub(super) const RELATIONS: CodeTable = CodeTable {
    name: "relation",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            let csv = include_str!("../../../geodata/codes/relation.csv");
            Codes::new("relation", read(csv, "name", "english", ""))
        });
        &CODES
    },
};

/// What state a component is in.
pub(super) const COMPONENT_STATES: CodeTable = CodeTable {
    name: "component_state",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| Codes::named("component_state", STATES));
        &CODES
    },
};

const STATES: &[[&str; 3]] = &[
    ["intact", "完好", "Intact"],
    ["damaged", "破损", "Damaged"],
    ["lost", "缺失", "Lost"],
    ["removed", "已拆除", "Removed"],
];

/// Classes of roads, the greatest first.
pub(super) const ROAD_CLASSES: CodeTable = CodeTable {
    name: "road_class",
    codes: || {
        static CODES: LazyLock<Codes> = LazyLock::new(|| Codes::named("road_class", ROADS));
        &CODES
    },
};

const ROADS: &[[&str; 3]] = &[
    ["motorway", "高速公路", "Motorway"],
    ["trunk", "快速路", "Trunk road"],
    ["primary", "主干路", "Primary road"],
    ["secondary", "次干路", "Secondary road"],
    ["tertiary", "支路", "Tertiary road"],
    ["residential", "街坊路", "Residential street"],
    ["track", "乡村路", "Country road"],
];
