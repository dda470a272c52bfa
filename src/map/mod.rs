//! The map service: layers in memory, tiles, styles, places, statistics, live changes, OGC API.

pub mod basemaps;
pub mod coordinates;
mod front;
pub mod geometry;
pub mod live;
pub mod measures;
pub mod memory;
mod ogc;
pub mod places;
pub mod registry;
mod report;
mod saved;
pub mod statistics;
pub mod styles;
pub mod tiles;
pub mod transfer;

use std::sync::Arc;

use axum::extract::FromRef;
use chrono::{DateTime, SecondsFormat};
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kernel::{
        actor::Actor, audit::AuditEntry, auth::Auth, db::Db, edge::Edge, error::Result, http::Around, work::Work,
    },
    spatial::{
        column::ColumnKind,
        feature::ValueRef,
        layer::{Layer, View},
        scope::Scope,
    },
};
use basemaps::BaseMaps;
pub use front::Front;
use memory::{Held, Memory};

/// What the map's handlers stand on.
pub struct Map {
    /// The layers.
    pub memory: Arc<Memory>,
    /// The database.
    pub db: Db,
    /// Who asks.
    pub auth: Auth,
    /// How readers reach the server.
    pub edge: Arc<Edge>,
    /// What may lie below the city in place of its own ground.
    pub basemaps: BaseMaps,
    /// Counting, which takes a core for milliseconds.
    pub counting: Work,
    /// Search and lists, which never wait behind counting.
    pub listing: Work,
    /// Every permission that a module declares.
    pub permissions: Vec<Declared>,
}

/// A permission as a module declares it: the module's title, then name, Chinese, English.
pub type Declared = ((&'static str, &'static str), (&'static str, &'static str, &'static str));

impl Map {
    /// So many counts may be under way or wait; at some tens of milliseconds each, the last is answered in seconds.
    pub const COUNTS: usize = 256;

    /// What the outer layer around its routes stands on.
    #[must_use]
    pub fn around(&self) -> Around {
        Around { db: self.db.clone(), edge: self.edge.clone(), open_to_sites: &[] }
    }
}

impl FromRef<Arc<Map>> for Auth {
    fn from_ref(map: &Arc<Map>) -> Self {
        map.auth.clone()
    }
}

/// The map's routes, but for the tiles, which have their own short way.
pub fn routes(map: Arc<Map>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(tiles::list))
        .routes(routes!(tiles::tilejson))
        .routes(routes!(styles::style))
        .routes(routes!(basemaps::base_maps))
        .routes(routes!(live::live))
        .routes(routes!(coordinates::coordinates))
        .routes(routes!(places::region))
        .routes(routes!(places::labels))
        .routes(routes!(places::city))
        .routes(routes!(measures::measures))
        .routes(routes!(statistics::area))
        .merge(saved::routes())
        .merge(report::routes())
        .merge(ogc::routes())
        .merge(transfer::routes())
        .with_state(map)
}

/// Routes that are asked for each place of a patrol: short answers, to which nothing is laid around but the outer layer.
pub fn place_routes(map: Arc<Map>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(places::locate)).routes(routes!(places::nearby)).with_state(map)
}

/// The route of the tiles: nothing is laid around it.
pub fn tile_route(map: Arc<Map>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(tiles::tile)).with_state(map)
}

/// The properties of a feature that readers see.
fn properties(held: &Held, view: &View<'_>) -> Value {
    let fields = held.drawing.columns.iter().map(|&(column, name)| {
        let value = match (view.value(column), held.def.properties[column].kind) {
            (ValueRef::Null, _) => Value::Null,
            (ValueRef::Int(days), ColumnKind::Date) => {
                DateTime::from_timestamp(days * 86_400, 0).map_or(Value::Null, |at| at.date_naive().to_string().into())
            }
            (ValueRef::Int(seconds), ColumnKind::Time) => DateTime::from_timestamp(seconds, 0)
                .map_or(Value::Null, |at| at.to_rfc3339_opts(SecondsFormat::Secs, true).into()),
            (ValueRef::Int(value), _) => value.into(),
            // As short as the single precision allows: 3.3, not 3.2999999523162842.
            (ValueRef::Real(value), _) => value.to_string().parse::<f64>().map_or(Value::Null, Value::from),
            (ValueRef::Text(value), _) => value.into(),
            (ValueRef::Bool(value), _) => value.into(),
        };
        (name.to_owned(), value)
    });
    Value::Object(fields.collect())
}

/// Has the audit keep that records of people are read from memory, before they are given. Reading goes on while the database
/// is away, so it doesn't wait for the database, only for the journal.
///
/// # Errors
/// Where that can't be kept: then nothing may be given.
async fn note_people(map: &Map, actor: &Actor, held: &Held, object: String, read: usize) -> Result<()> {
    match read_of_people(actor, object, read) {
        Some(entry) if held.def.name == "person" => map.db.note_read(actor, entry).await,
        _ => Ok(()),
    }
}

/// The audit keeps that an actor is given so many people's records, or what amounts to them: on a thread that may wait for the
/// disk.
///
/// # Errors
/// Where that can't be kept: then nothing may be given.
fn note_read(map: &Map, actor: &Actor, object: String, read: usize) -> Result<()> {
    read_of_people(actor, object, read).map_or(Ok(()), |entry| map.db.note_read_and_wait(actor, entry))
}

fn read_of_people(actor: &Actor, object: String, read: usize) -> Option<AuditEntry> {
    let detail = serde_json::json!({ "people": read });
    (read > 0).then(|| AuditEntry { action: "person.read", object, region: actor.home(), detail })
}

/// A feature's anchor as longitude and latitude.
fn place(view: &View<'_>) -> (f64, f64) {
    view.anchor().to_lonlat()
}

/// How many features of a layer a scope holds.
fn count(layer: &Layer, scope: &Scope) -> u64 {
    layer.count(scope) as u64
}
