//! The business modules. Each may use what the `mod.rs` of those before it in `src/app.rs` shows, and nothing else of them.

pub mod audit;
pub mod calendar;
pub mod cases;
pub mod certificates;
pub mod directory;
pub mod files;
pub mod identity;
pub mod messages;
mod module;
pub mod regions;
pub mod saved;
pub mod scim;
pub mod search;
pub mod sso;
pub mod tasks;
pub mod wall;

pub use module::{Figure, FigureKind, FigureSource, Group, Module, Object, Page, Term};
