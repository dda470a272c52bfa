//! Pure code: no SQL, no HTTP, no clock.

pub mod column;
pub mod region;
pub mod subdivide;
