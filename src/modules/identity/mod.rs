//! 统一用户管理: who is signed in.
//!
//! In the hands of the system and security administrators. Today an actor is the holder of a token; accounts, posts and
//! certificates come beside it.

mod api;

use super::Module;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "identity",
        title: ("统一用户管理", "Identity"),
        layers: &[],
        permissions: &[("map.read", "查看地图", "See the map")],
        routes: api::routes,
    }
}
