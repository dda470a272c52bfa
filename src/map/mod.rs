//! The map service: tiles, styles, places, statistics, live changes, OGC API, files, over the layers in memory.

pub mod basemaps;
pub mod coordinates;
mod features;
mod front;
pub mod geometry;
pub mod live;
pub mod measures;
mod ogc;
mod people_table;
pub mod places;
mod reads;
mod report;
mod routes;
mod saved;
mod server;
pub mod statistics;
pub mod styles;
pub mod tiles;
pub mod transfer;

pub use front::Front;
pub use people_table::PeopleTable;
pub use routes::{place_routes, routes, tile_route};
pub use server::{Declared, Map};
