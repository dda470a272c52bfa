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
        actor::Actor,
        audit::{AuditEntry, Outcome},
        auth::Auth,
        db::Db,
        edge::Edge,
        http::Around,
        work::Work,
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

/// Has the audit keep that records of people were read from memory. Reading goes on while the database is away, so it
/// doesn't wait for the writing.
fn note_people(map: &Map, actor: &Actor, held: &Held, object: String, read: usize) {
    if held.def.name == "person" {
        note_read(map, actor, object, read);
    }
}

/// The audit keeps that an actor read so many people's records, or what amounts to them.
fn note_read(map: &Map, actor: &Actor, object: String, read: usize) {
    if read > 0 {
        let detail = serde_json::json!({ "people": read });
        let entry = AuditEntry { action: "person.read", object, region: actor.home(), detail };
        map.db.note(actor, Outcome::Done, entry);
    }
}

/// A feature's anchor as longitude and latitude.
fn place(view: &View<'_>) -> (f64, f64) {
    view.anchor().to_lonlat()
}

/// How many features of a layer a scope holds.
fn count(layer: &Layer, scope: &Scope) -> u64 {
    layer.count(scope) as u64
}
