//! The map service: tiles, styles, places, statistics, live changes, OGC API, files, over the layers in memory.

pub mod basemaps;
pub mod coordinates;
mod credits;
mod fast_path;
mod features;
pub mod geometry;
pub mod live;
pub mod measures;
mod ogc;
mod people_table;
pub mod permissions;
pub mod places;
mod reads;
mod report;
mod routes;
pub mod search;
mod server;
pub mod statistics;
pub mod styles;
pub mod tiles;
pub mod transfer;

pub use credits::Credits;
pub use fast_path::TileFastPath;
pub use people_table::PeopleTable;
pub use routes::{routes, tile_route};
pub use server::{Map, Server};
