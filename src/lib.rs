//! Gridhall: the grid-management server of a city.
//!
//! One program in front of PostgreSQL with PostGIS. ARCHITECTURE.md tells the floors; a test keeps them.

pub mod app;
mod bench;
pub mod cli;
pub mod demo;
pub mod flow;
pub mod kernel;
pub mod layers;
mod manifest;
pub mod map;
mod metrics;
pub mod modules;
pub mod openapi;
pub mod records;

pub use gridhall_spatial as spatial;
