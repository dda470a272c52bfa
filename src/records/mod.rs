//! What modules that keep records share, each part usable without the others.

pub mod form;
pub mod list;
