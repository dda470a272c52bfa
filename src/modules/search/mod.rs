//! 搜索: one field for everything that has a name and stands somewhere, for everybody who sees the map.
//!
//! What is found is the other modules' (`search` of each); here their answers are put together.

mod api;

use super::Module;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module { routes: api::routes, ..Module::new("search", ("搜索", "Search")) }
}
