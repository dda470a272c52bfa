//! Vector tiles: made from memory, kept with their compressed bytes until a change touches them.

pub(super) mod api;
mod cache;

pub(crate) use api::no_such_method;
pub use cache::Tiles;
