//! The layers of the archives, and the tables that import fills.

use super::{
    codes,
    model::{READ_PEOPLE, WRITE_ARCHIVES},
    sections,
};
use crate::{
    kernel::ids::CitizenId,
    layers::{
        Cell, CountedBy, Far, Geometry, LayerDef, LayerGroup, Rule, Table, TableKind, column, counted, near, shown,
    },
    spatial::column::ColumnKind::{Bool, Date, Int, Real, Text},
};

const USES: &[&str] = &["HT01", "HT02", "HT03", "HT04", "HT05", "HT06", "HT07", "HT09"];
const ROAD_CLASSES: &[&str] = &["motorway", "trunk", "primary", "secondary", "tertiary", "residential", "track"];
/// Only what a community may know of anyone: sensitivity levels L2 and L3.
const RESIDENCE: &[&str] = &["RP01", "RP02", "RP03", "RP04", "RP05", "RP06", "RP07", "RP08"];
const SERVICES: &[&str] =
    &["SV01", "SV02", "SV03", "SV04", "SV05", "SV06", "SV07", "SV08", "SV09", "SV10", "SV11", "SV14", "SV15", "SV16"];

const BUILDING: Table = Table {
    name: "building",
    columns: &[
        column("name", &["名称", "楼栋名称"], TableKind::Text(100)),
        column("address", &["地址", "房屋地址"], TableKind::Text(200)),
        column("use_code", &["建筑用途"], TableKind::Code(USES)),
        column("floors", &["层数"], TableKind::Int(0, 200)),
        column("height", &["高度"], TableKind::Real(0.0, 1000.0)),
        column("floor_area", &["建筑面积"], TableKind::Real(0.0, 1e7)),
        column("built", &["建成年份"], TableKind::Int(1000, 2999)),
    ],
    rule: None,
};

/// An identity number tells the day of birth and the sex.
const IDENTITY: Rule = Rule {
    from: "citizen_id",
    fills: &["sex", "birth"],
    tell: |number| match CitizenId::parse(number) {
        Ok(id) => vec![Cell::Int(if id.is_male() { 1 } else { 2 }), Cell::Date(id.birth())],
        Err(_) => Vec::new(),
    },
};

const PERSON: Table = Table {
    name: "person",
    columns: &[
        column("name", &["姓名"], TableKind::Text(100)).required(),
        column("sex", &["性别"], TableKind::Sex),
        column("birth", &["出生日期"], TableKind::Date).required().sensitive(),
        column("citizen_id", &["公民身份号码", "证件号码", "身份证号"], TableKind::CitizenId).sensitive(),
        column("ethnic", &["民族"], TableKind::CodeTable(&codes::ETHNIC_GROUPS)),
        column("relation_code", &["与户主关系"], TableKind::CodeTable(&codes::RELATIONS)),
        column("category", &["人员类别"], TableKind::Code(RESIDENCE)),
        column("service", &["服务对象"], TableKind::Code(SERVICES)).sensitive(),
        column("phone", &["联系方式", "电话"], TableKind::Text(30)).sensitive(),
    ],
    rule: Some(IDENTITY),
};

const ORGANISATION: Table = Table {
    name: "organisation",
    columns: &[
        column("name", &["名称", "单位名称"], TableKind::Text(200)).required(),
        column("type_code", &["类别", "单位类型"], TableKind::CodeTable(&codes::ORGANISATION_TYPES)),
        column("credit_code", &["统一社会信用代码"], TableKind::CreditCode),
        column("address", &["地址"], TableKind::Text(200)),
        column("employees", &["员工数"], TableKind::Int(0, 10_000_000)),
    ],
    rule: None,
};

const COMPONENT: Table = Table {
    name: "component",
    columns: &[
        column("category", &["部件类别"], TableKind::CodeTable(&codes::CATEGORIES)).required(),
        column("name", &["名称"], TableKind::Text(100)),
        column("state", &["状态"], TableKind::Code(&["intact", "damaged", "lost", "removed"])),
    ],
    rule: None,
};

const ROAD: Table = Table {
    name: "road",
    columns: &[
        column("name", &["路名", "名称"], TableKind::Text(100)),
        column("class", &["等级"], TableKind::Code(ROAD_CLASSES)),
    ],
    rule: None,
};

/// The layers of the archives.
pub(super) const LAYERS: &[LayerDef] = &[
    LayerDef {
        properties: &[
            near("name", Text).titled("名称", "Name"),
            shown("use_code", Text).titled("用途", "Use").of(&codes::BUILDING_USES),
            near("floors", Int).titled("层数", "Floors"),
            shown("height", Real).titled("高度（米）", "Height (m)"),
            counted("floor_area", Real),
        ],
        counted_by: &[CountedBy::Code("use_code", &codes::BUILDING_USES)],
        measure: Some("floor_area"),
        encloses: true,
        section: Some(&sections::BUILDINGS),
        style: Some(include_str!("styles/building.json")),
        stacked: (LayerGroup::Ground, 1),
        colour: "building",
        ..LayerDef::new(
            "building",
            ("建筑", "Buildings"),
            (Geometry::Polygon, Far::MergeSmall),
            WRITE_ARCHIVES,
            &BUILDING,
        )
    },
    LayerDef {
        properties: &[
            shown("sex", Int).titled("性别", "Sex").of(&codes::SEXES),
            shown("category", Text).titled("类别", "Category").of(&codes::RESIDENCE_CATEGORIES),
            counted("birth", Date),
            counted("service", Text),
            counted("head", Bool),
            counted("residence", Text),
        ],
        counted_by: &[
            CountedBy::AgeSex { birth: "birth", sex: "sex" },
            CountedBy::Code("residence", &codes::RESIDENCE_CATEGORIES),
            CountedBy::Code("service", &codes::SERVICE_CATEGORIES),
            CountedBy::Value("head"),
        ],
        residents: true,
        style: Some(include_str!("styles/person.json")),
        stacked: (LayerGroup::Society, 2),
        colour: "person",
        shown_at_first: false,
        permission: READ_PEOPLE,
        ..LayerDef::new("person", ("人口", "People"), (Geometry::Point, Far::Cluster), WRITE_ARCHIVES, &PERSON)
    },
    LayerDef {
        properties: &[
            shown("name", Text).titled("名称", "Name"),
            shown("type_code", Text).titled("类别", "Type").of(&codes::ORGANISATION_TYPES),
        ],
        counted_by: &[CountedBy::Code("type_code", &codes::ORGANISATION_TYPES)],
        section: Some(&sections::ORGANISATIONS),
        style: Some(include_str!("styles/organisation.json")),
        stacked: (LayerGroup::Society, 1),
        colour: "organisation",
        shown_at_first: false,
        ..LayerDef::new(
            "organisation",
            ("单位", "Organisations"),
            (Geometry::Point, Far::Cluster),
            WRITE_ARCHIVES,
            &ORGANISATION,
        )
    },
    LayerDef {
        properties: &[
            shown("category", Text).titled("类别", "Category").of(&codes::CATEGORIES),
            shown("state", Text).titled("状态", "State").of(&codes::COMPONENT_STATES),
        ],
        counted_by: &[CountedBy::Code("category", &codes::CATEGORIES)],
        section: Some(&sections::COMPONENTS),
        style: Some(include_str!("styles/component.json")),
        stacked: (LayerGroup::Affairs, 2),
        colour: "component",
        shown_at_first: false,
        ..LayerDef::new(
            "component",
            ("部件", "Components"),
            (Geometry::Point, Far::Cluster),
            WRITE_ARCHIVES,
            &COMPONENT,
        )
    },
    LayerDef {
        properties: &[
            shown("name", Text).titled("名称", "Name"),
            shown("class", Text).titled("等级", "Class").of(&codes::ROAD_CLASSES),
        ],
        style: Some(include_str!("styles/road.json")),
        stacked: (LayerGroup::Ground, 2),
        colour: "road",
        ..LayerDef::new("road", ("道路", "Roads"), (Geometry::Line, Far::ByClass), WRITE_ARCHIVES, &ROAD)
    },
];
