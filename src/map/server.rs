//! What the map's handlers stand on.

use std::sync::Arc;

use axum::extract::FromRef;

use super::{basemaps::BaseMaps, live::Live, people_table::PeopleTable, tiles::Tiles};
use crate::{
    kernel::{auth::Auth, db::Db, edge::Edge, http::Around, work::Work},
    layers::Memory,
};

/// What the map's handlers stand on.
pub struct Map {
    /// The layers.
    pub memory: Arc<Memory>,
    /// Tiles made from the layers.
    pub tiles: Arc<Tiles>,
    /// Changes as they happen.
    pub live: Arc<Live>,
    /// What is told of people to who may not see each one's categories.
    pub people_table: PeopleTable,
    /// Making tiles, which takes a core for milliseconds.
    pub making_tiles: Work,
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
    /// The services over layers in memory, which they follow from now on; about so many bytes of tiles are kept.
    #[must_use]
    pub fn new(
        memory: Arc<Memory>,
        tile_bytes: u64,
        db: Db,
        edge: Arc<Edge>,
        basemaps: BaseMaps,
        permissions: Vec<Declared>,
    ) -> Self {
        let (tiles, live) = (Arc::new(Tiles::new(tile_bytes)), Arc::new(Live::default()));
        memory.observe(tiles.clone());
        memory.observe(live.clone());
        Self {
            memory,
            tiles,
            live,
            people_table: PeopleTable::default(),
            making_tiles: Work::new(Self::TILES),
            auth: Auth::new(db.clone()),
            db,
            edge,
            basemaps,
            counting: Work::new(Self::COUNTS),
            listing: Work::new(Self::COUNTS),
            permissions,
        }
    }

    /// How many tiles may wait for a core; more are turned away with 503.
    const TILES: usize = 512;
    /// So many counts may be under way or wait; at some tens of milliseconds each, the last is answered in seconds.
    const COUNTS: usize = 256;

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
