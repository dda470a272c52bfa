//! What the map's handlers stand on.

use std::sync::Arc;

use axum::extract::FromRef;

use super::{
    basemaps::BaseMaps, credits::Credits, live::Live, people_table::PeopleTable, styles::documents::Styles,
    tiles::Tiles,
};
use crate::{
    kernel::{app::App, auth::Auth, work::Work},
    layers::Memory,
};

/// What the map's handlers stand on.
pub struct Map {
    /// The application.
    pub app: App,
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
    /// What may lie below the city in place of its own ground.
    pub basemaps: BaseMaps,
    /// Who answers for the map.
    pub credits: Credits,
    /// The map's styles, with what the layers bring to them.
    pub styles: Styles,
    /// Counting, which takes a core for milliseconds.
    pub counting: Work,
    /// Search and lists, which never wait behind counting.
    pub listing: Work,
}

impl Map {
    /// The services over layers in memory, which they follow from now on; about so many bytes of tiles are kept.
    #[must_use]
    pub fn new(app: App, memory: Arc<Memory>, tile_bytes: u64, basemaps: BaseMaps) -> Self {
        let parts = memory.layers().iter().map(|held| u8::try_from(held.drawing.parts.len()).unwrap_or(u8::MAX));
        let (tiles, live) = (Arc::new(Tiles::new(tile_bytes, parts.collect())), Arc::new(Live::default()));
        memory.observe(tiles.clone());
        memory.observe(live.clone());
        let styles = Styles::new(memory.layers().iter().map(|held| held.def));
        Self {
            app,
            memory,
            tiles,
            live,
            people_table: PeopleTable::default(),
            making_tiles: Work::new(Self::TILES),
            basemaps,
            credits: Credits::default(),
            styles,
            counting: Work::new(Self::COUNTS),
            listing: Work::new(Self::COUNTS),
        }
    }

    /// The same, with who answers for the map.
    #[must_use]
    pub fn with_credits(mut self, credits: Credits) -> Self {
        let said = |text: Option<String>| text.filter(|text| !crate::kernel::text::is_blank(text));
        self.credits = Credits { approval: said(credits.approval), author: said(credits.author) };
        self
    }

    /// How many tiles may wait for a core; more are turned away with 503.
    const TILES: usize = 512;
    /// So many counts may be under way or wait; at some tens of milliseconds each, the last is answered in seconds.
    const COUNTS: usize = 256;
}

/// What the routes of every module are given: the application, and the map where layers are read.
#[derive(Clone)]
pub struct Server {
    /// The application.
    pub app: App,
    /// The map.
    pub map: Arc<Map>,
}

impl Server {
    /// A server over a map and the application that it stands on.
    #[must_use]
    pub fn new(map: Arc<Map>) -> Self {
        Self { app: map.app.clone(), map }
    }
}

impl FromRef<Server> for App {
    fn from_ref(server: &Server) -> Self {
        server.app.clone()
    }
}

impl FromRef<Server> for Arc<Map> {
    fn from_ref(server: &Server) -> Self {
        server.map.clone()
    }
}

impl FromRef<Server> for Auth {
    fn from_ref(server: &Server) -> Self {
        server.app.auth.clone()
    }
}

impl FromRef<Arc<Map>> for Auth {
    fn from_ref(map: &Arc<Map>) -> Self {
        map.app.auth.clone()
    }
}
