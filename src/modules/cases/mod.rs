//! 协同治理: cases from every channel, on the map.
//!
//! In the hands of the command centre. Categories follow GB/T 30428.2; the steps of a case's life come with the flow.

mod api;
mod codes;
mod model;
mod records;
mod rules;
mod search;
mod sections;
mod store;

use self::model::{READ_CASES, WRITE_CASES};
use super::{Figure, FigureKind, Group, Module, Object, Page, Term, directory::CATEGORIES};
use crate::{
    kernel::text::Title,
    layers::{CountedBy, Far, Geometry, LayerDef, LayerGroup, Table, TableKind, column, shown},
    spatial::column::ColumnKind::{Int, Text, Time},
};

/// The states in which a case can stand.
pub const STATUSES: &[&str] =
    &["reported", "accepted", "filed", "dispatched", "handling", "handled", "closed", "rejected", "suspended"];
const CHANNELS: &[&str] = &["grid_worker", "resident", "hotline", "sensor", "system", "leader"];

const CASE: Table = Table {
    name: "case_record",
    columns: &[
        column("number", &["事件编号", "案件编号"], TableKind::Text(40)).required(),
        column("category", &["事件类别", "案件类别"], TableKind::CodeTable(&CATEGORIES)).required(),
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

const CASES: Title = ("件", "cases");
const REPORTED: Term = Term::cases("reported");

/// What regions may be coloured by.
const FIGURES: &[Figure] = &[
    Figure::count("reported", ("上报事件", "Cases reported"), CASES, "ember", REPORTED).of_period(),
    Figure::count(
        "perThousand",
        ("每千人事件", "Cases per 1,000 people"),
        ("件/千人", "cases/1,000 people"),
        "ember",
        REPORTED.times(1_000.0),
    )
    .over(FigureKind::Rate, Term::measure("people.total"))
    .of_people()
    .of_period(),
    Figure::count("open", ("在办事件", "Open cases"), CASES, "ember", Term::cases("open")),
    Figure::count("overdue", ("超期事件", "Overdue cases"), CASES, "ember", Term::cases("overdue")),
    Figure::count(
        "onTime",
        ("按时办结率", "Settled in time"),
        ("占比", "share"),
        "moss",
        Term::cases("on_time.numerator"),
    )
    .over(FigureKind::Share, Term::cases("on_time.denominator"))
    .of_period(),
];

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        layers: const {
            &[LayerDef {
                properties: &[
                    shown("category", Text).titled("类别", "Category").of(&CATEGORIES),
                    shown("status", Text).titled("状态", "Status").of(&codes::STATUSES),
                    shown("severity", Int).titled("紧急程度", "Urgency").of(&codes::URGENCIES),
                    shown("channel", Text).titled("来源", "Channel").of(&codes::CHANNELS),
                    shown("reported_at", Time).titled("上报时间", "Reported"),
                    shown("closed_at", Time).titled("结案时间", "Closed"),
                    shown("due_at", Time).titled("办理时限", "Due"),
                ],
                counted_by: &[
                    CountedBy::Code("status", &codes::STATUSES),
                    CountedBy::Code("category", &CATEGORIES),
                    CountedBy::Month("reported_at"),
                ],
                section: Some(&sections::CASES),
                style: Some(include_str!("styles/case.json")),
                stacked: (LayerGroup::Affairs, 1),
                colour: "case",
                ..LayerDef::new("case", ("事件", "Cases"), (Geometry::Point, Far::Cluster), WRITE_CASES, &CASE)
            }]
        },
        permissions: &[READ_CASES, WRITE_CASES],
        codes: const {
            &[&codes::MAJOR_CATEGORIES, &codes::DEPARTMENTS, &codes::STATUSES, &codes::URGENCIES, &codes::CHANNELS]
        },
        figures: FIGURES,
        objects: const { &[Object::new("case", ("事件", "Case")).on_layer("case").with_page("/cases/{id}")] },
        pages: const { &[Page::new("/cases", ("事件", "Cases")).needs(&[READ_CASES]).in_group(Group::Cases, 10)] },
        lists: const { &[&store::CASES] },
        search: Some(search::SOURCE),
        routes: |server, _| api::routes(server),
        ..Module::new("cases", ("协同治理", "Cases"))
    }
}
