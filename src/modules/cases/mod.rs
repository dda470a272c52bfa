//! 协同治理: cases from every channel, on the map.
//!
//! In the hands of the command centre. Categories follow GB/T 30428.2; the steps of a case's life come with the flow.

mod api;
mod codes;
mod model;
mod rules;
mod sections;

use self::model::WRITE_CASES;
use super::{Module, Object, directory::CATEGORIES};
use crate::{
    layers::{CountedBy, Far, Geometry, LayerDef, Table, TableKind, column, shown},
    spatial::column::ColumnKind::{Int, Text, Time},
};

/// The states in which a case can stand.
pub const STATUSES: &[&str] =
    &["reported", "accepted", "filed", "dispatched", "handling", "handled", "closed", "rejected", "suspended"];
const CHANNELS: &[&str] = &["grid_worker", "resident", "hotline", "sensor", "system", "leader"];

const CASE: Table = Table {
    name: "case_record",
    columns: &[
        column("number", &["案件编号"], TableKind::Text(40)).required(),
        column("category", &["案件类别"], TableKind::CodeTable(&CATEGORIES)).required(),
        column("title", &["标题", "问题描述"], TableKind::Text(200)),
        column("channel", &["来源"], TableKind::Code(CHANNELS)),
        column("severity", &["紧急程度"], TableKind::Int(1, 4)),
        column("status", &["状态"], TableKind::Code(STATUSES)),
        column("reported_at", &["上报时间"], TableKind::Time).required(),
        column("due_at", &["办理时限"], TableKind::Time),
        column("closed_at", &["结案时间"], TableKind::Time),
        column("address", &["地址"], TableKind::Text(200)),
    ],
    rule: None,
};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        layers: const {
            &[LayerDef {
                properties: &[
                    shown("category", Text),
                    shown("status", Text),
                    shown("severity", Int),
                    shown("channel", Text),
                    shown("reported_at", Time),
                    shown("closed_at", Time),
                    shown("due_at", Time),
                ],
                counted_by: &[
                    CountedBy::Code("status", &codes::STATUSES),
                    CountedBy::Code("category", &CATEGORIES),
                    CountedBy::Month("reported_at"),
                ],
                section: Some(&sections::CASES),
                style: Some(include_str!("styles/case.json")),
                ..LayerDef::new("case", ("案件", "Cases"), (Geometry::Point, Far::Cluster), WRITE_CASES, &CASE)
            }]
        },
        permissions: &[WRITE_CASES],
        codes: const { &[&codes::MAJOR_CATEGORIES, &codes::DEPARTMENTS, &codes::STATUSES, &codes::CHANNELS] },
        objects: const { &[Object::new("case", ("案件", "Case")).on_layer("case")] },
        routes: |server, _| api::routes(server),
        ..Module::new("cases", ("协同治理", "Cases"))
    }
}
