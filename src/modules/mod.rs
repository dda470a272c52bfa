//! The business modules. They don't import each other.

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use crate::{layers::LayerDef, map::Map};

pub mod audit;
pub mod cases;
pub mod directory;
pub mod identity;
pub mod regions;
pub mod wall;

/// A module of the product, as `src/app.rs` lists it.
pub struct Module {
    /// Its folder's name.
    pub name: &'static str,
    /// What people call it: Chinese, English.
    pub title: (&'static str, &'static str),
    /// The map layers it brings.
    pub layers: &'static [LayerDef],
    /// The permissions it declares: name, Chinese, English.
    pub permissions: &'static [(&'static str, &'static str, &'static str)],
    /// The addresses it answers.
    pub routes: fn(Arc<Map>) -> OpenApiRouter,
}
