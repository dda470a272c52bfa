//! 协同治理: cases from every channel, on the map.
//!
//! Categories follow GB/T 30428.2. A case goes through the process of `flow/case.json`: every step is taken in `work`, by whoever
//! may take it and within its limit.

mod api;
mod codes;
mod forms;
mod lifecycle;
mod model;
mod notices;
mod records;
mod rules;
mod search;
mod sections;
mod simulation;
mod statistics;
mod store;
mod timers;
mod work;

use self::model::{
    ACCEPT_CASES, CHECK_CASES, CLOSE_CASES, DISPATCH_CASES, FILE_CASES, HANDLE_CASES, READ_CASES, REPORT_CASES,
    SUPERVISE_CASES, WRITE_CASES,
};
use super::{Figure, FigureKind, Group, Module, Object, Page, Term, directory::CATEGORIES};
use crate::{
    kernel::{permission::Permission, text::Title},
    layers::{CountedBy, Far, Geometry, LayerDef, LayerGroup, PartDef, Table, TableKind, column, shown},
    spatial::{
        column::ColumnKind::{Int, Text, Time},
        tile::PartTest,
    },
};

/// The states in which a case can stand.
pub const STATUSES: &[&str] = &[
    "reported",
    "verifying",
    "to_file",
    "to_dispatch",
    "disposing",
    "to_check",
    "to_close",
    "closed",
    "voided",
    "refused",
    "hung",
    "merged",
];
const CHANNELS: &[&str] = &["grid_worker", "resident", "telephone", "hotline", "sensor", "system", "leader"];

pub use self::{
    simulation::{Painter, go_on_with, go_on_with_one, illustrate, report_like_one},
    timers::{adopt_open, fire_timers, next_timer},
};

/// Who works on cases holds one of these.
pub const WORK: &[Permission] =
    &[READ_CASES, ACCEPT_CASES, CHECK_CASES, FILE_CASES, DISPATCH_CASES, HANDLE_CASES, CLOSE_CASES, SUPERVISE_CASES];

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

/// What the map shows of cases: of a year's, hardly any are open.
const PARTS: &[PartDef] = &[
    PartDef { name: "open", title: ("在办", "Open"), tests: &[("status", PartTest::NoneOf(model::ENDED))] },
    PartDef {
        name: "urgent",
        title: ("紧急在办", "Open and urgent"),
        tests: &[("status", PartTest::NoneOf(model::ENDED)), ("severity", PartTest::AtLeast(3))],
    },
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
                parts: PARTS,
                ..LayerDef::new("case", ("事件", "Cases"), (Geometry::Point, Far::Cluster), WRITE_CASES, &CASE)
            }]
        },
        permissions: &[
            READ_CASES,
            WRITE_CASES,
            REPORT_CASES,
            ACCEPT_CASES,
            CHECK_CASES,
            FILE_CASES,
            DISPATCH_CASES,
            HANDLE_CASES,
            CLOSE_CASES,
            SUPERVISE_CASES,
        ],
        codes: const {
            &[
                &codes::MAJOR_CATEGORIES,
                &codes::DEPARTMENTS,
                &codes::STATUSES,
                &codes::URGENCIES,
                &codes::CHANNELS,
                &codes::LEVELS,
                &codes::DEMANDS,
                &codes::REASONS,
            ]
        },
        figures: FIGURES,
        objects: const { &[Object::new("case", ("事件", "Case")).on_layer("case").with_page("/cases/{id}")] },
        pages: const {
            &[
                Page::new("/cases", ("事件", "Cases")).needs(&[READ_CASES, HANDLE_CASES]).in_group(Group::Cases, 10),
                Page::new("/cases/statistics", ("办件统计", "Case statistics"))
                    .needs(&[READ_CASES])
                    .in_group(Group::Cases, 20),
            ]
        },
        lists: const { &[&store::CASES] },
        messages: const {
            &[notices::GIVEN, notices::ORDERED, notices::DECIDED, notices::MENTIONED, notices::SOON, notices::LATE]
        },
        jobs: const { &[timers::TIMERS, timers::ADOPTION] },
        search: Some(search::SOURCE),
        routes: |server, _| api::routes(server),
        ..Module::new("cases", ("协同治理", "Cases"))
    }
}
