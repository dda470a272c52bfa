//! The table of contents: every module of the product.

use crate::{
    map::registry::LayerDef,
    modules::{Module, cases, directory, regions},
};

/// The modules, in the order in which the product lists them.
#[must_use]
pub fn modules() -> Vec<Module> {
    vec![regions::module(), directory::module(), cases::module()]
}

/// Every map layer of every module.
#[must_use]
pub fn layers() -> Vec<&'static LayerDef> {
    modules().iter().flat_map(|module| module.layers).collect()
}
