//! The land of the made city: its divisions with their grids, its streets, its buildings. Pure code: what lies where is laid out
//! from a seed, the same each time.
#![expect(missing_docs, reason = "what is made is named as it is called in the city")]

pub mod buildings;
pub mod fabric;
pub mod ground;
pub mod layout;
pub mod names;
pub mod regions;
pub mod roads;
mod subdivide;
