//! 我的区域与视图: areas and views of the map that a reader keeps for themselves.
//!
//! In the hands of everybody who may see the map. Nobody else sees what one keeps.

mod api;
mod model;
mod rules;
mod store;

use super::Module;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        routes: |server, _| api::routes(server),
        ..Module::new("saved", ("我的区域与视图", "Saved areas and views"))
    }
}
