//! 行政区划与网格: counties, streets, communities and service grids, their codes, names and boundaries.
//!
//! In the hands of the civil affairs office (divisions) and the governance office (grids). Codes follow GB/T 2260,
//! GB/T 10114 and the grid structure of GB/T 30428.1.

mod api;
mod model;
mod search;
mod store;

use super::{Module, Page};
use crate::{
    kernel::permission::Permission,
    layers::{Far, Geometry, LayerDef, READ_MAP, Table, TableKind, column, shown},
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

const fn layer(name: &'static str, title: (&'static str, &'static str)) -> LayerDef {
    LayerDef {
        properties: const { &[shown("name", Text), shown("made", Bool)] },
        ..LayerDef::new(name, title, (Geometry::Polygon, Far::Simplify), WRITE_REGIONS, &REGION)
    }
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        layers: const {
            &[
                layer("county", ("县（区）", "Counties")),
                layer("street", ("街道（乡镇）", "Streets and towns")),
                layer("community", ("社区（村）", "Communities")),
                layer("grid", ("网格", "Grids")),
            ]
        },
        routes: |_, _| api::routes(),
        search: Some(search::SOURCE),
        permissions: &[WRITE_REGIONS],
        pages: const { &[Page { path: "/map", title: ("地图", "Map"), permission: Some(READ_MAP), place: Some(10) }] },
        ..Module::new("regions", ("行政区划与网格", "Regions and grids"))
    }
}
