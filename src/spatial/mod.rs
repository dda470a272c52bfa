//! Pure code: no SQL, no HTTP, no clock. It could be published as a crate.
//!
//! A layer's features are held by column in the order of a packed Hilbert R-tree, in integer web-mercator
//! (the whole world is 2^32 units wide, under a centimetre at the equator). Tiles, places and statistics are read
//! from it without a database.

pub mod area;
pub mod check;
pub mod column;
pub mod count;
pub mod crs;
pub mod feature;
pub mod lattice;
pub mod layer;
pub mod mercator;
pub mod mvt;
pub mod packed;
pub mod region;
pub mod scope;
pub mod spot;
mod tally;
pub mod tile;
