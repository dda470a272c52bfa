//! 指挥大屏: scenes that a wall shows, and the screens that a director drives.
//!
//! In the hands of the command centre. A screen follows its picture over server-sent events; it opens with a token of
//! its own and so stays signed in while it hangs.

mod api;
mod model;
mod rules;
mod store;

use super::Module;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "wall",
        title: ("指挥大屏", "Map wall"),
        layers: &[],
        permissions: &[("wall.direct", "导播大屏", "Direct the wall")],
        routes: api::routes,
    }
}
