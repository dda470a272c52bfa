//! 水井: a module that the product doesn't have, of everything that a module may have. The tests add it to the server's list, so
//! that what holds of every module is tried on one more, and so that it stays this short.

mod api;
mod model;
mod store;

use gridhall::{
    kernel::{
        jobs::JobKind,
        messages::{self, MessageKind, NewMessage, accounts_that_may},
    },
    layers::{CountedBy, Far, Geometry, LayerDef, Table, TableKind, column, shown},
    map::search::{SearchKind, SearchSource},
    modules::{Figure, Group, Module, Object, Page, Term},
    spatial::column::ColumnKind::Text,
};

use self::model::{READ_WELLS, STATES, WRITE_WELLS};

/// Its migration: the tables, as the owner makes them.
pub(crate) const MIGRATION: &str = include_str!("migration.sql");

const WELL: Table = Table {
    name: "well",
    columns: &[
        column("name", &["名称"], TableKind::Text(100)).required(),
        column("state", &["状态"], TableKind::CodeTable(&STATES)),
        column("depth", &["深度"], TableKind::Real(0.0, 5_000.0)),
    ],
    rule: None,
};

/// A well is looked after; who looks after wells is told.
const INSPECT: JobKind = JobKind::new("sample.inspect", ("巡检水井", "Inspect a well"), |app, job| {
    Box::pin(async move {
        let id = job.payload["well"].as_i64().unwrap_or_default();
        let mut tx = app.db.begin(&job.asker(&app).await?).await?;
        tx.because("巡检").await?;
        let Some((name, region)) = store::inspect(&mut tx, id, app.clock.now()).await? else { return Ok(()) };
        let to = accounts_that_may(&mut tx, WRITE_WELLS, region).await?;
        let detail = serde_json::json!({"name": name});
        let message = NewMessage { object: format!("well {id}"), detail, ..NewMessage::default() };
        messages::tell(&mut tx, &to, &INSPECTED, &message).await?;
        Ok(tx.commit().await?)
    })
});

const INSPECTED: MessageKind =
    MessageKind::new("sample.inspected", ("水井巡检", "Inspection"), ("{name}已巡检。", "{name} was inspected."))
        .with_page("/wells");

/// The module.
pub(crate) fn module() -> Module {
    Module {
        permissions: &[READ_WELLS, WRITE_WELLS],
        codes: const { &[&STATES] },
        layers: const {
            &[LayerDef {
                properties: const {
                    &[
                        shown("name", Text).titled("名称", "Name"),
                        shown("state", Text).titled("状态", "State").of(&STATES),
                    ]
                },
                counted_by: const { &[CountedBy::Code("state", &STATES)] },
                section: Some(&model::WELLS),
                ..LayerDef::new("well", ("水井", "Wells"), (Geometry::Point, Far::Cluster), WRITE_WELLS, &WELL)
            }]
        },
        objects: const {
            &[
                Object::new("well", ("水井", "Well")).on_layer("well").with_page("/wells/{id}"),
                Object::new("inspection", ("巡检", "Inspection")),
            ]
        },
        pages: const { &[Page::new("/wells", ("水井", "Wells")).needs(&[READ_WELLS]).in_group(Group::Archive, 70)] },
        figures: const { &[Figure::count("wells", ("水井", "Wells"), ("口", "wells"), "sea", Term::measure("wells"))] },
        search: Some(SearchSource {
            kinds: const { &[SearchKind { permission: Some(READ_WELLS), ..SearchKind::new("well", ("水井", "Well")) }] },
            in_memory: |_, _, _| Vec::new(),
            find: |_, tx, sought, _| Box::pin(store::find(tx, sought)),
        }),
        lists: const { &[&store::WELLS] },
        jobs: const { &[INSPECT] },
        messages: const { &[INSPECTED] },
        routes: |_, _| api::routes(),
        ..Module::new("sample", ("水井", "Wells"))
    }
}
