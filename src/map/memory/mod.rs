//! The map in memory: every layer of `schema layer`, kept in step with the database by its change feed.

mod follow;
mod load;
mod regions;
mod rows;

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use arc_swap::ArcSwap;
use chrono::{DateTime, FixedOffset, Utc};

pub use follow::tidy;
pub use regions::{RegionInfo, RegionPath, RegionRef, RegionTree};

use super::{
    live::Live,
    registry::{LayerDef, Property},
    statistics,
    tiles::Tiles,
};
use crate::{
    kernel::db::Db,
    map::registry,
    spatial::{
        layer::{Layer, Schema},
        packed::ShapeKind,
        tile::{Drawing, Rule},
    },
};

/// A layer that is held, with what is needed to draw it.
pub struct Held {
    /// What it is.
    pub def: &'static LayerDef,
    /// How tiles draw it.
    pub drawing: Drawing,
    schema: Arc<Schema>,
    layer: RwLock<Layer>,
}

impl Held {
    fn new(def: &'static LayerDef, today: i64) -> Self {
        let schema = Arc::new(Schema {
            kind: match def.geometry {
                registry::Geometry::Point => ShapeKind::Point,
                registry::Geometry::Line => ShapeKind::Lines,
                registry::Geometry::Polygon => ShapeKind::Rings,
            },
            columns: def.properties.iter().map(|property| property.kind).collect(),
            spec: statistics::spec(def),
        });
        let columns = |give: fn(&Property) -> bool| -> Vec<(usize, &'static str)> {
            let of_those = def.properties.iter().enumerate().filter(|(_, property)| give(property));
            of_those.map(|(index, property)| (index, property.name)).collect()
        };
        let rule = match def.far {
            registry::Far::Simplify => Rule::Simplify,
            registry::Far::MergeSmall => Rule::MergeSmall,
            registry::Far::Cluster => Rule::Cluster,
            registry::Far::ByClass => {
                Rule::ByClass(def.properties.iter().position(|p| p.name == "class").unwrap_or(0), ROAD_ZOOMS)
            }
        };
        Self {
            def,
            drawing: Drawing {
                name: def.name,
                columns: columns(|property| property.shown),
                far_columns: columns(|property| property.shown && !property.near),
                rule,
            },
            layer: RwLock::new(Layer::empty(schema.clone(), today)),
            schema,
        }
    }

    /// The layer, to read from. Hold it shortly: the follower waits for it.
    pub fn read(&self) -> RwLockReadGuard<'_, Layer> {
        self.layer.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Layer> {
        self.layer.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A property's place among the columns.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.def.properties.iter().position(|property| property.name == name)
    }
}

/// From which zoom a road's class is drawn.
const ROAD_ZOOMS: &[(&str, u8)] = &[
    ("motorway", 5),
    ("trunk", 6),
    ("primary", 8),
    ("secondary", 10),
    ("tertiary", 11),
    ("residential", 13),
    ("track", 13),
];

/// All layers, the region tree, the tile cache and the live feed, kept in step.
pub struct Memory {
    layers: Vec<Held>,
    regions: ArcSwap<RegionTree>,
    /// What is told of people to who may not see each one's categories.
    pub people_table: statistics::PeopleTable,
    /// Tiles made from the layers.
    pub tiles: Tiles,
    /// Changes as they happen.
    pub live: Live,
    ready: AtomicBool,
    /// When the follower last read the feed, milliseconds since 1970.
    followed_at: AtomicI64,
    /// Changes applied since the start.
    applied: AtomicU64,
    /// The last change that was applied and told.
    position: Mutex<Position>,
}

impl Memory {
    /// Layers without features, before the first load.
    #[must_use]
    pub fn new(layers: &[&'static LayerDef], now: DateTime<Utc>, cache_bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            layers: layers.iter().map(|def| Held::new(def, today(now))).collect(),
            regions: ArcSwap::default(),
            people_table: statistics::PeopleTable::default(),
            tiles: Tiles::new(cache_bytes),
            live: Live::new(),
            ready: AtomicBool::new(false),
            followed_at: AtomicI64::new(0),
            applied: AtomicU64::new(0),
            position: Mutex::default(),
        })
    }

    /// Loads everything in one snapshot. Gives the place in the feed from which to follow.
    ///
    /// # Errors
    /// When the database is away or holds what a layer can't.
    pub async fn load(&self, db: &Db) -> Result<Position> {
        let position = load::everything(self, db).await?;
        self.has_reached(position);
        self.ready.store(true, Ordering::Release);
        Ok(position)
    }

    /// Follows the feed until the task is dropped. Waits out a database that is away.
    pub async fn follow(self: Arc<Self>, db: Db, from: Position) {
        follow::run(self, db, from).await;
    }

    /// Whether everything has been loaded once.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// How long the map has been behind the database: since the follower last read the feed, or since the first change
    /// that an open transaction keeps from being read.
    #[must_use]
    pub fn lag(&self, now: DateTime<Utc>) -> Duration {
        let past = now.timestamp_millis() - self.followed_at.load(Ordering::Relaxed);
        Duration::from_millis(u64::try_from(past).unwrap_or(0))
    }

    /// How many changes were applied since the start.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.applied.load(Ordering::Relaxed)
    }

    /// The place in the feed that the map has come to: everything before it has been applied and told.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that the map has come to a place in the feed.
    fn has_reached(&self, position: Position) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// Every layer, in the order of the modules.
    #[must_use]
    pub fn layers(&self) -> &[Held] {
        &self.layers
    }

    /// A layer by its name: its place in the list, and itself.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<(u8, &Held)> {
        let index = self.layers.iter().position(|held| held.def.name == name)?;
        Some((u8::try_from(index).ok()?, &self.layers[index]))
    }

    /// The regions with their names.
    #[must_use]
    pub fn regions(&self) -> Arc<RegionTree> {
        self.regions.load_full()
    }
}

/// The grids as the connection's transaction and scope see them: for placing what is imported.
///
/// # Errors
/// When the database is away.
pub(super) async fn grids(conn: &mut sqlx::PgConnection) -> Result<Layer> {
    load::whole(conn, &Held::new(&PLACING, today(Utc::now()))).await
}

/// The grids without their names.
static PLACING: LayerDef = LayerDef {
    name: "grid",
    title: ("网格", "Grids"),
    geometry: registry::Geometry::Polygon,
    far: registry::Far::Simplify,
    properties: &[],
    permission: "map.read",
    write: "region.write",
    table: &registry::Table { name: "region", columns: &[], rule: None },
};

/// A place in the change feed: everything before it has been applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    xid: i64,
    seq: i64,
}

impl Position {
    /// The transaction.
    #[must_use]
    pub const fn xid(self) -> i64 {
        self.xid
    }

    /// The order among its changes.
    #[must_use]
    pub const fn seq(self) -> i64 {
        self.seq
    }
}

/// The day in China, as days since 1970-01-01: ages count by it.
#[must_use]
pub fn today(now: DateTime<Utc>) -> i64 {
    let china =
        FixedOffset::east_opt(8 * 3600).map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive());
    china.signed_duration_since(chrono::NaiveDate::default()).num_days()
}
