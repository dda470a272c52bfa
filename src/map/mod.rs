//! The map service.
pub mod registry;
