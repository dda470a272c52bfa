//! Base maps by configuration, in place of the city's own ground.

pub(super) mod api;
mod config;

pub use config::{BaseMaps, Mistake};
