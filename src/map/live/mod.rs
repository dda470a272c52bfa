//! Changes as they happen, to everybody who listens and may see them.

pub(super) mod api;
mod feed;

pub use feed::Live;
