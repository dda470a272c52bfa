//! 辖区档案: the archives of people, buildings, organisations, components and roads.
//!
//! In the hands of grid workers and community staff. Items follow GB/T 31000, components GB/T 30428.2.

mod api;
mod codes;
mod model;
mod people;
mod store;

pub use self::model::READ_PEOPLE;
use self::model::WRITE_ARCHIVES;
use super::{Module, Object, Page};
use crate::{
    kernel::{
        ids::CitizenId,
        permission::{SEE_SENSITIVE, SEE_SPECIAL},
    },
    layers::{
        Cell, CountedBy, Far, Geometry, LayerDef, READ_MAP, Rule, Table, TableKind, column, counted, near, shown,
    },
    map::permissions::{APPROVE_EXPORT, EXPORT},
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
        column("ethnic", &["民族"], TableKind::CodeTable("ethnic_groups")),
        column("relation_code", &["与户主关系"], TableKind::CodeTable("relation")),
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
        column("type_code", &["类别", "单位类型"], TableKind::CodeTable("organisation_types")),
        column("credit_code", &["统一社会信用代码"], TableKind::CreditCode),
        column("address", &["地址"], TableKind::Text(200)),
        column("employees", &["员工数"], TableKind::Int(0, 10_000_000)),
    ],
    rule: None,
};

const COMPONENT: Table = Table {
    name: "component",
    columns: &[
        column("category", &["部件类别"], TableKind::CodeTable("case_categories")).required(),
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

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        layers: const {
            &[
                LayerDef {
                    name: "building",
                    title: ("建筑", "Buildings"),
                    geometry: Geometry::Polygon,
                    far: Far::MergeSmall,
                    properties: &[
                        near("name", Text),
                        shown("use_code", Text),
                        near("floors", Int),
                        shown("height", Real),
                        counted("floor_area", Real),
                    ],
                    counted_by: &[CountedBy::Value("use_code")],
                    measure: Some("floor_area"),
                    permission: READ_MAP,
                    write: WRITE_ARCHIVES,
                    table: &BUILDING,
                },
                LayerDef {
                    name: "person",
                    title: ("人口", "People"),
                    geometry: Geometry::Point,
                    far: Far::Cluster,
                    properties: &[
                        shown("sex", Int),
                        shown("category", Text),
                        counted("birth", Date),
                        counted("service", Text),
                        counted("head", Bool),
                        counted("residence", Text),
                    ],
                    counted_by: &[
                        CountedBy::AgeSex { birth: "birth", sex: "sex" },
                        CountedBy::Value("residence"),
                        CountedBy::Value("service"),
                        CountedBy::Value("head"),
                    ],
                    measure: None,
                    permission: READ_PEOPLE,
                    write: WRITE_ARCHIVES,
                    table: &PERSON,
                },
                LayerDef {
                    name: "organisation",
                    title: ("单位", "Organisations"),
                    geometry: Geometry::Point,
                    far: Far::Cluster,
                    properties: &[shown("name", Text), shown("type_code", Text)],
                    counted_by: &[CountedBy::Value("type_code")],
                    measure: None,
                    permission: READ_MAP,
                    write: WRITE_ARCHIVES,
                    table: &ORGANISATION,
                },
                LayerDef {
                    name: "component",
                    title: ("部件", "Components"),
                    geometry: Geometry::Point,
                    far: Far::Cluster,
                    properties: &[shown("category", Text), shown("state", Text)],
                    counted_by: &[CountedBy::Value("category")],
                    measure: None,
                    permission: READ_MAP,
                    write: WRITE_ARCHIVES,
                    table: &COMPONENT,
                },
                LayerDef {
                    name: "road",
                    title: ("道路", "Roads"),
                    geometry: Geometry::Line,
                    far: Far::ByClass,
                    properties: &[shown("name", Text), shown("class", Text)],
                    counted_by: &[],
                    measure: None,
                    permission: READ_MAP,
                    write: WRITE_ARCHIVES,
                    table: &ROAD,
                },
            ]
        },
        permissions: &[READ_PEOPLE, SEE_SENSITIVE, SEE_SPECIAL, EXPORT, APPROVE_EXPORT, WRITE_ARCHIVES],
        objects: const {
            &[
                Object::new("building", ("建筑", "Building")).on_layer("building"),
                Object::new("person", ("人口", "Person")).on_layer("person").with_page("/people/{id}"),
                Object::new("organisation", ("单位", "Organisation")).on_layer("organisation"),
                Object::new("component", ("部件", "Component")).on_layer("component"),
            ]
        },
        pages: const {
            &[Page { path: "/people", title: ("人口档案", "People"), permission: Some(READ_PEOPLE), place: None }]
        },
        routes: api::routes,
        ..Module::new("directory", ("辖区档案", "Archives"))
    }
}
