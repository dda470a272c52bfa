//! What every module stands on.

pub mod ids;
pub mod initials;
