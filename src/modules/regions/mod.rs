//! 行政区划与网格: counties, streets, communities and service grids, their codes, names and boundaries.
//!
//! In the hands of the civil affairs office (divisions) and the governance office (grids). Codes follow GB/T 2260,
//! GB/T 10114 and the grid structure of GB/T 30428.1.

mod api;
mod model;
mod search;
mod store;

use super::{Group, Module, Page};
use crate::{
    kernel::{
        codes::{CodeTable, named},
        permission::Permission,
    },
    layers::{Far, Geometry, LayerDef, LayerGroup, READ_MAP, Table, TableKind, column, shown},
    spatial::column::ColumnKind::{Bool, Text},
};

const WRITE_REGIONS: Permission =
    Permission::new("region.write", "导入与修改区划网格", "Import and change regions and grids");

const REGION: Table = Table {
    name: "region",
    columns: &[
        column("code", &["代码", "区划代码", "网格编码"], TableKind::Text(15)).required(),
        column("name", &["名称"], TableKind::Text(100)).required(),
    ],
    rule: None,
};

/// Where a region's boundary comes from.
static BOUNDARY_SOURCES: CodeTable = CodeTable::new("boundary_source", || {
    named(&[["true", "程序生成，非测绘成果", "Generated, no survey"], ["false", "外部数据", "From its source"]])
});

const fn layer(name: &'static str, title: (&'static str, &'static str), place: u8) -> LayerDef {
    LayerDef {
        properties: const {
            &[
                shown("name", Text).titled("名称", "Name"),
                shown("made", Bool).titled("边界来源", "Boundary").of(&BOUNDARY_SOURCES),
            ]
        },
        stacked: (LayerGroup::Divisions, place),
        colour: name,
        ..LayerDef::new(name, title, (Geometry::Polygon, Far::Simplify), WRITE_REGIONS, &REGION)
    }
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        layers: const {
            &[
                layer("county", ("县（区）", "Counties"), 1),
                layer("street", ("街道（乡镇）", "Streets and towns"), 2),
                layer("community", ("社区（村）", "Communities"), 3),
                layer("grid", ("网格", "Grids"), 4),
            ]
        },
        routes: |_, _| api::routes(),
        search: Some(search::SOURCE),
        permissions: &[WRITE_REGIONS],
        codes: const { &[&BOUNDARY_SOURCES] },
        pages: const { &[Page::new("/map", ("地图", "Map")).needs(&[READ_MAP]).in_group(Group::Map, 10)] },
        ..Module::new("regions", ("行政区划与网格", "Regions and grids"))
    }
}
